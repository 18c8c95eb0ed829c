"""Findings that only traces of the Agents SDK have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tests.catalogue.entry import Entry
from tests.protocols.agents_sdk.spans import TIMEOUT, agent, finished, function, response, started


def answered(ident: str | None, tokens: int = 0, **more: Any) -> Collection[str]:
    return finished(started().end(2, "r1", "a1", response(ident, tokens), 1, **more), 3).found()


def nested(error: Mapping[str, Any] | None) -> Collection[str]:
    story = started().end(2, "r1", "a1", response("resp_1"), 1).begin(2, "f", "a1", function("ask"))
    story.begin(2, "i", "f", agent("Inner")).end(4, "i", "f", agent("Inner"), 2, error=error)
    story.end(4, "f", "a1", function("ask", "An error occurred"), 2)
    return finished(story.begin(4, "r2", "a1", response()).end(5, "r2", "a1", response("resp_2"), 4), 6).found()


TRACES: Mapping[str, Entry] = {
    "agents.open_span": Entry(
        fires=lambda: started().found(now=90),
        calm=lambda: answered("resp_1"),
        before=lambda: started().found(now=30.999),
        at=lambda: started().found(now=31),
    ),
    "agents.no_response": Entry(
        fires=lambda: answered(None),
        calm=lambda: answered("resp_1"),
        before=lambda: answered("resp_1", error=TIMEOUT),
        at=lambda: answered(None, error=TIMEOUT),
    ),
    "agents.hidden_failure": Entry(
        fires=lambda: nested(TIMEOUT),
        calm=lambda: answered("resp_1"),
        before=lambda: nested(None),
        at=lambda: nested({"message": "boom", "data": None}),
    ),
}
