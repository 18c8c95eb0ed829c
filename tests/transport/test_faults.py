from __future__ import annotations

import errno
import socket
import ssl

import httpx
import pytest

from inspector.transport.faults import Fault, fault_of, timed_out

PLACE = "http://127.0.0.1:9999"
SECURE = "https://example.org"


def raised(exc: Exception, *causes: BaseException) -> Exception:
    """The exception as the library raises it: each from the next."""
    link: BaseException = exc
    for cause in causes:
        link.__cause__ = cause
        link = cause
    return exc


def untrusted(message: str) -> ssl.SSLCertVerificationError:
    exc = ssl.SSLCertVerificationError(1, "certificate verify failed")
    exc.verify_message = message
    return exc


def tls(reason: str) -> ssl.SSLError:
    exc = ssl.SSLError(1, f"[SSL: {reason}] something")
    exc.reason = reason
    return exc


@pytest.mark.parametrize(
    "cause,sentence,transient",
    [
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
            f"Nothing listens on {PLACE}: connection refused.",
            True,
        ),
        (
            ExceptionGroup("all", [OSError(errno.ENETUNREACH, "x"), ConnectionRefusedError(errno.ECONNREFUSED, "x")]),
            f"Nothing listens on {PLACE}: connection refused.",
            True,
        ),
        (
            OSError(errno.EHOSTUNREACH, "No route to host"),
            f"No connection to {PLACE}: no route to host.",
            True,
        ),
        (socket.gaierror(-2, "Name or service not known"), "The name 127.0.0.1 cannot be found.", True),
        (
            untrusted("self-signed certificate"),
            "The server's certificate is not trusted: self-signed certificate.",
            False,
        ),
        (
            untrusted("Hostname mismatch, certificate is not valid for 'x'."),
            "The server's certificate is not trusted: Hostname mismatch, certificate is not valid for 'x'.",
            False,
        ),
        (
            tls("TLSV1_ALERT_PROTOCOL_VERSION"),
            f"The TLS handshake with {PLACE} failed: tlsv1 alert protocol version.",
            False,
        ),
    ],
)
def test_no_connection(cause: BaseException, sentence: str, transient: bool) -> None:
    exc = raised(httpx.ConnectError("All connection attempts failed"), OSError("all"), cause)
    fault = fault_of(exc, PLACE, answered=False)
    assert (fault.how, fault.sentence, fault.transient) == ("refused", sentence, transient)


def test_a_cause_that_was_only_being_handled_counts_too() -> None:
    exc = httpx.ConnectError("x")
    exc.__context__ = ConnectionRefusedError()
    assert fault_of(exc, PLACE, answered=False).detail == "connection refused"


def test_plain_http_behind_https_is_told() -> None:
    fault = fault_of(raised(httpx.ConnectError("x"), tls("WRONG_VERSION_NUMBER")), SECURE, answered=False)
    assert fault.sentence == f"What listens on {SECURE} does not speak TLS; perhaps it is http://example.org."


def test_a_handshake_that_the_server_left() -> None:
    fault = fault_of(httpx.ConnectError(""), SECURE, answered=False)
    assert fault.sentence == f"No connection to {SECURE}: closed during the TLS handshake."


def test_a_connection_that_nobody_answers() -> None:
    fault = fault_of(httpx.ConnectTimeout(""), PLACE, answered=False, connect_timeout=10.0)
    assert (fault.how, fault.by, fault.transient) == ("refused", "client", True)
    assert fault.sentence == f"{PLACE} does not answer: no connection within 10 s."


def test_a_proxy_that_refuses() -> None:
    fault = fault_of(httpx.ProxyError("403 Forbidden"), PLACE, answered=False)
    assert fault == Fault(
        "refused", "server", "proxy: 403 Forbidden", f"The proxy does not connect to {PLACE}: 403 Forbidden.", False
    )


def test_a_body_without_its_end_is_cut() -> None:
    message = "peer closed connection without sending complete message body (incomplete chunked read)"
    fault = fault_of(httpx.RemoteProtocolError(message), PLACE, answered=True)
    assert (fault.how, fault.by, fault.detail) == ("cut", "server", message)
    assert fault.sentence == f"The answer of {PLACE} broke off: the connection closed in the middle of the body."


def test_a_close_instead_of_an_answer_is_cut() -> None:
    exc = httpx.RemoteProtocolError("Server disconnected without sending a response.")
    fault = fault_of(exc, PLACE, answered=False)
    assert (fault.how, fault.transient) == ("cut", True)
    assert fault.sentence == f"{PLACE} closed the connection without an answer."


def test_something_else_than_http() -> None:
    exc = httpx.RemoteProtocolError("illegal status line: bytearray(b'SSH-2.0')")
    fault = fault_of(exc, PLACE, answered=False)
    assert fault.sentence.startswith(f"What listens on {PLACE} does not speak HTTP: illegal status line")
    assert not fault.transient
    assert fault_of(exc, PLACE, answered=True).detail.startswith("bad HTTP: ")


@pytest.mark.parametrize("answered,what", [(True, "answer"), (False, "connection")])
def test_a_reset(answered: bool, what: str) -> None:
    exc = raised(httpx.ReadError(""), RuntimeError(), ConnectionResetError(errno.ECONNRESET, "x"))
    fault = fault_of(exc, PLACE, answered)
    assert (fault.how, fault.by, fault.transient) == ("reset", "server", True)
    assert fault.sentence == f"The {what} of {PLACE} broke off: connection reset."


@pytest.mark.parametrize(
    "exc,how,by",
    [
        (httpx.LocalProtocolError("Illegal header value"), "closed", "client"),
        (httpx.ReadError(""), "cut", "server"),
    ],
)
def test_other_faults_have_a_sentence_too(exc: Exception, how: str, by: str) -> None:
    fault = fault_of(exc, PLACE, answered=True)
    assert (fault.how, fault.by) == (how, by)
    assert fault.detail
    assert fault.sentence.endswith(".")


def test_our_own_patience() -> None:
    assert timed_out(PLACE, 30.0, answered=False).sentence == f"{PLACE} gave no answer within 30 s."
    fault = timed_out(PLACE, 0.5, answered=True)
    assert (fault.how, fault.by, fault.detail) == ("closed", "client", "no complete answer within 0.5 s")
    assert not fault.transient
