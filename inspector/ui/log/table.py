"""The table of the log: Qt's own in all but the painting, which it does for all lines in sight at once."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from inspector.ui.log.lines import ROW_HEIGHT, Column, Line, Lines
from inspector.ui.log.model import COLUMNS, DELTA, LANE, LogModel
from inspector.ui.theme import Theme

WIDTHS = (72, 92, 80, 48, 190, 120)
ROOM = 160
"""Pixels that what came keeps in a narrow log: the lane gives way first, then the time between."""


class LogTable(QTableView):
    """A delegate is called for each cell, with an option and an index made for it: that took most of a page's time."""

    def __init__(self, theme: Theme, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._lines = Lines(theme, model)
        self._set_up()

    def reset_columns(self) -> None:
        """The columns as they are at first."""
        for column, width in enumerate(WIDTHS):
            self.horizontalHeader().resizeSection(column, width)

    def restyle(self) -> None:
        """Take fonts and colours of the theme."""
        self._lines.restyle()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show fewer columns where there is little room."""
        super().resizeEvent(event)
        left = event.size().width() - sum(WIDTHS)
        for column in (LANE, DELTA):
            self.setColumnHidden(column, left < ROOM)
            left += WIDTHS[column]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what came in sight: after a scroll by some lines, these alone."""
        painter = QPainter(self.viewport())
        self._lines.paint(painter, event.rect(), self._lines_in(event.region()), self._columns())
        painter.end()

    def _columns(self) -> dict[int, Column]:
        header = self.horizontalHeader()
        return {
            column: Column(header.sectionViewportPosition(column), header.sectionSize(column))
            for column in range(len(COLUMNS))
            if not header.isSectionHidden(column)
        }

    def _lines_in(self, region: QRegion) -> list[Line]:
        area = region.boundingRect()
        first, last, count = self.rowAt(area.top()), self.rowAt(area.bottom()), self._model.rowCount()
        if not 0 <= first < count:
            return []
        last = last if first <= last < count else count - 1
        chosen: set[int] = set()
        for part in self.selectionModel().selection().toList():
            chosen.update(range(max(first, part.top()), min(last, part.bottom()) + 1))
        found, top = [], self.rowViewportPosition(first)
        for line in range(first, last + 1):
            # between what a scroll uncovers and what is under the mouse there may be much that is as it was
            if region.intersects(QRect(area.left(), top, area.width(), ROW_HEIGHT)):
                row = self._model.row(line)
                found.append(Line(line, -1 if row is None else row, top, line in chosen))
            top += ROW_HEIGHT
        return found

    def _set_up(self) -> None:
        self.setModel(self._model)
        self.setAccessibleName(self.tr("Event log"))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        # Qt asks of each column whether every row of it is chosen, row by row, to paint its title otherwise
        header.setSelectionModel(QItemSelectionModel(self._model, header))
        self.reset_columns()
