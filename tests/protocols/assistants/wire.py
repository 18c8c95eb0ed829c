"""What the tests of this backend share: recordings, logs made by hand, and what becomes of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from inspector.domain.book import Book
from inspector.domain.calls import Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.events import Event, Fact
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Kind
from inspector.domain.run import Run
from inspector.protocols.assistants import ADAPTER

FOLDER = Path(__file__).parents[2] / "recordings" / "assistants"
BASE = "http://127.0.0.1:9/v1"
NAMES = sorted(path.name.removesuffix(".wire.jsonl") for path in FOLDER.glob("*.wire.jsonl"))


def recording(name: str) -> list[Frame]:
    """The frames of a recorded wire log."""
    lines = (FOLDER / f"{name}.wire.jsonl").read_text(encoding="utf-8").splitlines()
    return [_frame(seq, json.loads(line)) for seq, line in enumerate(lines[1:], 1)]


def _frame(seq: int, entry: dict[str, Any]) -> Frame:
    kind, at, link = Kind(entry.pop("is")), entry.pop("t"), entry.pop("x", 0)
    body = b""
    if kind is Kind.REQUEST and entry.get("body") is not None:
        body = json.dumps(entry.pop("body")).encode()
    elif kind is Kind.DATA:
        body = entry.pop("text").encode() if "text" in entry else base64.b64decode(entry.pop("b64"))
    return Frame(seq, at, link, kind, entry, body)


def rechunked(frames: list[Frame], size: int) -> list[Frame]:
    """The same bytes, each link's body cut into chunks of ``size``."""
    cut: list[Frame] = []
    rest: dict[int, bytes] = {}
    for frame in frames:
        if frame.kind is Kind.DATA:
            rest[frame.link] = rest.get(frame.link, b"") + frame.body
            while len(rest[frame.link]) >= size:
                cut.append(Frame(0, frame.at, frame.link, Kind.DATA, {}, rest[frame.link][:size]))
                rest[frame.link] = rest[frame.link][size:]
            continue
        if frame.kind is Kind.END and rest.get(frame.link):
            cut.append(Frame(0, frame.at, frame.link, Kind.DATA, {}, rest.pop(frame.link)))
        cut.append(frame)
    return [Frame(seq, f.at, f.link, f.kind, f.head, f.body) for seq, f in enumerate(cut, 1)]


