"""Our own notes in a log."""

from __future__ import annotations

from inspector.domain.book import Book
from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import TICK, WATCH, note, word_of
from tests.domain.toy import Story, Toy


def test_ours_are_told_from_foreign_ones() -> None:
    assert word_of(note(TICK, "5 s")) == TICK
    assert word_of({"text": "somebody's remark"}) is None
    assert word_of({"inspector": 3}) is None


def test_a_tick_moves_the_logs_clock_and_nothing_else() -> None:
    book = Book([Toy()], "toy")
    grown = book.feed([Frame(1, 5_000.0, 0, Kind.NOTE, note(TICK, ""))])
    assert (book.now, grown.events, grown.runs) == (5_000.0, [], set())


def test_a_watch_note_says_how_a_run_is_watched_from_then_on() -> None:
    story = Story().request().response().state(1, "busy").end(2)
    assert story.verdict().ending == "cut"
    story.frame(Kind.NOTE, 3, **note(WATCH, "polling", run="r1", source="asking"))
    assert story.verdict().ending == "running"
    story.frame(Kind.NOTE, 4, **note(WATCH, "left", run="r1", source=""))
    assert story.verdict().ending == "cut"
