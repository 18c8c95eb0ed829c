"""Answers that the shape of a question suggests: the widespread shapes of interrupts, and what each takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.standing import Pending


def choices(pending: Sequence[Pending]) -> list[dict[str, Any]]:
    """Quick answers, each ``{"title", "data"}``; none where the shape is not known or several questions are open."""
    if len(pending) != 1:
        return []
    value = pending[0].value
    if actions := items(value, "action_requests"):  # the human-in-the-loop middleware of langchain 1.0
        return [
            {"title": "Approve", "data": {"decisions": [{"type": "approve"} for _ in actions]}},
            {"title": "Reject", "data": {"decisions": [{"type": "reject", "message": ""} for _ in actions]}},
        ]
    if asked := _inbox(value):  # the agent inbox: HumanInterrupt
        allowed = obj(asked[0], "config")
        answers = {"accept": {"type": "accept"}, "ignore": {"type": "ignore"}}
        answers["respond"] = {"type": "response", "args": ""}
        return [
            {"title": word.capitalize(), "data": [answer for _ in asked]}
            for word, answer in answers.items()
            if allowed.get("allow_" + word)
        ]
    return []


def proposal(pending: Sequence[Pending]) -> Any:
    """What a form starts with: a map for several questions, one entry a call for tool calls, else nothing."""
    ids = [each.id for each in pending if each.id is not None]
    if len(pending) > 1:
        return dict.fromkeys(ids)
    value = pending[0].value
    calls = [call for each in items(value, "tool_calls") if (call := text(each, "id")) is not None]
    return dict.fromkeys(calls, "") if calls else None


def _inbox(value: Any) -> list[Any]:
    asked = list(items(value)) or [value]
    return asked if all(obj(each, "action_request") and obj(each, "config") for each in asked) else []
