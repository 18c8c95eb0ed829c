"""Socket frames: many responses on one connection, one after the other or side by side by ``stream_id``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import Fact, Noticed, RunKey, ServerSaid
from inspector.domain.frames import Frame
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.jsons import parse, short, text
from inspector.protocols.responses.memory import Memory
from inspector.protocols.responses.stream import StreamReader


@dataclass(slots=True)
class Lane:
    """What goes on under one ``stream_id``: the response that speaks, and those asked for and not begun."""

    current: RunKey | None = None
    pending: list[RunKey] = field(default_factory=list)


class SocketReader:
    """Reads the frames of all sockets of one connection."""

    def __init__(self, keys: Keys, memory: Memory, stream: StreamReader) -> None:
        self._keys = keys
        self._memory = memory
        self._stream = stream

    def read(self, x: Exchange, frame: Frame) -> Iterator[Draft]:
        """The rows of one frame."""
        x.memory["socket"] = True
        op, out = str(frame.head.get("op", "")), frame.head.get("dir") == "out"
        if op not in ("text", "binary"):
            code = frame.head.get("code")
            yield Draft(f": {op}" if op in ("ping", "pong") else op, "" if code is None else str(code), x.run)
            return
        data = parse(frame.body)
        if not isinstance(data, Mapping):
            raw = frame.body.decode("utf-8", "replace")
            values = {"what": "data that is no JSON object", "text": short(raw), "event": "message"}
            yield Draft("bad data", short(raw), x.run, facts=(Noticed("stream.bad_data", values),))
        elif out:
            yield from self._sent(x, data)
        else:
            name = text(data, "type") or ""
            key = x.run = self._key(x, data)
            yield from self._stream.take(x, key, name, data, self._asked(x, key, data))

    def _asked(self, x: Exchange, key: RunKey, data: Mapping[str, Any]) -> list[Fact]:
        """The request for this response, once there is an id under which an act can look it up."""
        known, asked = self._memory.known(key), x.memory.get("asked", {})
        ident = known.id or text(data, "response", "id")
        body = None if ident is None else asked.pop(id(known), None)
        return [] if body is None or ident is None else [ServerSaid("asked", ident, body)]

    def _lane(self, x: Exchange, data: Mapping[str, Any]) -> Lane:
        lanes: dict[str, Lane] = x.memory.setdefault("lanes", {})
        return lanes.setdefault(text(data, "stream_id") or "", Lane())

    def _sent(self, x: Exchange, data: Mapping[str, Any]) -> Iterator[Draft]:
        kind = text(data, "type") or "message"
        if kind != "response.create":
            run = self._lane(x, data).current
            facts = () if run is None else tuple(self._memory.injected(run, data))
            yield Draft(f"sent {kind}", short(data), run or x.run, facts=facts)
            return
        key = self._keys.new()
        body = data.get("response") if isinstance(data.get("response"), Mapping) else data
        self._lane(x, data).pending.append(key)
        x.memory.setdefault("asked", {})[id(self._memory.known(key))] = body
        x.run = x.run if x.run is not None else key
        yield Draft("sent response.create", "", key, facts=tuple(self._memory.requested(key, body)))

    def _key(self, x: Exchange, data: Mapping[str, Any]) -> RunKey:
        """The response that an event is about: the one it names, else the one that speaks, else the next asked for."""
        lane = self._lane(x, data)
        ident = text(data, "response", "id") or text(data, "response_id")
        current = lane.current
        known = None if current is None else self._memory.known(current)
        if known is None or (known.over and known.id != ident):
            named = None if ident is None else self._keys.find(ident)
            if named is not None and self._memory.known(named).id == ident:
                return self._keys.canon(named)
            if lane.pending:
                current = lane.pending.pop(0)
            elif current is None:
                current = self._keys.new() if ident is None else self._keys.of(ident)
        assert current is not None
        lane.current = self._stream.place(current, ident)
        return lane.current
