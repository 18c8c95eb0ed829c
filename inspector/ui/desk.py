"""What all parts of the window share: the hub, the theme, the run in focus, and the one way to start work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.domain.errors import Refused, UserError
from inspector.services.hub import LIVE, Hub
from inspector.services.model import Change, RunId
from inspector.ui.theme import Theme

FLUSH_MS = 50
TICK_MS = 500


class Desk(QObject):
    """``changed`` carries what several flushes changed, at most every 50 ms; ``ticked`` lets clocks move."""

    changed = Signal(object)
    ticked = Signal()
    focused = Signal(object)
    complained = Signal(str)
    told = Signal(str)

    def __init__(self, hub: Hub, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hub = hub
        self.theme = theme
        self._focus: RunId | None = None
        self._last: asyncio.Task[Any] | None = None
        self._waiting: list[Change] = []
        self._flush = QTimer(self, interval=FLUSH_MS, singleShot=True)
        self._flush.timeout.connect(self._deliver)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.ticked)
        self._tick.start()
        self._leave: Callable[[], None] | None = hub.subscribe(self._hear)

    @property
    def focus(self) -> RunId | None:
        """The run that the window shows."""
        return self._focus

    def show_run(self, run: RunId | None) -> None:
        """Put a run in focus."""
        if run != self._focus:
            self._focus = run
            self.focused.emit(run)

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Start work whose refusals are told in the window's bar; the hub's door holds its task."""
        self._last = self.hub.tasks.start(name, self._guarded(work))

    def close(self) -> None:
        """Hear nothing any more."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        self._flush.stop()
        self._tick.stop()

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except (UserError, Refused) as error:
            self.complained.emit(str(error))

    def _hear(self, change: Change) -> None:
        self._waiting.append(change)
        if not self._flush.isActive():
            self._flush.start()

    def _deliver(self) -> None:
        waiting, self._waiting = self._waiting, []
        for change in merged(waiting):
            self.changed.emit(change)
        if self._focus is None:
            runs = self.hub.runs(LIVE) or self.hub.runs()
            if runs:
                self.show_run(runs[0])


def merged(changes: list[Change]) -> list[Change]:
    """Several changes of one book and kind as one."""
    found: dict[tuple[int, str], Change] = {}
    for change in changes:
        key = (change.book, change.kind)
        before = found.get(key)
        if before is None:
            found[key] = change
            continue
        first = min(before.first_row, change.first_row) if before.rows and change.rows else before.first_row
        first = first if before.rows else change.first_row
        found[key] = Change(change.book, first, before.rows + change.rows, before.runs | change.runs, change.kind)
    return list(found.values())
