"""A clock that is turned by hand, a server that answers from a table, and files that are kept in memory."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from inspector.domain.calls import Answer, Call, Reply
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.redactor import Redactor
from inspector.services.clock import Timer
from inspector.services.hub import LIVE, Hub
from inspector.services.model import Change, ConnectionSpec, Request, RunId
from inspector.services.ports import OpenLink, Progress, Record

TURNS = 60
"""How often the loop is let go round for everything to come to rest: far more than any chain of awaits here is long."""


async def rest(turns: int = TURNS) -> None:
    """Let all that can go on go on."""
    for _ in range(turns):
        await asyncio.sleep(0)


class HandTimer:
    """One timer of a hand-driven clock."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act: Callable[[], None] | None = act

    def cancel(self) -> None:
        self.act = None


class HandClock:
    """Time goes on when a test says so. ``turns``: how long the loop rests at each timer."""

    def __init__(self) -> None:
        self.turns = TURNS
        self.seconds = 1000.0
        self.closed = False
        self._timers: list[tuple[float, int, HandTimer]] = []
        self._count = itertools.count()

    def now(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def call_at(self, when: float, act: Callable[[], None]) -> Timer:
        timer = HandTimer(act)
        heapq.heappush(self._timers, (when, next(self._count), timer))
        return timer

    def close(self) -> None:
        self.closed = True

    @property
    def timers(self) -> int:
        """How many timers are to ring."""
        return sum(timer.act is not None for _, _, timer in self._timers)

    def clear(self) -> None:
        """Forget the timers that were taken back."""
        self._timers = [each for each in self._timers if each[2].act is not None]
        heapq.heapify(self._timers)

    async def advance(self, seconds: float) -> None:
        """Let time pass, timer by timer, with everything at rest before each."""
        end = self.seconds + seconds
        await rest(self.turns)
        while self._timers and self._timers[0][0] <= end:
            when, _, timer = heapq.heappop(self._timers)
            self.seconds = max(self.seconds, when)
            if timer.act is not None:
                timer.act()
                await rest(self.turns)
        self.seconds = end
        await rest(self.turns)


class Stream:
    """An event stream in a test's hands."""

    def __init__(self) -> None:
        self.opened = 0
        self._closed_by: str | None = None
        self._items: asyncio.Queue[bytes | tuple[str, str]] = asyncio.Queue()

    def send(self, *events: Mapping[str, Any], id: str | None = None) -> None:
        """Events arrive in one chunk."""
        lines = [("" if id is None else f"id: {id}\n") + f"data: {json.dumps(event)}\n\n" for event in events]
        self._items.put_nowait("".join(lines).encode())

    def beat(self) -> None:
        """A keep-alive arrives."""
        self._items.put_nowait(b": beat\n\n")

    def end(self, how: str = "eof") -> None:
        """The server ends it, or it breaks (``cut``)."""
        self._items.put_nowait((how, "server"))

    def closed_by(self) -> str | None:
        """Who ended it, or None while it is open."""
        return self._closed_by

    async def pump(self, record: Record) -> None:
        self.opened += 1
        try:
            while True:
                item = await self._items.get()
                if isinstance(item, tuple):
                    self._closed_by = item[1]
                    record(Kind.END, {"how": item[0], "by": item[1]}, b"")
                    return
                record(Kind.DATA, {}, item)
        except asyncio.CancelledError:
            self._closed_by = "client"
            record(Kind.END, {"how": "closed", "by": "client"}, b"")
            raise


Given = tuple[int, Any] | Stream | str | asyncio.Future[Any]
"""An answer: status and body, a stream, the sentence of a failure, or something still to come."""


@dataclass(frozen=True)
class Swap:
    """What was exchanged: as the product's own Exchange."""

    reply: Reply
    pump: Callable[[], Coroutine[Any, Any, None]] | None = None


@dataclass
class Server:
    """Answers from a table: each answer once, the last one for ever."""

    table: dict[str, list[Given]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    closed: int = 0

    def on(self, what: str, *answers: Given) -> None:
        """``what`` is method and path."""
        self.table[what] = list(answers)

    def count(self, what: str) -> int:
        """How often it was called."""
        return sum(f"{call.method} {call.path}" == what for call in self.calls)

    async def send(self, call: Call, open_link: OpenLink) -> Swap:
        self.calls.append(call)
        number, record = open_link()
        body = b"" if call.json is None else json.dumps(call.json).encode()
        record(Kind.REQUEST, {"method": call.method, "url": "http://toy" + call.path, "headers": {}}, body)
        answers = self.table.get(f"{call.method} {call.path}", [(404, {"error": "no such thing"})])
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(given, asyncio.Future):
            given = await given
        if isinstance(given, str):
            record(Kind.END, {"how": "refused", "by": "server"}, b"")
            return Swap(Reply(0, link=number, error=given))
        if isinstance(given, Stream) and call.answer is Answer.STREAM:
            record(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}, b"")
            stream = given
            return Swap(Reply(200, link=number), lambda: stream.pump(record))
        assert isinstance(given, tuple)
        record(Kind.RESPONSE, {"status": given[0], "headers": {"content-type": "application/json"}}, b"")
        record(Kind.DATA, {}, json.dumps(given[1]).encode())
        record(Kind.END, {"how": "eof", "by": "server"}, b"")
        return Swap(Reply(given[0], self.headers, given[1], number))

    def preview(self, call: Call) -> Request:
        return Request(call.method, "http://toy" + call.path, {"x-key": "$KEY"}, call.json)

    async def aclose(self) -> None:
        self.closed += 1


class Shelf:
    """A file of frames in memory: written like a session, read like a log."""

    def __init__(self, path: Path, frames: Iterable[Frame] = (), head: Mapping[str, Any] | None = None) -> None:
        self.path = path
        self.kept = list(frames)
        self.waiting: list[Frame] = []
        self.head = head or {}
        self.protocol: str | None = None
        self.warnings: Sequence[str] = ()
        self.recovered: str | None = None
        self.started_ms: float = 0.0
        self.live = False
        self.full = False
        self.closed = False
        self.read = 0

    @property
    def pending(self) -> int:
        return len(self.waiting)

    @property
    def last_seq(self) -> int:
        return self.kept[-1].seq if self.kept else 0

    @property
    def last_at(self) -> float:
        return self.kept[-1].at if self.kept else 0.0

    @property
    def last_link(self) -> int:
        return max((frame.link for frame in self.kept), default=0)

    def append(self, frames: Sequence[Frame]) -> None:
        self.waiting += frames
        if self.full:
            raise UserError(f"The disk has no room for {self.path.name}: {len(self.waiting)} entries wait.")
        self.kept += self.waiting
        self.waiting = []

    def frame(self, seq: int) -> Frame:
        found = next((frame for frame in self.kept + self.waiting if frame.seq == seq), None)
        if found is None:
            raise KeyError(seq)
        return found

    def close(self, give_up: bool = False) -> None:
        if not give_up:
            self.append(())
        self.closed = True

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Frame]:
        self.read = len(self.kept)
        return iter(list(self.kept))

    def more(self) -> Sequence[Frame]:
        new, self.read = self.kept[self.read :], len(self.kept)
        return new


