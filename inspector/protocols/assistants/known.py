"""From the objects of the API to facts, remembering of each run what the next object is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import (
    Acted,
    Ask,
    Fact,
    Identified,
    MessageSeen,
    NodeSeen,
    Noticed,
    RunKey,
    StatusSeen,
    ToolCallSeen,
    Wanted,
    Witness,
)
from inspector.protocols.assistants import deltas
from inspector.protocols.assistants.chart import CODES, REQUIRES_ACTION, RUN_CHART, STEP_PHASES
from inspector.protocols.assistants.shapes import (
    ToolUse,
    asks_of,
    error_of,
    message_text,
    part_text,
    tool_use,
    tool_uses,
    unix,
)
from inspector.protocols.jsons import items, number, obj, text

_WENT_ON = frozenset(["queued", "in_progress", "completed", "incomplete"])
"""Statuses that a run which waited for tool outputs can have only once somebody submitted them."""


@dataclass(slots=True)
class Known:
    """What is remembered of one run. ``told`` is its id as the server gave it; ``listed`` the lists that were read."""

    told: str | None = None
    name: str | None = None
    thread: str | None = None
    status: str | None = None
    asks: tuple[Ask, ...] = ()
    until: float | None = None
    answered: set[str] = field(default_factory=set)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    words: set[tuple[str, str]] = field(default_factory=set)


class Memory:
    """What one connection's decoder remembers, and how objects are read with it."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._runs: dict[RunKey, Known] = {}
        self._messages: dict[str, dict[str, Any]] = {}
        self._tails: dict[str, tuple[float, deltas.Pieces]] = {}
        self._complete: set[str] = set()
        self._owners: dict[str, RunKey] = {}

    def known(self, key: RunKey) -> Known:
        """What is known of this run."""
        return self._runs.setdefault(self._keys.canon(key), Known())

    def owner(self, message: str | None) -> RunKey | None:
        """The run that a message, or a step, belongs to, if an object said so."""
        key = self._owners.get(message or "")
        return None if key is None else self._keys.canon(key)

    def own(self, item: str | None, key: RunKey) -> None:
        """Remember that this message or step belongs to this run."""
        if item:
            self._owners[item] = key

    def identified(self, key: RunKey, run: str | None, thread: str | None, name: str | None = None) -> list[Fact]:
        """The ids and the assistant's, if they are news."""
        known = self.known(key)
        if all(new in (None, old) for new, old in ((run, known.told), (thread, known.thread), (name, known.name))):
            return []
        known.told, known.thread, known.name = run or known.told, thread or known.thread, name or known.name
        return [Identified(run, thread, name)]

    def run(
        self,
        key: RunKey,
        payload: Mapping[str, Any],
        witness: Witness,
        word: str | None = None,
        since: float | None = None,
    ) -> list[Fact]:
        """A run object. ``word`` is the status that the event's name stands for, used where the payload has none."""
        known = self.known(key)
        facts = self.identified(key, text(payload, "id"), text(payload, "thread_id"), text(payload, "assistant_id"))
        status = text(payload, "status") or word
        if status is None:
            return facts
        message, code = error_of({"error": payload.get("last_error")})
        reason = text(payload, "incomplete_details", "reason")
        facts.append(StatusSeen(status, status, witness, False, code or reason, message or None, since))
        if status not in RUN_CHART.by_id:
            facts += self.unknown(known, "status", status)
        facts += self._undeclared(known, "error code", code)
        facts += self._undeclared(known, "reason", reason)
        facts += self._wait(known, payload, status, witness)
        if status == "failed" != known.status and _before_model(known, payload, witness):
            facts.append(Noticed("run.failed", {"before_model": True}))
        known.status = status
        return facts

    def _wait(self, known: Known, payload: Mapping[str, Any], status: str, witness: Witness) -> Iterator[Fact]:
        if status != REQUIRES_ACTION:
            yield from self._wait_over(known, status, witness)
            return
        kind, asks = asks_of(payload)
        yield from self._undeclared(known, "required action", kind)
        if not asks and kind is None:
            asks = tuple(self._open_calls(known))
        until = unix(payload.get("expires_at"))
        if known.status == REQUIRES_ACTION and (asks or known.asks, until or known.until) == (known.asks, known.until):
            return
        known.asks, known.until = asks, until
        known.answered -= {ask.id or "" for ask in asks}
        yield Wanted(asks, until, witness)
        for ask in asks:
            if ask.id is not None and ask.kind == "tool" and kind is not None:
                yield ToolCallSeen(ask.id, ask.name, str(ask.value or ""))

    def _wait_over(self, known: Known, status: str, witness: Witness) -> Iterator[Fact]:
        """The run has left ``requires_action``. If it went on, somebody has answered, whether or not we saw it."""
        if known.status != REQUIRES_ACTION:
            return
        yield Wanted((), None, witness)
        open_ids = [ask.id for ask in known.asks if ask.kind == "tool" and ask.id and ask.id not in known.answered]
        if open_ids and status in _WENT_ON:
            known.answered.update(open_ids)
            yield Acted("submit_tool_outputs", True, {"calls": open_ids, "inferred": True})
        known.asks, known.until = (), None

    def _open_calls(self, known: Known) -> Iterator[Ask]:
        """What a run must be waiting for where the server does not say it: its function calls without an output."""
        for step in known.steps.values():
            for use in tool_uses(step):
                if not use.hosted and use.output is None and use.id is not None and use.id not in known.answered:
                    yield Ask("tool", use.id, use.name or None, use.arguments)

    def step(self, key: RunKey, payload: Mapping[str, Any], witness: Witness, word: str = "created") -> list[Fact]:
        """A run step object. ``word`` is the last word of the event's name."""
        known = self.known(key)
        task = text(payload, "id")
        if task is None:
            return []
        facts = self.identified(key, text(payload, "run_id"), text(payload, "thread_id"))
        self.own(task, key)
        status = text(payload, "status") or word
        facts += self._undeclared(known, "step status", text(payload, "status"))
        known.steps[task] = {**payload, "step_details": _copied(payload.get("step_details"))}
        uses = list(tool_uses(payload))
        error = error_of({"error": payload.get("last_error")})[0]
        phase = STEP_PHASES.get(status, "start")
        note = error or ", ".join(use.name for use in uses if use.name)
        facts.append(NodeSeen(task, _step_name(payload), phase, "step", note=note))
        facts += [_call(use, use.id or f"{task}:{at}") for at, use in enumerate(uses)]
        if known.status == REQUIRES_ACTION and not known.asks and (asks := tuple(self._open_calls(known))):
            known.asks = asks
            facts.append(Wanted(asks, known.until, witness))
        return facts

    def step_delta(self, key: RunKey, payload: Mapping[str, Any]) -> list[Fact]:
        """A piece of a step: what it adds to each tool call."""
        known = self.known(key)
        task, delta = text(payload, "id"), obj(payload, "delta")
        if task is None:
            return []
        snapshot = known.steps.setdefault(task, {})
        before = {id(entry): entry.get("id") for entry in _entries(snapshot)}
        deltas.merge(snapshot, delta)
        facts: list[Fact] = []
        for piece in items(obj(delta, "step_details"), "tool_calls"):
            entry = _entry(snapshot, piece)
            if entry is None or not text(entry, "id"):
                continue
            if before.get(id(entry)) is None:
                facts.append(_call(tool_use(entry), str(entry["id"])))
            else:
                use = tool_use(piece)
                output = None if use.output is None else tool_use(entry).output
                facts.append(ToolCallSeen(str(entry["id"]), None, use.arguments, output, use.hosted, append=True))
        return facts

    def message(self, key: RunKey, payload: Mapping[str, Any], word: str | None = None) -> list[Fact]:
        """A message object. ``word`` is the last word of the event's name."""
        known = self.known(key)
        ident = text(payload, "id")
        if ident is None:
            return []
        self.own(ident, key)
        self._messages[ident] = {"content": _copied(payload.get("content"))}
        self._tails.pop(ident, None)
        self._complete.discard(ident)
        if word == "completed":
            del self._messages[ident]  # a long text need not be here as well
            self._complete.add(ident)
        reason = text(payload, "incomplete_details", "reason")
        facts = self.identified(key, text(payload, "run_id"), text(payload, "thread_id"))
        facts += self._undeclared(known, "message reason", reason)
        status = text(payload, "status") or (word if word != "created" else None)
        role = text(payload, "role") or "assistant"
        facts.append(MessageSeen(ident, role, message_text(payload), False, status, reason))
        return facts

    def message_delta(self, payload: Mapping[str, Any]) -> list[Fact]:
        """A piece of a message: added to the end where it belongs there, else the whole text anew.

        What comes for a complete one, against the protocol, goes to the end: nothing of it is lost.
        """
        ident, delta = text(payload, "id"), obj(payload, "delta")
        if ident is None or not delta:
            return []
        role, parts = text(delta, "role") or "assistant", items(delta, "content")
        if ident in self._complete:
            return [MessageSeen(ident, role, "".join(map(part_text, parts)), append=True)]
        snapshot = self._messages.setdefault(ident, {})
        deltas.merge(snapshot, delta)
        last = _last_index(snapshot)
        tail = _tail(snapshot)
        if tail is not None and last is not None:
            self._tails[ident] = (last, tail)
        if parts and all(number(part, "index") == last for part in parts):
            return [MessageSeen(ident, role, "".join(part_text(part) for part in parts), append=True)]
        return [MessageSeen(ident, role, message_text(snapshot))]

    def grows(self, ident: str, index: int) -> bool:
        """Whether :meth:`grow` is the way for pieces of this part."""
        tail = self._tails.get(ident)
        return tail is not None and tail[0] == index

    def grow(self, ident: str, index: int, piece: str) -> MessageSeen | None:
        """The short way for the commonest event by far, more text for a message's last part; None = not this way."""
        tail = self._tails.get(ident)
        if tail is None or tail[0] != index:
            return None
        tail[1].add(piece)
        return tuple.__new__(MessageSeen, (ident, "assistant", piece, True, None, None))

    def unknown(self, known: Known, what: str, word: str) -> list[Fact]:
        """A word that nobody declared; told once for each run."""
        if (what, word) in known.words:
            return []
        known.words.add((what, word))
        return [Noticed("run.unknown_word", {"word": word, "what": what})]

    def _undeclared(self, known: Known, what: str, word: str | None) -> list[Fact]:
        return [] if word is None or word in CODES[what] else self.unknown(known, what, word)


