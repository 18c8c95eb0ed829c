"""The server's own log of a run (``outputs/*.json``): its steps with their times, and nothing of how the run ended.

Only ``logs`` frames are in it. ``content`` holds the last of all other frames, so its ``query`` is usually empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from inspector.domain.events import Fact, Identified, MessageSeen, NodeSeen, RunKey, ServerSaid
from inspector.protocols.exchange import Draft
from inspector.protocols.gpt_researcher.chart import STATE_OF
from inspector.protocols.jsons import items, obj, short, text

_TASK = re.compile(r"(?:task for|for query|following query:) '?(.+?)'?\.{3}$|following query: (.+)$")


def is_log(body: Any) -> bool:
    """Whether an answer is such a log."""
    return isinstance(body, Mapping) and isinstance(body.get("events"), list) and "content" in body


def told(body: Mapping[str, Any], name: str, run: RunKey, now: float) -> Iterator[Draft]:
    """The steps as rows, at the times that they tell; ``now`` is the log time of the file's own beginning."""
    began, task = _moment(body.get("timestamp")), text(body, "content", "query")
    steps = [{**obj(event, "data"), "at": _moment(obj(event).get("timestamp"))} for event in items(body, "events")]
    task = task or next((found for step in steps if (found := _task(step)) is not None), None)
    about = Identified(None, None, None if task is None else short(task, 60))
    yield Draft(
        "saved log",
        "1 step" if len(steps) == 1 else f"{len(steps)} steps",
        run,
        facts=(about, ServerSaid("log file", name, _head(body, steps))),
    )
    phase: str | None = None
    for step in steps:
        at = step["at"]
        happened = now if at is None or began is None else now + max(0.0, at - began)
        kind = text(step, "content") or "?"
        facts: list[Fact] = []
        state = STATE_OF.get(kind)
        if state is not None and state != phase:
            if phase is not None:
                facts.append(NodeSeen(phase, phase, "end", "phase", at=happened))
            facts.append(NodeSeen(state, state, "start", "phase", at=happened))
            phase = state
        if kind == "research_report" and text(step, "output", "report"):
            facts.append(MessageSeen("report", "assistant", text(step, "output", "report") or ""))
        yield Draft(f"logs/{kind}", short(step.get("output")), run, facts=tuple(facts), happened=happened)


def _head(body: Mapping[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {"timestamp": body.get("timestamp"), "steps": len(steps), "content": body.get("content")}


def _task(step: Mapping[str, Any]) -> str | None:
    found = _TASK.search(text(step, "output") or "") if text(step, "content") == "starting_research" else None
    return None if found is None else found[1] or found[2]


def _moment(value: Any) -> float | None:
    """Milliseconds of an ISO time without a zone: only differences of them are used."""
    try:
        return datetime.fromisoformat(value).timestamp() * 1000 if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