class Files:
    """The store of a test."""

    def __init__(self) -> None:
        self.files: dict[Path, Shelf] = {}
        self.written: dict[Path, bytes] = {}
        self.derived: dict[Path, Any] = {}
        self.noted: dict[Path, list[Mapping[str, Any]]] = {}
        self.told: list[tuple[Mapping[str, Any], str]] = []
        self.exported: list[tuple[list[Frame], Mapping[str, Any], Path, str, bool]] = []

    def open_log(self, path: Path, progress: Progress = lambda done, total: None) -> Shelf:
        if path not in self.files:
            raise UserError(f"There is no file {path}.")
        return self.files[path]

    def recall(self, path: Path, known: Mapping[str, object]) -> Any | None:
        return self.derived.get(path)

    def keep(self, path: Path, value: object, known: Mapping[str, object]) -> None:
        self.derived[path] = value

    def record(self, path: Path, head: Mapping[str, Any], started_ms: float | None, extend: bool = False) -> Shelf:
        if path in self.files and not extend:
            raise UserError(f"{path.name} exists already.")
        if path not in self.files:
            self.files[path] = Shelf(path, head=head)
            self.files[path].started_ms = started_ms or 0.0
        return self.files[path]

    def export(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        path: Path,
        to: str,
        redactor: Redactor | None,
        progress: Progress,
        report: Mapping[str, Any],
        text: str,
    ) -> None:
        kept = list(frames)
        progress(len(kept), len(kept))
        self.exported.append((kept, head, path, to, redactor is not None))
        self.told.append((report, text))

    def annotate(self, path: Path, about: Frame, head: Mapping[str, Any], whole: bool) -> bool:
        log = self.files[path]
        if log.full:
            raise UserError(f"What you noted about {path.name} cannot be kept.")
        if whole and path.suffix == ".session":
            log.kept.append(Frame(log.last_seq + 1, log.last_at, 0, Kind.NOTE, head))
            return True
        self.noted.setdefault(path, []).append(head)
        return False

    def asides(self, path: Path, frame: Callable[[int], Frame]) -> Sequence[Mapping[str, Any]]:
        return list(self.noted.get(path, ()))

    def write(self, path: Path, content: bytes) -> None:
        self.written[path] = content

    def rehearse(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        redactor: Redactor,
        progress: Progress,
        report: Mapping[str, Any],
    ) -> None:
        for frame in frames:
            redactor.body(frame.body)
        progress(len(frames), len(frames))


class Bench:
    """A hub on fakes, with what it told."""

    def __init__(self, *adapters: Any) -> None:
        self.clock = HandClock()
        self.server = Server()
        self.store = Files()
        self.hub = Hub(adapters, self.store, lambda spec: self.server, self.clock, "ada")
        self.changes: list[Change] = []
        self.hub.subscribe(self.changes.append)
        self.server.on("GET /toy", (200, {}))

    async def connect(self, **spec: Any) -> int:
        """Connect to the toy's server."""
        return (await self.hub.connect(ConnectionSpec("http://toy", **spec))).id

    def run(self, id: str = "r1") -> RunId:
        """The run of this id in the live book."""
        return next(run for run in self.hub.runs(LIVE) if self.hub.case(run).run.id == id)

    def ending(self, id: str = "r1") -> str:
        """How it stands."""
        return self.hub.verdict(self.run(id)).ending.value

    def notes(self, word: str) -> list[Mapping[str, Any]]:
        """The heads of our notes in the live log."""
        frames = self.frames()
        return [frame.head for frame in frames if frame.kind is Kind.NOTE and frame.head.get("inspector") == word]

    def frames(self) -> list[Frame]:
        """The live log."""
        last = len(self.hub._live.recorder._kept)
        return list(self.hub.frames_of(LIVE, range(1, last + 50)))
