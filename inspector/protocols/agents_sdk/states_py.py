"""Decisions as the Python SDK records them (``RunContextWrapper._apply_approval_decision`` and what serializes it)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any

from inspector.domain.errors import Refused
from inspector.protocols.agents_sdk.runstate import Pending, RunState
from inspector.protocols.jsons import obj, text

Edits = list[tuple[tuple[str | int, ...], str, Any]]
"""Path of an object in the file, name of its member, and its new value."""

Chosen = Sequence[tuple[Pending, bool, str | None]]

OWNED, HOSTED, REASONS = (1, 18), (1, 14), (1, 6)
"""The schemas from which on functions' decisions have an owner, hosted tools' a server, and rejections a reason."""


def python(state: RunState, chosen: Chosen) -> Edits:
    """The members of the contexts that change."""
    contexts: dict[tuple[str | int, ...], dict[str, Any]] = {}
    for one, yes, reason in chosen:
        if reason is not None and state.version < REASONS:
            raise Refused("This schema has no place for the reason of a rejection; reject without one.")
        path = (*one.state, "context")
        context = contexts.get(path)
        if context is None:
            context = contexts[path] = _context(state, path)
        for record in list(_records(state, context, one)):
            record_decision(record, one.call, yes, reason, "rejection_messages")
    return [
        (path, name, value)
        for path, context in contexts.items()
        for name, value in context.items()
        if value != obj(_at(state, path)).get(name)
    ]


def _at(state: RunState, path: tuple[str | int, ...]) -> Any:
    value: Any = state.data
    for step in path:
        value = value[step]
    return value


def _context(state: RunState, path: tuple[str | int, ...]) -> dict[str, Any]:
    whole = obj(_at(state, path))
    names = ("approvals", "function_tool_approvals", "hosted_mcp_approvals")
    return {name: copy.deepcopy(whole[name]) for name in names if name in whole}


def _records(state: RunState, context: dict[str, Any], one: Pending) -> Iterable[MutableMapping[str, Any]]:
    """The records that a decision about this call is written to, made where they are missing."""
    raw = obj(one.item, "raw_item")
    request = raw if raw.get("type") == "mcp_approval_request" else obj(raw, "provider_data")
    if request.get("type") == "mcp_approval_request" and state.version >= HOSTED:
        label, name = text(request, "server_label"), text(request, "name") or one.name
        identity: dict[str, Any] = {"type": "request", "request_id": one.call}
        if label is not None:
            identity = {"type": "server_tool", "server_label": label, "tool_name": name}
        query = {"type": "query", "tool_name": name, "request_id": one.call}
        listed = context.setdefault("hosted_mcp_approvals", [])
        yield _in_list(listed, {"identity": identity})
        yield _in_list(listed, {"identity": query})
    elif raw.get("type") == "function_call" and state.version >= OWNED:
        owner = {"agent": one.item.get("agent"), "tool_key": tool_key(one)}
        yield _in_list(context.setdefault("function_tool_approvals", []), owner)
    else:
        named = context.setdefault("approvals", {})
        name = tool_key(one) if raw.get("type") == "function_call" else one.name
        yield named.setdefault(name, {"approved": [], "rejected": []})


def _in_list(listed: list[Any], owner: dict[str, Any]) -> MutableMapping[str, Any]:
    for each in listed:
        if all(obj(each).get(name) == value for name, value in owner.items()) and isinstance(each, dict):
            record: MutableMapping[str, Any] = each.setdefault("decision", {"approved": [], "rejected": []})
            return record
    new: dict[str, Any] = {**owner, "decision": {"approved": [], "rejected": []}}
    listed.append(new)
    made: MutableMapping[str, Any] = new["decision"]
    return made


def tool_key(one: Pending) -> str:
    """The key of a function tool: its name, with its namespace where it has one."""
    key = obj(one.item, "tool_lookup_key")
    kind, name, space = text(key, "kind"), text(key, "name") or one.name, text(key, "namespace")
    if kind is None:
        space = text(one.item, "tool_namespace") or text(one.item, "raw_item", "namespace")
        kind = "bare" if space is None else "deferred_top_level" if space == name else "namespaced"
    if kind == "deferred_top_level":
        return f"deferred_top_level:{name}"
    return f"{space}.{name}" if kind == "namespaced" and space is not None else name


def record_decision(record: MutableMapping[str, Any], call: str, yes: bool, reason: str | None, reasons: str) -> None:
    """One decision in its record: in one list, out of the other; what is decided for good stays so."""
    chosen, other = ("approved", "rejected") if yes else ("rejected", "approved")
    if isinstance(record.get(other), list):
        record[other] = [each for each in record[other] if each != call]
    if record.get(chosen) is not True:
        before = record.get(chosen)
        record[chosen] = [*(each for each in (before if isinstance(before, list) else []) if each != call), call]
    told = {name: value for name, value in obj(record, reasons).items() if name != call}
    if reason is not None:
        told[call] = reason
    record.pop(reasons, None)
    if told:
        record[reasons] = told
