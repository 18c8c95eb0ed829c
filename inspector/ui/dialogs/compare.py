"""Two runs side by side: lifecycles aligned, the first difference marked, tool calls, and where the time went."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.diagnosis import Verdict
from inspector.domain.findings import Severity
from inspector.domain.run import Run, ToolCall
from inspector.present.compare import Comparison, Stay, compare
from inspector.present.times import span
from inspector.present.words import ENDING_WORDS
from inspector.services.model import RunId
from inspector.ui.desk import Desk
from inspector.ui.parts import prose

Cells = tuple[str, str, str, bool]
"""What stands left, in the middle and right, and whether it differs."""


class CompareDialog(QDialog):
    """Two runs of any open logs. It follows them while they go on."""

    def __init__(self, desk: Desk, left: RunId, right: RunId, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._runs = list(desk.hub.runs())
        self.setWindowTitle(self.tr("Compare two runs"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(960, 620)
        self.sides = (self._chooser(left, self.tr("Left run")), self._chooser(right, self.tr("Right run")))
        self.sentence = prose()
        self.tables = [QTableWidget(0, 3, self) for _ in range(3)]
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        for table, title in zip(
            self.tables, (self.tr("Lifecycle"), self.tr("Tool calls"), self.tr("Time per state")), strict=True
        ):
            self._dress(table, title)
            self.tabs.addTab(table, title)
        choosers = QHBoxLayout()
        choosers.setSpacing(16)
        for side in self.sides:
            choosers.addWidget(side, 1)
            side.currentIndexChanged.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(choosers)
        layout.addWidget(self.sentence)
        layout.addWidget(self.tabs, 1)
        desk.changed.connect(self.refresh)
        desk.theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Compare again."""
        known = set(self._desk.hub.runs())
        runs = [self._runs[side.currentIndex()] for side in self.sides]
        if not known.issuperset(runs):
            return  # its file was closed: what was compared stays as it is
        both = compare(self._side(runs[0]), self._side(runs[1]))
        self.sentence.setText(both.sentence)
        for table, rows in zip(self.tables, (_steps(both), _calls(both), _spent(both)), strict=True):
            self._fill(table, rows)
        differ = sum(1 for pair in both.calls if pair.differs)
        count = f"  ≠{differ}" if differ else ""
        self.tabs.setTabText(1, self.tr("Tool calls") + count)

    def _side(self, run: RunId) -> tuple[Run, Verdict, float]:
        hub = self._desk.hub
        return hub.case(run).run, hub.verdict(run), hub.now(run.book)

    def _chooser(self, chosen: RunId, name: str) -> QComboBox:
        box, hub = QComboBox(self), self._desk.hub
        titles = {book.id: book.title for book in hub.books()}
        for run in self._runs:
            told, verdict = hub.case(run).run, hub.verdict(run)
            words = (
                f"{told.name or told.id or self.tr('(no id)')} · {ENDING_WORDS[verdict.ending]} · {titles[run.book]}"
            )
            box.addItem(words)
            box.setItemData(box.count() - 1, told.id or "", Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(self._runs.index(chosen))
        box.setAccessibleName(name)
        box.setMinimumContentsLength(20)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _fill(self, table: QTableWidget, rows: Sequence[Cells]) -> None:
        odd = self._desk.theme.severity(Severity.ERROR)
        table.setRowCount(len(rows))
        for number, (left, middle, right, differs) in enumerate(rows):
            for column, text in enumerate((left, middle, right)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                across = Qt.AlignmentFlag.AlignHCenter if column == 1 else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | across)
                if differs:
                    font = QFont(item.font())
                    font.setBold(column == 1)
                    item.setFont(font)
                    item.setForeground(odd)
                table.setItem(number, column, item)
        table.resizeRowsToContents()

    def _dress(self, table: QTableWidget, title: str) -> None:
        table.setAccessibleName(title)
        table.setHorizontalHeaderLabels([self.tr("Left"), "", self.tr("Right")])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(1, 140)


def _steps(both: Comparison) -> list[Cells]:
    rows = []
    for number, step in enumerate(both.steps):
        mark = "=" if step.same else "◀ here they part ▶" if number == both.parts else "≠"
        rows.append((_stay(step.left), mark, _stay(step.right), not step.same))
    return [*rows, (both.endings[0], "ending", both.endings[1], both.endings[0] != both.endings[1])]


def _stay(stay: Stay | None) -> str:
    return "" if stay is None else f"{stay.state}   after {span(stay.at)}, for {span(stay.ms)}   #{stay.seq}"


def _calls(both: Comparison) -> list[Cells]:
    return [
        (_call(pair.left), ", ".join(pair.differs) if pair.differs else "=", _call(pair.right), bool(pair.differs))
        for pair in both.calls
    ]


def _call(call: ToolCall | None) -> str:
    if call is None:
        return ""
    output = "no output" if call.output is None else f"→ {call.output}"
    return f"{call.name or '?'}({call.arguments})\n{output}"


def _spent(both: Comparison) -> list[Cells]:
    rows = [
        ("" if left is None else span(left), state, "" if right is None else span(right), left is None or right is None)
        for state, left, right in both.spent
    ]
    return [*rows, (span(both.took[0]), "in all", span(both.took[1]), False)]