def _before_model(known: Known, payload: Mapping[str, Any], witness: Witness) -> bool:
    """Whether a failed run never reached the model: no step, and not one token used."""
    usage = payload.get("usage")
    if known.steps:
        return False
    return number(usage, "total_tokens") == 0 or (usage is None and witness is Witness.STREAM)


def _step_name(payload: Mapping[str, Any]) -> str:
    kind = text(payload, "type") or text(payload, "step_details", "type") or "step"
    own = text(payload, "step_details", "name")
    return own or {"message_creation": "message", "tool_calls": "tool calls"}.get(kind, kind)


def _call(use: ToolUse, ident: str) -> ToolCallSeen:
    return ToolCallSeen(ident, use.name or None, use.arguments, use.output, use.hosted)


def _copied(value: Any, depth: int = 0) -> Any:
    """A copy down to what deltas change, so that what the server said stays as it said it."""
    if depth > 12:
        return value
    if isinstance(value, Mapping):
        return {key: _copied(item, depth + 1) for key, item in value.items()}
    return [_copied(item, depth + 1) for item in value] if isinstance(value, list) else value


def _entries(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in items(obj(snapshot, "step_details"), "tool_calls") if isinstance(entry, dict)]


def _entry(snapshot: Mapping[str, Any], piece: Any) -> dict[str, Any] | None:
    """The tool call of the snapshot that this piece went into."""
    entries = _entries(snapshot)
    index = number(piece, "index")
    if index is None:
        return next((entry for entry in entries if entry is piece), None)
    at = int(index)
    if 0 <= at < len(entries) and number(entries[at], "index") in (index, None):
        return entries[at]
    return next((entry for entry in entries if number(entry, "index") == index), None)


def _last_index(snapshot: Mapping[str, Any]) -> float | None:
    """The index of the message's last part."""
    content = snapshot.get("content")
    if not isinstance(content, list) or not content:
        return None
    index = number(content[-1], "index")
    return float(len(content) - 1) if index is None else index


def _tail(snapshot: Mapping[str, Any]) -> deltas.Pieces | None:
    """The growing text of the message's last part."""
    content = snapshot.get("content")
    part = content[-1] if isinstance(content, list) and content else None
    body = part.get("text") if isinstance(part, dict) else None
    if not isinstance(body, dict):
        return None
    value = body.get("value")
    if isinstance(value, str):
        value = body["value"] = deltas.Pieces(value)
    return value if isinstance(value, deltas.Pieces) else None
