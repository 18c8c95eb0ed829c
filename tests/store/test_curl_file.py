from __future__ import annotations

from io import BytesIO

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store import curl_file
from inspector.store.log import ReadLog
from inspector.store.sse_file import NO_TIMES, ONLY_TIMES

STREAM = b": hello\n\nevent: a\ndata: {}\n\ndata: [DONE]\n\ndata: half"
METER = (
    b"  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    b"                                 Dload  Upload   Total   Spent    Left  Speed\n"
    b"\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
)
MOVED = b"\r100   246    0   231  100    15    156     10  0:00:01  0:00:01 --:--:--   166"
ASKED = (
    b"*   Trying 127.0.0.1:8123...\n* Connected to 127.0.0.1 (127.0.0.1) port 8123 (#0)\n"
    b"> POST /v1/threads/runs?a=b HTTP/1.1\r\n> Host: 127.0.0.1:8123\r\n> Accept: */*\r\n> \r\n} [15 bytes data]\n"
)
TOLD = b"< HTTP/1.1 200 OK\r\n< content-type: text/event-stream\r\n< \r\n{ [267 bytes data]\n"
"""As curl 7.88.1 prints them."""


def body(log: ReadLog) -> bytes:
    return b"".join(frame.body for frame in log if frame.kind is Kind.DATA)


def test_an_answer_brings_its_status_and_headers() -> None:
    head = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/event-stream\r\nX-A: 1\r\nx-a:  2 \r\n\r\n"
    log = curl_file.read(BytesIO(head + STREAM), "a.txt")
    first, *data, last = log
    assert first.head == {"status": 429, "headers": {"content-type": "text/event-stream", "x-a": "1, 2"}}
    assert b"".join(frame.body for frame in data) == STREAM
    assert last.head["how"] == "eof"


def test_redirects_are_exchanges_of_their_own_and_interim_answers_are_notes() -> None:
    content = (
        b"HTTP/1.1 200 Connection established\r\n\r\n"
        b"HTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 307 Temporary Redirect\r\nlocation: /b\r\n\r\n"
        b"HTTP/2 200 \r\ncontent-type: text/event-stream\r\n\r\n" + STREAM
    )
    log = curl_file.read(BytesIO(content), "a.txt")
    told = [(frame.link, frame.kind, frame.head.get("status")) for frame in log if frame.kind is not Kind.DATA]
    assert told == [
        (0, Kind.NOTE, None),
        (0, Kind.NOTE, None),
        (1, Kind.RESPONSE, 307),
        (1, Kind.END, None),
        (2, Kind.RESPONSE, 200),
        (2, Kind.END, None),
    ]
    assert b"".join(frame.body for frame in log) == STREAM


def test_line_feeds_alone_will_do_in_headers() -> None:
    log = curl_file.read(BytesIO(b"HTTP/1.1 500 Oh\nserver: x\n\nbroken"), "a.txt")
    assert log.frame(1).head == {"status": 500, "headers": {"server": "x"}}
    assert b"".join(frame.body for frame in log) == b"broken"


def test_no_answer_is_refused() -> None:
    with pytest.raises(UserError, match=r"^a\.txt holds no HTTP answer\.$"):
        curl_file.read(BytesIO(b"hello"), "a.txt")


def test_a_transcript_has_request_answer_body_and_end() -> None:
    closing = b"* transfer closed with outstanding read data remaining\n" + MOVED + b"\n* Closing connection 0\n"
    fault = b"curl: (18) transfer closed with outstanding read data remaining\n"
    content = METER + ASKED + TOLD + STREAM + closing + fault
    assert curl_file.sniff(content)
    log = curl_file.read(BytesIO(content), "a.txt")
    asked, answered, *_, last = log
    assert (asked.head["method"], asked.head["url"]) == ("POST", "http://127.0.0.1:8123/v1/threads/runs?a=b")
    assert asked.headers == {"host": "127.0.0.1:8123", "accept": "*/*"}
    assert answered.head == {"status": 200, "headers": {"content-type": "text/event-stream"}}
    assert body(log) == STREAM
    why = "transfer closed with outstanding read data remaining"
    assert last.head == {"how": "cut", "by": "server", "detail": why}
    assert log.warnings == [ONLY_TIMES]


