"""Opened files: read in slices, so that the window lives on meanwhile, and followed while somebody writes them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

from inspector.domain.adapter import Adapter
from inspector.domain.batch import Batch, Batched, batched
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.notes import MARK, REMARK, word_of
from inspector.domain.redactor import Redactor, Replaced
from inspector.services.clock import Clock, sleep
from inspector.services.ledger import Ledger
from inspector.services.model import Account, Change, OpenBook
from inspector.services.ports import Log, Progress, SessionWriter, Store
from inspector.services.tasks import Tasks, cancel

SLICE = 200
"""Frames that are folded at a time: some 10 ms of work, so that the window is painted in between."""

DERIVED_FROM = 20_000
"""From so many frames on, what a file came to is kept for the next time: fewer are read in a second."""

JUDGED = 25
"""Runs that are judged at a time."""

FOLLOW_S, TELL_S = 0.5, 0.25
"""A followed file is looked at, and of a long one that is read is told, so often."""


PAUSE_S = 2.0
"""So long after a note, what a long file came to is kept anew."""


class OpenFile:
    """A file on the shelf: its log, and what came of it."""

    def __init__(self, number: int, path: Path, log: Log, adapters: Sequence[Adapter]) -> None:
        self.path = path
        self.log = log
        self.ledger = Ledger(number, adapters, log.protocol, log.started_ms)
        self.loading = True
        self.asides: list[Mapping[str, Any]] = []
        self.noted = False
        self.follower: asyncio.Task[None] | None = None
        self.keeper: asyncio.Task[None] | None = None

    def frames(self) -> Frames:
        """All of its frames as they are now, and behind them the notes that are kept apart from it."""
        frames = Upto(self.log) if self.log.live else self.log
        return Noted(frames, self.asides) if self.asides else frames

    def batches(self, after: int) -> Iterator[Batch]:
        """Those of the file behind a number, many at a time."""
        if isinstance(self.log, Batched):
            return self.log.batches(after)
        return batched(frame for frame in self.log if frame.seq > after)

    def shown(self) -> OpenBook:
        """As the front ends see it."""
        log, book = self.log, self.ledger.book
        return OpenBook(
            self.ledger.number,
            self.path.name,
            self.path,
            self.follower is not None,
            tuple(log.warnings),
            log.recovered,
            book.main_protocol or log.protocol,
            self.loading,
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """Moves the frames of a log behind those that a session has: numbers, exchanges, times."""

    seq: int
    link: int
    at: float
    protocol: str | None

    @classmethod
    def onto(cls, writer: SessionWriter, log: Log) -> Shift:
        """Where both tell their times, the gap between them stays as it was."""
        at = writer.last_at
        if writer.last_seq and log.started_ms is not None and math.isfinite(writer.started_ms):
            at = max(at, log.started_ms - writer.started_ms)
        return cls(writer.last_seq, writer.last_link, at, log.protocol)

    def moved(self, frame: Frame) -> Frame:
        """The frame in its new place. A request says its protocol, as the files of one session may differ in it."""
        head = dict(frame.head)
        if frame.kind is Kind.REQUEST and self.protocol is not None:
            head.setdefault("protocol", self.protocol)
        if word_of(head) in (REMARK, MARK) and isinstance(head.get("frame"), int):
            head["frame"] += self.seq
        link = frame.link + self.link if frame.link else 0
        return Frame(frame.seq + self.seq, frame.at + self.at, link, frame.kind, head, frame.body)


class Upto:
    """The frames of a log that another process writes: as many as there are now."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._count = len(log)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Frame]:
        return islice(self._log, self._count)


class Noted:
    """Frames, and behind them notes that have no number yet."""

    def __init__(self, frames: Frames, heads: Sequence[Mapping[str, Any]]) -> None:
        self._frames = frames
        self._heads = tuple(heads)

    def __len__(self) -> int:
        return len(self._frames) + len(self._heads)

    def __iter__(self) -> Iterator[Frame]:
        seq, at = 0, 0.0
        for frame in self._frames:
            seq, at = frame.seq, frame.at
            yield frame
        for number, head in enumerate(self._heads, seq + 1):
            yield Frame(number, at, 0, Kind.NOTE, head)


