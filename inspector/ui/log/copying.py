"""The chosen lines of the log as text for the clipboard: some at once, very many with a bar that can be cancelled."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

from inspector.present.logfilter import Shown
from inspector.ui.desk import Desk
from inspector.ui.log.model import COLUMNS, LogModel
from inspector.ui.progress import Progress

SLICE = 500
"""Lines that are put into words at a time: some milliseconds."""


class Copier(QObject):
    """Of one table of the log."""

    def __init__(self, desk: Desk, view: QTableView, model: LogModel) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._model = model

    def copy(self) -> None:
        """Put the chosen lines on the clipboard, from top to bottom."""
        spans = [range(part.top(), part.bottom() + 1) for part in self._view.selectionModel().selection().toList()]
        lines: range | list[int] = spans[0] if len(spans) == 1 else sorted({line for span in spans for line in span})
        if len(lines) > SLICE:
            self._desk.start("copy lines", self._in_slices(lines, self._model.shown))
        elif lines:
            self._give([self._words(line) for line in lines])

    async def _in_slices(self, lines: range | list[int], shown: Shown) -> None:
        texts: list[str] = []
        with Progress(self.tr("Copying %1 lines").replace("%1", f"{len(lines):,}"), self._view) as progress:
            for first in range(0, len(lines), SLICE):
                if self._model.shown is not shown:
                    self._desk.told.emit(self.tr("Nothing was copied: the log shows other lines now."))
                    return
                texts += map(self._words, lines[first : first + SLICE])
                progress.step(len(texts), len(lines))
                await asyncio.sleep(0)
        self._give(texts)
        self._desk.told.emit(self.tr("%1 lines were copied.").replace("%1", f"{len(texts):,}"))

    def _words(self, line: int) -> str:
        return "\t".join(self._model.told(line, column) for column in range(len(COLUMNS)))

    def _give(self, texts: list[str]) -> None:
        QGuiApplication.clipboard().setText("\n".join(texts))
