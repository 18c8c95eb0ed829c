"""Frames of an Assistants-compatible server to events.

The status in a run's payload is the first witness, the event's name the second. A run's events exist only on the
connection that created it or submitted its tool outputs; everything else that is known of it comes from reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import Acted, ErrorSeen, Fact, Identified, Noticed, Opened, Purpose, ToolCallSeen
from inspector.domain.sse import SseEvent
from inspector.protocols.assistants import answers
from inspector.protocols.assistants.known import Memory
from inspector.protocols.assistants.routes import Route, route_of
from inspector.protocols.assistants.shapes import blocking, error_of
from inspector.protocols.assistants.stream import PIECE, StreamReader, place
from inspector.protocols.exchange import Draft, Exchange, unasked
from inspector.protocols.flow import FlowingDecoder, Texts
from inspector.protocols.jsons import items, obj, short, text

_RETRIED = frozenset([408, 409, 425, 429])
"""Refusals after which the official clients send the same request again by themselves, as after any 5xx."""

_STREAMING = {"runs": Purpose.CREATE, "submit_tool_outputs": Purpose.CONTINUE}


class AssistantsDecoder(FlowingDecoder):
    """Decodes the exchanges of one connection."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(keys)
        self._memory = Memory(keys)
        self._stream = StreamReader(keys, self._memory)
        self._starts: dict[str, Exchange] = {}
        self._unnamed: dict[str, Exchange] = {}

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        route = route_of(x.path) or Route("other")
        x.about, x.memory["route"] = route.about, route
        purpose = _purpose(x, route)
        x.opened = Opened(purpose, cancels_on_close=_cancels(purpose))
        if route.about == "runs" and x.method == "POST":
            return self._start(x, route)
        if route.run is not None and route.about not in ("step", "message"):
            x.run = self.keys.of(route.run)
            facts: list[Fact] = self._memory.identified(x.run, None, None)
            if self._memory.known(x.run).told is None:
                facts.append(Identified(route.run, route.thread))
            return [*self._named(x, facts), *self._act(x, route)]
        return ()

    def on_response(self, x: Exchange) -> Iterable[Draft]:
        x.memory["at"] = self.now
        if not x.ok:
            x.sse = None
        if x.sse is not None and not x.wants_stream and x.run is not None:
            joined = x.method == "GET" or x.about not in _STREAMING
            purpose = Purpose.JOIN if joined else _STREAMING[x.about]
            x.opened = Opened(purpose, joined=joined, cancels_on_close=_cancels(purpose))
            yield Draft("stream", unasked(x), x.run, facts=(x.opened,))
        thread = self._thread(x)
        if x.ok and x.sse is not None and x.about == "runs" and x.method == "POST" and thread is not None:
            self._unnamed[thread] = x
        action = x.memory.get("action")
        if x.ok and isinstance(action, str):
            yield Draft(f"{action} accepted", "", x.run, facts=(Acted(action, True, x.memory["detail"]),))

    def on_event(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        if event.kind == "id":
            return ()
        return self._stream.read(x, event)

    def flows(self, x: Exchange, name: str) -> bool:
        return name == PIECE

    def on_pieces(self, x: Exchange, datas: Sequence[str], ids: Sequence[str | None]) -> Texts | None:
        return self._stream.pieces(x, datas)

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        if x.status is None:
            return ()
        if not x.ok:
            return self._refused(x, body)
        return self._answered(x, body)

    def _named(self, x: Exchange, facts: list[Fact]) -> Iterator[Draft]:
        if facts:
            route: Route = x.memory["route"]
            yield Draft("run", f"{route.run} of {route.thread}", x.run, facts=tuple(facts))

    def _start(self, x: Exchange, route: Route) -> Iterator[Draft]:
        """A run is requested; the same request after one that nobody answered is another attempt at the same run."""
        signature = f"{x.method} {x.url} {x.body!r}"
        before = self._starts.get(signature)
        self._starts[signature] = x
        thread = (Identified(None, route.thread),) if route.thread is not None else ()
        if before is None or before.run is None or not _unanswered(before, x):
            x.run = self.keys.new()
            if thread:
                yield Draft("thread", route.thread or "", x.run, facts=thread)
            return
        x.run = self.keys.canon(before.run)
        count = before.memory.get("attempt", 1) + 1
        x.memory["attempt"] = count
        again = Noticed("stream.attempts", {"attempt": count})
        yield Draft("attempt", f"number {count}", x.run, facts=(again, *thread))

    def _act(self, x: Exchange, route: Route) -> Iterator[Draft]:
        """A cancel, or an answer to what the run waits for. Outputs count as given once they are sent."""
        if x.method != "POST" or x.run is None or route.about == "other":
            return
        detail: dict[str, Any] = {}
        facts: list[Fact] = []
        action = {"cancel": "cancel", "submit_tool_outputs": "submit_tool_outputs"}.get(route.about, "modify")
        approvals = items(x.body, "tool_approvals")
        if action == "submit_tool_outputs":
            for output in items(x.body, "tool_outputs"):
                call = text(output, "tool_call_id")
                if call is not None:
                    given = obj(output).get("output")
                    facts.append(ToolCallSeen(call, output=given if isinstance(given, str) else short(given, 10_000)))
            detail["calls"] = [fact.id for fact in facts if isinstance(fact, ToolCallSeen)]
            self._memory.known(x.run).answered.update(detail["calls"])
        if approvals:
            action = "approve"
            detail["calls"] = [call for entry in approvals if (call := text(entry, "tool_call_id")) is not None]
        x.memory["action"], x.memory["detail"] = action, detail
        facts.insert(0, Acted(action, None, detail))
        yield Draft(f"{action} sent", ", ".join(detail.get("calls", [])), x.run, facts=tuple(facts))

    def _refused(self, x: Exchange, body: Any) -> Iterator[Draft]:
        """An error answer. A run that its message names is not named by it, only its hold on the thread is told."""
        message, code = error_of(body)
        message = message or f"HTTP {x.status}"
        facts: list[Fact] = [ErrorSeen("http", message, code, x.status)]
        held = blocking(message)
        if held is not None:
            facts.append(Noticed("run.blocked", {"run": held.run, "message": message}))
        action = x.memory.get("action")
        if isinstance(action, str) and x.run is not None:
            facts.append(Acted(action, False, {**x.memory["detail"], "message": message}))
            self._memory.known(x.run).answered -= set(x.memory["detail"].get("calls", ()))
        facts += answers.refusal(x, message)
        yield Draft("error", message, x.run, facts=tuple(facts))

    def _answered(self, x: Exchange, body: Any) -> Iterator[Draft]:
        if x.wants_stream and x.sse is None:
            kind = str(x.answer.get("content-type", "")).partition(";")[0].strip()
            values = {
                "type": kind or "something else",
                "text": short(body, 300),
                "run": text(body, "status") is not None,
            }
            yield Draft("not a stream", short(body), x.run, facts=(Noticed("stream.not_a_stream", values),))
        route: Route = x.memory.get("route") or Route("other")
        if route.about == "runs" and x.method == "GET":
            yield from self._found(route.thread or "", items(body, "data"))
        yield from answers.read(x, route, body, self.keys, self._memory)

    def _thread(self, x: Exchange) -> str | None:
        route = x.memory.get("route")
        return route.thread if isinstance(route, Route) else None

    def _found(self, thread: str, listed: Sequence[Any]) -> Iterator[Draft]:
        """A stream that stays empty does not name its run; the list of the thread's runs can."""
        start = self._unnamed.get(thread)
        if start is None or start.run is None:
            return
        if self._memory.known(start.run).told is not None:
            del self._unnamed[thread]
            return
        ident = answers.unnamed(start, listed, self.keys)
        if ident is not None:
            key = place(start, ident, self.keys, self._memory)
            facts = self._memory.identified(key, ident, thread)
            yield Draft("run", f"{ident}, by the list of its thread", key, facts=tuple(facts))


def _purpose(x: Exchange, route: Route) -> Purpose:
    if x.method == "GET":
        return Purpose.READ if route.about != "other" else Purpose.OTHER
    if x.method != "POST":
        return Purpose.OTHER
    streams = obj(x.body).get("stream") is True
    if x.body is None:
        streams = "text/event-stream" in str(x.headers.get("accept", ""))
    if route.about in _STREAMING and streams:
        return _STREAMING[route.about]
    if route.about == "runs":
        return Purpose.BACKGROUND
    return Purpose.ACT if route.run is not None else Purpose.OTHER


def _cancels(purpose: Purpose) -> bool | None:
    """A run here is an object of the server: it goes on when nobody listens to its stream any more."""
    return False if purpose in (Purpose.CREATE, Purpose.CONTINUE, Purpose.JOIN) else None


def _unanswered(before: Exchange, now: Exchange) -> bool:
    """Whether a request for a run got nothing that tells of a run, so that sending it again is another attempt."""
    if before.memory.get("told") is not None or before.events:
        return False
    counted = str(now.headers.get("x-stainless-retry-count", "0"))
    if not before.over:
        return counted not in ("", "0") and before.status is None
    if before.status is None or before.status in _RETRIED or before.status >= 500:
        return True
    return before.ok and not before.chunks
