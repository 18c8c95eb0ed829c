"""Frames."""

from __future__ import annotations

from inspector.domain.frames import Frame, Kind


def test_headers_of_a_frame_without_any_are_empty() -> None:
    assert not Frame(1, 0.0, 1, Kind.DATA).headers
    assert not Frame(1, 0.0, 1, Kind.REQUEST, {"headers": None}).headers
    assert Frame(1, 0.0, 1, Kind.REQUEST, {"headers": {"a": "b"}}).headers == {"a": "b"}


def test_kinds_are_the_words_of_a_wire_log() -> None:
    assert [kind.value for kind in Kind] == ["request", "response", "data", "frame", "end", "note", "rest"]


def test_header_names_are_told_in_lower_case_however_a_log_has_them() -> None:
    head = {"headers": {"Content-Type": "text/html", "x": "1"}}
    assert Frame(1, 0.0, 1, Kind.RESPONSE, head).headers == {"content-type": "text/html", "x": "1"}
    assert Frame(1, 0.0, 1, Kind.RESPONSE, {"headers": "none"}).headers == {}
