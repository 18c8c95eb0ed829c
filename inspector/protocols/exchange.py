"""The common half of every HTTP decoder: exchanges, streams and whole answers, told to the hooks of a backend."""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from inspector.domain.book import Decoder, Keys
from inspector.domain.events import Event, Fact, Noticed, Opened, Purpose, Repeated, RunKey
from inspector.domain.frames import Frame, Kind
from inspector.domain.sse import SseDecoder, SseEvent
from inspector.protocols.jsons import NOT_JSON, parse, short

SWITCHED = 101
"""The status of a socket, whose two sides end it one after the other."""

READS = 10_000
"""So many reads are told apart, those that were made last."""

LATE = 8
"""So many streams that ended last are kept: what a recorder wrote down behind an end is still of that exchange."""


@dataclass(slots=True)
class Exchange:
    """One request with its answer, as far as it came.

    ``about`` and ``ids`` are the backend's own reading of the path; ``memory`` is its own for this exchange.
    """

    link: int
    method: str = ""
    url: str = ""
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    run: RunKey | None = None
    opened: Opened = field(default_factory=lambda: Opened(Purpose.OTHER))
    about: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    answer: Mapping[str, str] = field(default_factory=dict)
    sse: SseDecoder | None = None
    chunks: list[bytes] = field(default_factory=list)
    events: int = 0
    over: bool = False
    unpack: Callable[[bytes], bytes] | None = None
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """A 2xx answer."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def wants_stream(self) -> bool:
        """Whether its answer should be an event stream."""
        return self.opened.purpose in (Purpose.CREATE, Purpose.CONTINUE, Purpose.JOIN)


def unasked(x: Exchange) -> str:
    """What to say of an event stream that the request did not ask for, as far as what it asked is known."""
    known = x.body is not None or x.method == "GET"
    return "an event stream, though none was asked for" if known else "an event stream"


class Draft(NamedTuple):
    """An event before it has its place in the log; a tuple for the same reason as :class:`Event`."""

    name: str
    text: str = ""
    run: RunKey | None = None
    content: bool = False
    facts: tuple[Fact, ...] = ()
    happened: float | None = None


class HttpDecoder(Decoder):
    """Turns frames into exchanges and calls the hooks; a subclass gives them their meaning."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.exchanges: dict[int, Exchange] = {}
        self._ended: deque[Exchange] = deque()
        self._last_told: dict[tuple[str, str, str], tuple[int | None, int, int]] = {}
        self.now = 0.0

    def feed(self, frame: Frame) -> list[Event]:
        """The events that this frame completed."""
        seq, at, link = frame.seq, frame.at, frame.link
        self.now = at
        new = tuple.__new__  # a row's own constructor takes three times longer
        return [
            new(Event, (run, seq, part, at, link, name, text, content, facts, happened))
            for part, (name, text, run, content, facts, happened) in enumerate(self._drafts(frame))
        ]

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        """A request was made: say what it is for (set ``run``, ``opened``, ``about``, ``ids``)."""
        return ()

    def on_response(self, x: Exchange) -> Iterable[Draft]:
        """Status and headers of the answer came."""
        return ()

    def on_event(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        """An event of a stream."""
        return ()

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        """The whole answer of something that is no event stream: a JSON value, or a text, or None when empty."""
        return ()

    def on_end(self, x: Exchange, how: str, by: str) -> Iterable[Draft]:
        """The exchange is over."""
        return ()

    def on_socket(self, x: Exchange, frame: Frame) -> Iterable[Draft]:
        """A socket frame."""
        return ()

    def _drafts(self, frame: Frame) -> list[Draft]:
        x = self.exchanges.get(frame.link)
        if frame.kind is Kind.DATA and x is not None:
            return self._data(x, frame)
        if frame.kind is Kind.REQUEST:
            return list(self._request(frame))
        if x is None:
            x = self.exchanges[frame.link] = Exchange(frame.link)
        if frame.kind is Kind.DATA:
            return self._data(x, frame)
        if frame.kind is Kind.RESPONSE:
            return list(self._response(x, frame))
        if frame.kind is Kind.SOCKET:
            return list(self.on_socket(x, frame))
        if frame.kind is Kind.END:
            if x.opened.purpose is Purpose.READ or x.status not in (None, SWITCHED):
                self._let_go(x)
            return list(self._end(x, frame))
        return []

    def _let_go(self, x: Exchange) -> None:
        """An exchange is over, with all that was sent: who watches for hours asks thousands of times."""
        if x.sse is None:
            del self.exchanges[x.link]
        elif not x.over:
            self._ended.append(x)
            if len(self._ended) > LATE and self.exchanges.get((old := self._ended.popleft()).link) is old:
                del self.exchanges[old.link]

    def _request(self, frame: Frame) -> Iterator[Draft]:
        url = str(frame.head.get("url", ""))
        try:
            parts = urlsplit(url)
            path, query = parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
        except ValueError:
            path, query = url, {}
        body: Any = None
        if frame.body:
            value = parse(frame.body)
            body = frame.body.decode("utf-8", "replace") if value is NOT_JSON else value
        x = Exchange(frame.link, str(frame.head.get("method", "GET")).upper(), url, path, query, frame.headers, body)
        self.exchanges[frame.link] = x
        drafts = list(self.on_request(x))
        first = Draft(f"{x.method} {_tail(path)}", "" if body is None else short(body), x.run, facts=(x.opened,))
        yield first
        yield from drafts

    def _response(self, x: Exchange, frame: Frame) -> Iterator[Draft]:
        status = frame.head.get("status")
        x.status, x.answer = (status if isinstance(status, int) else None), frame.headers
        kind = str(x.answer.get("content-type", "")).partition(";")[0].strip().lower()
        if kind == "text/event-stream" or (x.ok and not kind and x.wants_stream):
            x.sse = SseDecoder()
        drafts = list(self.on_response(x))
        yield Draft(f"{x.status}", kind, x.run)
        yield from drafts

    def _data(self, x: Exchange, frame: Frame) -> list[Draft]:
        if x.status is None and x.sse is None and (not x.method or x.wants_stream):
            x.sse = SseDecoder()  # a bare stream, of which the request or the head of the answer was not recorded
        body = frame.body if self.readable(x, frame) else _unpacked(x, frame.body)
        if x.sse is None:
            x.chunks.append(body)
            if not (x.ok and x.wants_stream and _is_stream(x.chunks)):
                return []
            x.sse, body = SseDecoder(), b"".join(x.chunks)  # whatever a proxy calls it
            x.chunks.clear()
        drafts: list[Draft] = []
        for event in x.sse.feed(body):
            drafts += self.item(x, event)
        return drafts

    def readable(self, x: Exchange, frame: Frame) -> bool:
        """Whether chunks are not packed, which the first one tells."""
        if x.unpack is None:
            first = _PACKED.get(str(x.answer.get("content-encoding", "")).strip().lower())
            packed = first is not None and frame.body[:1] == first
            x.unpack = zlib.decompressobj(47).decompress if packed else bytes
        return x.unpack is bytes

    def item(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        """One item of a stream."""
        if event.kind == "event" and not event.bad:  # nearly all are; the others need a closer look
            x.events += 1
            return self.on_event(x, event)
        return self._sse(x, event)

    def _sse(self, x: Exchange, event: SseEvent) -> Iterator[Draft]:
        if event.kind == "comment":
            yield Draft(": " + event.name.strip(), "", x.run)
        elif event.kind == "retry":
            yield Draft("retry", event.data, x.run)
        elif event.kind == "bad":
            values = {"what": "a line that is no field of an event stream", "text": short(event.data)}
            yield Draft("bad line", short(event.data), x.run, facts=(Noticed("stream.bad_data", values),))
        else:
            x.events += 1
            yield from self.on_event(x, event)
            if event.bad:
                facts = (Noticed("stream.bad_data", {"what": "bytes that are not UTF-8", "text": event.name}),)
                yield Draft("bad bytes", short(event.data), x.run, facts=facts)

    def _end(self, x: Exchange, frame: Frame) -> Iterator[Draft]:
        how, by = str(frame.head.get("how", "eof")), str(frame.head.get("by", "server"))
        facts: tuple[Fact, ...] = ()
        if x.sse is not None:
            yield from self._half(x, how, by)
        elif x.status is not None:
            raw = b"".join(x.chunks)
            facts = self._again(x, raw, frame.seq)
            value = parse(raw) if raw.strip() else None
            body = raw.decode("utf-8", "replace") if value is NOT_JSON else value
            if not (how == "closed" and not raw):
                yield from self.on_body(x, body)
        x.over = True
        yield from self.on_end(x, how, by)
        detail = str(frame.head.get("detail") or "")
        yield Draft("end", f"{how} by {by}" + (f": {detail}" if detail else ""), x.run, facts=facts)

    def _again(self, x: Exchange, raw: bytes, seq: int) -> tuple[Repeated, ...]:
        """Tells where a read has the answer that it had before."""
        if x.opened.purpose is not Purpose.READ:
            return ()
        name, told = (x.method, x.url, "" if x.body is None else short(x.body, 4_096)), (x.status, hash(raw))
        *before, since = self._last_told.pop(name, (None, 0, 0))
        self._last_told[name] = (*told, seq)
        if len(self._last_told) > READS:
            del self._last_told[next(iter(self._last_told))]
        return (Repeated(since),) if since and tuple(before) == told else ()

    def _half(self, x: Exchange, how: str, by: str) -> Iterator[Draft]:
        """A last event without its blank line: whole JSON still counts; a half ``[DONE]`` is nobody's loss."""
        assert x.sse is not None
        for event in x.sse.finish():
            if event.kind != "half":
                yield from self._sse(x, event)
                continue
            whole = parse(event.data) is not NOT_JSON if event.data else False
            if whole:
                x.events += 1
                yield from self.on_event(x, SseEvent("event", event.name, event.data, event.id, event.bad))
            if not _half_done(event):
                values = {"event": event.name or "message", "whole": whole, "text": short(event.data), "by": by}
                yield Draft("half event", short(event.data), x.run, facts=(Noticed("stream.half_event", values),))


_PACKED = {"gzip": b"\x1f", "x-gzip": b"\x1f", "deflate": b"\x78"}
"""By content encoding, the first byte of a body that still has it; most recorders have undone it."""


def _unpacked(x: Exchange, body: bytes) -> bytes:
    try:
        return (x.unpack or bytes)(body)
    except zlib.error:
        return b""


_FIELD = re.compile(rb"(event|data|id|retry)?:")


def _is_stream(chunks: list[bytes]) -> bool:
    """Whether a body begins as an event stream does."""
    first = chunks[0] if len(chunks[0]) > 8 else b"".join(chunks[:8])
    return _FIELD.match(first.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")) is not None


def _half_done(event: SseEvent) -> bool:
    """Whether it is the beginning of ``[DONE]``, or nothing at all."""
    data = event.data.strip()
    return "[DONE]".startswith(data) and (bool(data) or event.name in ("", "done"))


def _tail(path: str) -> str:
    """The last three parts of a path, which is where the meaning is, with long ids cut."""
    parts = [part if len(part) <= 14 else part[:4] + "…" + part[-4:] for part in path.split("/") if part]
    return "/" + "/".join(parts[-3:]) if len(parts) <= 3 else "…/" + "/".join(parts[-3:])
