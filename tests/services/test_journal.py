"""The journal of acts, kept in the log."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from inspector.domain.actions import Effect, Outcome
from inspector.domain.frames import Frame, Kind
from inspector.services.journal import entry, entry_note
from inspector.services.model import Request

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_an_act_is_read_back_as_it_was_written() -> None:
    request = Request("POST", "http://toy/runs/r1/cancel", {"x-key": "$KEY"}, {"why": None})
    outcome = Outcome(Effect.SEEN, "it is cancelled", "r2")
    head = entry_note("cancel", "r1", "here", [request], [(202, {"ok": True})], outcome, "ada", WHEN)
    read = entry(3, Frame(9, 5.0, 0, Kind.NOTE, json.loads(json.dumps(head))))
    assert (read.book, read.seq, read.at, read.action, read.run, read.connection) == (3, 9, 5.0, "cancel", "r1", "here")
    assert (read.requests, read.answers) == ((request,), ((202, {"ok": True}),))
    assert (read.effect, read.why, read.who, read.when) == (
        "seen",
        "it is cancelled",
        "ada",
        "2026-01-02T03:04:05+00:00",
    )
    assert head["text"] == "cancel: seen: it is cancelled"


@pytest.mark.parametrize(
    "odd", [{}, {"plan": 3, "answers": "x", "run": 7}, {"plan": [1, {}], "answers": [[1], ["a", 2], [200, None]]}]
)
def test_what_a_foreign_file_has_in_odd_shapes_is_left_out(odd: dict[str, Any]) -> None:
    read = entry(1, Frame(1, 0.0, 0, Kind.NOTE, odd))
    assert read.run is None
    assert read.effect == "not_seen"
    assert all(isinstance(status, int) for status, _ in read.answers)