class Files:
    """The shelf of opened files. ``tell`` hears of each change."""

    def __init__(
        self, store: Store, adapters: Sequence[Adapter], clock: Clock, tasks: Tasks, tell: Callable[[Change], None]
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._clock = clock
        self._tasks = tasks
        self._tell = tell
        self.opened: dict[int, OpenFile] = {}

    async def open(
        self,
        number: int,
        path: Path,
        progress: Progress | None = None,
        begun: Callable[[], None] | None = None,
    ) -> OpenFile:
        """Read a file to its present end; UserError where that cannot be. Its book can be seen while it is read.

        ``begun`` is called once the first page of a long file is there.
        """
        log = await self._open(path, progress)
        file = OpenFile(number, path, log, self._adapters)
        self.opened[number] = file
        self._tell(Change(number, kind="books"))
        try:
            recalled = await self._recall(file)
            if not recalled:
                await self._read(file, progress, begun)
        except BaseException:
            await self.close(number)
            raise
        file.loading = False
        for head in self._store.asides(path, log.frame):
            file.asides.append(head)
            file.ledger.remarks.take(head)
        if log.live:
            file.follower = self._tasks.start(f"follow {path.name}", self._follow(file))
        elif not recalled:
            self._tell(file.ledger.finish())
            if len(log) >= DERIVED_FROM:
                file.keeper = self._tasks.start(f"keep what {path.name} came to", self._keep(file))
        self._tell(Change(number, kind="books"))
        return file

    async def close(self, number: int) -> None:
        """Take a file from the shelf."""
        file = self.opened.pop(number)
        self._tell(Change(number, kind="books"))  # before anybody asks for it again
        for task in (file.follower, file.keeper):
            if task is not None:
                await cancel(task)
        file.log.close()

    def annotate(self, number: int, seq: int, head: Mapping[str, Any]) -> bool:
        """Keep a note about a frame; whether the file itself has it now.

        UserError where no file takes it: then it is kept as long as this one is open.
        """
        file = self.opened[number]
        file.ledger.remarks.take(head)
        try:
            whole = not file.log.live and file.log.recovered is None
            inside = self._store.annotate(file.path, file.log.frame(seq), head, whole)
            if not inside:
                file.asides.append(head)
            elif file.follower is None and not file.loading:
                self._tell(file.ledger.take(file.log.more()))
                self._keep_again(file)
            return inside
        except KeyError:
            file.asides.append(head)
            problem = f"Frame {seq} is missing: what you noted about it is kept until the file is closed."
            raise UserError(problem) from None
        except UserError:
            file.asides.append(head)
            raise
        finally:
            self._tell(Change(number, kind="remarks"))

    async def export(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        path: Path,
        to: str,
        redactor: Redactor | None,
        progress: Progress | None,
        told: Account,
    ) -> None:
        """Write frames in another format, on a thread of its own. Cancelled, it stops at the next step of progress."""
        step, stop = _from_thread(progress, "The export was stopped.")
        work = asyncio.to_thread(self._store.export, frames, head, path, to, redactor, step, told.report, told.text)
        await self._on_thread(f"export {path.name}", work, stop)

    async def rehearse(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        redactor: Redactor,
        progress: Progress | None,
        told: Account,
    ) -> list[Replaced]:
        """What the redactor takes out of all that would be exported, on a thread of its own."""
        step, stop = _from_thread(progress, "The look at the secrets was stopped.")
        work = asyncio.to_thread(self._store.rehearse, frames, head, redactor, step, told.report)
        await self._on_thread("look for secrets", work, stop)
        return redactor.replaced()

    async def _on_thread(self, name: str, work: Coroutine[Any, Any, None], stop: Callable[[], None]) -> None:
        task = self._tasks.start(name, work, awaited=True)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            stop()
            raise

    async def import_into(self, path: Path, session: Path, progress: Progress | None) -> tuple[int, tuple[str, ...]]:
        """Add a file's frames to a session, which is begun where there is none. Returns how many, and what was odd."""
        log = await self._open(path, progress)
        try:
            writer = self._store.record(session, log.head, log.started_ms, extend=True)
            try:
                asides = self._store.asides(path, log.frame)
                shift, frames, done = Shift.onto(writer, log), iter(Noted(log, asides)), 0
                while part := list(islice(frames, SLICE)):
                    writer.append([shift.moved(frame) for frame in part])
                    done += len(part)
                    if progress is not None:
                        progress(done, len(log))
                    await asyncio.sleep(0)
            finally:
                writer.close()
            recovered = () if log.recovered is None else (log.recovered,)
            return done, (*recovered, *log.warnings)
        finally:
            log.close()

    async def aclose(self) -> None:
        """Close all of them."""
        for number in list(self.opened):
            await self.close(number)

    async def _open(self, path: Path, progress: Progress | None) -> Log:
        """On a thread of its own: some formats are parsed whole when they are opened."""
        step, stop = _from_thread(progress, f"Opening {path.name} was stopped.")
        work = asyncio.to_thread(self._store.open_log, path, step)
        task = self._tasks.start(f"open {path.name}", work, awaited=True)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            stop()
            task.add_done_callback(_close_opened)
            raise

    async def _recall(self, file: OpenFile) -> bool:
        """Take what an earlier reading came to, where that is kept and the file is still the same."""
        if file.log.live or len(file.log) < DERIVED_FROM:
            return False
        state = await asyncio.to_thread(self._store.recall, file.path, file.ledger.charts())
        if state is None:
            return False
        self._tell(file.ledger.restore(state))
        return True

    def _keep_again(self, file: OpenFile) -> None:
        """The file has changed by a note: what it came to is kept for what it is now."""
        file.noted = True
        if len(file.log) >= DERIVED_FROM and (file.keeper is None or file.keeper.done()):
            file.keeper = self._tasks.start(f"keep what {file.path.name} came to", self._keep_noted(file))

    async def _keep_noted(self, file: OpenFile) -> None:
        """Once for several notes, and again for those that come meanwhile."""
        while file.noted:
            file.noted = False
            await sleep(self._clock, PAUSE_S)
            await self._keep(file)

    async def _keep(self, file: OpenFile) -> None:
        """Keep what the reading came to, with the verdicts."""
        for number, key in enumerate(file.ledger.run_keys()):
            file.ledger.verdict(key)
            if number % JUDGED == 0:
                await asyncio.sleep(0)
        await asyncio.to_thread(self._store.keep, file.path, file.ledger.state(), file.ledger.charts())

    async def _read(self, file: OpenFile, progress: Progress | None, begun: Callable[[], None] | None) -> None:
        frames, done = iter(file.log), 0
        news, told_at = Change(file.ledger.number), -math.inf
        while part := list(islice(frames, SLICE)):
            change = file.ledger.take(part)
            news = replace(news, rows=news.rows + change.rows, runs=news.runs | change.runs)
            if self._clock.now() - told_at >= TELL_S:
                # Not each slice: what is shown of a long log takes longer to bring up to date than to read on.
                self._tell(news)
                news, told_at = Change(file.ledger.number, len(file.ledger.rows)), self._clock.now()
            if not done and begun is not None and len(file.log) >= DERIVED_FROM:
                begun()
            done += len(part)
            if progress is not None:
                progress(done, len(file.log))
            await asyncio.sleep(0)
        self._tell(news)

    async def _follow(self, file: OpenFile) -> None:
        while True:
            await sleep(self._clock, FOLLOW_S)
            live = file.log.live
            if frames := file.log.more():
                grown = file.ledger.take(frames)
                self._tell(replace(grown, runs=grown.runs | file.ledger.overdue()))
            if not live:
                break
        file.follower = None
        self._tell(file.ledger.finish())
        self._tell(Change(file.ledger.number, kind="books"))


def _from_thread(progress: Progress | None, stopped: str) -> tuple[Progress, Callable[[], None]]:
    """Progress as work on another thread may tell it, and what stops that work at its next step (UserError)."""
    loop, over = asyncio.get_running_loop(), Event()

    def step(done: int, total: int) -> None:
        if over.is_set():
            raise UserError(stopped)
        if progress is not None:
            loop.call_soon_threadsafe(progress, done, total)

    return step, over.set


def _close_opened(task: asyncio.Task[Log]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()
