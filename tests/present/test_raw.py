"""Frames as text, and as values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.present.raw import MOST, body_text, chunks_text, dump, head_lines


def test_heads_are_the_lines_that_crossed_the_wire() -> None:
    request = Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": "http://h/a", "headers": {"a": "b"}})
    assert head_lines(request)[:2] == ["GET http://h/a", "a: b"]
    assert "200" in head_lines(Frame(2, 0.0, 1, Kind.RESPONSE, {"status": 200}))[0]
    end = Frame(3, 0.0, 1, Kind.END, {"how": "cut", "by": "server", "detail": "x"})
    assert "cut" in head_lines(end)[0]
    assert not head_lines(Frame(4, 0.0, 1, Kind.DATA))


@given(st.binary(max_size=200))
def test_any_bytes_are_shown(body: bytes) -> None:
    assert isinstance(body_text(body), str)
    assert len(dump(body).splitlines()) == -(-len(body) // 16)


def test_line_ends_can_be_told_apart() -> None:
    assert body_text(b"a\nb\r\nc\rd") == "a\nb\\r\\n\nc\\r\nd"
    assert body_text("a\u2028b".encode()) == "a\\u2028b"


def data(seq: int, body: bytes) -> Frame:
    return Frame(seq, 0.0, 1, Kind.DATA, {}, body)


def test_chunks_keep_their_borders_and_a_letter_that_they_share_is_whole() -> None:
    whole = "data: grüß\n\n".encode()
    cut = whole.index(b"\xc3") + 1
    text, hidden = chunks_text([data(1, whole[:cut]), data(4, whole[cut:])])
    assert text.splitlines()[:2] == ["data: gr", f"⟪ end of chunk #1, {cut} bytes ⟫"]
    assert text.splitlines()[2] == "üß"
    assert "#4" in text.splitlines()[-1]
    assert hidden == 0


def test_bytes_that_are_no_text_are_a_dump_of_their_chunk_alone() -> None:
    text, _ = chunks_text([data(1, b"data: fine\n"), data(2, b"\xff\xfe\x00"), data(3, b"ends with \xe4")])
    assert "data: fine" in text
    assert "00000000  ff fe 00" in text
    assert text.splitlines()[-1].startswith("00000000  e4")


def test_of_much_the_end_is_shown() -> None:
    frames = [data(n, b"x" * 40_000) for n in (1, 2, 3)]
    text, hidden = chunks_text([*frames, data(4, b"the end")])
    assert hidden == 120_007 - MOST
    assert text.startswith(f"⟪ {hidden:,} bytes before ⟫")
    assert "chunk #1" not in text
    assert "the end" in text
    whole, hidden = chunks_text(frames, True)
    assert hidden == 0
    assert whole.count("x") == 120_000


def test_much_that_is_cut_within_a_letter_is_still_text() -> None:
    text, hidden = chunks_text([data(1, "ü".encode() * 40_000 + b"!")])
    assert hidden == 16_002
    assert text.count("ü") == (80_001 - hidden) // 2
    assert "00000000" not in text


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_chunks_are_shown(bodies: list[bytes]) -> None:
    text, hidden = chunks_text([data(n + 1, body) for n, body in enumerate(bodies)])
    assert hidden == 0
    assert text.count("end of chunk") == sum(bool(body) for body in bodies)
