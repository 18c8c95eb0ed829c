"""Frames."""

from __future__ import annotations

from inspector.domain.frames import TOGETHER, Frame, Kind, chunks_until


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


def test_chunks_go_on_while_they_are_of_one_link_and_in_the_order_of_time() -> None:
    chunks = [Frame(seq, at, link, Kind.DATA) for seq, at, link in ((1, 5.0, 1), (2, 5.0, 1), (3, 4.0, 1), (4, 9.0, 2))]
    whole = [*chunks, Frame(5, 9.0, 2, Kind.END)]
    ends = [chunks_until(whole, place) for place in range(1, 5)]
    assert ends == [2, 2, 3, 4]
    assert chunks_until([chunks[0]] * (TOGETHER + 9), 1) == TOGETHER + 1
