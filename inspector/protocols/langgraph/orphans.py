"""Tool calls in a thread's messages that nobody ever answered: a history like that is refused by most models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.findings import Evidence
from inspector.domain.rules_run import unanswered as common_unanswered
from inspector.domain.rules_run import waits
from inspector.protocols.jsons import items, obj, text

INTERRUPTED = "interrupted by operator"
ERROR = "Error: the tool failed."


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call without a result. ``channel`` is the field of the state that holds its messages."""

    id: str
    name: str
    arguments: Any
    channel: str


def open_calls(values: Any) -> tuple[OpenCall, ...]:
    """The calls in the messages of a state that no message answers, whichever field of it holds them."""
    found: list[OpenCall] = []
    for channel, messages in obj(values).items():
        if isinstance(messages, list):
            answered = {text(message, "tool_call_id") for message in messages}
            found += [call for call in _calls(str(channel), messages) if call.id not in answered]
    return tuple(found)


def _calls(channel: str, messages: Sequence[Any]) -> Iterator[OpenCall]:
    for message in messages:
        for call in items(message, "tool_calls"):
            ident = text(call, "id")
            if ident is not None:
                name = text(call, "name") or text(call, "function", "name") or ident
                yield OpenCall(ident, name, obj(call).get("args", obj(call, "function").get("arguments")), channel)


def answers(calls: Sequence[OpenCall], output: str, status: str = "success") -> dict[str, Any]:
    """Values that answer all of them at once, as tool messages of the channel that each came from."""
    made: dict[str, list[Mapping[str, Any]]] = {}
    for call in calls:
        message = {"type": "tool", "tool_call_id": call.id, "name": call.name, "content": output, "status": status}
        made.setdefault(call.channel, []).append(message)
    return dict(made)


def told(calls: Sequence[OpenCall]) -> str:
    """The calls as a list in a sentence."""
    return ", ".join(f"{call.name} ({call.id})" for call in calls)


def unanswered(case: Case, now: float) -> Evidence | None:
    """As everywhere; but what the thread's history holds counts more than what this log saw of it."""
    found, state = common_unanswered(case, now), case.said("state")
    declared = case.run.declared_state
    runs = case.book.of_thread(case.run.thread)
    newest = not runs or runs[-1].key == case.run.key
    if state is None or state.status != 200 or declared is None or not declared.terminal or waits(case) or not newest:
        return found
    if state.seq < (case.run.content_seq or case.run.first_seq) or "values" not in obj(state.data):
        return found
    calls = open_calls(obj(state.data).get("values"))
    if not calls:
        return None
    values = {"calls": [{"id": call.id, "name": call.name} for call in calls]}
    steps = ("continue", "set_state") if items(state.data, "next") else ("set_state",)
    return Evidence((state.seq,), values, steps)


RULE = Rule("tool.unanswered", unanswered)
