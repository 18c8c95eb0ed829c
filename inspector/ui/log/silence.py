"""The silence that goes on now, as the last line of the log: it counts up, and an ordinary gap takes its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from inspector.domain.charts import Ending
from inspector.present.logfilter import GAP_MS
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.log.model import LogModel

GOING_ON = (Ending.NOT_STARTED, Ending.RUNNING, Ending.WAITING, Ending.STALLED)
"""Runs of which more may come."""


class OngoingSilence(QObject):
    """``grown`` is called when the line has come, so that a followed tail stays in sight."""

    def __init__(self, desk: Desk, model: LogModel, grown: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._grown = grown
        model.modelReset.connect(self.refresh)
        desk.changed.connect(self._heard)
        desk.ticked.connect(self.refresh)

    def refresh(self) -> None:
        """Look at the clock."""
        silent, was = self._length(), self._model.silent
        if silent is not None or was is not None:
            self._model.wait(silent)
        if silent is not None and was is None:
            self._grown()

    def _heard(self, change: Change) -> None:
        if change.book == self._desk.book:
            self.refresh()

    def _length(self) -> tuple[float, int] | None:
        since = self._model.shown.silent()
        if since is None or not self._goes_on():
            return None
        length = self._desk.hub.now(self._desk.book) - since[0]
        return (length, since[1]) if length >= GAP_MS else None

    def _goes_on(self) -> bool:
        """Whether somebody would hear more of what is shown."""
        hub, book, key = self._desk.hub, self._desk.book, self._model.shown.wanted.run
        if not any(each.live and not each.loading for each in hub.books() if each.id == book):
            return False
        focus = self._desk.focus
        runs = [focus] if key and focus is not None else hub.runs(book)
        return any(self._is_heard(run) for run in runs)

    def _is_heard(self, run: RunId) -> bool:
        """Whether it goes on, and either we watch it or somebody whose exchanges are recorded has one open."""
        hub = self._desk.hub
        watched, case = hub.watching(run), hub.case(run)
        heard = (watched is not None and watched.active) or any(link.end is None for link in case.links())
        return heard and hub.verdict(run).ending in GOING_ON
