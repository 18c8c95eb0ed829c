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

_OF_RUNS = frozenset(["logs", "report", "images", "generated_images", "human_feedback", "path", "cost"])
KINDS = _OF_RUNS | {"chat", "error"}
"""The types of frames of v3.1 to v3.6."""


@dataclass(slots=True)
class Research:
    """One run. ``texts`` counts the texts that began, ``firsts`` how often each first line came.

    ``own`` names what is told of this run alone: it has no id. ``beside``: it was asked for while another was at work.
    ``joined``: its beginning is not in the log.
    """

    key: RunKey
    own: str
    task: str = ""
    beside: bool = False
    joined: bool = False
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
    """One connection: the run at work, those that were asked for and not accepted, and what waits for its reply.

    ``sent``: start | chat | answer | other, with the run that a start asked for. ``spoken``: a command was seen.
    """

    current: Research | None = None
    asked: list[Research] = field(default_factory=list)
    sent: list[tuple[str, Research | None]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    closed: bool = False
    spoken: bool = False

    def accepts(self, query: str) -> Research | None:
        """The start that is accepted with this query: a server that refuses one says nothing. What was sent before it
        will not be answered any more."""
        idle = [run for run in self.asked if not run.beside]
        same = [run for run in idle if run.task == query] or [run for run in self.asked if run.task == query]
        run = next(iter(same or idle or self.asked), None)
        if run is not None:
            self.asked.remove(run)
            place = next((place for place, (_, about) in enumerate(self.sent) if about is run), -1)
            del self.sent[: place + 1]
        return run

    def settled(self, kind: str) -> None:
        """The oldest command of this kind was answered."""
        place = next((place for place, (sent, _) in enumerate(self.sent) if sent == kind), None)
        if place is not None:
            del self.sent[place]

    @property
    def at_work(self) -> bool:
        """Whether a run was accepted and goes on."""
        return self.current is not None and not self.current.over and self.current.state != "requested"


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
        socket.spoken = True
        if command == "start":
            given = parse(rest)
            research = self._research(x, text(obj(given), "task") or "")
            research.beside = socket.at_work
            socket.asked.append(research)
            socket.sent.append(("start", research))
            if socket.current is None or socket.current.over:
                socket.current = research
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
        socket.sent.append((kind, None))
        if kind == "chat":
            socket.questions.append(rest)
        facts2 = (Acted("answer_plan", None),) if answer else ()
        yield Draft(kind, short(words), None if run is None else run.key, facts=facts2)

    def _in(self, x: Exchange, socket: Socket, words: str) -> Iterator[Draft]:
        data = parse(words)
        if socket.current is None and not socket.spoken and _of_a_run(data):
            socket.current = joined = self._research(x, "")
            joined.joined = True
            yield Draft(
                "joined", "a research at work", joined.key, facts=(Identified(None, f"socket {x.link}"), x.opened)
            )
        run = socket.current
        key = None if run is None else run.key
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
                socket.sent = [sent for sent in socket.sent if sent[0] != "answer"]
            if kind == "chat":
                socket.settled("chat")
            yield Draft(_name(data), short(data.get("output")), run.key, content=True, facts=tuple(facts))

    def _accepted(self, x: Exchange, socket: Socket, data: Mapping[str, Any]) -> Iterator[Draft]:
        run = socket.accepts(text(data, "query") or "") or self._research(x, "")
        socket.current, run.state = run, "accepted"
        facts = (Identified(None, f"socket {x.link}"), StatusSeen("accepted", "query"))
        yield Draft("accepted", short(data.get("query")), run.key, content=True, facts=facts)

    def _warned(self, socket: Socket, data: Mapping[str, Any]) -> Iterator[Draft]:
        """“Task already running”: the oldest command without a reply was discarded."""
        what, refused = socket.sent.pop(0) if socket.sent else ("other", None)
        message, run = short(data.get("output")), socket.current
        if refused is not None and refused in socket.asked:
            socket.asked.remove(refused)
            refused.state = "refused"
            held = {"run": None, "message": message}
            facts = (StatusSeen("refused", "warning", message=message), Noticed("run.blocked", held))
            yield Draft("logs/warning", message, refused.key, content=True, facts=facts)
        if run is None:
            yield Draft("logs/warning", message, None)
            return
        finding = "gpt_researcher.answer_swallowed" if what == "answer" else "gpt_researcher.busy"
        yield Draft("logs/warning", message, run.key, facts=(Noticed(finding, {"command": what, "message": message}),))

    def _research(self, x: Exchange, task: str) -> Research:
        key = self.keys.new()
        return Research(key, f"socket {x.link}/{key}", task)

    def _told(self, run: Research, kind: str | None, content: str, data: Mapping[str, Any]) -> Iterator[Fact]:
        failed = kind == "logs" and content == "error"
        if run.state == "requested" and not failed and _of_a_run(data):
            yield from self._move(run, "accepted", kind or "frame")  # servers before v3.2 say nothing of accepting
        if failed:
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
            whole = run.written or run.joined
            yield from self._move(run, "completed" if whole else "no_report", "path")
            run.files = files_of(data.get("output"))
            self._files |= {file_name(path): run for path in run.files.values() if path}
            yield ServerSaid("files", run.own, run.files)
            if not whole:
                yield Noticed("gpt_researcher.no_report", {})
        elif kind not in KINDS:
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


def _of_a_run(data: Any) -> bool:
    """Whether a server sends this only while a run is at work."""
    return text(data, "type") in _OF_RUNS and text(data, "content") != "warning"


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
    socket.settled("chat")
    messages = asked.get("messages")
    newest = messages[-1] if isinstance(messages, list) and messages else asked
    question = text(newest, "content") or text(newest, "message")
    if question is not None:
        yield MessageSeen(f"question {run.talks}", "user", question)
    yield MessageSeen(f"answer {run.talks}", "assistant", text(data, "content") or "")


def _name(data: Any) -> str:
    kind, content = text(data, "type"), text(data, "content")
    return "/".join(part for part in (kind or "frame", content if kind == "logs" else None) if part)
