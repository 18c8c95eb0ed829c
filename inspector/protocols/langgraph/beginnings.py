"""What a start on a thread that is there would really do: servers take some that do nothing, and call it success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspector.domain.calls import Script
from inspector.domain.errors import Refused
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.effects import no_way_back, read
from inspector.protocols.langgraph.plans import answer_of, objection
from inspector.protocols.langgraph.standing import Standing

RESTARTS = (
    "Thread {} waits for an answer: new input does not answer it, but starts the graph from its beginning. "
    "To answer, attach to the run that waits and resume it."
)
NOWHERE = "A goto to __end__ ends nothing: the server would accept it and do nothing. Attach to the run and give up."


def before_start(data: Mapping[str, Any]) -> Script[str | None]:
    """What should be known before this start, or None. Refused where it would do nothing. Reads only."""
    thread = text(data, "thread_id")
    if not thread:
        return None
    now = yield from read(None, thread)
    if now.problem is not None or now.gone or now.held or now.next is None:
        return None  # the server says so itself
    command = obj(data, "command")
    if command:
        _answers(now, command)
        return None
    if data.get("input") is not None:
        return RESTARTS.format(thread) if now.pending or now.thread_status == "interrupted" else None
    checkpoint = text(data, "checkpoint_id") or text(data, "checkpoint", "checkpoint_id")
    why = (yield from no_way_back(thread, checkpoint)) if checkpoint else _objection("continue", now)
    if why is not None:
        raise Refused(why)
    return None


def _answers(now: Standing, command: Mapping[str, Any]) -> None:
    if command.get("resume") is not None:
        if (why := _objection("resume", now)) is not None:
            raise Refused(why)
        answer_of(now, {"command": command})
    elif "__end__" in (command.get("goto"), *items(command, "goto")):
        raise Refused(NOWHERE)


def _objection(action: str, now: Standing) -> str | None:
    return objection(action, replace(now, assistant=now.assistant or ""), {})
