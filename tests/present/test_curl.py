"""cURL lines that a shell runs as they stand."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from inspector.present.curl import as_curl


def words(line: str, **variables: str) -> list[str]:
    """What a POSIX shell makes of it."""
    shown = subprocess.run(
        ["sh", "-c", line.replace("curl", "printf '%s\\0'", 1)],
        capture_output=True,
        env={**os.environ, **variables},
        check=True,
    )
    return shown.stdout.decode().split("\0")[:-1]


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("body", [None, {"a": 'it\'s "so" $HOME `x`'}, [1], "text"])
def test_a_shell_gives_the_request_back(body: object) -> None:
    line = as_curl("POST", "http://h/a?b=c&d=e", {"x-api-key": "$KEY", "accept": "a; q=1"}, body)
    found = words(line, KEY="s3cret")
    assert found[:4] == ["-N", "-X", "POST", "http://h/a?b=c&d=e"]
    assert "x-api-key: s3cret" in found
    assert "accept: a; q=1" in found
    assert ("-d" in found) is (body is not None)


def test_secrets_stand_as_variables() -> None:
    line = as_curl("GET", "http://h", {"authorization": "Bearer $KEY"}, None)
    assert '"authorization: Bearer $KEY"' in line
    assert shlex.split(line.replace("\\\n", " "))[0] == "curl"


def test_what_no_command_can_do_is_a_comment() -> None:
    assert as_curl("CLOSE", "http://x/v1/responses", {}, None) == "# closes the connection to http://x/v1/responses"


def test_a_socket_is_opened_by_another_program_and_a_frame_goes_over_it() -> None:
    assert as_curl("GET", "ws://h/ws", {}, None) == "python -m websockets ws://h/ws"
    assert as_curl("SEND", "ws://h/ws", {}, "start {}\n") == "# over the open socket: start {}"
