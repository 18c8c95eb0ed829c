"""What was sent by hand: when, what, the answer, and whether the wanted change was seen."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from inspector.domain.actions import Effect
from inspector.domain.findings import Severity
from inspector.present.curl import as_curl
from inspector.present.runlist import short_id
from inspector.services.model import Change, JournalEntry
from inspector.ui.desk import Desk
from inspector.ui.parts import Hinted

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("When", "Action", "Effect", "Answer", "Request", "Run", "Who")
WIDTHS = (76, 136, 360, 120, 260, 140)
EFFECT = 2
EFFECTS = {Effect.SEEN: "✓ seen", Effect.NOT_SEEN: "✖ not seen", Effect.REFUSED: "✖ refused"}


class JournalModel(QAbstractTableModel):
    """One row for each act, the newest last."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.entries: list[JournalEntry] = []

    def reload(self) -> None:
        """Read the journal anew; what only grew is appended, so that a choice stays."""
        entries = list(self._desk.hub.journal())
        known = len(self.entries)
        if entries[:known] != self.entries:
            self.beginResetModel()
            self.entries = entries
            self.endResetModel()
        elif len(entries) > known:
            self.beginInsertRows(QModelIndex(), known, len(entries) - 1)
            self.entries = entries
            self.endInsertRows()

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
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(entry)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == EFFECT:
            return entry.why
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n\n".join(as_curl(r.method, r.url, r.headers, r.body) for r in entry.requests) or entry.why
        if (
            role == Qt.ItemDataRole.ForegroundRole
            and index.column() == len(COLUMNS) - 1
            and entry.effect != Effect.SEEN
        ):
            return self._desk.theme.severity(Severity.ERROR)
        return None


def cells(entry: JournalEntry) -> tuple[str, ...]:
    """The texts of a row."""
    requests = ", ".join(f"{request.method} {_path(request.url)}" for request in entry.requests)
    answers = ", ".join(f"{status} {_short(body)}".strip() if status else "no answer" for status, body in entry.answers)
    effect = EFFECTS.get(Effect(entry.effect), entry.effect)
    when = entry.when.partition("T")[2][:8] or entry.when
    run = short_id(entry.run) if entry.run else ""
    return when, entry.action, f"{effect}: {entry.why}", answers, requests, run, entry.who


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _short(body: Any) -> str:
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body, ensure_ascii=False)
    return text[:60]


class JournalPanel(QWidget):
    """The table; Enter or a double click goes to the act's frame."""

    jumped = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = JournalModel(desk, self)
        self.view = QTableView(self)
        self.view.setAccessibleName(self.tr("Journal of what was sent by hand"))
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(WIDTHS):
            header.resizeSection(column, width)
        self.view.activated.connect(self._go)
        self.list = Hinted(self.view, self)
        self.setFocusProxy(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        desk.changed.connect(self._changed)
        self._reload()

    def _changed(self, change: Change) -> None:
        if change.kind in ("journal", "books"):
            self._reload()

    def _reload(self) -> None:
        self.model.reload()
        nothing = self.tr(
            "Nothing has been sent by hand. Whatever you send is listed here, with its answer and effect."
        )
        self.list.show_hint(None if self.model.entries else nothing)

    def _go(self, index: QModelIndex) -> None:
        entry = self.model.entries[index.row()]
        self.jumped.emit(entry.book, entry.seq)
