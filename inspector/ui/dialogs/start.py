"""Start a run: what the backend takes, the exact requests beside it, then watch it."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.errors import Refused, UserError
from inspector.services.model import Connection
from inspector.ui.desk import Desk
from inspector.ui.sheets.editor import EMPTY, ValueEditor
from inspector.ui.sheets.forms import primary
from inspector.ui.sheets.preview import request_text


class StartDialog(QDialog):
    """One connection, an assistant, an input; the thread may be left empty."""

    def __init__(self, desk: Desk, connection: Connection, thread: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._connection = connection
        self._task: asyncio.Task[None] | None = None
        self.setWindowTitle(self.tr("Start a run — %1").replace("%1", connection.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 480)
        self.assistant, self.thread_field = QComboBox(self), QLineEdit(thread, self)
        self.assistant.setEditable(True)
        for assistant_id, name in connection.probe.assistants:
            self.assistant.addItem(f"{name}" if name else assistant_id, assistant_id)
        self.graph = connection.protocol == "langgraph"
        label = self.tr("Input") if self.graph else self.tr("Message")
        self.input = ValueEditor(desk.theme, label, want_object=False)
        if self.graph:
            self.input.set_value({})
        self.strategy = QComboBox(self)
        self.strategy.addItems(["reject", "enqueue", "interrupt", "rollback"])
        self.preview, self.problem = QPlainTextEdit(self), QLabel(self)
        self.go = primary(QPushButton(self.tr("Start"), self))
        self.leave = QPushButton(self.tr("Cancel"), self)
        self._lay_out(label)
        self.assistant.currentTextChanged.connect(self.refresh)
        self.thread_field.textChanged.connect(self.refresh)
        self.strategy.currentTextChanged.connect(self.refresh)
        self.input.changed.connect(self.refresh)
        self.go.clicked.connect(self._start)
        self.leave.clicked.connect(self.close)
        self.refresh()

    def data(self) -> dict[str, Any]:
        """The start data of the adapter."""
        index = self.assistant.findText(self.assistant.currentText())
        chosen = self.assistant.itemData(index) if index >= 0 else self.assistant.currentText().strip()
        data: dict[str, Any] = {"assistant_id": chosen}
        if self.thread_field.text().strip():
            data["thread_id"] = self.thread_field.text().strip()
        value = self.input.value()
        if self.graph:
            data["input"] = {} if value is EMPTY else value
            data["multitask_strategy"] = self.strategy.currentText()
        elif value is not EMPTY:
            data["message"] = self.input.field.toPlainText()
        return data

    def refresh(self) -> None:
        """Show the requests, or why there are none."""
        try:
            plan = self._desk.hub.start_plan(self._connection.id, self.data())
        except (UserError, Refused) as error:
            self.problem.setText(str(error))
            self.go.setEnabled(False)
            return
        self.problem.setText("")
        self.preview.setPlainText("\n\n".join(request_text(request) for request in plan))
        self.go.setEnabled(True)

    def _start(self) -> None:
        self.go.setEnabled(False)
        self._task = self._desk.hub.tasks.start("start", self._begin(self.data()))

    async def _begin(self, data: dict[str, Any]) -> None:
        try:
            run = await self._desk.hub.start(self._connection.id, data)
        except (UserError, Refused) as error:
            self.problem.setText(str(error))
            self.go.setEnabled(True)
            return
        self._desk.show_run(run)
        self.close()

    def _lay_out(self, label: str) -> None:
        theme = self._desk.theme
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        rows: list[tuple[str, QWidget]] = [
            (self.tr("Assistant"), self.assistant),
            (self.tr("Thread"), self.thread_field),
            (label, self.input),
        ]
        if self.graph:
            rows.append((self.tr("If busy"), self.strategy))
        else:
            self.strategy.hide()
        for title, field in rows:
            form.addRow(title, field)
            field.setAccessibleName(title)
        self.thread_field.setPlaceholderText(self.tr("a new one"))
        self.preview.setReadOnly(True)
        self.preview.setFont(theme.mono())
        self.preview.setAccessibleName(self.tr("The requests as they will be sent"))
        self.problem.setWordWrap(True)
        right = QVBoxLayout()
        right.addWidget(QLabel(self.tr("This will be sent")))
        right.addWidget(self.preview, 1)
        right.addWidget(self.problem)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(form, 1)
        middle.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addLayout(middle, 1)
        layout.addLayout(buttons)
