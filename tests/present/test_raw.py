"""Frames as text, and as values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.present.raw import MOST, body_text, dump, head_lines, values_of


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


def test_much_is_cut_until_somebody_asks_for_all() -> None:
    body = b"x" * (MOST + 1)
    assert len(body_text(body)) < len(body_text(body, True))


def test_values_of_events_are_parsed() -> None:
    frame = Frame(1, 0.0, 1, Kind.DATA, {}, b'event: a\ndata: {"b": 1}\n\n')
    assert {"b": 1} in [value for _, value in values_of(frame)]
    answer = Frame(1, 0.0, 1, Kind.DATA, {}, b'{"whole": true}')
    assert {"whole": True} in [value for _, value in values_of(answer)]
