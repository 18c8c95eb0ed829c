from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store import sse_file

STREAM = b": hello\n\nevent: a\ndata: {}\n\ndata: [DONE]\n\ndata: half"


@given(st.lists(st.sampled_from((b"\n", b"\r", b"\r\n", b"data: 1", b"event: ab", b":", b"\xc3"))).map(b"".join))
def test_no_byte_is_lost_and_pieces_end_at_empty_lines(content: bytes) -> None:
    pieces = list(sse_file.events_of(content))
    assert b"".join(pieces) == content
    assert all(piece.endswith((b"\n", b"\r")) for piece in pieces[:-1])


@pytest.mark.parametrize("end", (b"\n", b"\r", b"\r\n"))
def test_a_stream_has_one_frame_an_event(end: bytes) -> None:
    log = sse_file.read_stream(BytesIO(STREAM.replace(b"\n", end)), "a.sse")
    first, *data, last = log
    assert (first.kind, first.head["status"], first.head["assumed"]) == (Kind.RESPONSE, 200, True)
    assert first.headers == {"content-type": "text/event-stream"}
    events = [b": hello\n\n", b"event: a\ndata: {}\n\n", b"data: [DONE]\n\n", b"data: half"]
    assert [frame.body for frame in data] == [event.replace(b"\n", end) for event in events]
    assert (last.kind, last.head) == (Kind.END, {"how": "eof", "by": "server", "assumed": True})
    assert {frame.link for frame in log} == {1}
    assert [frame.seq for frame in log] == [1, 2, 3, 4, 5, 6]


def test_an_answer_brings_its_status_and_headers() -> None:
    head = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/event-stream\r\nX-A: 1\r\nx-a:  2 \r\n\r\n"
    log = sse_file.read_answer(BytesIO(head + STREAM), "a.txt")
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
    log = sse_file.read_answer(BytesIO(content), "a.txt")
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
    log = sse_file.read_answer(BytesIO(b"HTTP/1.1 500 Oh\nserver: x\n\nbroken"), "a.txt")
    assert log.frame(1).head == {"status": 500, "headers": {"server": "x"}}
    assert b"".join(frame.body for frame in log) == b"broken"


def test_no_answer_is_refused() -> None:
    with pytest.raises(UserError, match=r"^a\.txt holds no HTTP answer\.$"):
        sse_file.read_answer(BytesIO(b"hello"), "a.txt")


@pytest.mark.parametrize(
    "content, stream, answer",
    (
        (STREAM, True, False),
        (b"\n\ndata: 1\n\n", True, False),
        (b"data\n\n", True, False),
        (b": only a comment", True, False),
        (b"retry:10\r\r", True, False),
        (b"HTTP/1.1 200 OK\r\n\r\n" + STREAM, False, True),
        (b"database: mine\nmore text\n", False, False),
        (b"a text\ndata: 1\n\n", False, False),
        (b"data: 1\n" + b"and then a letter\n" * 9, False, False),
        (b'{"data": 1}', False, False),
        (b"", False, False),
        (b"\x00\xff", False, False),
    ),
)
def test_what_it_is_is_known_by_the_first_lines(content: bytes, stream: bool, answer: bool) -> None:
    assert (sse_file.sniff_stream(content), sse_file.sniff_answer(content)) == (stream, answer)
