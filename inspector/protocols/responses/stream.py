"""Events of a response, from an event stream or a socket, to rows of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import (
    ErrorSeen,
    Fact,
    NodeSeen,
    Noticed,
    Purpose,
    RunKey,
    StatusSeen,
    ToolCallSeen,
    Witness,
)
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.jsons import NOT_JSON, obj, parse, short, text
from inspector.protocols.responses.items import as_text, error_of, part_text
from inspector.protocols.responses.memory import Known, Memory
from inspector.protocols.responses.words import BEATS, EVENTS, LIFECYCLE

_ARGUMENTS = {
    "response.function_call_arguments": "arguments",
    "response.custom_tool_call_input": "input",
    "response.mcp_call_arguments": "arguments",
    "response.code_interpreter_call_code": "code",
}
_TEXTS = {"response.output_text": "text", "response.refusal": "refusal"}
_FIRST = "response.created"
_PHASES = {"completed": "end", "failed": "error", "in_progress": "start"}
_OVER = frozenset(["completed", "incomplete", "failed", "cancelled"])


class StreamReader:
    """Reads the events of all exchanges of one connection."""

    def __init__(self, keys: Keys, memory: Memory) -> None:
        self._keys = keys
        self._memory = memory

    def read(self, x: Exchange, event: SseEvent) -> Iterator[Draft]:
        """An event of an HTTP stream. The payload's type is the first witness, the event's name the second."""
        if event.data.strip() == "[DONE]" or event.name == "done":
            yield Draft("[DONE]", "", x.run)
            return
        data = parse(event.data) if event.has_data and event.data else {}
        if not isinstance(data, Mapping):
            yield self._unreadable(x, event)
            data = {}
        name = text(data, "type") or event.name
        facts: list[Fact] = []
        named, told = LIFECYCLE.get(event.name), LIFECYCLE.get(name)
        if named and told and named != told:
            facts.append(Noticed("run.status_mismatch", {"name": named, "payload": told}))
        yield from self.take(x, self.run_of(x, data), name, data, facts)

    def run_of(self, x: Exchange, data: Mapping[str, Any]) -> RunKey:
        """The response that an event is about: the one that it names, else the one under way on this exchange."""
        ident = text(data, "response", "id") or text(data, "response_id")
        if x.run is None:
            x.run = self._keys.new() if ident is None else self._keys.of(ident)
        known = self._memory.known(x.run)
        if ident is not None and known.id not in (None, ident) and not known.over and data.get("type") != _FIRST:
            x.run = self._keys.tie(x.run, ident)  # proxies that encode ids do so in some events only
        else:
            x.run = self.place(x.run, ident)
        return x.run

    def place(self, key: RunKey, ident: str | None) -> RunKey:
        """The key to use, now that the response of ``key`` turns out to be called ``ident``."""
        known = self._memory.known(key)
        if ident is None or known.id == ident:
            return self._keys.canon(key)
        return self._keys.tie(key, ident) if known.id is None else self._keys.of(ident)

    def take(self, x: Exchange, key: RunKey, name: str, data: Mapping[str, Any], facts: list[Fact]) -> Iterator[Draft]:
        """One event whose response is known."""
        known = self._memory.known(key)
        replayed = _replayed(x, known, name, data)
        facts += self._numbers(x, known, name, data)
        if replayed:
            x.memory["told"] = True
            yield Draft(name, _summary(name, data), key, facts=tuple(facts))
            return
        if name in BEATS:
            yield Draft(f": {name}", "", key, facts=tuple(facts))
            return
        x.memory["told"] = True
        # OpenAI tells an error twice: as an event of its own, and then as the failure of the response.
        same = LIFECYCLE.get(name) == "failed" and "error" in known.seen
        if known.over and known.id is not None and not same:
            facts.append(Noticed("stream.after_terminal", {"word": name or "message"}))
        again = name in ("response.in_progress", "response.queued") and name in known.seen
        facts += self._facts(key, known, name, data)
        if name in LIFECYCLE or name == "error":
            known.seen[name] = True
        if (known.status in _OVER and name in LIFECYCLE) or name == "error":
            known.over = True
        yield Draft(name or "message", _summary(name, data), key, not again, tuple(facts))

    def _unreadable(self, x: Exchange, event: SseEvent) -> Draft:
        values = {"what": "data that is no JSON object", "text": short(event.data), "event": event.name}
        if parse(event.data) is NOT_JSON:
            values["what"] = "data that is not JSON"
        return Draft("bad data", short(event.data), x.run, facts=(Noticed("stream.bad_data", values),))

    def _numbers(self, x: Exchange, known: Known, name: str, data: Mapping[str, Any]) -> Iterator[Fact]:
        """Whether the sequence numbers of one response go on by one. Who numbers only some events, numbers none."""
        number = data.get("sequence_number")
        if not isinstance(number, int) or isinstance(number, bool):
            if name in EVENTS and name != "error" and name not in BEATS and data:
                if known.numbered:
                    yield Noticed("stream.sequence", {"unnumbered": True})
                x.memory["unnumbered"] = True
            return
        mine = x.memory.setdefault("numbers", {})
        before = mine.get(id(known), x.memory.get("after"))
        mine[id(known)] = number
        known.last = number if known.last is None else max(known.last, number)
        if x.memory.get("unnumbered"):
            return
        known.numbered = True
        if before is None:
            lost = number > 1 and x.method != "" and not x.opened.joined
            if lost:
                yield Noticed("stream.sequence", {"what": "missing", "expected": 0, "got": number})
        elif number != before + 1:
            what = "missing" if number > before else "repeated" if number == before else "out of order"
            yield Noticed("stream.sequence", {"what": what, "expected": before + 1, "got": number})

    def _facts(self, key: RunKey, known: Known, name: str, data: Mapping[str, Any]) -> list[Fact]:
        if name in LIFECYCLE:
            payload = obj(data, "response") or (data if "output" in data and "status" in data else {})
            return self._memory.response(key, payload, Witness.STREAM, LIFECYCLE[name])
        if name == "error" or (name not in EVENTS and data.get("error")):
            return self._error(known, data)
        if name in ("response.output_item.added", "response.output_item.done"):
            place = data.get("output_index")
            item = obj(data, "item")
            at = place if isinstance(place, int) else None
            return self._memory.item(key, item, at, name.endswith("done")) if item else []
        family, _, word = name.rpartition(".")
        if family in _TEXTS:
            piece = data.get("delta") if word == "delta" else data.get(_TEXTS[family])
            return [self._memory.grown(key, data, piece, word == "done")] if isinstance(piece, str) else []
        if name == "response.content_part.done":
            part = obj(data, "part")
            if part.get("type") in ("output_text", "refusal"):
                return [self._memory.grown(key, data, part_text(part), True)]
            return []
        if family in _ARGUMENTS:
            return self._arguments(key, family, word, data)
        if family.endswith("_call") and word in _PHASES:
            ident = self._memory.item_of(known, data)
            kind = family.removeprefix("response.")
            call = known.calls.get(ident, ident)
            return [NodeSeen(call, kind.replace("_", " "), _PHASES[word], kind)]
        return [] if name in EVENTS else self._memory.unknown(known, "event", name or "an event without a type")

    def _arguments(self, key: RunKey, family: str, word: str, data: Mapping[str, Any]) -> list[Fact]:
        piece = data.get("delta") if word == "delta" else data.get(_ARGUMENTS[family])
        if piece is None:
            return []
        hosted = "mcp" in family or "code" in family
        fact: ToolCallSeen = self._memory.call_grown(key, data, as_text(piece), word == "done", hosted)
        return [fact]

    def _error(self, known: Known, data: Mapping[str, Any]) -> list[Fact]:
        """An error event ends a response, whether or not it says which."""
        message, code = error_of(data)
        known.status = "failed"
        message = message or short(data)
        return [ErrorSeen("event", message, code), StatusSeen("failed", "error", code=code, message=message)]


def _replayed(x: Exchange, known: Known, name: str, data: Mapping[str, Any]) -> bool:
    """Whether a stream that was opened again tells what is known: an earlier one, or the server when asked, told it."""
    if x.opened.purpose is not Purpose.JOIN:
        return False
    if x.memory.setdefault("known", known.status in _OVER):
        return True
    status = LIFECYCLE.get(name) or text(data, "response", "status")
    if name in LIFECYCLE and known.status == "in_progress" and status == "queued":
        return True
    number = data.get("sequence_number")
    if known.last is None or not isinstance(number, int):
        return False
    return number <= known.last and x.memory.get("numbers", {}).get(id(known), number - 1) == number - 1


def _summary(name: str, data: Mapping[str, Any]) -> str:
    if name in LIFECYCLE:
        return " · ".join(p for p in (text(data, "response", "status"), text(data, "response", "id")) if p)
    for field in ("delta", "text", "arguments", "message", "code", "input"):
        value = data.get(field)
        if isinstance(value, str) and value:
            return short(value)
    item = obj(data, "item")
    if item:
        return " · ".join(p for p in (text(item, "type"), text(item, "name"), text(item, "status")) if p)
    return ""
