"""Decisions in a saved run state, written as the SDK itself records them: the file stays as it was but for them.

Sources: ``run_state.py`` and ``run_context.py`` of openai-agents 0.24 (schema 1.21), ``runState.ts``, ``runContext.ts``
and ``toolInvocation.ts`` of @openai/agents 0.20 (schema 1.22). Decisions about functions belong to the agent that made
the call from Python 1.18 and JavaScript 1.16 on, to the name of the tool before.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.errors import Refused, UserError
from inspector.protocols.agents_sdk.runstate import Pending, RunState, is_run_state, run_state
from inspector.protocols.agents_sdk.splice import put
from inspector.protocols.agents_sdk.states_js import javascript
from inspector.protocols.agents_sdk.states_py import Edits, python
from inspector.protocols.jsons import items, obj, parse, text

Decision = tuple[str, tuple[bool, str | None]]
"""The id of a call, whether it is approved, and the reason of a rejection."""

_NEWEST = {True: (1, 21), False: (1, 22)}


def decisions_of(state: RunState, data: Any) -> list[Decision]:
    """What somebody decided: ``{call: true | false | {"approve", "reason"}}``, ``{"id", "approve", "reason"}``, or a
    list of these. UserError for anything else, and for calls that are not pending."""
    given: list[tuple[Any, Any]] = []
    if isinstance(data, Mapping) and "approve" in data and isinstance(data.get("approve"), bool):
        data = [data]
    if isinstance(data, Mapping):
        given = list(data.items())
    else:
        given = [(obj(one).get("id"), one) for one in items(data)]
    if not given:
        raise UserError(
            'Say what is decided: {"CALL": true} approves, {"CALL": {"approve": false, "reason": "…"}} rejects.'
        )
    found = {}
    known = {one.call for one in state.pending}
    for call, said in given:
        yes = said if isinstance(said, bool) else obj(said).get("approve")
        if call not in known:
            raise UserError(f"The call {call!r} does not wait here; these do: {', '.join(sorted(known)) or 'none'}.")
        if not isinstance(yes, bool):
            raise UserError(f"Say for {call} whether it is approved: true or false.")
        reason = text(said, "reason") or text(said, "message")
        if yes and reason is not None:
            raise UserError(f"A reason is told to the model with a rejection only; {call} is approved.")
        found[str(call)] = (yes, reason)
    return list(found.items())


def decided(content: bytes, data: Any) -> bytes:
    """The file with these decisions. UserError where it is no run state, Refused where the SDK would not take them."""
    mark = content[:3] if content.startswith(codecs.BOM_UTF8) else b""
    value = parse(content[len(mark) :])
    if not isinstance(value, Mapping) or not is_run_state(value):
        raise UserError("This is no saved run state of the Agents SDK.")
    state = run_state(value)
    if not state.waits:
        raise Refused("This run state does not wait for approvals.")
    if state.version > _NEWEST[state.snake]:
        newest = ".".join(str(part) for part in _NEWEST[state.snake])
        raise Refused(
            f"Its schema {text(value, '$schemaVersion')} is newer than {newest}, the newest that is known here."
        )
    words = content[len(mark) :].decode("utf-8", "surrogatepass")
    for path, name, new in _edits(state, decisions_of(state, data)):
        words = put(words, path, name, new)
    return mark + words.encode("utf-8", "surrogatepass")


def _edits(state: RunState, decisions: Sequence[Decision]) -> Edits:
    pending: dict[str, Pending] = {one.call: one for one in state.pending}
    chosen = [(pending[call], yes, reason) for call, (yes, reason) in decisions]
    return python(state, chosen) if state.snake else javascript(state, chosen)
