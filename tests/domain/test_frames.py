"""Frames."""

from __future__ import annotations

from inspector.domain.frames import Frame, Kind


def test_headers_of_a_frame_without_any_are_empty() -> None:
    assert not Frame(1, 0.0, 1, Kind.DATA).headers
    assert not Frame(1, 0.0, 1, Kind.REQUEST, {"headers": None}).headers
    assert Frame(1, 0.0, 1, Kind.REQUEST, {"headers": {"a": "b"}}).headers == {"a": "b"}


def test_kinds_are_the_words_of_a_wire_log() -> None:
    assert [kind.value for kind in Kind] == ["request", "response", "data", "frame", "end", "note", "rest"]
