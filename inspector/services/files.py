"""Opened files: read in slices, so that the window lives on meanwhile, and followed while somebody writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from inspector.domain.adapter import Adapter
from inspector.services.clock import Clock, sleep
from inspector.services.ledger import Ledger
from inspector.services.model import Change, OpenBook
from inspector.services.ports import Log, Progress, Store
from inspector.services.tasks import Tasks, cancel

SLICE = 500
FOLLOW_S = 0.5


class OpenFile:
    """A file on the shelf: its log, and what came of it."""

    def __init__(self, number: int, path: Path, log: Log, adapters: Sequence[Adapter]) -> None:
        self.path = path
        self.log = log
        self.protocol = str(log.head.get("protocol") or "") or None
        self.ledger = Ledger(number, adapters, self.protocol, log.started_ms)
        self.loading = True
        self.follower: asyncio.Task[None] | None = None

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
            book.main_protocol or self.protocol,
            self.loading,
        )


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
        self.open_files: dict[int, OpenFile] = {}

    async def open(self, number: int, path: Path, progress: Progress | None = None) -> OpenFile:
        """Read a file to its present end; UserError where that cannot be. Its book can be seen while it is read."""
        log = self._store.open_log(path)
        file = OpenFile(number, path, log, self._adapters)
        self.open_files[number] = file
        self._tell(Change(number, kind="books"))
        try:
            await self._read(file, progress)
        except BaseException:
            await self.close(number)
            raise
        file.loading = False
        if log.live:
            file.follower = self._tasks.start(f"follow {path.name}", self._follow(file))
        else:
            self._tell(file.ledger.finish())
        self._tell(Change(number, kind="books"))
        return file

    async def close(self, number: int) -> None:
        """Take a file from the shelf."""
        file = self.open_files.pop(number)
        if file.follower is not None:
            await cancel(file.follower)
        file.log.close()
        self._tell(Change(number, kind="books"))

    async def aclose(self) -> None:
        """Close all of them."""
        for number in list(self.open_files):
            await self.close(number)

    async def _read(self, file: OpenFile, progress: Progress | None) -> None:
        frames, done = file.log.frames(), 0
        while part := list(islice(frames, SLICE)):
            self._tell(file.ledger.take(part))
            done += len(part)
            if progress is not None:
                progress(done, file.log.count)
            await asyncio.sleep(0)

    async def _follow(self, file: OpenFile) -> None:
        while True:
            await sleep(self._clock, FOLLOW_S)
            live = file.log.live
            if frames := file.log.poll():
                self._tell(file.ledger.take(frames))
            if not live:
                break
        file.follower = None
        self._tell(file.ledger.finish())
        self._tell(Change(file.ledger.number, kind="books"))
