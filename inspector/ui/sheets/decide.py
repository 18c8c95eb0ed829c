"""Decide in a saved run state: the calls, what is decided, where the copy is saved, and how the program goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.actions import Action
from inspector.domain.errors import Refused, UserError
from inspector.services.model import RunId
from inspector.ui.desk import Desk
from inspector.ui.parts import primary, prose, set_tone
from inspector.ui.sheets.decisions import DecisionsForm

NAME = "decided.run_state.json"


class DecideSheet(QDialog):
    """Not modal. Nothing is sent: a file is written, and the program that made the state has to be run with it."""

    def __init__(self, desk: Desk, run: RunId, action: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._run = run
        self._action = action
        self.setWindowTitle(self.tr("Decide — %1").replace("%1", desk.hub.case(run).run.id or ""))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 480)
        self.form = DecisionsForm(desk.theme, action, self)
        self.title = QLabel(self.tr("Two lines of the program go on with it"), self)
        self.lines = QPlainTextEdit("\n".join(action.context.get("resume") or []), self)
        self.told = prose()
        self.copy = QPushButton(self.tr("Copy the lines"), self)
        self.leave = QPushButton(self.tr("Close"), self)
        self.save = primary(QPushButton(self.tr("Save as…"), self))
        self._lay_out()
        self.form.changed.connect(self.refresh)
        self.save.clicked.connect(self._choose)
        self.copy.clicked.connect(self._copy)
        self.leave.clicked.connect(self.close)
        self.refresh()

    def refresh(self) -> None:
        """Say what is missing, or nothing."""
        problem = self.form.problem()
        self._say(problem or "", "warn")
        self.save.setEnabled(problem is None)

    def save_to(self, path: Path) -> None:
        """Write the decided copy."""
        self._desk.start("decide", self._save(path))

    async def _save(self, path: Path) -> None:
        try:
            lines = await self._desk.hub.decide(self._run, self.form.data(), path)
        except (Refused, UserError) as error:
            self._say(str(error), "error")
            return
        self.lines.setPlainText("\n".join(lines))
        self._say(self.tr("Written to %1. Run the program with these two lines.").replace("%1", str(path)), "")
        self._desk.told.emit(self.tr("The decisions were written to %1.").replace("%1", path.name))

    def _choose(self) -> None:
        file = next((book.path for book in self._desk.hub.books() if book.id == self._run.book), None)
        start = str(file.with_name(NAME)) if file is not None else NAME
        dialog = QFileDialog(self, self.tr("Save the decided run state"), start, "Run states (*.json)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.lines.toPlainText())
        self._desk.told.emit(self.tr("Copied."))

    def _say(self, text: str, tone: str) -> None:
        self.told.setText(text)
        set_tone(self.told, tone)
        self.told.setVisible(bool(text))

    def _lay_out(self) -> None:
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setFont(self._desk.theme.mono())
        self.lines.setAccessibleName(self.tr("The lines that go on with the decided state"))
        self.title.setFont(self._desk.theme.text(bold=True))
        for button in (self.copy, self.leave, self.save):
            button.setAutoDefault(False)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self._cards(split))
        split.addWidget(self._right())
        split.setSizes([440, 480])
        split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(prose(self._action.consequence, "muted"))
        layout.addWidget(split, 1)
        layout.addLayout(buttons)

    def _right(self) -> QWidget:
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        for widget in (self.title, self.lines, self.told):
            column.addWidget(widget)
        column.setStretch(1, 1)
        return right

    def _cards(self, split: QSplitter) -> QScrollArea:
        scroll = QScrollArea(split)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget(scroll)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 12, 0)
        inner.addWidget(self.form)
        scroll.setWidget(body)
        return scroll
