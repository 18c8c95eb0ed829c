"""Frames that carry traces to events: what the exporter of the SDK posts, what a tap posts, and files of both.

A body is ``{"data": […]}``: of the exporter the objects themselves (traces when they begin, spans when they have
ended), of a tap ``{"is": trace_start | span_start | span_end | trace_end | shutdown, "t": ms?, "item": {…}}``.
A tap also holds a GET open for as long as its program lives: the client ends it when the program ends, be it by a kill.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.book import Decoder, Keys
from inspector.domain.events import Event, Fact, Noticed
from inspector.domain.frames import Frame, Kind
from inspector.protocols.agents_sdk.claims import route_of
from inspector.protocols.agents_sdk.clock import WallClock
from inspector.protocols.agents_sdk.saved import SavedState
from inspector.protocols.agents_sdk.spans import span_of, when
from inspector.protocols.agents_sdk.telling import Teller
from inspector.protocols.agents_sdk.trace import Trace
from inspector.protocols.exchange import Draft
from inspector.protocols.jsons import NOT_JSON, items, obj, parse, short, text

SAVED = "saved"
"""In the head of a request: nothing more will come of what it carries. In that of an end: the record stops here."""


@dataclass(slots=True)
class Carrier:
    """One exchange. ``body`` is what came of an answer that is a file of the SDK; ``held_by`` the program whose life
    it lasts."""

    route: str
    held_by: str | None = None
    traces: dict[str, None] = field(default_factory=dict)
    body: list[bytes] = field(default_factory=list)


class TraceDecoder(Decoder):
    """Decodes one connection: all traces of all programs that report to it."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._traces: dict[str, Trace] = {}
        self._carriers: dict[int, Carrier] = {}
        self._senders: dict[str, dict[str, None]] = {}
        self._clock = WallClock()
        self._teller = Teller(self._clock)
        self._states = SavedState(keys)

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events that this frame completed."""
        drafts = list(self._drafts(frame))
        return [
            Event(d.run, frame.seq, part, frame.at, frame.link, d.name, d.text, d.content, d.facts, d.happened)
            for part, d in enumerate(drafts)
        ]

    def _drafts(self, frame: Frame) -> Iterator[Draft]:
        carrier = self._carriers.get(frame.link)
        if frame.kind is Kind.REQUEST:
            route = route_of(str(frame.head.get("url", ""))) or ""
            carrier = self._carriers[frame.link] = Carrier(route)
            if route == "tap" and frame.head.get("method") == "GET":
                carrier.held_by = _sender(frame)
            elif route in ("ingest", "tap"):
                yield from self._report(carrier, frame)
            elif not route:
                yield Draft(f"{frame.head.get('method', 'GET')} {str(frame.head.get('url', ''))[-60:]}")
        elif carrier is None:
            return
        elif frame.kind is Kind.RESPONSE and _refused(frame) and carrier.route in ("ingest", "tap"):
            yield Draft("refused", f"the report was answered with {frame.head.get('status')}")
        elif frame.kind is Kind.DATA and carrier.route in ("state", "session"):
            carrier.body.append(frame.body)
        elif frame.kind is Kind.END:
            yield from self._ended(carrier, frame)

    def _ended(self, carrier: Carrier, frame: Frame) -> Iterator[Draft]:
        if carrier.body:
            body, carrier.body = b"".join(carrier.body), []
            yield from self._states.read(carrier.route, body)
        if carrier.held_by is not None and frame.head.get("by") == "client":
            yield from self._left(carrier.held_by, "gone", "the program is gone")
        if frame.head.get(SAVED):
            for trace in self._traces.values():
                if trace.saved:
                    yield from self._teller.stopped(trace, "the record ends")

    def _report(self, carrier: Carrier, frame: Frame) -> Iterator[Draft]:
        value = parse(frame.body) if frame.body else None
        entries = items(value, "data") if isinstance(value, Mapping) else items(value)
        if value is NOT_JSON or (not entries and "data" not in obj(value)):
            said = {
                "what": "a report that is no JSON object with data",
                "text": short(frame.body.decode(errors="replace")),
            }
            yield Draft("bad data", str(said["text"]), facts=(Noticed("stream.bad_data", said),))
            return
        self._clock.tell(frame.at, _moments(entries, carrier.route))
        touched: dict[str, Trace] = {}
        for entry in entries:
            if isinstance(entry, Mapping):
                yield from self._entry(carrier, frame, entry, touched)
            else:
                yield Draft("bad data", short(entry), facts=(_odd(entry),))
        if carrier.route == "ingest":
            for trace in touched.values():
                yield from self._teller.judged(trace)

    def _entry(
        self, carrier: Carrier, frame: Frame, entry: Mapping[str, Any], touched: dict[str, Trace]
    ) -> Iterator[Draft]:
        word, item = "", entry
        if carrier.route == "tap":
            word, item = text(entry, "is") or "", obj(entry, "item")
            if word == "shutdown":
                yield from self._left(_sender(frame), "shutdown", "the program has shut its tracing down")
                return
        spans = text(item, "object") == "trace.span" or "span_data" in item or "spanData" in item
        ident = text(item, "trace_id") if spans else text(item, "id") or text(item, "trace_id")
        if ident is None or ident == "no-op":
            yield Draft(word or "bad data", short(item), facts=(_odd(entry),))
            return
        trace = self._trace(ident, carrier, frame)
        touched[ident] = trace
        if not spans:
            yield from self._teller.trace(trace, item, word)
            return
        span = span_of(item, word != "span_start")
        if span is None:
            yield Draft(word or "bad data", short(item), trace.key, facts=(_odd(entry),))
            return
        trace.live = trace.live or carrier.route == "tap"
        yield from self._teller.span(trace, span, word)

    def _trace(self, ident: str, carrier: Carrier, frame: Frame) -> Trace:
        trace = self._traces.get(ident)
        if trace is None:
            trace = self._traces[ident] = Trace(ident, self.keys.of(ident))
        trace.saved = bool(frame.head.get(SAVED))
        carrier.traces[ident] = None
        self._senders.setdefault(_sender(frame), {})[ident] = None
        return trace

    def _left(self, sender: str, name: str, how: str) -> Iterator[Draft]:
        """Nothing more will come of the traces that this program reported."""
        yield Draft(name, how)
        for ident in self._senders.pop(sender, ()):
            trace = self._traces[ident]
            if trace.live:
                yield from self._teller.stopped(trace, name)


def _sender(frame: Frame) -> str:
    """Which program sent it, as far as it says; else where it came from."""
    told = frame.headers.get("x-stream-inspector-app") or frame.head.get("app")
    return str(told or frame.head.get(SAVED) or frame.headers.get("user-agent") or "")


def _refused(frame: Frame) -> bool:
    status = frame.head.get("status")
    return not isinstance(status, int) or not 200 <= status < 300


def _odd(entry: Any) -> Fact:
    return Noticed("stream.bad_data", {"what": "an entry that names no trace", "text": short(entry)})


def _moments(entries: Sequence[Any], route: str) -> Iterator[float]:
    """The Unix ms at which the entries say that something happened."""
    for entry in entries:
        item = obj(entry, "item") if route == "tap" else obj(entry)
        names = ("started_at",) if obj(entry).get("is") == "span_start" else ("started_at", "ended_at")
        for name in names:
            moment = when(item.get(name))
            if moment is not None:
                yield moment
