"""Decisions as the JavaScript SDK records them (``RunContext.approveTool``, ``rejectTool`` and ``#serialize``)."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from inspector.domain.errors import Refused
from inspector.protocols.agents_sdk.runstate import Pending, RunState
from inspector.protocols.agents_sdk.states_py import Chosen, Edits, record_decision
from inspector.protocols.jsons import items, obj, text

OWNED, BOUND, REASONS = (1, 16), (1, 18), (1, 7)
"""The schemas from which on decisions have an owner, are bound to the very call, and rejections have a reason."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
_PREFIX = "\0openai-agents-json:"
_NAMES = ("approvals", "functionApprovals", "hostedMcpApprovals", "approvalInvocations")


def javascript(state: RunState, chosen: Chosen) -> Edits:
    """The members of the context that change."""
    whole = obj(state.data, "context")
    context = {name: copy.deepcopy(whole[name]) for name in _NAMES if name in whole}
    waiting = {str(key) for run in obj(state.data, "pendingAgentToolRuns") for key in (run,)}
    for one, yes, reason in chosen:
        if waiting and not _own(state, one):
            raise Refused(
                f"{one.name} was called by an agent that is used as a tool; decide that in the program itself."
            )
        if reason is not None and state.version < REASONS:
            raise Refused("This schema has no place for the reason of a rejection; reject without one.")
        for record in _records(state, context, one):
            record_decision(record, one.call, yes, reason, "messages")
    return [(("context",), name, value) for name, value in context.items() if value != whole.get(name)]


def _own(state: RunState, one: Pending) -> bool:
    """Whether the call is one of the state's own last answer."""
    output = items(state.data, "lastModelResponse", "output")
    return any(text(call, "callId") == one.call or text(call, "id") == one.call for call in output)


def _records(state: RunState, context: dict[str, Any], one: Pending) -> list[dict[str, Any]]:
    raw = obj(one.item, "rawItem")
    kind = text(raw, "type") or ""
    key = text(one.item, "functionToolStateKey") or json.dumps(["bare", one.name], separators=(",", ":"))
    function = kind == "function_call"
    if state.version < OWNED or (function and key == "" and state.version < BOUND):
        return [_record(context.setdefault("approvals", {}), one.name)]
    owner = text(one.item, "agent", "identity") or one.agent
    if function:
        owned = _of_agent(context.setdefault("functionApprovals", []), owner, {"approvals": {}})
        records = [_record(owned["approvals"], key)]
        name = key
    else:
        hosted = kind == "hosted_tool_call" and bool(obj(raw, "providerData"))
        name = _hosted_key(raw, one) if hosted else one.name
        records = [_record(context.setdefault("hostedMcpApprovals" if hosted else "approvals", {}), name)]
    if state.version >= BOUND:
        bound = _of_agent(context.setdefault("approvalInvocations", []), owner, {"invocations": {}, "approvals": {}})
        bound["invocations"][one.call] = fingerprint(name, raw)
        if not function:
            records.append(_record(bound["approvals"], name))
    return records


def _record(named: dict[str, Any], name: str) -> dict[str, Any]:
    record: dict[str, Any] = named.setdefault(name, {"approved": [], "rejected": []})
    return record


def _of_agent(listed: list[Any], owner: str, empty: dict[str, Any]) -> dict[str, Any]:
    for each in listed:
        if isinstance(each, dict) and each.get("agentIdentity") == owner:
            return each
    new = {"agentIdentity": owner, **empty}
    listed.append(new)
    return new


def _hosted_key(raw: Any, one: Pending) -> str:
    request = obj(raw, "providerData")
    label = text(request, "server_label") or text(request, "serverLabel") or ""
    name = text(request, "name") or text(raw, "name") or one.name
    return json.dumps(["hosted_mcp", label, name], ensure_ascii=False, separators=(",", ":"))


def fingerprint(name: str, raw: Any) -> str:
    """What binds a decision to the very call: its kind, tool and arguments, keys in order."""
    payload: Any
    if raw.get("type") == "function_call":
        payload = _normal(str(raw.get("arguments") or ""))
    elif raw.get("type") == "hosted_tool_call":
        request = obj(raw, "providerData")
        given = raw.get("arguments", request.get("arguments"))
        label = text(request, "server_label") or text(request, "serverLabel")
        payload = {} if label is None else {"serverLabel": label}
        payload |= {} if given is None else {"arguments": _normal(given) if isinstance(given, str) else given}
    else:
        keys = {"computer_call": ("actions", "action"), "shell_call": ("action",), "apply_patch_call": ("operation",)}
        found = [raw[key] for key in keys.get(str(raw.get("type")), ()) if raw.get(key) is not None]
        payload = found[0] if found else None
    caller: dict[str, Any] = {"type": "direct"}
    if obj(raw, "caller").get("type") == "program":
        caller = {"type": "program", "callerId": obj(raw, "caller").get("callerId")}
    whole = {"caller": caller, "type": raw.get("type"), "toolName": name}
    whole |= {} if payload is None else {"payload": payload}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _normal(arguments: str) -> dict[str, Any]:
    """Arguments as a value in which numbers are told apart to the last digit; as they are where they are no JSON."""

    def token(match: re.Match[str]) -> str:
        word = match[0]
        if not word.startswith('"'):
            return json.dumps(f"{_PREFIX}number:{_number(word)}")
        inner = json.loads(word)
        return json.dumps(f"{_PREFIX}string:{inner}") if inner.startswith(_PREFIX) else word

    try:
        return {"format": "json", "value": json.loads(_TOKEN.sub(token, arguments))}
    except ValueError:
        return {"format": "raw", "value": arguments}


def _number(word: str) -> str:
    mantissa, _, exponent = word.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    minus = "-" if mantissa.startswith("-") else ""
    if not digits:
        return f"{minus}0"
    short = digits.rstrip("0")
    return f"{minus}{short}e{int(exponent or '0') - len(fraction) + len(digits) - len(short)}"
