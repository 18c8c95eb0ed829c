"""The forms of the actions: each shows what is asked and gives the data that the action takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.actions import Action
from inspector.ui.sheets.editor import EMPTY, ValueEditor
from inspector.ui.theme import Theme


class Form(QWidget):
    """``data()`` is what the action takes; ``problem()`` is why it cannot be sent yet, or None."""

    changed = Signal()

    def __init__(self, theme: Theme, action: Action) -> None:
        super().__init__()
        self.theme = theme
        self.action = action
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(8)
        self.group: QButtonGroup | None = None
        self.build()
        self._kinds()
        self.box.addStretch(1)

    def build(self) -> None:
        """Add the fields; none for an action that takes no data."""

    def data(self) -> Any:
        """What the action takes."""
        return {"action": self.kind()} if self.group is not None else None

    def problem(self) -> str | None:
        """Why it cannot be sent yet."""
        return None

    def kind(self) -> str | None:
        """The chosen way, where there are several."""
        button = None if self.group is None else self.group.checkedButton()
        return None if button is None else str(button.property("kind"))

    def label(self, text: str, muted: bool = False) -> QLabel:
        """A line of text."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if muted:
            label.setStyleSheet(f"color: {self.theme.tokens.muted};")
        self.box.addWidget(label)
        return label

    def code(self, value: Any) -> QLabel:
        """A JSON value, pretty-printed."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        label = self.label(_pretty(text)[:4000])
        label.setFont(self.theme.mono())
        tokens = self.theme.tokens
        label.setStyleSheet(f"background: {tokens.sunken}; border-radius: 4px; padding: 8px;")
        return label

    def _kinds(self) -> None:
        if not self.action.kinds:
            return
        self.group = QButtonGroup(self)
        for number, kind in enumerate(self.action.kinds):
            button = QRadioButton(f"{kind.replace('_', ' ')} — {_KINDS[kind]}" if kind in _KINDS else kind)
            button.setProperty("kind", kind)
            button.setChecked(number == 0)
            self.group.addButton(button)
            self.box.addWidget(button)
        self.group.buttonClicked.connect(self.changed)


_KINDS = {
    "interrupt": "stop it and keep what its steps have done",
    "rollback": "stop it and delete the run with everything that it did",
}


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


class ToolOutputs(Form):
    """One card a call: name, arguments, an editor with quick fills. All are needed."""

    def build(self) -> None:
        """A card for each call."""
        self.editors: dict[str, ValueEditor] = {}
        self.names: dict[str, str] = {}
        for call in self.action.context.get("calls") or []:
            call_id, name = str(call.get("id")), str(call.get("name") or "function")
            self.names[call_id] = name
            title = self.label(f"{name}   {call_id}")
            title.setFont(self.theme.text(bold=True))
            self.code(call.get("arguments") if call.get("arguments") is not None else "")
            editor = ValueEditor(self.theme, self.tr("Output of %1").replace("%1", name))
            editor.add_fill(self.tr("An error"), json.dumps({"error": "the tool failed"}))
            editor.add_fill(self.tr("Interrupted"), "interrupted by operator")
            if call.get("output"):
                editor.set_value(call["output"])
            if call.get("last_output"):
                editor.add_fill(self.tr("Last output"), call["last_output"])
            editor.changed.connect(self.changed)
            self.box.addWidget(editor)
            self.editors[call_id] = editor

    def data(self) -> Any:
        """``{call id: output}`` of those that are filled in."""
        values = {call: editor.value() for call, editor in self.editors.items()}
        return {call: value for call, value in values.items() if value is not EMPTY}

    def problem(self) -> str | None:
        """Names the call whose output is missing."""
        given = self.data()
        missing = [self.names[call] for call in self.editors if call not in given]
        return self.tr("An output is missing for %1.").replace("%1", ", ".join(missing)) if missing else None


class AnswerForm(Form):
    """One editor an interrupt, with the question above it; several answers go as one map."""

    def build(self) -> None:
        """The questions, and what answers them."""
        asked = list(self.action.context.get("interrupts") or [])
        self.editors: dict[str, ValueEditor] = {}
        for number, question in enumerate(asked):
            where = self.tr("asked in %1").replace("%1", str(question["node"])) if question.get("node") else ""
            if where:
                self.label(where, muted=True)
            self.code(question.get("value"))
            editor = ValueEditor(self.theme, self.tr("Answer"))
            proposal = self.action.data
            if len(asked) > 1 and isinstance(proposal, Mapping):
                proposal = proposal.get(question.get("id"))
            if proposal is not None:
                editor.set_value(proposal)
            for title, value in ((self.tr("Yes"), True), (self.tr("No"), False)):
                editor.add_fill(title, value)
            if len(asked) == 1:
                for choice in self.action.context.get("choices") or []:
                    editor.add_fill(str(choice["title"]), choice["data"])
            editor.changed.connect(self.changed)
            self.box.addWidget(editor)
            self.editors[str(question.get("id") or number)] = editor
        if not asked:
            editor = ValueEditor(self.theme, self.tr("Answer"))
            editor.changed.connect(self.changed)
            self.box.addWidget(editor)
            self.editors["answer"] = editor

    def data(self) -> Any:
        """The answer as it is, or a map by interrupt id."""
        values = {name: editor.value() for name, editor in self.editors.items()}
        if len(values) == 1:
            value = next(iter(values.values()))
            return None if value is EMPTY else value
        return {name: value for name, value in values.items() if value is not EMPTY}

    def problem(self) -> str | None:
        """All questions are answered together."""
        empty = sum(editor.value() is EMPTY for editor in self.editors.values())
        if not empty:
            return None
        return self.tr("Type the answer.") if len(self.editors) == 1 else self.tr("All questions need an answer.")


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
        self.values = ValueEditor(self.theme, self.tr("Values"), want_object=True)
        self.values.set_value(start.get("values") or {})
        present = self.action.context.get("values")
        if present:
            self.values.add_fill(self.tr("Present values"), present, self.tr("Start from the state as it is now"))
        form = QFormLayout()
        form.addRow(self.tr("As node"), self.node)
        self.box.addLayout(form)
        self.label(self.tr("Values that this node would have returned:"), muted=True)
        self.box.addWidget(self.values)
        self.node.currentTextChanged.connect(self.changed)
        self.values.changed.connect(self.changed)

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
        self.list.setMinimumHeight(160)
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
        self.box.addWidget(self.list)
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


class ApprovalsForm(Form):
    """Approve or reject for each call."""

    def build(self) -> None:
        """A card for each call."""
        self.groups: dict[str, QButtonGroup] = {}
        for call in self.action.context.get("calls") or []:
            call_id = str(call.get("id"))
            title = self.label(f"{call.get('name') or 'tool'}   {call_id}")
            title.setFont(self.theme.text(bold=True))
            self.code(call.get("arguments") or "")
            group, row = QButtonGroup(self), QHBoxLayout()
            for word, value in ((self.tr("Approve"), True), (self.tr("Reject"), False)):
                button = QRadioButton(word)
                button.setProperty("approve", value)
                group.addButton(button)
                row.addWidget(button)
            row.addStretch(1)
            group.buttonClicked.connect(self.changed)
            self.box.addLayout(row)
            self.groups[call_id] = group

    def data(self) -> Any:
        """``{call id: true | false}`` of those that are decided."""
        checked = {call: group.checkedButton() for call, group in self.groups.items()}
        return {call: bool(button.property("approve")) for call, button in checked.items() if button is not None}

    def problem(self) -> str | None:
        """Every call has to be decided."""
        open_ = len(self.groups) - len(self.data())
        return self.tr("%1 still to decide.").replace("%1", str(open_)) if open_ else None


class NewRunForm(Form):
    """Assistant and message for a new run on the thread."""

    def build(self) -> None:
        """The two fields."""
        start = self.action.data if isinstance(self.action.data, Mapping) else {}
        self.assistant = QLineEdit(str(start.get("assistant_id") or ""), self)
        self.message = ValueEditor(self.theme, self.tr("Message"))
        form = QFormLayout()
        form.addRow(self.tr("Assistant"), self.assistant)
        self.box.addLayout(form)
        self.label(self.tr("A message to add first (may be empty):"), muted=True)
        self.box.addWidget(self.message)
        self.assistant.textChanged.connect(lambda _: self.changed.emit())
        self.message.changed.connect(self.changed)

    def data(self) -> Any:
        """``{"assistant_id", "message"}``."""
        message = self.message.field.toPlainText().strip()
        return {"assistant_id": self.assistant.text().strip(), **({"message": message} if message else {})}

    def problem(self) -> str | None:
        """The assistant has to be named."""
        return None if self.assistant.text().strip() else self.tr("Name the assistant.")


class JsonForm(Form):
    """Any JSON value."""

    def build(self) -> None:
        """One editor."""
        self.editor = ValueEditor(self.theme, self.tr("Data"))
        self.editor.set_value(self.action.data)
        self.editor.changed.connect(self.changed)
        self.box.addWidget(self.editor)

    def data(self) -> Any:
        """The value, or None."""
        value = self.editor.value()
        return None if value is EMPTY else value


FORMS: Mapping[str, Callable[[Theme, Action], Form]] = {
    "tool_outputs": ToolOutputs,
    "answer": AnswerForm,
    "state": StateForm,
    "checkpoint": CheckpointForm,
    "approvals": ApprovalsForm,
    "new_run": NewRunForm,
    "json": JsonForm,
}


def form_for(theme: Theme, action: Action) -> Form:
    """The form of an action."""
    return FORMS.get(action.form, Form)(theme, action)


def separator(theme: Theme) -> QFrame:
    """A hairline."""
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet(f"background: {theme.tokens.hairline};")
    return line


def primary(button: QPushButton) -> QPushButton:
    """Mark the button that does the thing."""
    button.setProperty("primary", True)
    return button
