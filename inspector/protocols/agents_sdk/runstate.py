"""A saved run state, as both SDKs write it (``RunState.to_json``): what it waits for, and what is decided already.

Python writes snake_case (schema 1.21), JavaScript camelCase (1.22); older schemas lack parts of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.protocols.jsons import items, obj, short, text

_CAMEL = re.compile(r"_([a-z])")


@dataclass(frozen=True, slots=True)
class Pending:
    """A call that waits for an approval. ``state`` is the path to the state that owns it: nested agents have theirs.

    ``kind`` is the type of the call, ``item`` the approval item as it is written in the file.
    """

    call: str
    name: str
    arguments: str
    agent: str
    kind: str
    item: Mapping[str, Any]
    state: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class RunState:
    """The parts that matter here. ``snake``: written by the Python SDK."""

    data: Mapping[str, Any]
    snake: bool
    version: tuple[int, ...]
    pending: tuple[Pending, ...]
    decided: Mapping[str, tuple[bool, str | None]] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether it stopped for approvals."""
        return text(self.get(self.data, "current_step"), "type") == "next_step_interruption"

    @property
    def step(self) -> str:
        """What it would do next, in the SDK's word."""
        return text(self.get(self.data, "current_step"), "type") or ""

    @property
    def agent(self) -> str:
        """The agent that is on."""
        return text(self.get(self.data, "current_agent"), "name") or text(self.data, "currentAgent", "name") or "?"

    def get(self, value: Any, name: str) -> Any:
        """A value by its name in Python, whichever SDK wrote it."""
        return member(value, name)


def member(value: Any, name: str) -> Any:
    """A value by its snake_case name, or by its camelCase one."""
    whole = obj(value)
    return whole[name] if name in whole else whole.get(_CAMEL.sub(lambda match: match[1].upper(), name))


def is_run_state(value: Any) -> bool:
    """Whether this JSON value is a run state of either SDK."""
    whole = obj(value)
    return text(whole, "$schemaVersion") is not None and ("current_agent" in whole or "currentAgent" in whole)


def run_state(value: Mapping[str, Any]) -> RunState:
    """Reads a run state; what is missing in it is missing in what comes of it."""
    told = text(value, "$schemaVersion") or "0"
    version = tuple(int(part) for part in told.split(".") if part.isdecimal() and len(part) < 6)
    pending = tuple(_pending(value))
    decided: dict[str, tuple[bool, str | None]] = {}
    for path in dict.fromkeys(((), *(one.state for one in pending))):
        decided |= dict(_decided(_at(value, path)))
    return RunState(value, "currentAgent" not in value, version, pending, decided)


def nested(value: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """The states of agents that were used as tools and wait themselves, with their paths (Python only)."""
    functions = items(obj(value.get("last_processed_response")), "functions")
    for number, function in enumerate(functions):
        inner = obj(function).get("agent_run_state")
        if isinstance(inner, Mapping):
            yield ("last_processed_response", "functions", number, "agent_run_state"), inner


def _pending(value: Mapping[str, Any], path: tuple[str | int, ...] = (), depth: int = 0) -> Iterator[Pending]:
    inner = [one for step, state in nested(value) if depth < 8 for one in _pending(state, (*path, *step), depth + 1)]
    theirs = {one.call for one in inner}
    yield from inner
    for item in items(obj(member(value, "current_step")), "data", "interruptions"):
        raw = obj(member(item, "raw_item"))
        call = call_id(raw)
        if call is not None and call not in theirs:
            name = text(member(item, "tool_name")) or text(raw, "name") or text(raw, "type") or "a call"
            arguments = raw.get("arguments", raw.get("action", raw.get("operation", raw.get("input"))))
            said = arguments if isinstance(arguments, str) else "" if arguments is None else short(arguments, 10_000)
            agent = text(obj(item), "agent", "name") or "?"
            yield Pending(call, name, said, agent, text(raw, "type") or "", obj(item), path)


def call_id(raw: Mapping[str, Any]) -> str | None:
    """The id by which decisions name a call: of a hosted MCP tool that of its request."""
    request = obj(member(raw, "provider_data"))
    if raw.get("type") == "mcp_approval_request":
        return text(raw, "id")
    if text(request, "type") == "mcp_approval_request" or (raw.get("type") == "hosted_tool_call" and request):
        return text(request, "id") or text(request, "itemId") or text(raw, "id")
    return text(member(raw, "call_id")) or text(raw, "id")


def _at(value: Any, path: tuple[str | int, ...]) -> Mapping[str, Any]:
    for step in path:
        value = value[step]
    return obj(value)


def _decided(state: Mapping[str, Any]) -> Iterator[tuple[str, tuple[bool, str | None]]]:
    """Calls by id, with whether they are approved and the reason of a rejection."""
    context = obj(member(state, "context"))
    records = [*obj(context.get("approvals")).values(), *obj(context.get("hostedMcpApprovals")).values()]
    records += [obj(each).get("decision") for each in items(context, "function_tool_approvals")]
    records += [obj(each).get("decision") for each in items(context, "hosted_mcp_approvals")]
    for owner in items(context, "functionApprovals"):
        records += obj(owner, "approvals").values()
    for record in records:
        reasons = obj(record, "rejection_messages") or obj(record, "messages")
        for call in items(record, "approved"):
            if isinstance(call, str):
                yield call, (True, None)
        for call in items(record, "rejected"):
            if isinstance(call, str):
                yield call, (False, text(reasons, call))
