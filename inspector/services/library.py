"""All books: the live one and the opened files, with what can be asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.domain.adapter import Adapter, Drawing, Editor
from inspector.domain.batch import Batch, batched
from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.diagnosis import Clocks, Verdict, clocks
from inspector.domain.errors import Refused
from inspector.domain.excerpt import Excerpt
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.redactor import Redactor, Replaced
from inspector.domain.remarks import Remarks
from inspector.domain.rows import Rows
from inspector.services.clock import Clock
from inspector.services.files import Files
from inspector.services.ledger import Ledger
from inspector.services.live import Live
from inspector.services.model import Account, Change, JournalEntry, OpenBook, RunId, Status
from inspector.services.ports import Progress, Store
from inspector.services.tasks import Tasks

LIVE = 1
"""The number of the book that this process records."""


class Library:
    """The half of the Hub that sends nothing to anybody."""

    def __init__(self, adapters: Sequence[Adapter], store: Store, clock: Clock) -> None:
        self._sinks: list[Callable[[Change], None]] = []
        self._adapters = tuple(adapters)
        self._store = store
        self._books = LIVE
        self._status = Status()
        self.tasks = Tasks(self._task_failed)
        self._live = Live(LIVE, adapters, clock, self._tell, self._trouble)
        self._files = Files(store, adapters, clock, self.tasks, self._tell)

    def subscribe(self, sink: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``sink`` with each change, on the loop's thread, until the returned function is called."""
        self._sinks.append(sink)
        return lambda: self._sinks.remove(sink) if sink in self._sinks else None

    def books(self) -> Sequence[OpenBook]:
        """The live book and the opened files."""
        file = self._live.recorder.file
        path = None if file is None else file.path
        live = OpenBook(LIVE, "Live", path, True, protocol=self._live.ledger.book.main_protocol)
        return [live, *(file.shown() for file in self._files.opened.values())]

    def is_open(self, book: int) -> bool:
        """Whether it is the live book or a file that was not closed."""
        return book == LIVE or book in self._files.opened

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

    def frames(self, book: int) -> Frames:
        """All frames of a book; what still grows as it is now."""
        if book == LIVE:
            return list(self._live.recorder.frames())
        return self._files.opened[book].frames()

    def frames_of(self, book: int, seqs: Sequence[int]) -> Iterator[Frame]:
        """Several of them; those that are missing are left out."""
        for seq in seqs:
            try:
                yield self.frame(book, seq)
            except KeyError:
                continue

    def batches(self, book: int, after: int) -> Iterator[Batch]:
        """The frames of a book behind ``after``, many at a time: to look through them."""
        if book == LIVE:
            return batched(self._live.recorder.frames(after))
        return self._files.opened[book].batches(after)

    def last_seq(self, book: int) -> int:
        """About the number of its last frame."""
        rows = self.rows(book)
        frames = 0 if book == LIVE else len(self._files.opened[book].log)
        return max(frames, rows.seq[-1] if len(rows) else 0)

    def book_of(self, book: int) -> Book:
        """The fold of its log."""
        return self._ledger(book).book

    def case(self, run: RunId) -> Case:
        """Everything that may be asked about a run."""
        return self._ledger(run.book).case(run.key)

    def verdict(self, run: RunId) -> Verdict:
        """How it stands, as judged last: again whenever its log grew or its time had come."""
        return self._ledger(run.book).verdict(run.key)

    def standing(self, run: RunId) -> Verdict:
        """The same for lists of many runs: of a live run that only streams on, it may be a second old."""
        ledger = self._ledger(run.book)
        return ledger.standing(run.key) if run.book == LIVE else ledger.verdict(run.key)

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

    def journal(self, book: int | None = None) -> Sequence[JournalEntry]:
        """What was done by hand, oldest first."""
        numbers = [LIVE, *self._files.opened] if book is None else [book]
        return [entry for number in numbers for entry in self._ledger(number).journal]

    def remarks(self, book: int) -> Remarks:
        """The marks and comments of a book; they change in place."""
        return self._ledger(book).remarks

    def annotate(self, book: int, seq: int, head: Mapping[str, Any]) -> bool:
        """Keep a mark or a comment on a frame; whether the recording itself has it now, or a file of ours beside it.

        UserError where it cannot be kept on disk: it is shown and exported as long as the book is open, anyhow.
        """
        if book != LIVE:
            return self._files.annotate(book, seq, head)
        self._live.recorder.note(head)
        self._live.recorder.flush()
        self._tell(Change(LIVE, kind="remarks"))
        return True

    def status(self) -> Status:
        """How the recording goes, and what of the program itself failed."""
        return self._status

    # files

    async def open(
        self, path: Path, progress: Progress | None = None, begun: Callable[[int], None] | None = None
    ) -> int:
        """Open a file, unless it is open; UserError where that cannot be. Returns the number of its book.

        ``begun`` is told that number as soon as the first page can be shown, where the whole takes longer.
        """
        known = next((number for number, file in self._files.opened.items() if file.path == path), None)
        if known is not None:
            return known
        self._books += 1
        number = self._books
        await self._files.open(number, path, progress, None if begun is None else lambda: begun(number))
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
        self,
        book: int,
        path: Path,
        to: str = "wire",
        redact: bool = True,
        progress: Progress | None = None,
        *,
        patterns: Sequence[str] = (),
        told: Account | None = None,
        part: Frames | None = None,
    ) -> None:
        """Write a book, or a part of it, in another format; UserError where it fails. Patterns: what else is secret."""
        redactor = Redactor(patterns) if redact else None
        frames, told = await self._frames_now(book) if part is None else part, told or Account()
        await self._files.export(frames, self._head(book), path, to, redactor, progress, told)

    async def secrets_of(
        self,
        book: int,
        patterns: Sequence[str] = (),
        told: Account | None = None,
        progress: Progress | None = None,
        *,
        part: Frames | None = None,
    ) -> list[Replaced]:
        """What an export would take out, and how often. UserError for a pattern that cannot be used."""
        redactor, frames = Redactor(patterns), await self._frames_now(book) if part is None else part
        return await self._files.rehearse(frames, self._head(book), redactor, progress, told or Account())

    async def excerpt(self, book: int, links: Collection[int], runs: Collection[str]) -> Excerpt:
        """Some exchanges of a book, whole. On a thread of its own: all frames are gone through for it."""
        return await asyncio.to_thread(Excerpt, await self._frames_now(book), links, runs)

    async def import_into(
        self, path: Path, session: Path, progress: Progress | None = None
    ) -> tuple[int, Sequence[str]]:
        """Add what a file holds to a session file. Returns how many frames, and what was odd, a sentence each."""
        return await self._files.import_into(path, session, progress)

    async def decide(self, run: RunId, data: Any, path: Path) -> Sequence[str]:
        """Write the file that a run was read from, with decisions in it; nothing is sent.

        Returns the lines of a program that go on with it. Refused with the reason, UserError for unusable data.
        """
        adapter, case = self._ledger(run.book).adapter(run.key), self.case(run)
        seq = adapter.written(case) if isinstance(adapter, Editor) else None
        if not isinstance(adapter, Editor) or seq is None:
            raise Refused("This run was not read from a file that decisions can be written into.")
        content = adapter.edited(case, self._answer(run.book, seq), data)
        await asyncio.to_thread(self._store.write, path, content)
        return adapter.afterwards(case, path.name)

    def _answer(self, book: int, seq: int) -> bytes:
        """The body of the answer that was complete with this frame."""
        last, parts = self.frame(book, seq), list[bytes]()
        for before in range(seq, 0, -1):
            frame = self.frame(book, before)
            if frame.link == last.link and frame.kind is Kind.DATA:
                parts.append(frame.body)
            elif frame.link == last.link and frame.kind is Kind.REQUEST:
                break
        return b"".join(reversed(parts))

    async def _frames_now(self, book: int) -> Frames:
        """All frames of a book, for another thread: those of the live one are copied, as only this one reads them."""
        return await self._live.copied() if book == LIVE else self._files.opened[book].frames()

    def _ledger(self, book: int) -> Ledger:
        return self._live.ledger if book == LIVE else self._files.opened[book].ledger

    def _head(self, book: int) -> Mapping[str, Any]:
        """What an exported log says about itself."""
        protocol = self._ledger(book).book.main_protocol
        wall = self._ledger(book).wall_ms
        head = {} if book == LIVE else dict(self._files.opened[book].log.head)
        head |= {} if wall is None else {"started_ms": wall}
        return head if protocol is None else {"protocol": protocol, **head}

    def _tell(self, change: Change) -> None:
        for sink in list(self._sinks):
            sink(change)

    def _trouble(self, problem: str | None) -> None:
        self._status = replace(self._status, problem=problem)
        self._tell(Change(LIVE, kind="status"))

    def _task_failed(self, name: str, error: BaseException) -> None:
        failed = (*self._status.tasks_failed, f"{name}: {type(error).__name__}: {error}")
        self._status = replace(self._status, tasks_failed=failed)
        self._tell(Change(LIVE, kind="status"))
