"""The Hub: the one public face of the core, for the window and for the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from inspector.domain.adapter import Adapter
from inspector.domain.case import Case
from inspector.domain.diagnosis import Verdict
from inspector.domain.frames import Frame
from inspector.domain.rows import Rows
from inspector.services.clock import Clock
from inspector.services.files import Files
from inspector.services.ledger import Ledger
from inspector.services.live import Live
from inspector.services.model import Change, OpenBook, RunId
from inspector.services.ports import ClientFactory, Progress, Store
from inspector.services.tasks import Tasks

LIVE = 1
"""The number of the book that this process records."""


class Hub:
    """Opens files, watches runs, acts on them. All of it on one thread, that of the event loop."""

    def __init__(self, adapters: Sequence[Adapter], store: Store, client: ClientFactory, clock: Clock) -> None:
        self._sinks: list[Callable[[Change], None]] = []
        self._store = store
        self._books = LIVE
        self.tasks = Tasks(self._task_failed)
        self._live = Live(LIVE, adapters, clock, self._tell, self._trouble)
        self._files = Files(store, adapters, clock, self.tasks, self._tell)

    def subscribe(self, sink: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``sink`` with each change, on the loop's thread, until the returned function is called."""
        self._sinks.append(sink)
        return lambda: self._sinks.remove(sink)

    def books(self) -> Sequence[OpenBook]:
        """The live book and the opened files."""
        file = self._live.recorder.file
        path = None if file is None else file.path
        live = OpenBook(LIVE, "live", path, True, protocol=self._live.ledger.book.main_protocol)
        return [live, *(file.shown() for file in self._files.open_files.values())]

    def runs(self, book: int | None = None) -> Sequence[RunId]:
        """The runs of a book, or of all, in the order in which the logs named them."""
        numbers = [LIVE, *self._files.open_files] if book is None else [book]
        return [RunId(number, key) for number in numbers for key in self._ledger(number).run_keys()]

    def rows(self, book: int) -> Rows:
        """The rows of its log; they grow in place."""
        return self._ledger(book).rows

    def frame(self, book: int, seq: int) -> Frame:
        """One frame; KeyError where there is none, or where it could not be kept."""
        return self._live.recorder.frame(seq) if book == LIVE else self._files.open_files[book].log.frame(seq)

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
        """How it stands."""
        return self._ledger(run.book).verdict(run.key)

    def now(self, book: int) -> float:
        """The book's present in ms of its log: the clock's for a live one, else its last entry's."""
        return self._ledger(book).now()

    async def open(self, path: Path, progress: Progress | None = None) -> int:
        """Open a file; UserError where that cannot be. Returns the number of its book."""
        self._books += 1
        number = self._books
        await self._files.open(number, path, progress)
        return number

    async def close_book(self, book: int) -> None:
        """Close an opened file."""
        await self._files.close(book)

    async def aclose(self) -> None:
        """Cancel and drain everything."""
        await self.tasks.aclose()
        await self._files.aclose()
        self._live.close()

    def _ledger(self, book: int) -> Ledger:
        return self._live.ledger if book == LIVE else self._files.open_files[book].ledger

    def _tell(self, change: Change) -> None:
        for sink in list(self._sinks):
            sink(change)

    def _trouble(self, problem: str | None) -> None:
        self._problem = problem
        self._tell(Change(LIVE, kind="status"))

    def _task_failed(self, name: str, error: BaseException) -> None:
        self._tell(Change(LIVE, kind="status"))
