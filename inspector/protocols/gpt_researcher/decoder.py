"""Frames of a GPT-Researcher server to events. The socket is the thread; each accepted ``start`` is a run.

Beside the sockets there are reads: of the files that a run named, and of the store that the web UI fills by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from inspector.domain.book import Keys
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
    ServerSaid,
    StatusSeen,
    Wanted,
)
from inspector.domain.frames import Frame
from inspector.protocols.exchange import Draft, Exchange, HttpDecoder
from inspector.protocols.gpt_researcher import logfile, reports
from inspector.protocols.gpt_researcher.artefacts import file_name, files_of, unlike
from inspector.protocols.gpt_researcher.chart import BEGINS_TEXT, STATE_OF
from inspector.protocols.jsons import NOT_JSON, obj, parse, short, text


@dataclass(slots=True)
class Research:
    """One run. ``texts`` counts the texts that began, ``firsts`` how often each first line came.

    ``own`` names what is told of this run alone: it has no id.
    """

    key: RunKey
    own: str
    state: str = "requested"
    texts: int = 0
    fresh: bool = True
    firsts: Counter[str] = field(default_factory=Counter)
    written: bool = False
    restarted: bool = False
    chunks: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    talks: int = 0

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
    questions: list[str] = field(default_factory=list)
    closed: bool = False


class Decoder(HttpDecoder):
    """Text frames with JSON in, words and JSON out."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(keys)
        self._files: dict[str, Research] = {}
        self._saved: dict[str, RunKey] = {}

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        """The handshake, or a read. Closing this socket cancels what runs on it (v3.2.4 and later)."""
        if _is_handshake(x):
            x.opened = Opened(Purpose.CREATE, cancels_on_close=True)
            return
        x.opened = Opened(Purpose.READ if x.method in ("GET", "HEAD") else Purpose.OTHER)
        if (saved := reports.id_in(x.path)) is not None and x.opened.purpose is Purpose.READ:
            x.about, x.ids = "report", {"id": saved}
            x.run = self._saved.setdefault(saved, self.keys.new())
            yield Draft("saved report", saved, x.run, facts=(Identified(saved),))
        elif (research := self._files.get(file_name(x.path))) is not None:
            x.about, x.run = "file", research.key
            x.memory["research"] = research
        elif "/outputs/" in x.path and x.path.endswith(".json"):
            x.about = "log"

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        """The answer to a read."""
        if x.about == "report":
            yield Draft("saved report", "", x.run, facts=tuple(reports.told(x.ids["id"], body, x.status or 0)))
        elif x.about == "file":
            yield from _file(x, x.memory["research"], body)
        elif x.about == "log" and logfile.is_log(body):
            x.run = self.keys.new()
            yield from logfile.told(body, file_name(x.path), x.run, self.now)

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
            yield from self._in(x, socket, words)

    def _out(self, x: Exchange, socket: Socket, words: str) -> Iterator[Draft]:
        command, _, rest = words.partition(" ")
        if command == "start":
            key = self.keys.new()
            research = Research(key, f"socket {x.link}/{key}")
            socket.asked.append(research)
            socket.sent.append("start")
            if socket.current is None or socket.current.over:
                socket.current = research
            given = parse(rest)
            said = ServerSaid("command", research.own, rest if given is NOT_JSON else given)
            named = Identified(None, f"socket {x.link}", short(text(given, "task") or "", 60) or None)
            facts = (named, StatusSeen("requested", "start"), x.opened, said)
            yield Draft("start", short(obj(given).get("task") or rest), research.key, facts=facts)
            return
        run = socket.current
        if words.strip() == "ping":
            yield Draft("ping (text)", "", None if run is None else run.key)
            return
        answer = run is not None and text(parse(words), "type") == "human_feedback"
        kind = "answer" if answer else "chat" if command == "chat" else "other"
        socket.sent.append(kind)
        if kind == "chat":
            socket.questions.append(rest)
        facts2 = (Acted("answer_plan", None),) if answer else ()
        yield Draft(kind, short(words), None if run is None else run.key, facts=facts2)

    def _in(self, x: Exchange, socket: Socket, words: str) -> Iterator[Draft]:
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
            yield from self._accepted(x, socket, data)
        elif kind == "logs" and content == "warning":
            yield from self._warned(socket, data)
        elif run is None or run.over:
            talk = _talk(socket, run, data) if kind == "chat" and run is not None else ()
            yield Draft(_name(data), short(data.get("output", content)), key, facts=tuple(talk))
        else:
            asking = run.state == "awaiting_human"
            facts = list(self._told(run, kind, content, data))
            if asking and run.state != "awaiting_human":
                socket.sent = [sent for sent in socket.sent if sent != "answer"]
            if kind == "chat":
                socket.sent = [sent for sent in socket.sent if sent != "chat"]
            yield Draft(_name(data), short(data.get("output")), run.key, content=True, facts=tuple(facts))

    def _accepted(self, x: Exchange, socket: Socket, data: Mapping[str, Any]) -> Iterator[Draft]:
        if socket.asked:
            run = socket.asked.pop(0)
        else:
            key = self.keys.new()
            run = Research(key, f"socket {x.link}/{key}")
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
            run.files = files_of(data.get("output"))
            self._files |= {file_name(path): run for path in run.files.values() if path}
            yield ServerSaid("files", run.own, run.files)
            if not run.written:
                yield Noticed("gpt_researcher.no_report", {})
        elif kind not in ("chat", "images", "error"):
            yield Noticed("run.unknown_word", {"word": kind or "?", "what": "frame"})

    def _step(self, run: Research, step: str, data: Mapping[str, Any]) -> Iterator[Fact]:
        if step in BEGINS_TEXT:
            run.texts, run.fresh = run.texts + 1, True
        if step == "research_report" and text(data, "output", "report"):
            run.written = True
            run.chunks = [text(data, "output", "report") or ""]
            yield MessageSeen("report", "assistant", run.chunks[0])
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
        run.chunks.append(chunk)
        yield MessageSeen("report", "assistant", chunk, append=True)
        yield from self._move(run, "writing", "report")

    def _move(self, run: Research, state: str, word: str, message: str | None = None) -> Iterator[Fact]:
        if run.state == "awaiting_human" and state != "awaiting_human":
            yield Wanted(())
        if run.state != state:
            run.state = state
            yield StatusSeen(state, word, message=message)


