"""Frames of a LangGraph server to events: run streams, thread streams, v2 event streams, and the server's rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import (
    Acted,
    ErrorSeen,
    Fact,
    Identified,
    Noticed,
    Opened,
    Purpose,
    RunKey,
    StatusSeen,
)
from inspector.domain.frames import Frame
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.flow import FlowingDecoder, Texts
from inspector.protocols.jsons import NOT_JSON, items, obj, page_title, parse, short, text
from inspector.protocols.langgraph.began import Began
from inspector.protocols.langgraph.last_words import end_facts, error_facts
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.paths import route
from inspector.protocols.langgraph.pieces import grown, stretch
from inspector.protocols.langgraph.rows import Rows
from inspector.protocols.langgraph.streams import MODES, facts, going_on, numbering, summary
from inspector.protocols.langgraph.unnamed import Unnamed
from inspector.protocols.langgraph.v2 import asks_left_out, begins, happened, read, v2_facts

_LOCATION = re.compile(r"(?:/threads/(?P<thread>[^/]+))?/runs/(?P<run>[^/?]+)")
_BUSY = re.compile(r"already (running|has an active|busy)|task is (already )?running|is busy", re.IGNORECASE)
_STREAMS = (Purpose.CREATE, Purpose.JOIN)
_NO_NAME = (400, 422)
"""Answers to what can be no id of a run: then nothing that the thread tells is about it."""


class Decoder(FlowingDecoder):
    """One server's frames. ``rows`` holds what it remembers of runs and threads."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(keys)
        self.rows = Rows(keys)
        self._unnamed = Unnamed(self.rows)
        self._began = Began(self.rows)

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        """Says what the request is for, and mints or finds its run."""
        where = route(x.method, x.path, x.body, x.query)
        x.opened, x.about = where.opened, where.about
        x.ids = {k: v for k, v in (("thread", where.thread), ("run", where.run), ("item", where.item)) if v}
        if where.run is not None:
            x.run = self.keys.of(where.run)
            self.rows.run(x.run, where.run, where.thread)
            yield Draft("run", where.run, x.run, facts=(Identified(where.run, where.thread),))
        elif where.about == "run":
            x.run = self.keys.new()
            memory = self.rows.run(x.run, None, where.thread)
            memory.body = x.body
            self._unnamed.started(x, self.now)
            if where.thread is not None:
                yield Draft("thread", where.thread, x.run, facts=(Identified(None, where.thread),))
        if where.about == "command":
            self._began.asked(x, self.now)
        for key in _cancelled(self.keys, x):
            yield Draft("cancel", _how(x), key, facts=(Acted("cancel", None, dict(x.query)),))

    def on_response(self, x: Exchange) -> Iterable[Draft]:
        """The run's id is in a header before any byte of the body (Python, JS and Aegra)."""
        x.memory["answered"] = self.now
        place = _LOCATION.search(str(x.answer.get("content-location") or x.answer.get("location") or ""))
        if x.ok and place is not None and x.about == "run" and x.run is not None and "run" not in x.ids:
            yield from self._identify(x, place["run"], place["thread"] or "")
        yield from self.rows.carried(x)
        for key in _cancelled(self.keys, x) if x.ok else ():
            memory = self.rows.run(key, None, None)
            memory.cancelled, memory.rolled_back = True, memory.rolled_back or _how(x) == "rollback"
            yield Draft("cancel accepted", _how(x), key, facts=(Acted("cancel", True, {"action": _how(x)}),))

    def _told_at(self, x: Exchange) -> float:
        """When the server answered: an end of the body that is read late makes its answer no younger."""
        return float(x.memory.get("answered", self.now))

    def on_event(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        """One SSE event of a run stream, a thread stream or a v2 stream."""
        mode, _, namespace = (event.name or "message").partition("|")
        quick = grown(self.rows, x, x.run, event, self.now) if self.flows(x, mode) and x.run is not None else None
        return self._event(x, mode, namespace, event) if quick is None else (quick,)

    def flows(self, x: Exchange, name: str) -> bool:
        return name.partition("|")[0] == "messages" and name[-1] != "|" and x.wants_stream and x.about != "v2"

    def on_pieces(self, x: Exchange, datas: Sequence[str], ids: Sequence[str | None]) -> Texts | None:
        return None if x.run is None else stretch(self.rows, x, x.run, datas, ids, self.now)

    def _event(self, x: Exchange, mode: str, namespace: str, event: SseEvent) -> Iterator[Draft]:
        name = event.name or "message"
        data = parse(event.data) if event.data else None
        first = self._bare(x, mode) + ([] if x.about == "v2" else numbering(x.memory, event.id))
        if data is NOT_JSON:
            first.append(_bad("data that is not JSON", name, event.data))
            data = event.data if mode == "error" else None
        if x.about == "v2" or (obj(data).get("type") == "event" and "params" in obj(data)):
            yield from self._v2(x, data, first)
        else:
            yield from self._v1(x, mode, namespace, data, first)

    def _bare(self, x: Exchange, mode: str) -> list[Fact]:
        """A stream of which the request was not recorded, or was none that we know, carries a run all the same."""
        if x.wants_stream or x.about not in ("", "other"):
            return []
        x.opened = Opened(Purpose.CREATE) if mode == "metadata" else Opened(Purpose.JOIN, joined=True)
        return [x.opened]

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        """The whole answer of a read, an act, ``/wait`` or ``/join``; or JSON where a stream was asked for."""
        if x.status is not None and x.status >= 400:
            yield from self._refused(x, body)
        elif x.opened.purpose in _STREAMS and x.about != "v2" and x.run is not None:
            said = {"type": str(x.answer.get("content-type", "")), "text": short(body)}
            yield Draft("not a stream", short(body), x.run, facts=(Noticed("stream.not_a_stream", said),))
        elif x.opened.purpose is Purpose.WAIT:
            yield from self._waited(x, body)
        elif x.opened.purpose is Purpose.BACKGROUND:
            run_id = text(body, "run_id")
            if run_id is not None and "run" not in x.ids:
                yield from self._identify(x, run_id, text(body, "thread_id") or x.ids.get("thread", ""))
            yield from self.rows.take("run", x, body, self._told_at(x))
        elif x.about == "command":
            yield from self._replied(x, obj(x.body), body)
        else:
            if (found := self._unnamed.found(x, body)) is not None:
                yield from self._identify(*found, x.ids["thread"])
            yield from self.rows.take(x.about, x, body, self._told_at(x))

    def on_socket(self, x: Exchange, frame: Frame) -> Iterable[Draft]:
        """The v2 wire over a WebSocket: commands out, replies and events in."""
        op, inward = str(frame.head.get("op", "")), frame.head.get("dir") == "in"
        if op in ("ping", "pong", "close"):
            yield Draft(f": {op}" if op != "close" else "close", short(frame.head.get("code") or ""), x.run)
            return
        data = parse(frame.body)
        if data is NOT_JSON:
            words = short(frame.body.decode("utf-8", "replace"))
            yield Draft("bad data", words, x.run, facts=(_bad("data that is not JSON", "message", words),))
        elif not inward:
            x.memory[f"command {obj(data).get('id')}"] = data
            self._began.asked(x, self.now)
            yield Draft(text(data, "method") or "command", short(obj(data).get("params")), None)
        elif text(data, "type") == "event":
            yield from self._v2(x, data, [])
        else:
            sent = obj(x.memory.pop(f"command {obj(data).get('id')}", None))
            yield from self._replied(x, sent, data)

    def _identify(self, x: Exchange, run_id: str, thread: str) -> Iterator[Draft]:
        assert x.run is not None
        old = x.run
        x.run = self.keys.tie(old, run_id)
        x.ids = {**x.ids, "run": run_id, **({"thread": thread} if thread else {})}
        self.rows.merge(old, x.run, run_id, thread)
        yield Draft("run", run_id, old, facts=(Identified(run_id, thread or None),))

    def _v1(self, x: Exchange, mode: str, namespace: str, data: Any, first: list[Fact]) -> Iterator[Draft]:
        name = f"{mode}|{namespace}" if namespace else mode
        key = self._carrier(x, mode, data)
        if key is None:
            yield Draft(name, summary(mode, data), None, content=True, facts=tuple(first))
            return
        memory = self.rows.active(key, None, x.ids.get("thread"), self.now)
        found = first + list(self._facts(memory, mode, namespace, data))
        if mode not in ("metadata", "end"):
            memory.contents += 1
        if mode not in MODES:
            found.append(Noticed("run.unknown_word", {"word": mode, "what": "event"}))
        found += self.rows.begun(memory)
        yield Draft(name, summary(mode, data), key, content=mode != "end", facts=tuple(found))

    def _carrier(self, x: Exchange, mode: str, data: Any) -> RunKey | None:
        """Whose event it is: the stream's run, or on a thread's stream the one that ``metadata`` named last."""
        if mode == "metadata" and (run_id := text(data, "run_id")) is not None:
            if x.run is None or x.about == "thread_stream":
                x.run = self.keys.of(run_id)
                self.rows.run(x.run, run_id, x.ids.get("thread"))
            elif "run" not in x.ids:
                x.run = self.keys.tie(x.run, run_id)
                self.rows.run(x.run, run_id, x.ids.get("thread"))
        elif x.run is None and mode != "state_update" and x.about in ("", "other"):
            x.run = self.keys.new()  # a bare recording whose first event was not kept
            self.rows.run(x.run, None, None)
        return None if mode == "state_update" else x.run

    def _facts(self, memory: RunMemory, mode: str, namespace: str, data: Any) -> Iterator[Fact]:
        if mode == "metadata":
            yield Identified(memory.id or text(data, "run_id"), memory.thread)
            if text(data, "status") == "run_done":
                if memory.state in (None, "pending", "running"):
                    memory.state = "ended"
                    yield StatusSeen("ended", "run_done")
            elif memory.state in (None, "pending", "running", "ended"):
                yield from going_on(memory)
        elif mode == "error":
            yield from error_facts(memory, data)
        elif mode == "end":
            yield from end_facts(memory, text(data, "status"))
        else:
            if memory.state in (None, "pending", "ended"):
                yield from going_on(memory)
            yield from facts(memory, mode, namespace, data)

    def _v2(self, x: Exchange, data: Any, first: list[Fact]) -> Iterator[Draft]:
        event = read(data)
        if event is None:
            yield Draft("message", short(data), x.run, content=True, facts=tuple(first))
            return
        key = self._began.run_of(x, event, self.now)
        if key is None:
            yield Draft(event.text, short(event.data), None, content=True, facts=tuple(first))
            return
        since = happened(event, str(x.answer.get("date", "")), self._told_at(x))
        memory = self.rows.active(key, event.run_id, x.ids.get("thread"), self.now if since is None else since)
        memory.blind = asks_left_out(x.body)
        found: list[Fact] = [*first, Identified(memory.id, memory.thread)]
        memory.contents += event.method != "lifecycle"
        if (memory.state is None or (memory.state == "pending" and since is None)) and not begins(event):
            found += going_on(memory)
        found += v2_facts(memory, event)
        found += self.rows.begun(memory)
        yield Draft(event.text, summary(event.method, event.data), key, True, tuple(found), since)

    def _replied(self, x: Exchange, sent: Any, reply: Any) -> Iterator[Draft]:
        """The answer to a v2 command: ``run.start`` and ``input.respond`` tell the id of the run that they began."""
        method = text(sent, "method") or "command"
        run_id = text(reply, "result", "run_id")
        if text(reply, "type") == "error":
            words = " ".join(w for w in (text(reply, "error"), text(reply, "message")) if w)
            yield Draft(f"{method} refused", words, None)
        elif run_id is not None:
            key = self._began.named(x, run_id)
            memory = self.rows.run(key, run_id, x.ids.get("thread"))
            memory.body = obj(sent, "params")
            x.run = key
            yield Draft(method, run_id, key, facts=(Identified(run_id, memory.thread), Acted(method, True)))
        else:
            yield Draft(method, short(obj(reply).get("result")), None)

    def _waited(self, x: Exchange, body: Any) -> Iterator[Draft]:
        """``/wait`` and ``/join`` answer with the values; a timeout is indistinguishable from success there."""
        if x.run is None or not b"".join(x.chunks).strip():
            return  # nothing but keep-alives came
        if isinstance(body, str):
            half = body.lstrip().startswith(("{", "["))  # its connection tells why
            bad = _bad("an answer that is not JSON", x.about, body)
            yield Draft("bad data", short(body), x.run, facts=() if half else (bad,))
            return
        memory, values = self.rows.run(x.run, None, x.ids.get("thread")), obj(body)
        found = going_on(memory) if memory.state == "pending" else []
        if "__error__" in values:
            found += error_facts(memory, values["__error__"], "run")
        elif "__interrupt__" in values:
            found += facts(memory, "values", "", body)
        else:
            memory.state = "ended"
            found += [StatusSeen("ended", "answered"), *facts(memory, "values", "", body)]
        yield Draft("values", short(body), x.run, content=True, facts=tuple(found))

    def _refused(self, x: Exchange, body: Any) -> Iterator[Draft]:
        """An error answer. Python: ``{"detail": …}``, JS: plain text, Aegra: a list or ``{"message"}``."""
        detail = obj(body).get("detail", obj(body).get("message", body))
        page = page_title(detail) if isinstance(detail, str) else None
        message = page or short(detail if detail is not None else f"HTTP {x.status}", 400)
        yield from self.rows.take(x.about, x, None, self._told_at(x))
        if x.run is None and x.about != "command":
            yield Draft(f"HTTP {x.status}", message, None)
            return
        found: list[Fact] = [ErrorSeen("http", message, None, x.status)]
        if x.about == "run" and x.opened.purpose is not Purpose.READ and (x.status == 409 or _BUSY.search(message)):
            found.append(Noticed("run.blocked", {"run": None, "message": message, "thread": x.ids.get("thread")}))
        if x.run is not None and x.opened.purpose in (Purpose.CREATE, Purpose.WAIT, Purpose.BACKGROUND):
            self.rows.run(x.run, None, None).refused = True
        if x.run is not None and x.about == "run" and x.status in _NO_NAME and x.opened.purpose is Purpose.READ:
            memory = self.rows.run(x.run, None, None)
            memory.refused = memory.refused or (memory.word is None and not memory.contents)
        if x.opened.purpose is Purpose.ACT:
            found = [Acted(x.about, False, {"status": x.status, "message": message})]
        yield Draft(f"HTTP {x.status}", message, x.run, facts=tuple(found))


def _cancelled(keys: Keys, x: Exchange) -> Iterator[RunKey]:
    """Whom a cancel is about: the run in its path, or those that its body names."""
    if x.about != "cancel":
        return
    if x.run is not None:
        yield x.run
    for run_id in items(x.body, "run_ids"):
        key = keys.find(run_id) if isinstance(run_id, str) else None
        if key is not None:
            yield key


def _bad(what: str, event: str, words: str) -> Noticed:
    return Noticed("stream.bad_data", {"what": what, "event": event, "text": short(words)})


def _how(x: Exchange) -> str:
    """The kind of a cancel."""
    return x.query.get("action", "interrupt")
