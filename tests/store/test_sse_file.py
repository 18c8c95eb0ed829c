from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    log = sse_file.read(BytesIO(STREAM.replace(b"\n", end)), "a.sse")
    first, *data, last = log
    assert (first.kind, first.head["status"], first.head["assumed"]) == (Kind.RESPONSE, 200, True)
    assert first.headers == {"content-type": "text/event-stream"}
    events = [b": hello\n\n", b"event: a\ndata: {}\n\n", b"data: [DONE]\n\n", b"data: half"]
    assert [frame.body for frame in data] == [event.replace(b"\n", end) for event in events]
    assert (last.kind, last.head) == (Kind.END, {"how": "eof", "by": "server", "assumed": True})
    assert {frame.link for frame in log} == {1}
    assert [frame.seq for frame in log] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "words, end",
    (
        (b"curl: (18) transfer closed with outstanding read data remaining", ("cut", "server")),
        (b"curl: (56) Recv failure: Connection reset by peer", ("reset", "server")),
        (b"curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)", ("reset", "server")),
        (b"curl: (28) Operation timed out after 3001 milliseconds with 231 bytes received", ("closed", "client")),
        (b"^C", ("closed", "client")),
    ),
)
@pytest.mark.parametrize("before", (b"", b"\n"), ids=("glued", "own line"))
def test_what_curl_says_behind_a_stream_is_its_end_and_no_data(
    words: bytes, end: tuple[str, str], before: bytes
) -> None:
    log = sse_file.read(BytesIO(STREAM + before + words + b"\n"), "a.sse")
    *_, half, last = log
    assert half.body.rstrip(b"\n") == b"data: half"
    assert (last.head["how"], last.head["by"], "assumed" in last.head) == (*end, False)
    assert log.warnings == [sse_file.ONLY_TIMES]


@pytest.mark.parametrize(
    "content, known",
    (
        (STREAM, True),
        (b"\n\ndata: 1\n\n", True),
        (b"data\n\n", True),
        (b": only a comment", True),
        (b"retry:10\r\r", True),
        (b"HTTP/1.1 200 OK\r\n\r\n" + STREAM, False),
        (b"database: mine\nmore text\n", False),
        (b"a text\ndata: 1\n\n", False),
        (b"data: 1\n" + b"and then a letter\n" * 9, False),
        (b'{"data": 1}', False),
        (b"", False),
        (b"\x00\xff", False),
    ),
)
def test_what_it_is_is_known_by_the_first_lines(content: bytes, known: bool) -> None:
    assert sse_file.sniff(content) is known


@pytest.mark.parametrize("before", [b"", b"data: 1\n\n", b"data: curl: (18) no\n\n", b"data: " + b"x" * 9000])
@pytest.mark.parametrize("blank", [b"", b"\n", b"\r\n \n"])
@pytest.mark.parametrize("edge", [b"", b"\n", b"\r\n"])
def test_only_the_last_line_tells_how_it_ended(before: bytes, blank: bytes, edge: bytes) -> None:
    content, end = sse_file.last_words(before + edge + b"curl: (56) Recv failure" + blank)
    assert content.rstrip() == before.rstrip()
    assert end == {"how": "reset", "by": "server", "detail": "Recv failure"}
    assert sse_file.last_words(before + b"\n\ndata: and more" + blank) == (before + b"\n\ndata: and more" + blank, None)
    if edge:
        assert sse_file.last_words(before + edge + b"^C" + blank)[1] is not None
