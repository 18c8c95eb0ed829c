"""The forms that write a state, go back to a checkpoint or begin anew; and which action has which form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget

from inspector.domain.actions import Action
from inspector.ui.parts import Hinted
from inspector.ui.sheets.answers import AnswerForm, ApprovalsForm, ToolOutputs
from inspector.ui.sheets.decisions import DecisionsForm
from inspector.ui.sheets.editor import EMPTY
from inspector.ui.sheets.form import TALL, Form
from inspector.ui.theme import Theme


class StateForm(Form):
    """Values to write, and as which node: a tool output by hand, or a node skipped with a result."""

    def build(self) -> None:
        """Node and values."""
        start = self.action.data if isinstance(self.action.data, Mapping) else {}
        self.node = QComboBox(self)
        self.node.setEditable(True)
        self.node.setAccessibleName(self.tr("Write as node"))
        self.node.addItems([str(name) for name in self.action.context.get("nodes") or []])
        self.node.setCurrentText(str(start.get("as_node") or ""))
        self.values = self.editor(self.tr("Values"), want_object=True)
        self.values.set_value(start.get("values") or {})
        present = self.action.context.get("values")
        if present:
            self.values.add_fill(self.tr("Present values"), present, self.tr("Start from the state as it is now"))
        for fill in self.action.context.get("fills") or []:
            self.values.add_fill(str(fill["title"]), fill["data"], self.tr("For every call that has no output"))
        if self.action.context.get("orphans"):
            self.label(str(self.action.context["orphans"]), "warn")
        form = QFormLayout()
        form.addRow(self.tr("As node"), self.node)
        self.box.addLayout(form)
        self.label(self.tr("Values that this node would have returned:"), "muted")
        self.box.addWidget(self.values)
        self.node.currentTextChanged.connect(lambda _: self.changed.emit())

    def data(self) -> Any:
        """``{"values", "as_node"}``."""
        value = self.values.value()
        node = self.node.currentText().strip()
        return {"values": {} if value is EMPTY else value, **({"as_node": node} if node else {})}

    def problem(self) -> str | None:
        """The values have to be an object."""
        return self.values.problem()


class CheckpointForm(Form):
    """A list of checkpoints to go back to."""

    def build(self) -> None:
        """The checkpoints, newest first."""
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Checkpoints"))
        for point in self.action.context.get("checkpoints") or []:
            nodes = ", ".join(str(name) for name in point.get("next") or [])
            text = self.tr("step %1, then %2").replace("%1", str(point.get("step"))).replace("%2", nodes)
            item = QListWidgetItem(f"{text}   {str(point.get('created_at') or '')[:19]}")
            item.setData(Qt.ItemDataRole.UserRole, point["checkpoint_id"])
            item.setToolTip(str(point["checkpoint_id"]))
            self.list.addItem(item)
        self.typed = QLineEdit(self)
        self.typed.setPlaceholderText(self.tr("or the id of a checkpoint"))
        self.typed.setAccessibleName(self.tr("Checkpoint id"))
        if self.list.count():
            self.list.setCurrentRow(0)
        known = Hinted(self.list, self)
        known.setFixedHeight(TALL)
        asking = self.tr("No checkpoint is known yet: the server is being asked.")
        known.show_hint(None if self.list.count() else asking)
        self.box.addWidget(known)
        self.box.addWidget(self.typed)
        self.list.currentRowChanged.connect(lambda _: self.changed.emit())
        self.typed.textChanged.connect(lambda _: self.changed.emit())

    def data(self) -> Any:
        """``{"checkpoint_id"}``."""
        chosen = self.list.selectedItems()
        listed = str(chosen[0].data(Qt.ItemDataRole.UserRole)) if chosen else ""
        return {"checkpoint_id": self.typed.text().strip() or listed}

    def problem(self) -> str | None:
        """One has to be chosen."""
        return None if self.data()["checkpoint_id"] else self.tr("Choose a checkpoint.")


class NewRunForm(Form):
    """Assistant and message for a new run on the thread."""

    def build(self) -> None:
        """The two fields."""
        start = self.action.data if isinstance(self.action.data, Mapping) else {}
        self.assistant = QLineEdit(str(start.get("assistant_id") or ""), self)
        self.message = self.editor(self.tr("Message"), text_only=True)
        form = QFormLayout()
        form.addRow(self.tr("Assistant"), self.assistant)
        self.box.addLayout(form)
        self.label(self.tr("A message to add first (may be empty):"), "muted")
        self.box.addWidget(self.message)
        self.assistant.textChanged.connect(lambda _: self.changed.emit())

    def data(self) -> Any:
        """``{"assistant_id", "message"}``."""
        message = self.message.field.toPlainText().strip()
        return {"assistant_id": self.assistant.text().strip(), **({"message": message} if message else {})}

    def problem(self) -> str | None:
        """The assistant has to be named."""
        return None if self.assistant.text().strip() else self.tr("Name the assistant.")


class TextForm(Form):
    """One text, with the question that it answers above it."""

    def build(self) -> None:
        """The question, the editor and the usual answers."""
        if self.action.context.get("question") is not None:
            self.code(self.action.context["question"])
        self.field = self.editor(self.tr("Text"), text_only=True)
        for choice in self.action.context.get("choices") or []:
            self.field.add_fill(str(choice), str(choice))
        self.box.addWidget(self.field)

    def data(self) -> Any:
        """The text, or None."""
        value = self.field.value()
        return None if value is EMPTY else value

    def problem(self) -> str | None:
        """Something has to be typed."""
        return self.tr("Type the text.") if self.field.value() is EMPTY else None


class JsonForm(Form):
    """Any JSON value."""

    def build(self) -> None:
        """One editor."""
        self.field = self.editor(self.tr("Data"))
        self.field.set_value(self.action.data)
        self.box.addWidget(self.field)

    def data(self) -> Any:
        """The value, or None."""
        value = self.field.value()
        return None if value is EMPTY else value


FORMS: Mapping[str, type[Form]] = {
    "tool_outputs": ToolOutputs,
    "answer": AnswerForm,
    "state": StateForm,
    "checkpoint": CheckpointForm,
    "approvals": ApprovalsForm,
    "decisions": DecisionsForm,
    "new_run": NewRunForm,
    "json": JsonForm,
    "text": TextForm,
}


def form_for(theme: Theme, action: Action, parent: QWidget | None = None) -> Form:
    """The form of an action."""
    return FORMS.get(action.form, Form)(theme, action, parent)
