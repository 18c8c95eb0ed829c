"""Facts are values: what is the same compares the same, and nothing can be changed afterwards."""

from __future__ import annotations

import pytest

from inspector.domain.events import Ask, Event, RunKey, StatusSeen, Wanted, Witness


def test_equal_waits_are_equal() -> None:
    assert Wanted((Ask("tool", "c1", value={"a": [1]}),)) == Wanted((Ask("tool", "c1", value={"a": [1]}),))
    assert Wanted((Ask("tool", "c1"),)) != Wanted((Ask("tool", "c2"),))


def test_a_status_is_the_streams_word_unless_it_says_otherwise() -> None:
    assert StatusSeen("busy", "busy").witness is Witness.STREAM


def test_events_cannot_be_changed() -> None:
    event = Event(RunKey(1), 1, 0, 0.0, 1, "x")
    with pytest.raises(AttributeError):
        event.name = "y"  # type: ignore[misc]
