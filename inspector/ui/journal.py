"""What was sent by hand: when, what, the answer, and whether the wanted change was seen."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from inspector.present.curl import as_curl
from inspector.services.model import Change, JournalEntry
from inspector.ui.desk import Desk

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("When", "Who", "Action", "Run", "Request", "Answer", "Effect")


class JournalModel(QAbstractTableModel):
    """One row for each act, the newest last."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.entries: list[JournalEntry] = []

    def reload(self) -> None:
        """Read the journal anew."""
        self.beginResetModel()
        self.entries = list(self._desk.hub.journal())
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each act."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As in COLUMNS."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.tr(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; the tooltip has the whole request."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(entry)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n\n".join(as_curl(r.method, r.url, r.headers, r.body) for r in entry.requests) or entry.why
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == len(COLUMNS) - 1 and entry.effect != "seen":
            return self._desk.theme.color("muted")
        return None


def cells(entry: JournalEntry) -> tuple[str, ...]:
    """The texts of a row."""
    requests = ", ".join(f"{r.method} {r.url.partition('://')[2].partition('/')[2]}" for r in entry.requests)
    answers = ", ".join(f"{status} {_short(body)}" if status else "no answer" for status, body in entry.answers)
    effect = {"seen": "seen", "not_seen": "not seen", "refused": "refused"}.get(entry.effect, entry.effect)
    when = entry.when.partition("T")[2][:8] or entry.when
    return (
        when,
        entry.who,
        entry.action,
        entry.run or "",
        "/" + requests if requests else "",
        answers,
        f"{effect}: {entry.why}",
    )


def _short(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return "" if text in ("null", None) else text[:60]


class JournalPanel(QWidget):
    """The table; a double click goes to the act's frame."""

    jumped = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = JournalModel(desk, self)
        self.view = QTableView(self)
        self.view.setAccessibleName(self.tr("Journal of what was sent by hand"))
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        self.view.setShowGrid(False)
        self.view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for column, width in enumerate((80, 80, 140, 160, 320, 160)):
            header.resizeSection(column, width)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.view.activated.connect(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        desk.changed.connect(self._changed)
        self.model.reload()

    def _changed(self, change: Change) -> None:
        if change.kind in ("journal", "books"):
            self.model.reload()

    def _go(self, index: QModelIndex) -> None:
        entry = self.model.entries[index.row()]
        self.jumped.emit(entry.book, entry.seq)
