"""Streams that carry no run."""

from __future__ import annotations

from inspector.domain.book import Book
from inspector.domain.case import Thresholds
from inspector.domain.events import Opened, Purpose
from inspector.domain.frames import Frame, Kind
from inspector.domain.loose import judge_loose
from tests.domain.toy import Toy


def book(*frames: tuple[Kind, float, dict[str, object]]) -> Book:
    found = Book([Toy()], "toy")
    head = {"url": "x", "run": None, "facts": (Opened(Purpose.JOIN, True),)}
    found.feed([Frame(1, 0.0, 1, Kind.REQUEST, head)])
    found.feed([Frame(n, at, 1, kind, {"run": None, **more}) for n, (kind, at, more) in enumerate(frames, 2)])
    return found


def ids(found: Book, now: float) -> list[str]:
    return [finding.id for finding in judge_loose(found, now, Thresholds())]


def test_heartbeats_only_are_no_events() -> None:
    found = book((Kind.RESPONSE, 100.0, {"status": 200}), (Kind.DATA, 5_000.0, {"name": ": beat"}))
    assert ids(found, 10_099.0) == []
    assert ids(found, 10_100.0) == ["stream.no_events"]


def test_a_refused_stream_and_one_without_an_answer() -> None:
    assert ids(book((Kind.RESPONSE, 1.0, {"status": 404})), 2.0) == ["stream.http_error"]
    assert ids(book(), 9_999.0) == []
    assert ids(book(), 10_000.0) == ["stream.no_headers"]
    assert ids(book((Kind.END, 50.0, {"how": "refused", "by": "server"})), 60.0) == ["stream.no_headers"]


def test_content_is_nothing_to_complain_about() -> None:
    found = book((Kind.RESPONSE, 1.0, {"status": 200}), (Kind.DATA, 2.0, {"content": True}))
    assert ids(found, 99_000.0) == []