def _is_handshake(x: Exchange) -> bool:
    """Whether a socket is asked for; a request of which no address was recorded counts as one."""
    try:
        scheme = urlsplit(x.url).scheme
    except ValueError:
        scheme = ""
    return not x.url or scheme in ("ws", "wss") or "upgrade" in x.headers or x.path.rstrip("/").endswith("/ws")


def _file(x: Exchange, run: Research, body: Any) -> Iterator[Draft]:
    """A file of a run was fetched. What it says of the report is worth more than the word ``path``."""
    name = file_name(x.path)
    words = body if isinstance(body, str) else "" if body is None else short(body, 1_000_000)
    said = ServerSaid("log file" if name.endswith(".json") else "report", run.own, body, x.status or 0)
    if not x.ok:
        gone = Noticed("gpt_researcher.no_report", {"file": name, "status": x.status})
        yield Draft("file missing", name, run.key, facts=(said, gone) if name.endswith(".md") else (said,))
        return
    facts: list[Fact] = [said]
    if name.endswith(".md"):
        streamed = "".join(run.chunks)
        if not words.strip():
            facts.append(Noticed("gpt_researcher.no_report", {"file": name}))
            if run.state == "completed":
                run.state = "no_report"
                facts.append(StatusSeen("no_report", "an empty file", refines=True))
        elif not streamed.strip():
            facts.append(Noticed("gpt_researcher.report_differs", {"file": name, "streamed": 0}))
        elif (shares := unlike(streamed, words)) is not None:
            facts.append(Noticed("gpt_researcher.report_differs", {"file": name, **shares}))
    yield Draft(f"file {name}", f"{len(words):,} characters", run.key, facts=tuple(facts))


def _talk(socket: Socket, run: Research, data: Mapping[str, Any]) -> Iterator[Fact]:
    """An answer about a finished report, with what it answers."""
    run.talks += 1
    asked = obj(parse(socket.questions.pop(0))) if socket.questions else {}
    if "chat" in socket.sent:
        socket.sent.remove("chat")
    messages = asked.get("messages")
    newest = messages[-1] if isinstance(messages, list) and messages else asked
    question = text(newest, "content") or text(newest, "message")
    if question is not None:
        yield MessageSeen(f"question {run.talks}", "user", question)
    yield MessageSeen(f"answer {run.talks}", "assistant", text(data, "content") or "")


def _name(data: Any) -> str:
    kind, content = text(data, "type"), text(data, "content")
    return "/".join(part for part in (kind or "frame", content if kind == "logs" else None) if part)
