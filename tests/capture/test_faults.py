from __future__ import annotations

import ssl

import httpx
import pytest

from inspector.capture.faults import fault_of


def caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "how", "unreached"),
    [
        (caused(httpx.ConnectError("x"), ConnectionRefusedError(111, "Connection refused")), "refused", True),
        (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError(1, "no")), "refused", True),
        (httpx.ConnectTimeout("x"), "refused", True),
        (caused(httpx.ReadError(""), ConnectionResetError(104, "reset")), "reset", False),
        (ConnectionResetError(104, "reset"), "reset", False),
        (httpx.RemoteProtocolError("peer closed connection"), "cut", False),
        (OSError(113, "No route to host"), "refused", True),
    ],
)
def test_faults_are_told_apart(error: Exception, how: str, unreached: bool) -> None:
    fault = fault_of(error)
    assert (fault.how, fault.unreached) == (how, unreached)
    assert fault.detail
    assert fault.sentence("api.example.com").endswith(f"{fault.detail}.")
