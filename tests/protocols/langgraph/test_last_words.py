"""``error`` and ``end``: what the last event of a stream makes of its run."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import Ask, ErrorSeen, Noticed, RunKey, StatusSeen
from inspector.protocols.langgraph.last_words import end_facts, error_facts
from inspector.protocols.langgraph.memory import RunMemory


def memory(**more: Any) -> RunMemory:
    return RunMemory(RunKey(1), **more)


@pytest.mark.parametrize(
    ("data", "state", "message"),
    [
        ({"error": "ValueError", "message": "no"}, "error", "no"),
        ({"error": "ValueError"}, "error", "ValueError"),
        ({"error": "HTTPException", "message": "404: Run not found"}, "missing", "404: Run not found"),
        ({"error": "UserRollback", "message": "rolled back"}, "rolled_back", "rolled back"),
        ({"error": "UserInterrupt", "message": "stop"}, "interrupted", "stop"),
        ("rollback", "rolled_back", "rollback"),
        ("plain text", "error", "plain text"),
        ({"detail": [1]}, "error", '{"detail": [1]}'),
        (None, "error", "null"),
    ],
)
def test_an_error_in_any_shape(data: Any, state: str, message: str) -> None:
    run = memory()
    error, status = error_facts(run, data)
    assert isinstance(error, ErrorSeen)
    assert isinstance(status, StatusSeen)
    assert (error.message, status.state, run.state) == (message, state, state)


@pytest.mark.parametrize(
    ("word", "before", "state"),
    [
        ("success", {}, "success"),
        ("completed", {}, "success"),
        ("failed", {}, "error"),
        ("cancelled", {}, "interrupted"),
        ("interrupted", {}, "ended"),
        ("interrupted", {"cancelled": True}, "interrupted"),
        ("interrupted", {"asks": {"i": Ask("interrupt", "i")}}, "waiting"),
        ("success", {"failed": True}, None),
        ("success", {"cancelled": True}, None),
        ("success", {"breakpoint": True}, None),
        (None, {}, None),
    ],
)
def test_an_end_weighs_less_than_what_was_seen_before(
    word: str | None, before: dict[str, Any], state: str | None
) -> None:
    found = [fact.state for fact in end_facts(memory(**before), word) if isinstance(fact, StatusSeen)]
    assert found == ([] if state is None else [state])


def test_an_end_that_nobody_declared_is_told_as_such() -> None:
    (fact,) = end_facts(memory(), "vanished")
    assert isinstance(fact, Noticed)
    assert fact.values["word"] == "vanished"
