"""Frames of a GPT-Researcher socket to events. The socket is the thread; each accepted ``start`` is a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.events import (
    Acted,
    Ask,
    ErrorSeen,
    Fact,
    Identified,
    MessageSeen,
    Noticed,
    Opened,
    Purpose,
    RunKey,
    StatusSeen,
    Wanted,
)
from inspector.domain.frames import Frame
from inspector.protocols.exchange import Draft, Exchange, HttpDecoder
from inspector.protocols.gpt_researcher.chart import BEGINS_TEXT, STATE_OF
from inspector.protocols.jsons import NOT_JSON, obj, parse, short, text


@dataclass(slots=True)
class Research:
    """One run. ``texts`` counts the texts that began, ``firsts`` how often each first line came."""

    key: RunKey
    state: str = "requested"
    texts: int = 0
    fresh: bool = True
    firsts: Counter[str] = field(default_factory=Counter)
    written: bool = False
    restarted: bool = False

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state in ("completed", "no_report", "failed", "refused")


@dataclass(slots=True)
class Socket:
    """One connection: the run at work, those that were asked for and not accepted, and what waits for its reply."""

    current: Research | None = None
    asked: list[Research] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    closed: bool = False


class Decoder(HttpDecoder):
    """Text frames with JSON in, words and JSON out."""

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        """The handshake. Closing this socket cancels what runs on it (v3.2.4 and later)."""
        x.opened = Opened(Purpose.CREATE, cancels_on_close=True)
        return ()

    def on_socket(self, x: Exchange, frame: Frame) -> Iterable[Draft]:
        """One frame of the socket."""
        socket: Socket = x.memory.setdefault("socket", Socket())
        op, inward = str(frame.head.get("op", "")), frame.head.get("dir") == "in"
        run = socket.current.key if socket.current is not None else None
        words = frame.body.decode("utf-8", "replace")
        if op in ("ping", "pong"):
            yield Draft(f": {op}", "from the server" if inward else "from the client", run)
        elif op == "close":
            socket.closed = True
            who = "the server closes" if inward else "the client closes"
            yield Draft("close", f"{who}, {frame.head.get('code') or 'no code'} {words}".strip(), run)
        elif not inward:
            yield from self._out(x, socket, words)
        elif socket.closed:
            yield Draft("late " + _name(parse(words)), short(words), run)
        else:
            yield from self._in(socket, words)

    def _out(self, x: Exchange, socket: Socket, words: str) -> Iterator[Draft]:
        command, _, rest = words.partition(" ")
        if command == "start":
            research = Research(self.keys.new())
            socket.asked.append(research)
            socket.sent.append("start")
            if socket.current is None or socket.current.over:
                socket.current = research
            facts = (Identified(None, f"socket {x.link}"), StatusSeen("requested", "start"), x.opened)
            yield Draft("start", short(obj(parse(rest)).get("task") or rest), research.key, facts=facts)
            return
        run = socket.current
        if words.strip() == "ping":
            yield Draft("ping (text)", "", None if run is None else run.key)
            return
        answer = run is not None and text(parse(words), "type") == "human_feedback"
        kind = "answer" if answer else "chat" if command == "chat" else "other"
        socket.sent.append(kind)
        facts2 = (Acted("answer_plan", None),) if answer else ()
        yield Draft(kind, short(words), None if run is None else run.key, facts=facts2)

    def _in(self, socket: Socket, words: str) -> Iterator[Draft]:
        run = socket.current
        key = None if run is None else run.key
        data = parse(words)
        if data is NOT_JSON or not isinstance(data, Mapping):
            if words.strip() == "pong":
                yield Draft("pong (text)", "", key)
                return
            said = {"what": "a frame that is no JSON object", "text": short(words), "event": "message"}
            yield Draft("bad data", short(words), key, content=True, facts=(Noticed("stream.bad_data", said),))
            return
        kind, content = text(data, "type"), text(data, "content") or ""
        if kind is None and "query" in data:
            yield from self._accepted(socket, data)
        elif kind == "logs" and content == "warning":
            yield from self._warned(socket, data)
        elif run is None or run.over:
            yield Draft(_name(data), short(data.get("output")), key)
        else:
            asking = run.state == "awaiting_human"
            facts = list(self._told(run, kind, content, data))
            if asking and run.state != "awaiting_human":
                socket.sent = [sent for sent in socket.sent if sent != "answer"]
            if kind == "chat":
                socket.sent = [sent for sent in socket.sent if sent != "chat"]
            yield Draft(_name(data), short(data.get("output")), run.key, content=True, facts=tuple(facts))

    def _accepted(self, socket: Socket, data: Mapping[str, Any]) -> Iterator[Draft]:
        run = socket.asked.pop(0) if socket.asked else Research(self.keys.new())
        if "start" in socket.sent:
            socket.sent.remove("start")
        socket.current, run.state = run, "accepted"
        yield Draft(
            "accepted", short(data.get("query")), run.key, content=True, facts=(StatusSeen("accepted", "query"),)
        )

    def _warned(self, socket: Socket, data: Mapping[str, Any]) -> Iterator[Draft]:
        """“Task already running”: the oldest command without a reply was discarded."""
        what = socket.sent.pop(0) if socket.sent else "other"
        message, run = short(data.get("output")), socket.current
        if what == "start" and socket.asked:
            refused = socket.asked.pop(0)
            refused.state = "refused"
            held = {"run": None, "message": message}
            facts = (StatusSeen("refused", "warning", message=message), Noticed("run.blocked", held))
            yield Draft("logs/warning", message, refused.key, content=True, facts=facts)
        if run is None:
            yield Draft("logs/warning", message, None)
            return
        finding = "gpt_researcher.answer_swallowed" if what == "answer" else "gpt_researcher.busy"
        yield Draft("logs/warning", message, run.key, facts=(Noticed(finding, {"command": what, "message": message}),))

    def _told(self, run: Research, kind: str | None, content: str, data: Mapping[str, Any]) -> Iterator[Fact]:
        if kind == "logs" and content == "error":
            message = short(data.get("output"), 400)
            yield from (*self._move(run, "failed", content, message), ErrorSeen("run", message))
        elif kind == "logs":
            yield from self._step(run, content, data)
        elif kind == "report":
            yield from self._report(run, data.get("output"))
        elif kind == "human_feedback":
            yield from self._move(run, "awaiting_human", content)
            yield Wanted((Ask("plan", None, None, data.get("output")),))
        elif kind == "path":
            end = "completed" if run.written else "no_report"
            yield from self._move(run, end, "path")
            if not run.written:
                yield Noticed("gpt_researcher.no_report", {})
        elif kind not in ("chat", "images", "error"):
            yield Noticed("run.unknown_word", {"word": kind or "?", "what": "frame"})

    def _step(self, run: Research, step: str, data: Mapping[str, Any]) -> Iterator[Fact]:
        if step in BEGINS_TEXT:
            run.texts, run.fresh = run.texts + 1, True
        if step == "research_report" and text(data, "output", "report"):
            run.written = True
            yield MessageSeen("report", "assistant", text(data, "output", "report") or "")
        state = STATE_OF.get(step)
        if state is not None:
            yield from self._move(run, state, step)

    def _report(self, run: Research, chunk: Any) -> Iterator[Fact]:
        """The report began again where its first line came more often than texts began."""
        if not isinstance(chunk, str):
            return
        first = chunk.strip()
        if first:
            run.written = True
            if run.fresh or first in run.firsts:
                run.fresh = False
                run.firsts[first] += 1
                if run.firsts[first] > max(1, run.texts) and not run.restarted:
                    run.restarted = True
                    yield Noticed("gpt_researcher.report_restarted", {"line": short(first, 80)})
        yield MessageSeen("report", "assistant", chunk, append=True)
        yield from self._move(run, "writing", "report")

    def _move(self, run: Research, state: str, word: str, message: str | None = None) -> Iterator[Fact]:
        if run.state == "awaiting_human" and state != "awaiting_human":
            yield Wanted(())
        if run.state != state:
            run.state = state
            yield StatusSeen(state, word, message=message)


def _name(data: Any) -> str:
    kind, content = text(data, "type"), text(data, "content")
    return "/".join(part for part in (kind or "frame", content if kind == "logs" else None) if part)