@dataclass
class Log:
    """A log that a test writes: each call adds frames and advances the clock by 10 ms."""

    frames: list[Frame] = field(default_factory=list)
    at: float = 0.0
    link: int = 0

    def add(self, kind: Kind, head: Mapping[str, Any] | None = None, body: bytes = b"", after: float = 10.0) -> None:
        self.at += after
        self.frames.append(Frame(len(self.frames) + 1, self.at, self.link, kind, head or {}, body))

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Self:
        self.link += 1
        head = {"method": method, "url": BASE + path, "headers": headers}
        self.add(Kind.REQUEST, head, b"" if body is None else json.dumps(body).encode())
        return self

    def response(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Self:
        self.add(Kind.RESPONSE, {"status": status, "headers": {"content-type": kind, **headers}})
        return self

    def event(self, name: str, data: Any, after: float = 10.0) -> Self:
        text = data if isinstance(data, str) else json.dumps(data)
        lines = (f"event: {name}\n" if name else "") + f"data: {text}\n\n"
        self.add(Kind.DATA, body=lines.encode(), after=after)
        return self

    def bytes(self, body: bytes, after: float = 10.0) -> Self:
        self.add(Kind.DATA, body=body, after=after)
        return self

    def end(self, how: str = "eof", by: str = "server", after: float = 10.0) -> Self:
        self.add(Kind.END, {"how": how, "by": by}, after=after)
        return self

    def answer(self, body: Any, status: int = 200, kind: str = "application/json", **headers: str) -> Self:
        self.response(status, kind, **headers)
        raw = body if isinstance(body, str) else json.dumps(body)
        return self.bytes(raw.encode()).end()

    def get(self, path: str, body: Any, status: int = 200, **headers: str) -> Self:
        return self.request("GET", path).answer(body, status, **headers)

    def post(self, path: str, sent: Any, body: Any, status: int = 200) -> Self:
        return self.request("POST", path, sent).answer(body, status)

    def create(self, thread: str = "thread_1") -> Self:
        """A run is asked for with its stream."""
        return self.request("POST", f"/threads/{thread}/runs", {"assistant_id": "asst_1", "stream": True}).response()

    def status(self, status: str, after: float = 10.0, **more: Any) -> Self:
        """A run event whose name and payload agree."""
        return self.event(f"thread.run.{status}", run(status, **more), after)


def run(status: str, id: str = "run_1", thread: str = "thread_1", **more: Any) -> dict[str, Any]:
    """A run object."""
    return {"id": id, "object": "thread.run", "thread_id": thread, "assistant_id": "asst_1", "status": status, **more}


def call(id: str, name: str = "get_weather", arguments: str = "{}", output: str | None = None) -> dict[str, Any]:
    """A function call as steps and required actions have it."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments, "output": output}}


def asking(*calls: dict[str, Any]) -> dict[str, Any]:
    """A ``required_action`` for tool outputs."""
    return {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": list(calls)}}


def step(*calls: dict[str, Any], id: str = "step_1", status: str = "in_progress", **more: Any) -> dict[str, Any]:
    """A step object with tool calls."""
    details = {"type": "tool_calls", "tool_calls": list(calls)}
    return {"id": id, "object": "thread.run.step", "run_id": "run_1", "thread_id": "thread_1", "type": "tool_calls"} | {
        "status": status,
        "step_details": details,
        **more,
    }


@dataclass
class Seen:
    """A log after it was folded."""

    book: Book
    events: list[Event]

    @property
    def runs(self) -> list[Run]:
        return list(self.book.runs.values())

    @property
    def run(self) -> Run:
        """The only run."""
        (only,) = self.runs
        return only

    def case(self, number: int = 0, wall_ms: float | None = None) -> Case:
        return Case(self.runs[number], self.book, wall_ms=wall_ms)

    def verdict(self, number: int = 0) -> Verdict:
        return judge(self.case(number), self.book.now, ADAPTER.rules, ADAPTER.has_terminal_event)

    def ending(self, number: int = 0) -> Ending:
        return self.verdict(number).ending

    def finding(self, id: str, number: int = 0) -> Finding:
        return next(finding for finding in self.verdict(number).findings if finding.id == id)

    def found(self, number: int = 0) -> set[str]:
        return {finding.id for finding in self.verdict(number).findings}

    def facts(self, kind: type[Fact]) -> list[Any]:
        return [fact for event in self.events for fact in event.facts if isinstance(fact, kind)]


def fold(log: Log | list[Frame]) -> Seen:
    """Feed a log into a book."""
    book = Book([ADAPTER], ADAPTER.name)
    frames = log.frames if isinstance(log, Log) else log
    grown = [book.feed(frames), book.flush()]
    return Seen(book, [event for part in grown for event in part.events if isinstance(event, Event)])


def drive(script: Script[Any], *replies: Reply | type[BaseException]) -> tuple[Any, list[Call]]:
    """Run a script against given replies: its result, and the calls that it made. An exception type is thrown in."""
    calls: list[Call] = []
    waiting: Iterator[Reply | type[BaseException]] = iter(replies)
    try:
        step = next(script)
        while True:
            if isinstance(step, Sleep):
                assert step.seconds > 0
                step = script.send(None)
                continue
            calls.append(step)
            reply = next(waiting, None)
            assert reply is not None, f"no reply is left for {step.method} {step.path}"
            step = script.throw(reply()) if isinstance(reply, type) else script.send(reply)
    except StopIteration as end:
        assert next(waiting, None) is None, "the script ended before all replies were used"
        return end.value, calls


def json_reply(body: Any, status: int = 200, **headers: str) -> Reply:
    """An answer with a JSON body."""
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
