"""Files of the SDK as runs: a run state that waits for approvals, and the conversations of a session database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import (
    Ask,
    Fact,
    Identified,
    MessageSeen,
    NodeSeen,
    RunKey,
    ServerSaid,
    StatusSeen,
    ToolCallSeen,
    Wanted,
)
from inspector.protocols.agents_sdk.chart import COMPLETED, UNCLEAR, WAITING
from inspector.protocols.agents_sdk.runstate import RunState, is_run_state, member, run_state
from inspector.protocols.exchange import Draft
from inspector.protocols.jsons import NOT_JSON, items, obj, parse, short, text

_CALLS = ("function_call", "custom_tool_call", "hosted_tool_call", "computer_call", "shell_call", "apply_patch_call")


class SavedState:
    """Reads whole files. A run state belongs to the run of its trace."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def read(self, route: str, body: bytes) -> Iterator[Draft]:
        """The events of a file that came as the answer on this route."""
        value = parse(body)
        if route == "state" and isinstance(value, Mapping) and is_run_state(value):
            yield from self._state(run_state(value))
        elif route == "session" and isinstance(value, Mapping) and text(value, "session_id") is not None:
            yield from self._session(value)
        else:
            said = "no JSON" if value is NOT_JSON else short(value)
            yield Draft("bad data", said)

    def _state(self, state: RunState) -> Iterator[Draft]:
        trace = obj(state.data, "trace")
        ident = text(trace, "id") or text(trace, "trace_id")
        ident = None if ident == "no-op" else ident
        key = self._keys.new() if ident is None else self._keys.of(ident)
        language = "Python" if state.snake else "JavaScript"
        version = text(state.data, "$schemaVersion")
        about = Identified(ident, text(trace, "group_id"), text(trace, "workflow_name") or state.agent)
        facts = (about, ServerSaid("run_state", ident or f"#{key}", state.data))
        yield Draft("run state", f"schema {version} of the {language} SDK", key, True, facts)
        yield from self._talk(key, state)
        yield self._standing(key, state)

    def _talk(self, key: RunKey, state: RunState) -> Iterator[Draft]:
        began = member(state.data, "original_input")
        if isinstance(began, str):
            began = [{"role": "user", "content": began}]
        for number, item in enumerate(began if isinstance(began, list) else ()):
            yield from _item(key, item, f"input:{number}", None)
        for number, item in enumerate(items(member(state.data, "generated_items"))):
            agent = text(obj(item), "agent", "name")
            kind = text(obj(item), "type")
            if kind != "tool_approval_item":
                yield from _item(key, member(item, "raw_item"), f"item:{number}", agent)

    def _standing(self, key: RunKey, state: RunState) -> Draft:
        if state.waits:
            open_ = [one for one in state.pending if one.call not in state.decided]
            asks = tuple(Ask("approval", one.call, one.name, one.arguments, one.agent) for one in open_)
            if not asks:
                said = "Every call is decided: the program has to be run again with this state."
                asks = (Ask("confirmation", None, None, said, state.agent),)
            nodes = tuple(NodeSeen(one.call, one.name, "wait", "function", note=one.agent) for one in state.pending)
            status = StatusSeen(WAITING, state.step, refines=True)
            return Draft("waits", ", ".join(one.name for one in open_), key, True, (Wanted(asks), status, *nodes))
        last = items(member(state.data, "generated_items"))[-1:]
        answered = not state.step and text(obj(last[0]) if last else None, "type") == "message_output_item"
        done = answered or state.step == "next_step_final_output"
        word = StatusSeen(COMPLETED if done else UNCLEAR, state.step or "no step", refines=True)
        return Draft("stopped", state.step.replace("_", " "), key, True, (word,))

    def _session(self, value: Mapping[str, Any]) -> Iterator[Draft]:
        """A conversation is no run; it is shown as one that nobody says anything of."""
        ident = text(value, "session_id") or "?"
        key = self._keys.of(f"session {ident}")
        last = text(value, "updated_at") or ""
        facts: tuple[Fact, ...] = (Identified(ident, ident), ServerSaid("session", ident, value))
        yield Draft("session", f"{ident} {last}".strip(), key, True, facts)
        entries = items(value, "items")
        for number, item in enumerate(entries):
            yield from _item(key, item, f"item:{number}", None)
        calls = {text(i, "call_id") for i in entries if text(i, "type") in _CALLS}
        answered = {text(i, "call_id") for i in entries if (text(i, "type") or "").endswith("_output")}
        final = entries and text(entries[-1], "role") == "assistant" and calls <= answered
        word = StatusSeen(COMPLETED if final else UNCLEAR, "saved conversation")
        yield Draft("conversation", f"{len(entries)} items", key, True, (word,))


def _item(key: RunKey, item: Any, ident: str, agent: str | None) -> Iterator[Draft]:
    """A message, a call or its output, in the form of the Responses API or of the JavaScript SDK."""
    kind, role = text(item, "type") or "message", text(item, "role")
    call = text(member(item, "call_id")) or text(item, "id") or ident
    if kind in _CALLS:
        arguments = obj(item).get("arguments", obj(item).get("action"))
        said = arguments if isinstance(arguments, str) else short(arguments, 10_000)
        facts: tuple[Fact, ...] = (ToolCallSeen(call, text(item, "name") or kind, said, hosted=True),)
        yield Draft(kind, short(f"{text(item, 'name') or ''}({said})"), key, True, facts)
    elif kind.endswith(("_output", "_result")):
        output = _words(obj(item).get("output"))
        yield Draft(kind, short(output), key, True, (ToolCallSeen(call, output=output, hosted=True),))
    elif role is not None or kind == "message":
        words = _words(obj(item).get("content"))
        name = f"{role or 'assistant'} {agent}" if agent is not None else role or "assistant"
        message = MessageSeen(text(item, "id") or ident, role or "assistant", words, status=text(item, "status"))
        yield Draft(name, short(words), key, True, (message,))
    else:
        yield Draft(kind, short(item), key, True)


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_words(part) for part in content)
    said = text(content, "text") or text(content, "refusal") or text(content, "transcript")
    if said is not None:
        return said
    return "" if content is None else short(content, 10_000)
