"""From the objects of the API to facts, remembering of each response what the next object is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import (
    Answered,
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
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.responses.chart import ACTIVE, STATUSES, WAITING
from inspector.protocols.responses.items import (
    answer_of,
    answers_in,
    ask_of,
    error_of,
    message_text,
    node_of,
    phase_of,
    use_of,
)
from inspector.protocols.responses.words import ERROR_CODES, REASONS


@dataclass(slots=True)
class Known:
    """What is remembered of one response.

    ``places`` are the ids of its items by their place in the output, ``types`` their types, ``calls`` the ids of calls
    by the ids of their items, ``parts`` the pieces of each message's text by part, ``streamed`` the items that a stream
    or the end told. ``over``: its stream told an end.
    """

    id: str | None = None
    thread: str | None = None
    name: str | None = None
    status: str | None = None
    stored: bool | None = None
    over: bool = False
    numbered: bool = False
    last: int | None = None
    places: dict[int, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    seen: dict[str, Any] = field(default_factory=dict)
    streamed: set[str] = field(default_factory=set)
    words: set[tuple[str, str]] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)

    def rename(self, before: Sequence[str], final: Sequence[str | None]) -> None:
        """Some servers give the calls that they streamed other ids in their last word: they are the same calls."""
        gone = [ident for ident in before if ident not in final and ident not in self.answered]
        new = [ident for ident in final if ident and ident not in before]
        if len(gone) == len(new):
            for old, now in zip(gone, new, strict=True):
                self.renamed[old] = now
                del self.asks[old]

    @property
    def open(self) -> tuple[Ask, ...]:
        """The calls and approvals that nobody has answered."""
        return tuple(ask for ident, ask in self.asks.items() if ident not in self.answered)


class Memory:
    """What one connection's decoder remembers, and how objects are read with it."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._runs: dict[RunKey, Known] = {}
        self._threads: dict[str, str] = {}
        self._owners: dict[str, RunKey] = {}
        self._brought: dict[RunKey, list[tuple[Answered, set[str]]]] = {}

    def known(self, key: RunKey) -> Known:
        """What is known of this response."""
        key = self._keys.canon(key)
        known = self._runs.get(key)
        if known is None:
            known = self._runs[key] = Known()
        return known

    def requested(self, key: RunKey, body: Any) -> list[Fact]:
        """What the request for a response says about its thread, and which earlier response it answers."""
        known = self.known(key)
        facts: list[Fact] = []
        known.stored = obj(body).get("store") is not False
        thread = conversation_of(body) or self._chain(text(body, "previous_response_id"))
        for answered, ids in self._answers(body):
            facts.append(answered)
            self._brought.setdefault(key, []).append((answered, ids))
            thread = thread or self.known(answered.key).thread
        news, model = thread is not None and thread != known.thread, text(obj(body), "model")
        known.thread = thread or known.thread
        if news or model is not None:
            facts.insert(0, Identified(None, thread, model))
        return facts

    def refused(self, key: RunKey) -> list[Fact]:
        """The server did not take a request because of its history: what it brought first is as open as before."""
        facts: list[Fact] = []
        for answered, ids in self._brought.pop(self._keys.canon(key), ()):
            self.known(answered.key).answered -= ids
            facts.append(Answered(answered.key, answered.outputs, False, refused=True))
        return facts

    def injected(self, key: RunKey, body: Mapping[str, Any]) -> list[Fact]:
        """Outputs that are sent to a response while it goes on."""
        known, facts = self.known(key), list[Fact]()
        for ident, output in answers_in(body):
            if ident in known.asks:
                known.answered.add(ident)
                facts.append(ToolCallSeen(ident, output=output))
        return facts

    def identified(self, key: RunKey, ident: str | None, payload: Mapping[str, Any]) -> list[Fact]:
        """The ids, if they are news. The thread is a conversation, or is named after the first response of a chain."""
        known = self.known(key)
        told = conversation_of(payload) or self._chain(text(payload, "previous_response_id"))
        thread = told or known.thread or ident
        if ident is not None and thread is not None:
            self._threads[ident] = thread
        name = text(payload, "model") or known.name
        if (ident is None or ident == known.id) and thread == known.thread and name == known.name:
            return []
        known.id, known.thread, known.name = ident or known.id, thread, name
        return [Identified(ident, thread, name)]

    def response(
        self, key: RunKey, payload: Mapping[str, Any], witness: Witness, word: str | None = None
    ) -> list[Fact]:
        """A response object. ``word`` is the status that the event's name stands for."""
        known = self.known(key)
        facts = self.identified(key, text(payload, "id"), payload)
        if payload.get("store") is False:
            known.stored = False
        status = text(payload, "status")
        glimpse = witness is Witness.SERVER and status in ACTIVE
        before = list(known.asks)
        for place, item in enumerate(items(payload, "output")):
            if isinstance(item, Mapping):
                facts += self.item(key, item, place, not glimpse, glimpse)
        known.rename(
            before, [ask.id for item in items(payload, "output") if (ask := ask_of(obj(item), "")) is not None]
        )
        if status is not None and word is not None and word != status:
            facts.append(Noticed("run.status_mismatch", {"name": word, "payload": status}))
        if status is None or (status not in STATUSES and word is not None):
            facts += self.unknown(known, "status", status)
            status = word
        if status is not None:
            facts += self.status(key, status, witness, payload)
        return facts

    def status(
        self, key: RunKey, status: str, witness: Witness, payload: Mapping[str, Any] | None = None
    ) -> Iterator[Fact]:
        """A status; ``completed`` with open calls is a wait."""
        known = self.known(key)
        reason = text(payload, "incomplete_details", "reason")
        message, code = error_of({"error": obj(payload).get("error")})
        before, known.status = known.status, status
        waits = status == "completed" and bool(known.open)
        state = WAITING if waits else status
        if waits:
            yield Wanted(known.open, None, witness)
        elif before == "completed" and known.asks:
            yield Wanted((), None, witness)
        yield StatusSeen(state, status, witness, False, code or reason, message or None)
        if code is not None and code not in ERROR_CODES:
            yield from self.unknown(known, "error code", code)
        if reason is not None and reason not in REASONS:
            yield from self.unknown(known, "reason", reason)
        if status not in STATUSES:
            yield from self.unknown(known, "status", status)

    def item(
        self, key: RunKey, item: Mapping[str, Any], place: int | None, done: bool, glimpse: bool = False
    ) -> list[Fact]:
        """An item of the output, begun or done. In another form the same place is the same item.

        ``glimpse``: somebody who asked in the middle was told how far it is; a stream that tells it knows better.
        """
        known = self.known(key)
        kind = text(item, "type") or ""
        ident = self._ident(known, item, kind, place)
        if known.seen.get(ident) == item or (glimpse and ident in known.streamed):
            return []
        known.seen[ident] = item
        if not glimpse:
            known.streamed.add(ident)
        facts: list[Fact] = []
        for call, output in answer_of(item):
            known.answered.add(call)
            facts.append(ToolCallSeen(call, output=output))
        ask = ask_of(item, ident)
        if ask is not None and ask.id is not None:
            known.asks[ask.id] = ask
            self._owners.setdefault(ask.id, self._keys.canon(key))
        use = use_of(item, ident)
        if use is not None:
            known.calls[ident] = use.id
            half = glimpse and item.get("status") == "in_progress"  # a stream's pieces would be put after it
            facts.append(ToolCallSeen(use.id, use.name, "" if half else use.arguments, use.output, use.hosted))
        elif kind == "message" or ("content" in item and item.get("role")):
            facts.append(self._message(known, ident, item, done, glimpse))
        name, note = node_of(item)
        task = use.id if use is not None else ident
        facts.append(NodeSeen(task, name, phase_of(item, done), kind or "item", note=note))
        return facts

    def grows(self, known: Known, item: str, place: int, part: int) -> bool:
        """Whether more text for this part belongs at the end of its message."""
        ident = self.item_of(known, {"item_id": item, "output_index": place})
        return part >= max(known.parts.get(ident, ()), default=part)

    def grown(self, key: RunKey, data: Mapping[str, Any], piece: str, whole: bool) -> MessageSeen:
        """A piece of a message's text, or the whole text of one of its parts."""
        known = self.known(key)
        ident = self.item_of(known, data)
        index = data.get("content_index")
        at = index if isinstance(index, int) else 0
        parts = known.parts.setdefault(ident, {})
        if whole:
            parts[at] = [piece]
        else:
            parts.setdefault(at, []).append(piece)
            if at == max(parts):
                return MessageSeen(ident, "assistant", piece, append=True)
        return MessageSeen(ident, "assistant", _joined(parts))

    def call_grown(self, key: RunKey, data: Mapping[str, Any], piece: str, whole: bool, hosted: bool) -> ToolCallSeen:
        """A piece of a call's arguments, or all of them."""
        known = self.known(key)
        ident = self.item_of(known, data)
        call = known.calls.get(ident, ident)
        ask = known.asks.get(call)
        if whole and ask is not None:
            known.asks[call] = Ask(ask.kind, ask.id, ask.name, piece, ask.node)
        return ToolCallSeen(call, text(data, "name"), piece, hosted=hosted, append=not whole)

    def item_of(self, known: Known, data: Mapping[str, Any]) -> str:
        """The item that an event is about: by its id, or by its place in the output."""
        place = data.get("output_index")
        at = place if isinstance(place, int) else None
        told = text(data, "item_id")
        if told is not None and (told in known.types or at is None):
            return told
        if at is not None and at in known.places:
            return known.places[at]
        ident = told or f"item:{at or 0}"
        if at is not None:
            known.places[at] = ident
        return ident

    def unknown(self, known: Known, what: str, word: str | None) -> list[Fact]:
        """A word that nobody declared; told once for each response."""
        if word is None or (what, word) in known.words:
            return []
        known.words.add((what, word))
        return [Noticed("run.unknown_word", {"word": word, "what": what})]

    def _ident(self, known: Known, item: Mapping[str, Any], kind: str, place: int | None) -> str:
        told = text(item, "id") or text(item, "call_id")
        ident = told if told in known.types else None
        if ident is None and place is not None:
            here = known.places.get(place)
            ident = here if here is not None and known.types.get(here, kind) == kind else None
        ident = ident or told or f"item:{place or 0}"
        known.types[ident] = kind
        if place is not None:
            known.places[place] = ident
        return ident

    def _message(self, known: Known, ident: str, item: Mapping[str, Any], done: bool, glimpse: bool) -> MessageSeen:
        told = message_text(item)
        if glimpse:
            whole = _joined({index: [piece] for index, piece in told.items()})
            return MessageSeen(ident, text(item, "role") or "assistant", whole)
        if done or told:
            known.parts[ident] = {index: [piece] for index, piece in told.items()}
        status = text(item, "status") if done else None
        whole = _joined(known.parts.setdefault(ident, {}))
        return MessageSeen(ident, text(item, "role") or "assistant", whole, status=status)

    def _chain(self, previous: str | None) -> str | None:
        return None if previous is None else self._threads.setdefault(previous, previous)

    def _answers(self, body: Any) -> list[tuple[Answered, set[str]]]:
        """Which responses' calls this request answers for the first time, with the ids of all that it answers there.

        Whole histories repeat the old answers.
        """
        given: dict[RunKey, list[ToolCallSeen]] = {}
        ids: dict[RunKey, set[str]] = {}
        for ident, output in answers_in(obj(body)):
            owner = self._owners.get(ident)
            if owner is None:
                continue
            owner = self._keys.canon(owner)
            known = self.known(owner)
            ident = known.renamed.get(ident, ident)
            if ident not in known.answered:
                known.answered.add(ident)
                ids.setdefault(owner, set()).add(ident)
                calls = given.setdefault(owner, [])
                if known.asks[ident].kind == "tool":
                    calls.append(ToolCallSeen(ident, output=output))
        return [
            (Answered(owner, tuple(calls), not self.known(owner).open), ids[owner]) for owner, calls in given.items()
        ]


def conversation_of(payload: Any) -> str | None:
    """The conversation that a request or a response names: as its id, or as an object."""
    return text(payload, "conversation") or text(payload, "conversation", "id")


def _joined(parts: Mapping[int, list[str]]) -> str:
    return "".join("".join(parts[index]) for index in sorted(parts))
