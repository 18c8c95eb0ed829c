"""The events of a stream, one by one, each to one row with its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from json import JSONDecodeError, JSONDecoder
from typing import Any, Literal

import msgspec

from inspector.domain.book import Keys
from inspector.domain.events import (
    ErrorSeen,
    Fact,
    Identified,
    Noticed,
    Opened,
    Purpose,
    RunKey,
    StatusSeen,
    Witness,
)
from inspector.domain.sse import SseEvent
from inspector.protocols.assistants.chart import MESSAGE_EVENTS, RUN_EVENTS, STEP_EVENTS, TERMINAL
from inspector.protocols.assistants.known import Memory
from inspector.protocols.assistants.shapes import error_of
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.flow import Read, Texts, texts_of
from inspector.protocols.jsons import NOT_JSON, obj, parse, short, text

_BEATS = frozenset(["ping", "heartbeat", "keepalive", "keep-alive", "keep_alive"])
"""Event names that some servers and proxies send to keep a connection open: life, not progress."""

_BY_OBJECT = {
    "thread": "thread.created",
    "thread.message.delta": "thread.message.delta",
    "thread.run.step.delta": "thread.run.step.delta",
}


PIECE = "thread.message.delta"


class _Value(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    value: str


class _Part(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    index: int
    type: Literal["text"]
    text: _Value


class _Content(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    content: tuple[_Part]


class _TextDelta(msgspec.Struct, gc=False):
    id: str
    delta: _Content

    @property
    def part(self) -> _Part:
        return self.delta.content[0]


_NEW = tuple.__new__  # takes a third of the time of a row's own constructor
_TEXT_DELTA = msgspec.json.Decoder(_TextDelta)


class StreamReader:
    """Reads the events of all streams of one connection."""

    def __init__(self, keys: Keys, memory: Memory) -> None:
        self._keys = keys
        self._memory = memory

    def read(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        """The row of one event."""
        if event.name == PIECE and x.run is not None and not x.memory.get("over"):
            quick = self._grown(x.run, event.data)
            if quick is not None:
                return (quick,)
        return self._read(x, event)

    def _read(self, x: Exchange, event: SseEvent) -> Iterator[Draft]:
        name, data = event.name, event.data
        if event.bad:
            data = data.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if name == "done" or (name in ("", "message") and data.strip() == "[DONE]"):
            yield Draft(name or "[DONE]", short(data), x.run)
            return
        payload, whole = _payload(data)
        name, payload = _unwrapped(name, payload)
        read = self._reader(name)
        if read is None:
            yield from self._unknown(x, name, data, payload)
            return
        opened = self._opened(x)
        key, facts = self._place(x, payload, name)
        if not whole and name != "error":
            facts.append(_bad(name, data))
        over = x.memory.setdefault("over", set())
        after = key in over
        told, summary = read(key, payload if payload is not NOT_JSON else {}, name, data)
        facts += told
        if after:
            facts.append(Noticed("stream.after_terminal", {"event": name}))
        if any(isinstance(fact, StatusSeen) and fact.state in TERMINAL for fact in told):
            over.add(key)
        yield Draft(name, summary, key, True, (*opened, *facts))

    def pieces(self, x: Exchange, datas: Sequence[str]) -> Texts | None:
        """Many plain pieces of one text; None where any is anything more."""
        if x.run is None or x.memory.get("over"):
            return None
        first = _text_delta(datas[0])
        if first is None or not self._memory.grows(first.id, first.part.index):
            return None
        found = texts_of(datas, "value", _read)
        if found is None or any(kind != found[0][0] for kind, _ in found):
            return None
        texts = found[0][1] if len(found) == 1 else [text for _, part in found for text in part]
        fact = self._memory.grow(first.id, first.part.index, "".join(texts))
        key = self._memory.owner(first.id) or self._keys.canon(x.run)
        return None if fact is None else Texts(key, texts, [(fact, len(texts) - 1)])

    def _grown(self, run: RunKey, data: str) -> Draft | None:
        """The row of a plain piece of text; None where it is anything more."""
        delta = _text_delta(data)
        if delta is None:
            return None
        part = delta.part
        fact = self._memory.grow(delta.id, part.index, part.text.value)
        if fact is None:
            return None
        key = self._memory.owner(delta.id) or self._keys.canon(run)
        return _NEW(Draft, (PIECE, short(part.text.value), key, True, (fact,), None))

    def _reader(self, name: str) -> Callable[[RunKey, Any, str, str], tuple[list[Fact], str]] | None:
        if name in RUN_EVENTS or _run_word(name) is not None:
            return self._run
        if name in STEP_EVENTS:
            return self._step
        if name in MESSAGE_EVENTS:
            return self._message
        return {"error": self._error, "thread.created": self._thread}.get(name)

    def _run(self, key: RunKey, payload: Any, name: str, data: str) -> tuple[list[Fact], str]:
        word = RUN_EVENTS.get(name) or _run_word(name)
        facts = self._memory.run(key, obj(payload), Witness.STREAM, word)
        if name not in RUN_EVENTS:
            facts += self._memory.unknown(self._memory.known(key), "event", name)
        seen = next((fact for fact in facts if isinstance(fact, StatusSeen)), None)
        if seen is None:
            return facts, ""
        if seen.state != word and name != "thread.run.created":
            facts.append(Noticed("run.status_mismatch", {"name": name, "payload": seen.raw}))
        return facts, " · ".join(part for part in (seen.raw, seen.code, seen.message) if part)

    def _step(self, key: RunKey, payload: Any, name: str, data: str) -> tuple[list[Fact], str]:
        word = name.rpartition(".")[2]
        if word == "delta":
            return self._memory.step_delta(key, obj(payload)), short(obj(payload).get("delta"))
        facts = self._memory.step(key, obj(payload), Witness.STREAM, word)
        return facts, " · ".join(p for p in (text(payload, "type"), text(payload, "status"), text(payload, "id")) if p)

    def _message(self, key: RunKey, payload: Any, name: str, data: str) -> tuple[list[Fact], str]:
        word = name.rpartition(".")[2]
        if word == "delta":
            facts = self._memory.message_delta(obj(payload))
            return facts, short(next((getattr(fact, "text", "") for fact in facts), ""))
        facts = self._memory.message(key, obj(payload), word)
        summary = next((getattr(fact, "text", "") for fact in reversed(facts) if hasattr(fact, "role")), "")
        return facts, short(summary or text(payload, "id") or "")

    def _error(self, key: RunKey, payload: Any, name: str, data: str) -> tuple[list[Fact], str]:
        """Four shapes: flat, nested, a string with a message, plain text."""
        message, code = error_of(payload or data)
        message = message or short(data, 500) or "an error without a word"
        return [ErrorSeen("event", message, code)], short(message)

    def _thread(self, key: RunKey, payload: Any, name: str, data: str) -> tuple[list[Fact], str]:
        ident = text(payload, "id")
        return ([] if ident is None else [Identified(None, ident)]), ident or ""

    def _unknown(self, x: Exchange, name: str, data: str, payload: Any) -> Iterator[Draft]:
        facts: list[Fact] = []
        if name in ("", "message") and payload is NOT_JSON:
            facts.append(_bad(name, data))
        elif x.run is not None:
            facts += self._memory.unknown(self._memory.known(x.run), "event", name or "message")
        beat = name.lower() in _BEATS
        if x.memory.get("over") and not beat and name:
            facts.append(Noticed("stream.after_terminal", {"event": name}))
        yield Draft(name or "message", short(data), x.run, not beat, tuple(facts))

    def _opened(self, x: Exchange) -> tuple[Fact, ...]:
        """A stream of which the request was not recorded, or was none that we know, still carries a run."""
        if x.run is not None:
            return ()
        x.run = self._keys.new()
        if x.wants_stream:
            return ()
        x.opened = Opened(Purpose.CREATE)
        return (x.opened,)

    def _place(self, x: Exchange, payload: Any, name: str) -> tuple[RunKey, list[Fact]]:
        """Whose event it is: of the run that its payload names, or whose message or step it is a piece of."""
        assert x.run is not None
        is_run = text(payload, "object") in ("thread.run", None) and self._reader(name) == self._run
        run = text(payload, "run_id") or (text(payload, "id") if is_run else None)
        if run is None:
            return self._memory.owner(text(payload, "id")) or self._keys.canon(x.run), []
        key = place(x, run, self._keys, self._memory)
        return key, self._memory.identified(key, run, text(payload, "thread_id"))


def place(x: Exchange, run: str, keys: Keys, memory: Memory) -> RunKey:
    """The key of the run with this id, as an answer of this exchange gave it.

    The first id that an exchange gives is that of the run it asked for, even where its URL (or what a recorder made of
    it) says otherwise; any further one is another run's.
    """
    known = memory.known(x.run) if x.run is not None else None
    if x.run is not None and known is not None:
        if run == known.told:
            return keys.canon(x.run)
        if known.told is None:
            before = keys.canon(x.run)
            x.run = keys.tie(before, run)
            if x.run != before or keys.canon(before) != before:
                memory.known(x.run).told = None
            x.memory["told"] = run
            return x.run
    key = keys.of(run)
    if x.memory.get("told") is None and x.run is not None:
        x.run, x.memory["told"] = key, run
    return key


def _text_delta(data: str) -> _TextDelta | None:
    try:
        return _TEXT_DELTA.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _read(data: str) -> Read | None:
    delta = _text_delta(data)
    return None if delta is None else ((delta.id, delta.part.index), delta.part.text.value)


def _bad(name: str, data: str) -> Noticed:
    return Noticed("stream.bad_data", {"what": "data that is no JSON", "text": short(data), "event": name})


def _payload(data: str) -> tuple[Any, bool]:
    """The JSON value of an event's data, and whether that is all of it. A readable beginning is better than nothing."""
    value = parse(data)
    if value is not NOT_JSON:
        return value, True
    try:
        value, _ = JSONDecoder().raw_decode(data.lstrip())
    except (JSONDecodeError, RecursionError):
        return NOT_JSON, False
    return (value if isinstance(value, Mapping) else NOT_JSON), False


def _unwrapped(name: str, payload: Any) -> tuple[str, Any]:
    """Events whose name was lost on the way: in an envelope ``{"event", "data"}``, or to be told by their object."""
    if name not in ("", "message"):
        return name, payload
    inner = obj(payload)
    event = text(inner, "event")
    if event is not None and isinstance(inner.get("data"), Mapping):
        return event, inner["data"]
    kind, status = text(inner, "object") or "", text(inner, "status") or ""
    if kind in ("thread.run", "thread.run.step", "thread.message") and f"{kind}.{status}" in _NAMES:
        return f"{kind}.{status}", payload
    if kind in _BY_OBJECT:
        return _BY_OBJECT[kind], payload
    return ("error" if inner.get("error") else name), payload


_NAMES = frozenset(RUN_EVENTS) | STEP_EVENTS | MESSAGE_EVENTS


def _run_word(name: str) -> str | None:
    """The status in a run event's name that nobody declared."""
    word = name.removeprefix("thread.run.")
    return word if word != name and word and "." not in word else None
