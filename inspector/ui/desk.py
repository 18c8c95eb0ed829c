"""What all parts of the window share: the hub, the theme, the run in focus, and the one way to start work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.domain.errors import Refused, UserError
from inspector.domain.inside import place_of
from inspector.present.runlist import Group, group_of
from inspector.services.hub import LIVE, Hub
from inspector.services.model import Change, RunId
from inspector.ui.theme import Theme

FLUSH_MS = 50
TICK_MS = 500


class Desk(QObject):
    """``changed`` carries what several flushes changed, at most every 50 ms; ``ticked`` lets clocks move.

    ``focused`` carries the run that is shown, or None: then ``book`` is the log that is shown without any of its runs.
    """

    changed = Signal(object)
    ticked = Signal()
    focused = Signal(object)
    complained = Signal(str)
    told = Signal(str)

    def __init__(self, hub: Hub, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hub = hub
        self.theme = theme
        self.book = LIVE
        self._focus: RunId | None = None
        self._chosen = self._telling = False
        self._last: asyncio.Task[None] | None = None
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
        """Put a run in focus, because somebody chose it; what follows the focus may name it again."""
        self._chosen = self._chosen or not self._telling
        self._show(run)

    def _show(self, run: RunId | None) -> None:
        if run != self._focus:
            self._focus = run
            self.book = LIVE if run is None else run.book
            self._telling = True
            try:
                self.focused.emit(run)
            finally:
                self._telling = False

    def show_book(self, book: int) -> None:
        """Show a log: the run in it that needs somebody most, or all of it where it tells of none."""
        runs = self.hub.runs(book)
        if runs:
            self.show_run(neediest(self.hub, runs))
            return
        self._focus, self.book = None, book
        self.focused.emit(None)

    def show_log(self, book: int) -> None:
        """Make sure that this log is the one that is shown."""
        if book != self.book:
            self.show_book(book)

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Start work whose refusals are told in the window's bar; the hub's door holds its task."""
        task = self.begin(name, self._guarded(work))
        if task is None:
            work.close()
        else:
            # a task that is cancelled before its first step never comes to the work inside it
            task.add_done_callback(lambda _: work.close())
        self._last = task

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """Start work that tells its refusals itself; None while everything is being closed."""
        try:
            return self.hub.tasks.start(name, work)
        except asyncio.CancelledError:
            return None

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
        if change.kind == "books" and not self.hub.is_open(change.book):
            self._flush.stop()
            self._deliver()  # at once: what shows a file that was closed must not ask for it again
        elif not self._flush.isActive():
            self._flush.start()

    def _deliver(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._keep_focus()
        for change in merged(waiting):
            self.changed.emit(change)
        if self._focus is None:
            runs = self.hub.runs(self.book) or (self.hub.runs() if self.book == LIVE else ())
            if runs:
                self._chosen = False
                self._show(neediest(self.hub, runs))
        elif not self._chosen:
            self._give_way(self._focus)

    def _give_way(self, run: RunId) -> None:
        """What nobody chose gives way: a step of a program to the whole program, what went well to what needs you."""
        place = place_of(self.hub.case(run))
        if place is not None:
            self._show(RunId(run.book, place.host.key))
        elif group_of(self.hub.standing(run)) is Group.ENDED_WELL:
            first = neediest(self.hub, self.hub.runs(run.book))
            if group_of(self.hub.standing(first)) is Group.NEEDS_YOU:
                self._show(first)

    def _keep_focus(self) -> None:
        """Two keys may turn out to be one run, and a file may be closed while it is shown."""
        if not self.hub.is_open(self.book):
            self._focus, self.book = None, LIVE
            self.focused.emit(None)
        elif self._focus is not None:
            self._show(RunId(self._focus.book, self.hub.case(self._focus).run.key))


def neediest(hub: Hub, runs: Sequence[RunId]) -> RunId:
    """The run that stands first in the list of runs: the newest of the first group."""
    order = {group: place for place, group in enumerate(Group)}
    return min(reversed(runs), key=lambda run: order[group_of(hub.standing(run))])


def merged(changes: Sequence[Change]) -> list[Change]:
    """Several changes of one book and kind as one."""
    found: dict[tuple[int, str], Change] = {}
    for change in changes:
        key = (change.book, change.kind)
        before = found.get(key)
        if before is None:
            found[key] = change
            continue
        told = [each.first_row for each in (before, change) if each.rows]
        first = min(told, default=before.first_row)
        found[key] = Change(change.book, first, before.rows + change.rows, before.runs | change.runs, change.kind)
    return list(found.values())
