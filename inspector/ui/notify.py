"""One notification for a run that needs somebody while the window is behind, and a badge in its title."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from inspector.domain.charts import Ending
from inspector.present.runlist import short_id
from inspector.present.sentences import why
from inspector.present.words import ENDING_WORDS
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk

QUIET = (Ending.RUNNING, Ending.NOT_STARTED, Ending.COMPLETED)


class Notifier(QObject):
    """Watches endings of live runs. ``enabled`` can be switched off; then only the title counts."""

    def __init__(self, desk: Desk, window: QWidget, tray: QSystemTrayIcon | None) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._tray = tray
        self._known: dict[RunId, Ending] = {}
        self._unseen: set[RunId] = set()
        self.enabled = True
        self.sent: list[str] = []
        desk.changed.connect(self._changed)

    def enable(self, on: bool) -> None:
        """Whether notifications are sent."""
        self.enabled = on

    def seen(self) -> None:
        """The window came to the front."""
        self._unseen.clear()
        self._badge()

    def _changed(self, change: Change) -> None:
        if change.book != LIVE:
            return
        hub = self._desk.hub
        there = {RunId(LIVE, key) for key in change.runs}.intersection(hub.runs(LIVE))
        self._compare({run: hub.standing(run).ending for run in there})

    def _compare(self, now: Mapping[RunId, Ending]) -> None:
        for run, ending in now.items():
            before = self._known.get(run)
            self._known[run] = ending
            if ending is before or ending in QUIET or self._window.isActiveWindow():
                continue
            if before is None:
                continue  # as it was found: nothing has happened while somebody looked away
            self._unseen.add(run)
            self._tell(run, ending)
        self._badge()

    def _tell(self, run: RunId, ending: Ending) -> None:
        if not self.enabled:
            return
        title = f"{ENDING_WORDS[ending]}: {short_id(self._desk.hub.case(run).run.id)}"
        text = why(self._desk.hub.standing(run))
        self.sent.append(title)
        if self._tray is not None and self._tray.isVisible():
            self._tray.showMessage(title, text, self._tray.icon(), 8_000)

    def _badge(self) -> None:
        title = "Stream Inspector"
        self._window.setWindowTitle(f"({len(self._unseen)}) {title}" if self._unseen else title)
