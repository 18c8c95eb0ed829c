"""Export a log: which format, and what will be taken out of it before it is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.errors import UserError
from inspector.domain.redactor import Replaced
from inspector.services.model import Account
from inspector.ui.desk import Desk
from inspector.ui.memory import Memory
from inspector.ui.parts import Hinted, primary, prose
from inspector.ui.selection import Selection

PATTERNS = "secrets.patterns"
WAIT_MS = 400
"""So long after the last key the secrets are looked for again."""

FORMATS: tuple[tuple[str, str, str, str], ...] = (
    (
        "bundle",
        "Evidence bundle",
        "bundle.jsonl",
        "frames, verdicts, journal and versions in one file that replays itself",
    ),
    ("wire", "Wire log", "wire.jsonl", "what crossed the wire, with times, one JSON object a line"),
    ("har", "HAR", "har", "for browsers and HTTP tools"),
    ("markdown", "Markdown report", "md", "verdicts and the diagram, to be read"),
    ("json", "JSON report", "json", "verdicts and journal, for programs"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen. ``only``: what the log shows, and no more."""

    to: str
    suffix: str
    redact: bool
    patterns: tuple[str, ...]
    only: bool = False


class ExportDialog(QDialog):
    """``chosen`` carries a :class:`Wanted`; where to save it is asked next."""

    chosen = Signal(object)

    def __init__(
        self,
        desk: Desk,
        memory: Memory,
        book: int,
        told: Account,
        parent: QWidget | None = None,
        selection: Selection | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._memory = memory
        self._book = book
        self._told = told
        self._selection = selection
        self._asked = 0
        self._looking: asyncio.Task[None] | None = None
        self._gone = False
        title = next(each.title for each in desk.hub.books() if each.id == book)
        self.setWindowTitle(self.tr("Export — %1").replace("%1", title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 600)
        self.format, self.about = QComboBox(self), prose(tone="muted")
        for name, words, _, _ in FORMATS:
            self.format.addItem(words, name)
        self.only, self.part = QCheckBox(self.tr("Only what the log shows now"), self), prose(tone="muted")
        self.redact = QCheckBox(self.tr("Replace secrets by <redacted>"), self)
        self.redact.setChecked(True)
        self.patterns, self.problem = QPlainTextEdit(memory.get(PATTERNS) or "", self), prose(tone="error")
        self.table = QTableWidget(0, 3, self)
        self.found = Hinted(self.table, self)
        self.counted = QLabel(self)
        self.leave = QPushButton(self.tr("Cancel"), self)
        self.go = primary(QPushButton(self.tr("Save as…"), self))
        self._wait = QTimer(self, interval=WAIT_MS, singleShot=True)
        self.only.setEnabled(selection is not None)
        self._lay_out()
        self._connect()
        self._describe()
        self._narrow()

    def _connect(self) -> None:
        self.format.currentIndexChanged.connect(self._describe)
        self.redact.toggled.connect(self.look)
        self.only.toggled.connect(self._narrow)
        self.patterns.textChanged.connect(self._wait.start)
        self._wait.timeout.connect(self.look)
        self.go.clicked.connect(self._choose)
        self.leave.clicked.connect(self.close)
        self.finished.connect(self._left)

    def own(self) -> tuple[str, ...]:
        """The patterns that were typed."""
        return tuple(line for line in self.patterns.toPlainText().splitlines() if line.strip())

    def look(self) -> None:
        """Look for secrets again; what is found of older patterns is forgotten."""
        self._asked += 1
        self._stop()
        self.problem.setText("")
        self.patterns.setEnabled(self.redact.isChecked())
        self.counted.setText("")
        if not self.redact.isChecked():
            self.go.setEnabled(True)
            self.found.show_hint(self.tr("Keys, tokens, cookies and e-mail addresses stay in the file."))
            return
        self.go.setEnabled(False)
        self.found.show_hint(self.tr("Looking for secrets…"))
        self._looking = self._desk.begin("look for secrets", self._look(self._asked))

    async def _look(self, asked: int) -> None:
        try:
            part, told = None, self._told
            if self.only.isChecked() and self._selection is not None:
                part, told = await self._selection.made()
            if asked != self._asked or self._gone:
                return
            found = await self._desk.hub.secrets_of(self._book, self.own(), told, self._step, part=part)
        except UserError as error:
            if asked == self._asked and not self._gone:
                self.problem.setText(str(error))
                self.found.show_hint(self.tr("Nothing is looked for while a pattern cannot be used."))
            return
        if asked == self._asked and not self._gone:
            self._show(found)

    def _step(self, done: int, total: int) -> None:
        if not self._gone and self.found.hinting and total:
            self.found.show_hint(self.tr("Looking for secrets… %1 %").replace("%1", f"{done * 100 // total}"))

    def _show(self, found: Sequence[Replaced]) -> None:
        self.go.setEnabled(True)
        self.table.setRowCount(len(found))
        for row, one in enumerate(found):
            for column, text in enumerate((one.what, one.sample, f"{one.times:,}")):
                item = QTableWidgetItem(text)
                if column == 1:
                    item.setFont(self._desk.theme.mono())
                if column == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        places = sum(one.times for one in found)
        self.found.show_hint(None if found else self.tr("No secrets were found."))
        words = self.tr("%1 values in %2 places will be replaced.")
        self.counted.setText(words.replace("%1", f"{len(found):,}").replace("%2", f"{places:,}") if found else "")

    def _narrow(self) -> None:
        """Say what would be left out, and look for secrets in the rest."""
        if self._selection is None:
            self.part.setText(self.tr("The log shows all rows. Filter it to export a part of it."))
        else:
            every = self.tr("The whole log is exported, also what the filter hides.")
            self.part.setText(self._selection.sentence() if self.only.isChecked() else every)
        self.look()

    def _describe(self) -> None:
        self.about.setText(FORMATS[self.format.currentIndex()][3])

    def _choose(self) -> None:
        self._memory.put(PATTERNS, self.patterns.toPlainText())
        name, _, suffix, _ = FORMATS[self.format.currentIndex()]
        self.chosen.emit(Wanted(name, suffix, self.redact.isChecked(), self.own(), self.only.isChecked()))
        self.close()

    def _left(self) -> None:
        self._gone = True
        self._wait.stop()
        self._stop()

    def _stop(self) -> None:
        """Nobody waits any more for what is looked for: in a long log that takes a minute."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Format"), self.format)
        form.addRow("", self.about)
        form.addRow(self.tr("Part"), self.only)
        form.addRow("", self.part)
        form.addRow(self.tr("Secrets"), self.redact)
        form.addRow(self.tr("Own patterns"), self.patterns)
        form.addRow("", self.problem)
        self.format.setAccessibleName(self.tr("Format"))
        self.patterns.setAccessibleName(self.tr("Own patterns"))
        self.patterns.setPlaceholderText(self.tr("What else is secret: a regular expression a line, such as Acme \\w+"))
        self.patterns.setFont(self._desk.theme.mono())
        self.patterns.setMaximumHeight(72)
        self.patterns.setTabChangesFocus(True)
        self.table.setHorizontalHeaderLabels([self.tr("What"), self.tr("Begins with (length)"), self.tr("Places")])
        self.table.setAccessibleName(self.tr("What will be replaced"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 200)
        buttons = QHBoxLayout()
        buttons.addWidget(self.counted, 1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for label in (self.about, self.part):  # a form takes the height that a label guesses for a narrow column
            label.setMinimumWidth(560)
        layout.addLayout(form)
        layout.addWidget(QLabel(self.tr("This will be replaced")))
        layout.addWidget(self.found, 1)
        layout.addLayout(buttons)
