"""Frames of a server that speaks the Responses API to events.

A foreground response lives on the connection that asked for it; a background response goes on without. Clients send an
unanswered request again by themselves: such requests are attempts at one response.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import (
    Acted,
    ErrorSeen,
    Fact,
    Noticed,
    Opened,
    Purpose,
    RunKey,
    ServerSaid,
    StatusSeen,
    Witness,
)
from inspector.domain.frames import Frame
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Draft, Exchange, unasked
from inspector.protocols.flow import FlowingDecoder, Texts
from inspector.protocols.jsons import items, obj, short, text
from inspector.protocols.responses.attempts import Attempts
from inspector.protocols.responses.items import error_of, names_answers
from inspector.protocols.responses.memory import Memory
from inspector.protocols.responses.pieces import PIECE, stretch
from inspector.protocols.responses.routes import Route, route_of
from inspector.protocols.responses.socket import SocketReader
from inspector.protocols.responses.stream import StreamReader


class ResponsesDecoder(FlowingDecoder):
    """Decodes the exchanges of one connection."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(keys)
        self._memory = Memory(keys)
        self._stream = StreamReader(keys, self._memory)
        self._socket = SocketReader(keys, self._memory, self._stream)
        self._attempts = Attempts()

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        route = route_of(x.path) or Route("other")
        x.about, x.memory["route"] = route.about, route
        socket = str(x.headers.get("upgrade", "")).lower() == "websocket" or x.url.startswith("ws")
        if socket and route.about == "responses":
            x.memory["socket"] = True
            x.opened = Opened(Purpose.CREATE)
        elif x.method == "POST" and route.about == "responses":
            return self._start(x)
        elif route.id is not None and route.about in ("response", "cancel", "input_items"):
            return self._known(x, route.about, route.id)
        return ()

    def on_response(self, x: Exchange) -> Iterable[Draft]:
        if not x.ok:
            x.sse = None
            return
        if x.opened.purpose is Purpose.JOIN and x.sse is None:
            x.opened = Opened(Purpose.READ)  # a server that cannot stream it again answers as to any question
            yield Draft("no stream", "the answer is the response itself", x.run, facts=(x.opened,))
        elif x.sse is not None and not x.wants_stream and x.about in ("responses", "response"):
            started = x.about == "responses"
            x.opened = Opened(Purpose.CREATE if started else Purpose.JOIN, not started, not _background(x.body))
            yield Draft("stream", unasked(x), x.run, facts=(x.opened,))
        action = x.memory.get("action")
        if isinstance(action, str):
            yield Draft(f"{action} accepted", "", x.run, facts=(Acted(action, True),))

    def on_event(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        return () if event.kind == "id" else self._stream.read(x, event)

    def flows(self, x: Exchange, name: str) -> bool:
        return name == PIECE

    def on_pieces(self, x: Exchange, datas: Sequence[str], ids: Sequence[str | None]) -> Texts | None:
        return stretch(self._memory, self.keys, x, datas)

    def on_socket(self, x: Exchange, frame: Frame) -> Iterable[Draft]:
        return self._socket.read(x, frame)

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        if x.status is None or x.memory.get("socket"):
            return ()
        return self._answered(x, body) if x.ok else self._refused(x, body)

    def on_end(self, x: Exchange, how: str, by: str) -> Iterable[Draft]:
        """How far a stream came, for going on with it from there."""
        known = None if x.run is None or x.sse is None else self._memory.known(x.run)
        if known is not None and known.id is not None and known.last is not None and not known.over:
            said = ServerSaid("cursor", known.id, known.last)
            yield Draft("cursor", f"the last event was number {known.last}", x.run, facts=(said,))

    def _start(self, x: Exchange) -> Iterator[Draft]:
        background = _background(x.body)
        purpose = Purpose.BACKGROUND if background else Purpose.WAIT
        if obj(x.body).get("stream") is True:
            purpose = Purpose.CREATE
        x.opened = Opened(purpose, cancels_on_close=not background)
        facts: list[Fact] = []
        before = self._attempts.of(x)
        count = x.memory["attempt"]
        if before is None or before.run is None:
            x.run = self.keys.new()
        else:
            x.run = self.keys.canon(before.run)
        if count > 1:
            facts.append(Noticed("stream.attempts", {"attempt": count, "timeout": x.headers.get(_TIMEOUT)}))
        facts += self._memory.requested(x.run, x.body)
        name = f"attempt {count}" if count > 1 else "response"
        yield Draft(name, "asked for", x.run, facts=tuple(facts))

    def _known(self, x: Exchange, about: str, ident: str) -> Iterator[Draft]:
        """A question about a response, or an act on it, names it."""
        x.run = self.keys.of(ident)
        purpose = Purpose.READ
        if x.method == "GET" and about == "response" and x.query.get("stream", "").lower() == "true":
            after = x.query.get("starting_after", "")
            if after.isdecimal() and len(after) < 16:
                x.memory["after"] = int(after)
            x.opened = Opened(Purpose.JOIN, joined=bool(after), cancels_on_close=False)
        else:
            x.opened = Opened(purpose if x.method == "GET" else Purpose.ACT)
        facts: list[Fact] = self._memory.identified(x.run, ident, {})
        if about == "cancel" and x.method == "POST":
            x.memory["action"] = "cancel"
            facts.append(Acted("cancel", None))
        if facts:
            yield Draft(about, ident, x.run, facts=tuple(facts))

    def _refused(self, x: Exchange, body: Any) -> Iterator[Draft]:
        message, code = error_of(body)
        message = message or f"HTTP {x.status}"
        facts: list[Fact] = [ErrorSeen("http", message, code, x.status)]
        action = x.memory.get("action")
        if isinstance(action, str):
            facts.append(Acted(action, False, {"message": message}))
        if code == "conversation_locked":
            facts.append(Noticed("run.blocked", {"run": None, "message": message}))
        if x.run is not None and x.status is not None and x.status < 500 and names_answers(message):
            facts += self._memory.refused(x.run)
        route: Route = x.memory.get("route") or Route("other")
        if x.status == 404 and x.run is not None and route.id is not None and self._is_lost(x.run, route.id, message):
            facts.append(ServerSaid("run", route.id, None, 404))
        yield Draft("error", message, x.run, facts=tuple(facts))

    def _is_lost(self, key: RunKey, ident: str, message: str) -> bool:
        """Whether a 404 says that the response is not there. A server without such a route says 404 to anything, and so
        does one that was told not to store the response."""
        known = self._memory.known(key)
        if known.stored is False:
            return False
        return known.status is None or ident in message or "response" in message.lower()

    def _answered(self, x: Exchange, body: Any) -> Iterator[Draft]:
        route: Route = x.memory.get("route") or Route("other")
        if x.wants_stream and x.sse is None:
            kind = str(x.answer.get("content-type", "")).partition(";")[0].strip()
            values = {
                "type": kind or "something else",
                "text": short(body, 300),
                "run": text(body, "status") is not None,
            }
            yield Draft("not a stream", short(body), x.run, facts=(Noticed("stream.not_a_stream", values),))
        if route.about == "responses" and x.method == "GET":
            yield from self._rows(items(body, "data"))
        elif route.about in ("responses", "response", "cancel") and x.method in ("GET", "POST") and x.run is not None:
            yield from self._object(x, x.run, body)
        elif route.id is not None and isinstance(body, Mapping) and (about := _TOLD.get(route.about)) is not None:
            name = route.about.replace("_", " ")
            yield Draft(name, route.id, x.run, facts=(ServerSaid(about, route.id, body),) if x.method == "GET" else ())

    def _object(self, x: Exchange, key: RunKey, body: Any) -> Iterator[Draft]:
        """A response as a whole answer: the word of its own request's answer, or of a server that was asked."""
        if not isinstance(body, Mapping) or not (text(body, "status") or text(body, "id") or body.get("error")):
            if body is not None:
                x.memory["bad"] = True
                values = {"what": "an answer that is no response", "text": short(body), "event": x.about}
                said = x.wants_stream and x.sse is None  # that it is no stream says it already
                yield Draft("answer", short(body), key, facts=() if said else (Noticed("stream.bad_data", values),))
            return
        own = x.opened.purpose in (Purpose.WAIT, Purpose.CREATE)
        witness = Witness.STREAM if own else Witness.SERVER
        x.memory["told"] = True
        ident = text(body, "id")
        key = x.run = self._stream.place(key, ident)
        facts = self._memory.response(key, body, witness)
        if text(body, "status") is None and body.get("error"):
            message, code = error_of(body)
            facts += [ErrorSeen("run", message, code), StatusSeen("failed", "error", witness, False, code, message)]
        if ident is not None:
            facts.append(ServerSaid("run", ident, body))
        yield Draft("response", str(body.get("status")), key, own, tuple(facts))

    def _rows(self, listed: Iterable[Any]) -> Iterator[Draft]:
        """A row tells the status of a response that was named elsewhere; by itself it names none."""
        for row in listed:
            ident = text(row, "id")
            key = None if ident is None else self.keys.find(ident)
            if key is not None and isinstance(row, Mapping):
                facts = self._memory.response(key, row, Witness.SERVER)
                yield Draft("response", f"{ident} {text(row, 'status') or ''}", key, facts=tuple(facts))


_TOLD = {"conversation": "thread", "items": "items", "input_items": "input"}
"""By route: what an answer is about."""

_TIMEOUT = "x-stainless-read-timeout"


def _background(body: Any) -> bool:
    return obj(body).get("background") is True
