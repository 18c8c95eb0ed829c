"""Which of the shown rows are worth going to: findings, changes of state, marks, and what is looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.domain.remarks import Spot
from inspector.domain.rows import Rows
from inspector.present.landmarks import Changes, Visible, both, flags_of
from inspector.ui.desk import Desk
from inspector.ui.log.model import LogModel

CALM_MS = 200
"""What has changed is told at most so often."""

SHARE = 60
"""So many times what it took to show it lies between two times."""


class Kind(StrEnum):
    """Kinds of rows to go to."""

    FINDING = "finding"
    CHANGE = "change of state"
    MARK = "mark"
    HIT = "hit"


class Landmarks(QObject):
    """``changed`` tells that there may be others now. ``same`` gives the key that a run is known by now."""

    changed = Signal()

    def __init__(self, desk: Desk, model: LogModel, same: Callable[[int], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._same = same
        self._model = model
        self._visible = Visible()
        self._rows = model.shown.rows
        self._changes = Changes(self._rows, same)
        self._runs = 0
        self._calm = QTimer(self, interval=CALM_MS, singleShot=True)
        self._calm.timeout.connect(self.changed)
        model.modelReset.connect(self._reset)
        model.rowsInserted.connect(self.touch)
        desk.changed.connect(self.touch)

    def took(self, ms: float) -> None:
        """To show what has changed took so long: it is told as seldom as keeps that a small part of the time."""
        self._calm.setInterval(max(CALM_MS, round(SHARE * ms)))

    def touch(self) -> None:
        """Something may have become another."""
        if not self._calm.isActive():
            self._calm.start()

    def shown(self, kind: Kind) -> bytes | bytearray:
        """A byte for each row: 1 where it is shown and of this kind."""
        return self._seen(self.all(kind))

    def all(self, kind: Kind) -> bytes | bytearray:
        """The same for rows that a filter hides, too."""
        rows, model = self._rows, self._model
        if kind is Kind.HIT:
            return model.hits
        if kind is Kind.CHANGE:
            return self._changes.grow()
        if kind is Kind.MARK:
            return _at(rows, [*model.remarks.marks, *model.remarks.comments])
        return flags_of(rows, model.marks)

    def of_severity(self, severity: str) -> bytes | bytearray:
        """The shown rows of findings of one severity."""
        frames = [seq for seq, each in self._model.marks.items() if each == severity]
        return self._seen(flags_of(self._rows, frames))

    def silences(self) -> bytearray:
        """A byte for each row: 1 where there is a silence before it."""
        flags = bytearray(len(self._rows))
        for row in self._model.shown.gaps():
            flags[row] = 1
        return flags

    def _seen(self, flags: bytes | bytearray) -> bytes | bytearray:
        """Without the rows that a filter hides."""
        shown = self._model.shown
        if len(shown) - shown.silences == len(self._rows):
            return flags
        return both(flags, self._visible.grow(shown.index, len(self._rows)))

    def _reset(self) -> None:
        rows, runs = self._model.shown.rows, len(self._desk.hub.book_of(self._desk.book).runs)
        if rows is not self._rows or runs < self._runs:  # two keys that turned out to be one run tell one story
            self._rows = rows
            self._changes = Changes(rows, self._same)
        self._runs = runs
        self._visible = Visible()
        self.touch()


def row_of(rows: Rows, spot: Spot) -> int | None:
    """The row that a remark is about, or the nearest one behind it."""
    row = rows.find_seq(spot[0])
    while row is not None and row + 1 < len(rows) and rows.seq[row + 1] == spot[0] and rows.part[row] < spot[1]:
        row += 1
    return row


def _at(rows: Rows, spots: Iterable[Spot]) -> bytearray:
    flags = bytearray(len(rows))
    for spot in spots:
        row = row_of(rows, spot)
        if row is not None:
            flags[row] = 1
    return flags