def test_a_connection_left_intact_ended_well_and_the_next_request_is_another_exchange() -> None:
    intact = b"* Connection #0 to host 127.0.0.1 left intact\n"
    log = curl_file.read(BytesIO(ASKED + TOLD + STREAM + intact + ASKED + TOLD + STREAM + intact), "a.txt")
    ends = [frame.head for frame in log if frame.kind is Kind.END]
    assert ends == [{"how": "eof", "by": "server"}] * 2
    assert body(log) == STREAM * 2
    assert {frame.link for frame in log} == {1, 2}


@pytest.mark.parametrize(
    "words, end",
    (
        (b"transfer closed with outstanding read data remaining", ("cut", "server")),
        (b"Recv failure: Connection reset by peer", ("reset", "server")),
        (b"Operation timed out after 3014 milliseconds with 231 bytes received", ("closed", "client")),
    ),
)
def test_a_curl_without_last_words_told_it_on_the_way(words: bytes, end: tuple[str, str]) -> None:
    content = ASKED + TOLD + STREAM + b"* " + words + b"\n* Closing connection 0\n"
    log = curl_file.read(BytesIO(content), "a.txt")
    *_, last = log
    assert (last.head["how"], last.head["by"], last.head["detail"]) == (*end, words.decode())
    assert body(log) == STREAM


def test_header_lines_that_are_told_twice_are_no_body() -> None:
    twice = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    log = curl_file.read(BytesIO(ASKED + TOLD + twice + STREAM), "a.txt")
    assert body(log) == STREAM
    assert [frame.head.get("assumed") for frame in log if frame.kind is Kind.END] == [True]
    assert log.warnings == [NO_TIMES]


def test_a_request_that_nobody_answered_ended_with_what_curl_says() -> None:
    log = curl_file.read(BytesIO(ASKED + b"* Empty reply from server\ncurl: (52) Empty reply from server\n"), "a.txt")
    assert [(frame.kind, frame.head.get("how")) for frame in log] == [(Kind.REQUEST, None), (Kind.END, "reset")]


@pytest.mark.parametrize(
    "answer", (b"", b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"), ids=("bare", "-i")
)
def test_the_progress_of_curl_is_no_part_of_what_came(answer: bytes) -> None:
    content = METER + answer + STREAM + MOVED + MOVED + b"\ncurl: (28) Operation timed out\n"
    assert curl_file.sniff(content)
    log = curl_file.read(BytesIO(content), "a.txt")
    assert body(log) == STREAM
    assert list(log)[-1].head["by"] == "client"


@pytest.mark.parametrize(
    "content, known",
    (
        (b"HTTP/1.1 200 OK\r\n\r\n" + STREAM, True),
        (b"HTTP/2 500 \r\n\r\n", True),
        (ASKED, True),
        (b"* a list\n* of things\n", False),
        (b"> GET is what I said\n", False),
        (STREAM, False),
        (b"", False),
        (b"\x00\xff", False),
    ),
)
def test_what_it_is_is_known_by_its_beginning(content: bytes, known: bool) -> None:
    assert curl_file.sniff(content) is known


def test_credentials_stay_behind() -> None:
    asked = ASKED.replace(b"> Accept: */*", b"> Authorization: Bearer sk-1234567890").replace(
        b"a=b", b"api_key=sk-1234567890"
    )
    log = curl_file.read(
        BytesIO(asked + TOLD.replace(b"< \r", b"< Set-Cookie: s=1234567890\r\n< \r") + STREAM), "a.txt"
    )
    assert log.frame(1).headers["authorization"] == "Bearer <redacted>"
    assert "1234567890" not in str(list(log))
