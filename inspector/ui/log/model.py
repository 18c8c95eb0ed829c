"""The log as a thin table model over the columns of :class:`inspector.domain.rows.Rows`: no object for a row."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from inspector.domain.rows import Rows
from inspector.present.logfilter import Filter, Shown
from inspector.present.times import difference, since_start, time_of_day
from inspector.present.words import age, times

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("#", "Time", "Δ", "Lane", "Event", "State", "Summary")
NUMBER, TIME, DELTA, LANE, EVENT, STATE, SUMMARY = range(7)


class Clock(StrEnum):
    """What the time column shows."""

    START = "start"
    DAY = "day"


class LogModel(QAbstractTableModel):
    """Rows of one book through one filter. ``cell`` and ``gap`` are what the delegate paints from."""

    def __init__(self, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = Shown(rows, Filter())
        self.clock = Clock.START
        self.wall_ms: float | None = None
        self.offset_ms = 0.0
        self.marks: dict[int, str] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Shown lines, silences among them."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As in COLUMNS."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.tr(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, for accessibility and the clipboard; painting does not come this way."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.row(index.row())
        if row is None:
            return self.silence(index.row()) if index.column() == SUMMARY else ""
        return self.cell(row, index.column())

    def show(self, rows: Rows, wanted: Filter) -> None:
        """Show another book, or the same through another filter."""
        self.beginResetModel()
        self.shown = Shown(rows, wanted)
        self.shown.grow()
        self.endResetModel()

    def grow(self) -> int:
        """Take in what the log got since, in one batch."""
        ahead = len(self.shown)
        index = self.shown.index
        added = self.shown.grow()
        if not added:
            return 0
        tail = index[ahead:]
        del index[ahead:]
        self.beginInsertRows(QModelIndex(), ahead, ahead + added - 1)
        index.extend(tail)
        self.endInsertRows()
        return added

    def row(self, line: int) -> int | None:
        """The row of the log in this line; None for a silence."""
        value = self.shown.index[line]
        return value if value >= 0 else None

    def silence(self, line: int) -> str:
        """What a line of silence says."""
        length, beats = self.shown.gap(-self.shown.index[line] - 1)
        kept = f", {times(beats, 'keep-alive')}" if beats else ""
        return f"{age(length)} of silence{kept}"

    def cell(self, row: int, column: int) -> str:
        """The text of one cell of a row of the log."""
        rows = self.shown.rows
        if column == EVENT:
            return rows.name(row)
        if column == SUMMARY:
            return rows.text(row)
        if column == STATE:
            return rows.state(row)
        if column == TIME:
            at = rows.at[row]
            if self.clock is Clock.DAY and self.wall_ms is not None:
                return time_of_day(self.wall_ms + at, self.offset_ms)
            return since_start(at)
        if column == DELTA:
            return difference(rows.at[row] - rows.at[row - 1]) if row else ""
        if column == NUMBER:
            part = rows.part[row]
            return f"{rows.seq[row]}.{part}" if part else str(rows.seq[row])
        return str(rows.link[row] or "")
