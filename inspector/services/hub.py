"""The Hub: the one public face of the core, for the window and for the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.adapter import Adapter, Drawing, Page, Query, Target
from inspector.domain.case import Case
from inspector.domain.diagnosis import Clocks, Verdict, clocks
from inspector.domain.errors import Refused, UserError
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame
from inspector.domain.rows import Rows
from inspector.services.acting import Acting, OnStep
from inspector.services.clock import Clock
from inspector.services.connections import Connections, Opened
from inspector.services.files import Files
from inspector.services.ledger import Ledger
from inspector.services.live import Live
from inspector.services.model import (
    ActResult,
    Change,
    Connection,
    ConnectionSpec,
    Doctor,
    JournalEntry,
    OpenBook,
    Request,
    RunId,
    Status,
    WatchState,
)
from inspector.services.ports import ClientFactory, Progress, Store
from inspector.services.tasks import Tasks
from inspector.services.watching import Watching

LIVE = 1
"""The number of the book that this process records."""

SAVED = "This is a saved session: connect to its server and attach to the run there."
CLOSED = "The connection to its server is closed: connect again."


class Hub:
    """Opens files, watches runs, acts on them. All of it on one thread, that of the event loop."""

    def __init__(
        self, adapters: Sequence[Adapter], store: Store, client: ClientFactory, clock: Clock, who: str = ""
    ) -> None:
        self._sinks: list[Callable[[Change], None]] = []
        self._adapters = tuple(adapters)
        self._store = store
        self._clock = clock
        self._books = LIVE
        self._status = Status()
        self._closed = False
        self.tasks = Tasks(self._task_failed)
        self._live = Live(LIVE, adapters, clock, self._tell, self._trouble)
        self._files = Files(store, adapters, clock, self.tasks, self._tell)
        self._connections = Connections(adapters, client, self._live, self.tasks, clock, self._tell)
        self._watching = Watching(self._live, self.tasks, clock, self._tell)
        self._acting = Acting(self._live, self._watching, clock, who, self._tell)

    def subscribe(self, sink: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``sink`` with each change, on the loop's thread, until the returned function is called."""
        self._sinks.append(sink)
        return lambda: self._sinks.remove(sink) if sink in self._sinks else None

    # what there is

    def books(self) -> Sequence[OpenBook]:
        """The live book and the opened files."""
        file = self._live.recorder.file
        path = None if file is None else file.path
        live = OpenBook(LIVE, "Live", path, True, protocol=self._live.ledger.book.main_protocol)
        return [live, *(file.shown() for file in self._files.opened.values())]

    def runs(self, book: int | None = None) -> Sequence[RunId]:
        """The runs of a book, or of all, in the order in which the logs named them."""
        numbers = [LIVE, *self._files.opened] if book is None else [book]
        return [RunId(number, key) for number in numbers for key in self._ledger(number).run_keys()]

    def rows(self, book: int) -> Rows:
        """The rows of its log; they grow in place."""
        return self._ledger(book).rows

    def frame(self, book: int, seq: int) -> Frame:
        """One frame; KeyError where there is none, or where it could not be kept."""
        return self._live.recorder.frame(seq) if book == LIVE else self._files.opened[book].log.frame(seq)

    def frames_of(self, book: int, seqs: Sequence[int]) -> Iterator[Frame]:
        """Several of them; those that are missing are left out."""
        for seq in seqs:
            try:
                yield self.frame(book, seq)
            except KeyError:
                continue

    def case(self, run: RunId) -> Case:
        """Everything that may be asked about a run."""
        return self._ledger(run.book).case(run.key)

    def verdict(self, run: RunId) -> Verdict:
        """How it stands, as judged last: again whenever its log grew or its time had come."""
        return self._ledger(run.book).verdict(run.key)

    def clocks(self, run: RunId) -> Clocks:
        """Its three clocks at this moment."""
        return clocks(self.case(run), self.now(run.book))

    def drawing(self, run: RunId) -> Drawing | None:
        """The graph of what runs inside it, where that is known."""
        return self._ledger(run.book).adapter(run.key).draw(self.case(run), self.now(run.book))

    def loose(self, book: int) -> Sequence[Finding]:
        """Findings of streams that carry no run."""
        return self._ledger(book).loose()

    def now(self, book: int) -> float:
        """The book's present in ms of its log: the clock's for the live one, else its last entry's."""
        return self._ledger(book).now()

    def watching(self, run: RunId) -> WatchState | None:
        """How a run is watched; None where it never was."""
        return self._watching.state(run.key) if run.book == LIVE else None

    def journal(self, book: int | None = None) -> Sequence[JournalEntry]:
        """What was done by hand, oldest first."""
        numbers = [LIVE, *self._files.opened] if book is None else [book]
        return [entry for number in numbers for entry in self._ledger(number).journal]

    def status(self) -> Status:
        """How the recording goes, and what of the program itself failed."""
        return self._status

    # files

    async def open(self, path: Path, progress: Progress | None = None) -> int:
        """Open a file; UserError where that cannot be. Returns the number of its book."""
        self._books += 1
        number = self._books
        await self._files.open(number, path, progress)
        return number

    async def close_book(self, book: int) -> None:
        """Close an opened file."""
        await self._files.close(book)

    @property
    def recording(self) -> Path | None:
        """Where the live book is recorded; None = in memory only."""
        return self._status.recording

    async def record_to(self, path: Path) -> None:
        """Record the live book to this file, from its beginning; UserError where that cannot be."""
        recorder = self._live.recorder
        recorder.record_to(self._store.record(path, {}, recorder.started_ms))
        self._status = replace(self._status, recording=path)
        self._tell(Change(LIVE, kind="status"))

    async def export(
        self, book: int, path: Path, to: str = "wire", redact: bool = True, progress: Progress | None = None
    ) -> None:
        """Write a book in another format; UserError where that cannot be."""
        frames: Iterable[Frame] = self._live.recorder.frames() if book == LIVE else self._files.opened[book].log
        await self._files.export(list(frames), self._head(book), path, to, redact, progress)

    async def import_into(
        self, path: Path, session: Path, progress: Progress | None = None
    ) -> tuple[int, Sequence[str]]:
        """Add what a file holds to a session file. Returns how many frames, and what was odd, a sentence each."""
        return await self._files.import_into(path, session, progress)

    # servers

    async def doctor(self, spec: ConnectionSpec) -> Doctor:
        """Ask a server what it is, step by step."""
        return await self._connections.doctor(spec)

    async def connect(self, spec: ConnectionSpec, found: Doctor | None = None) -> Connection:
        """Connect; UserError with one sentence. ``found`` spares asking again what the doctor has asked."""
        return await self._connections.connect(spec, found)

    async def disconnect(self, connection: int) -> None:
        """Watch nothing there any more, and close the connection."""
        await self._watching.leave(self._opened(connection).connection.name)
        await self._connections.disconnect(connection)

    def connections(self) -> Sequence[Connection]:
        """The open connections."""
        return [opened.connection for opened in self._connections.opened.values()]

    async def list(self, connection: int, query: Query) -> Page:
        """One page of threads or runs of a server; what goes wrong is in it."""
        return await self._connections.list(self._opened(connection), query)

    # watching

    async def watch(self, connection: int, target: Target) -> RunId:
        """Ask how a run stands and watch it. Without a run: the newest one of the thread. UserError, Refused."""
        opened = self._opened(connection)
        target = await self._connections.resolve(opened, target)
        return RunId(LIVE, await self._watching.watch(opened.means, target))

    async def unwatch(self, run: RunId) -> None:
        """Watch a run no more."""
        await self._watching.unwatch(run.key)

    def recognise(self, text: str) -> Sequence[Target]:
        """What a pasted text points at, for each backend that finds something in it."""
        found = (adapter.recognise(text) for adapter in self._adapters)
        return [target for target in found if target is not None]

    # acting

    def actions(self, run: RunId) -> Sequence[Action]:
        """All actions for its present state, each possible or with the reason why not."""
        actions = self._ledger(run.book).adapter(run.key).actions(self.case(run), self.now(run.book))
        if (why_not := self._why_not(run)) is None:
            return actions
        return [replace(action, why_not=action.why_not or why_not) for action in actions]

    def plan(self, run: RunId, action: str, data: Any) -> Sequence[Request]:
        """The writes of an act. Refused with the reason, UserError for unusable data."""
        return self._acting.plan(self._server_of(run), run.key, action, data)

    async def act(
        self, run: RunId, action: str, data: Any, on_step: OnStep | None = None, wait_s: float = 10.0
    ) -> ActResult:
        """Do it, and wait for its effect and for the run that it starts, no longer than ``wait_s``."""
        return await self._acting.act(self._server_of(run), run.key, action, data, on_step, wait_s)

    def start_plan(self, connection: int, data: Mapping[str, Any]) -> Sequence[Request]:
        """The writes that start a new run."""
        opened = self._opened(connection)
        return [opened.shown(call) for call in opened.means.adapter.start(data)]

    async def start(self, connection: int, data: Mapping[str, Any]) -> RunId:
        """Start a run and watch it; Refused with what the server said where it began none."""
        return RunId(LIVE, await self._acting.start(self._opened(connection), data))

    async def aclose(self) -> None:
        """Cancel and drain everything; what was recorded is whole then."""
        if not self._closed:
            self._closed = True
            self._live.hang_up()
            await self.tasks.aclose()
            await self._connections.aclose()
            await self._files.aclose()
            self._live.close()

    def _ledger(self, book: int) -> Ledger:
        return self._live.ledger if book == LIVE else self._files.opened[book].ledger

    def _head(self, book: int) -> Mapping[str, Any]:
        """What an exported log says about itself."""
        protocol = self._ledger(book).book.main_protocol
        head = {} if book == LIVE else dict(self._files.opened[book].log.head)
        return head if protocol is None else {"protocol": protocol, **head}

    def _opened(self, connection: int) -> Opened:
        opened = self._connections.opened.get(connection)
        if opened is None:
            raise UserError("This connection is closed.")
        return opened

    def _why_not(self, run: RunId) -> str | None:
        """Why nothing can be sent about a run, whatever it is."""
        if run.book != LIVE:
            return SAVED
        return CLOSED if self._connections.by_name(self.case(run).run.connection) is None else None

    def _server_of(self, run: RunId) -> Opened:
        opened = self._connections.by_name(self.case(run).run.connection)
        if run.book != LIVE or opened is None:
            raise Refused(self._why_not(run) or CLOSED)
        return opened

    def _tell(self, change: Change) -> None:
        if change.kind == "rows" and change.book == LIVE:
            self._watching.heard(change.runs)
        for sink in list(self._sinks):
            sink(change)

    def _trouble(self, problem: str | None) -> None:
        self._status = replace(self._status, problem=problem)
        self._tell(Change(LIVE, kind="status"))

    def _task_failed(self, name: str, error: BaseException) -> None:
        failed = (*self._status.tasks_failed, f"{name}: {type(error).__name__}: {error}")
        self._status = replace(self._status, tasks_failed=failed)
        self._tell(Change(LIVE, kind="status"))
