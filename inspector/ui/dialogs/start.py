"""Start a run: what the backend takes, the exact requests beside it, then watch it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
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

from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.services.model import Connection
from inspector.ui.desk import Desk
from inspector.ui.dialogs.research import ResearchFields
from inspector.ui.parts import primary, prose
from inspector.ui.sheets.editor import EMPTY, ValueEditor
from inspector.ui.sheets.preview import request_text

STRATEGIES = ("reject", "enqueue", "interrupt", "rollback")
"""What LangGraph does with a new run while another holds the thread."""


class StartDialog(QDialog):
    """One connection, an assistant, an input; the thread may be left empty."""

    def __init__(self, desk: Desk, connection: Connection, thread: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._connection = connection
        self._busy = self._gone = False
        self._blocker: Target | None = None
        self._warned: dict[str, Any] | None = None
        self.setWindowTitle(self.tr("Start a run — %1").replace("%1", connection.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 480)
        self.assistant, self.thread_field = QComboBox(self), QLineEdit(thread, self)
        self.assistant.setEditable(True)
        for assistant_id, name in connection.probe.assistants:
            self.assistant.addItem(f"{name}" if name else assistant_id, assistant_id)
        self.graph = connection.protocol == "langgraph"
        label = self.tr("Input") if self.graph else self.tr("Message")
        self.input = ValueEditor(desk.theme, label, text_only=not self.graph, parent=self)
        if self.graph:
            self.input.set_value({})
        self.research = self._research(connection)
        self.strategy = QComboBox(self)
        self.strategy.addItems(STRATEGIES)
        self.model = connection.protocol == "responses"
        self.background = QCheckBox(self.tr("goes on without this window, and can be cancelled by its id"), self)
        self.background.setVisible(self.model)
        self.preview, self.problem = QPlainTextEdit(self), prose(tone="error")
        self.blocker = QPushButton(self.tr("Attach to the run that blocks"), self)
        self.leave = QPushButton(self.tr("Cancel"), self)
        self.go = primary(QPushButton(self.tr("Start"), self))
        self._lay_out(label)
        self.assistant.currentTextChanged.connect(self.refresh)
        self.thread_field.textChanged.connect(self.refresh)
        self.strategy.currentTextChanged.connect(self.refresh)
        self.background.toggled.connect(self.refresh)
        self.input.changed.connect(self.refresh)
        self.go.clicked.connect(self._start)
        self.blocker.clicked.connect(self._attach)
        self.leave.clicked.connect(self.close)
        self.finished.connect(self._left)
        self.refresh()

    def data(self) -> dict[str, Any]:
        """The start data of the adapter."""
        if self.research is not None:
            return self.research.data()
        typed, place = self.assistant.currentText().strip(), self.assistant.currentIndex()
        listed = place >= 0 and self.assistant.itemText(place) == typed
        name = "model" if self.model else "assistant_id"
        data: dict[str, Any] = {name: self.assistant.itemData(place) if listed else typed}
        if self.background.isChecked():
            data["background"] = True
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
        if self._busy or self._gone:
            return
        self._blocker = None
        self.blocker.hide()
        try:
            if self.research is not None and (problem := self.research.problem()) is not None:
                raise UserError(problem)
            plan = self._desk.hub.start_plan(self._connection.id, self.data())
        except (UserError, Refused) as error:
            self.problem.setText(str(error))
            self.go.setEnabled(False)
            return
        self.problem.setText("")
        self.preview.setPlainText("\n\n".join(request_text(request) for request in plan))
        self.go.setEnabled(True)

    def _start(self) -> None:
        self._busy = True
        self.go.setEnabled(False)
        self.problem.setText("")
        self._desk.begin("start", self._begin(self.data()))

    async def _begin(self, data: dict[str, Any]) -> None:
        try:
            warning = None if data == self._warned else await self._desk.hub.start_warning(self._connection.id, data)
            if warning is not None and not self._gone:
                self._warned = data
                self.go.setText(self.tr("Start anyway"))
                self._failed(warning)
                return
            self._desk.show_run(await self._desk.hub.start(self._connection.id, data))
            self._busy = False
            if not self._gone:
                self.close()
        except (UserError, Refused) as error:
            self._failed(str(error))
        finally:
            self._busy = False

    def _failed(self, why: str) -> None:
        """What was typed stays; if another run holds the thread, it is offered to be shown."""
        if self._gone:
            self._desk.complained.emit(why)
            return
        self.problem.setText(why)
        self.go.setEnabled(True)
        named = [t for t in self._desk.hub.recognise(why) if t.protocol == self._connection.protocol and t.blocked_by]
        self._blocker = named[0] if named else None
        self.blocker.setVisible(self._blocker is not None)

    def _attach(self) -> None:
        if self._blocker is not None:
            thread = self._blocker.thread or self.thread_field.text().strip() or None
            target = Target(self._connection.protocol, self._blocker.blocked_by, thread)
            self._desk.start("attach", self._show(target))
            self.close()

    async def _show(self, target: Target) -> None:
        self._desk.show_run(await self._desk.hub.watch(self._connection.id, target))

    def _left(self) -> None:
        self._gone = True

    def _research(self, connection: Connection) -> ResearchFields | None:
        """The fields of a research, which has neither assistant nor thread."""
        if connection.protocol != "gpt_researcher":
            return None
        fields = ResearchFields(self._desk.theme, connection.probe.capabilities, self)
        fields.changed.connect(self.refresh)
        for unused in (self.assistant, self.thread_field, self.input):
            unused.hide()
        return fields

    def _form(self, label: str) -> QFormLayout:
        """The fields that this backend takes."""
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        rows: list[tuple[str, QWidget]] = [
            (self.tr("Model") if self.model else self.tr("Assistant"), self.assistant),
            (self.tr("Goes on from") if self.model else self.tr("Thread"), self.thread_field),
            (label, self.input),
        ]
        if self.graph:
            rows.append((self.tr("If busy"), self.strategy))
        else:
            self.strategy.hide()
        if self.model:
            rows.append((self.tr("Background"), self.background))
        if self.research is not None:
            rows, _ = [], form.addRow(self.research)
        for title, field in rows:
            form.addRow(title, field)
            field.setAccessibleName(title)
        return form

    def _lay_out(self, label: str) -> None:
        theme = self._desk.theme
        form = self._form(label)
        of_model = self.tr("nothing; or a response (resp_…) or a conversation (conv_…)")
        self.thread_field.setPlaceholderText(of_model if self.model else self.tr("a new one"))
        self.preview.setReadOnly(True)
        self.preview.setFont(theme.mono())
        self.preview.setAccessibleName(self.tr("The requests as they will be sent"))
        right = QVBoxLayout()
        right.addWidget(QLabel(self.tr("This will be sent")))
        right.addWidget(self.preview, 1)
        right.addWidget(self.problem)
        right.addWidget(self.blocker, 0, Qt.AlignmentFlag.AlignLeft)
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
