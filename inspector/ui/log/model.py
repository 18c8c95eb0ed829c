"""The log as a thin table model over the columns of :class:`inspector.domain.rows.Rows`: no object for a row."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from inspector.domain.charts import Ending
from inspector.domain.remarks import Remarks, Spot
from inspector.domain.rows import Rows
from inspector.present.filter.colouring import Colouring
from inspector.present.logfilter import Filter, Shown
from inspector.present.times import difference, since_start, time_of_day
from inspector.present.words import age, times

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("#", "Time", "Δ", "Lane", "Event", "State", "Summary")
NUMBER, TIME, DELTA, LANE, EVENT, STATE, SUMMARY = range(7)
RIGHT = (NUMBER, DELTA, LANE)
"""Columns of numbers, which end at the right."""


class Clock(StrEnum):
    """What the time column shows."""

    START = "start"
    DAY = "day"


class LogModel(QAbstractTableModel):
    """Rows of one book through one filter. ``cell`` and ``silence`` are what is painted.

    ``marks`` are the frames of findings. ``needle`` is what is looked for, ``hits`` a byte for each row that has it.
    ``silent`` is a silence that goes on at the tail, as a line of its own: its length in ms and its keep-alives.
    ``colours`` are those that somebody's rules give.
    """

    def __init__(self, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = self._whole = Shown(rows, Filter())
        self.clock = Clock.START
        self.wall_ms: float | None = None
        self.offset_ms = 0.0
        self.marks: dict[int, str] = {}
        self.remarks = Remarks()
        self.colours = Colouring()
        self.needle = ""
        self.hits = bytearray()
        self.silent: tuple[float, int] | None = None
        self.look_of: Callable[[int, str], Ending] = lambda run, state: Ending.UNKNOWN
        self._looks: dict[tuple[int, str], Ending] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Shown lines, silences among them."""
        return 0 if parent.isValid() else len(self.shown) + (self.silent is not None)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As in COLUMNS."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr(COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, for accessibility and the clipboard; painting does not come this way."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return self.told(index.row(), index.column())

    def told(self, line: int, column: int) -> str:
        """What a cell says in words, the comment on its row and a silence among them."""
        if self.row(line) is None:
            return self.silence(line) if column == SUMMARY else ""
        said = self.remarks.comments.get(self.spot(self.shown.index[line])) if column == SUMMARY else None
        text = self.cell(line, column)
        return text if said is None else f"“{said}” {text}".strip()

    def show(self, rows: Rows, wanted: Filter, same: Callable[[int], int] = int) -> None:
        """Show another book, or the same through another filter. ``same``: see :class:`Shown`."""
        self.beginResetModel()
        self.silent = None
        if not self.shown.wanted.narrow:
            self._whole = self.shown
        if self._whole.rows is not rows:
            self._whole = Shown(rows, Filter(), same)
        self.shown = self._whole if self._whole.holds(wanted, same) else Shown(rows, wanted, same)
        self._looks = {}
        self.shown.grow()
        self.endResetModel()

    def grow(self) -> int:
        """Take in what the log got since, in one batch."""
        ahead, index = len(self.shown), self.shown.index
        added = self.shown.grow()
        if added:
            # views have to be told before the lines are there, and how many will be is known only once they are
            tail = index[ahead:]
            del index[ahead:]
            self.beginInsertRows(QModelIndex(), ahead, ahead + added - 1)
            index.extend(tail)
            self.endInsertRows()
        return added

    def wait(self, silent: tuple[float, int] | None) -> None:
        """A silence goes on at the tail, for so long; None: it does not any more."""
        line = len(self.shown)
        if silent is not None and self.silent is not None:
            self.silent = silent
            self.dataChanged.emit(self.index(line, 0), self.index(line, len(COLUMNS) - 1))
        elif silent is not None:
            self.beginInsertRows(QModelIndex(), line, line)
            self.silent = silent
            self.endInsertRows()
        elif self.silent is not None:
            self.beginRemoveRows(QModelIndex(), line, line)
            self.silent = None
            self.endRemoveRows()

    def row(self, line: int) -> int | None:
        """The row of the log in this line; None for a silence."""
        if line >= len(self.shown.index):
            return None
        value = self.shown.index[line]
        return value if value >= 0 else None

    def colour(self, row: int) -> str | None:
        """The colour that a rule gives a row."""
        return self.colours.of(row, len(self.shown.rows))

    def look(self, row: int) -> Ending:
        """The ending whose colour and shape the state of a row has, as ``look_of`` tells it of run and state."""
        key = self.shown.rows.run[row], self.shown.rows.state(row)
        found = self._looks.get(key)
        if found is None:
            found = self._looks[key] = self.look_of(*key)
        return found

    def silence(self, line: int) -> str:
        """What a line of silence says."""
        if line >= len(self.shown.index):
            length, beats = self.silent or (0.0, 0)
            kept = f", {times(beats, 'keep-alive')}" if beats else ""
            return f"{age(length)} of silence so far{kept}"
        length, beats = self.shown.gap(-self.shown.index[line] - 1)
        kept = f", {times(beats, 'keep-alive')}" if beats else ""
        return f"{age(length)} of silence{kept}"

    def spot(self, row: int) -> Spot:
        """What a remark on a row is about."""
        return self.shown.rows.seq[row], self.shown.rows.part[row]

    def cell(self, line: int, column: int) -> str:
        """The text of one cell of a line that is no silence."""
        rows, row = self.shown.rows, self.shown.index[line]
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
            before = self._before(line)
            return "" if before is None else difference(rows.at[row] - rows.at[before])
        if column == NUMBER:
            part = rows.part[row]
            return f"{rows.seq[row]}.{part}" if part else str(rows.seq[row])
        return str(rows.link[row] or "")

    def _before(self, line: int) -> int | None:
        """The row in the line before that is no silence: those that a filter hides do not count."""
        index = self.shown.index
        while line > 0:
            line -= 1
            if index[line] >= 0:
                return index[line]
        return None
