"""The forms that answer what a run waits for: tool outputs, answers to questions, approvals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLineEdit, QRadioButton

from inspector.ui.sheets.editor import EMPTY, ValueEditor
from inspector.ui.sheets.form import Form


class ToolOutputs(Form):
    """One card a call: name, arguments, an editor with quick fills. All are needed."""

    def build(self) -> None:
        """A card for each call."""
        self.editors: dict[str, ValueEditor] = {}
        self.names: dict[str, str] = {}
        for call in self.action.context.get("calls") or []:
            call_id, name = str(call.get("id")), str(call.get("name") or "function")
            self.names[call_id] = name
            self.title(f"{name}   {call_id}")
            self.code(call.get("arguments") if call.get("arguments") is not None else "")
            editor = self.editor(self.tr("Output of %1").replace("%1", name), text_only=True)
            editor.add_fill(self.tr("An error"), json.dumps({"error": "the tool failed"}))
            editor.add_fill(self.tr("Interrupted"), "interrupted by operator")
            if call.get("last_output"):
                tip = self.tr("What this tool was given the last time")
                editor.add_fill(self.tr("Last output"), call["last_output"], tip)
            proposal = self.action.data.get(call_id) if isinstance(self.action.data, Mapping) else None
            if isinstance(proposal, str) and proposal:
                editor.set_value(proposal)
            self.box.addWidget(editor)
            self.editors[call_id] = editor

    def data(self) -> Any:
        """``{call id: output}`` of those that are filled in: to the letter, for outputs are texts."""
        values = {call: editor.value() for call, editor in self.editors.items()}
        return {call: value for call, value in values.items() if value is not EMPTY}

    def problem(self) -> str | None:
        """Names the call whose output is missing."""
        given = self.data()
        missing = [self.names[call] for call in self.editors if call not in given]
        return self.tr("An output is missing for %1.").replace("%1", ", ".join(missing)) if missing else None


class AnswerForm(Form):
    """One editor an interrupt, with the question above it; several answers go as one map.

    Where the one question is for several outputs, as the proposal tells, there is an editor for each of them. With a
    change of the state it goes as ``{"command": {"resume", "update"}}``.
    """

    def build(self) -> None:
        """The questions, and what answers them."""
        self.edits: QCheckBox | None = None
        asked: list[Mapping[str, Any]] = list(self.action.context.get("interrupts") or [{}])
        self.editors: dict[str, ValueEditor] = {}
        self.names: dict[str, str] = {}
        wanted: Any = self.action.data if len(asked) == 1 and blanks(self.action.data) else None
        self.mapped = len(asked) > 1 or wanted is not None
        for number, question in enumerate(asked):
            node = question.get("node")
            if node:
                self.label(self.tr("Asked in %1").replace("%1", str(node)), "muted")
            if wanted is not None:
                self._outputs(wanted, question.get("value"))
                continue
            if "value" in question:
                self.code(question["value"])
            self._answer(str(question.get("id") or number), question, str(node or ""))
        if self.action.context.get("edits"):
            self._edits()

    def _edits(self) -> None:
        """Values to write together with the answer, for whoever asks for them."""
        self.edits = QCheckBox(self.tr("Change the state as well"), self)
        self.edits.setToolTip(self.tr("Writes these values together with the answer, before the node runs again."))
        self.values = self.editor(self.tr("Values to write into the state"), want_object=True)
        present = self.action.context.get("values")
        if present:
            self.values.add_fill(self.tr("Present values"), present, self.tr("Start from the state as it is now"))
        self.values.hide()
        self.edits.toggled.connect(self.values.setVisible)
        self.edits.toggled.connect(lambda _: self.changed.emit())
        self.box.addWidget(self.edits)
        self.box.addWidget(self.values)

    def _edited(self) -> bool:
        return self.edits is not None and self.edits.isChecked()

    def _answer(self, name: str, question: Mapping[str, Any], node: str) -> None:
        editor = self.editor(self.tr("Answer to %1").replace("%1", node) if node else self.tr("Answer"))
        self._propose(editor, question)
        self.box.addWidget(editor)
        self.editors[name], self.names[name] = editor, node or name

    def _propose(self, editor: ValueEditor, question: Mapping[str, Any]) -> None:
        proposal = self.action.data
        if self.mapped:
            proposal = proposal.get(question.get("id")) if isinstance(proposal, Mapping) else None
        if proposal is not None:
            editor.set_value(proposal)
        for title, value in ((self.tr("Yes"), True), (self.tr("No"), False)):
            editor.add_fill(title, value)
        for choice in [] if self.mapped else self.action.context.get("choices") or []:
            editor.add_fill(str(choice["title"]), choice["data"])

    def _outputs(self, wanted: Mapping[str, Any], value: Any) -> None:
        """A card for each output that is wanted, with the call that it is for."""
        calls = {str(call.get("id")): call for call in _objects(value)}
        for name in wanted:
            call = calls.get(name, {})
            self.names[name] = str(call.get("name") or name)
            self.title(f"{call['name']}   {name}" if call.get("name") else name)
            if (arguments := call.get("args", call.get("arguments"))) is not None:
                self.code(arguments)
            editor = self.editor(self.tr("Output of %1").replace("%1", self.names[name]))
            editor.add_fill(self.tr("An error"), {"error": "the tool failed"})
            editor.add_fill(self.tr("Interrupted"), "interrupted by operator")
            self.box.addWidget(editor)
            self.editors[name] = editor

    def data(self) -> Any:
        """The answer as it is, or a map by interrupt or call."""
        answer = self._answers()
        if not self._edited() or answer is None:
            return answer
        return {"command": {"resume": answer, "update": self.values.value()}}

    def _answers(self) -> Any:
        values = {name: editor.value() for name, editor in self.editors.items()}
        if self.mapped:
            return {name: value for name, value in values.items() if value is not EMPTY}
        value = next(iter(values.values()))
        return None if value is EMPTY else value

    def problem(self) -> str | None:
        """Everything is answered together."""
        empty = [self.names[name] for name, editor in self.editors.items() if editor.value() is EMPTY]
        if not empty:
            return self.values.problem() if self._edited() else None
        if not self.mapped:
            return self.tr("Type the answer.")
        return self.tr("An answer is missing for %1.").replace("%1", ", ".join(empty))


class ApprovalsForm(Form):
    """Approve or reject for each call, with a reason where the backend takes one."""

    def build(self) -> None:
        """A card for each call."""
        self.groups: dict[str, QButtonGroup] = {}
        self.reasons: dict[str, QLineEdit] = {}
        for call in self.action.context.get("calls") or []:
            call_id = str(call.get("id"))
            self.title(f"{call.get('name') or 'tool'}   {call_id}")
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
            if self.action.context.get("reasons"):
                reason = self.reasons[call_id] = QLineEdit(self)
                reason.setPlaceholderText(self.tr("a reason, which the model is told (may be empty)"))
                reason.setAccessibleName(self.tr("Reason for %1").replace("%1", str(call.get("name") or "tool")))
                reason.textChanged.connect(lambda _: self.changed.emit())
                self.box.addWidget(reason)

    def data(self) -> Any:
        """``{call id: true | false}`` of those that are decided; with a reason ``{"approve", "reason"}`` of each."""
        checked = {call: group.checkedButton() for call, group in self.groups.items()}
        said = {call: bool(button.property("approve")) for call, button in checked.items() if button is not None}
        why = {call: reason.text().strip() for call, reason in self.reasons.items()}
        return {call: {"approve": yes, "reason": why[call]} if why.get(call) else yes for call, yes in said.items()}

    def problem(self) -> str | None:
        """Every call has to be decided."""
        open_ = len(self.groups) - len(self.data())
        return self.tr("%1 still to decide.").replace("%1", str(open_)) if open_ else None


def blanks(proposal: Any) -> bool:
    """Whether a proposal is a map with a blank for each thing that is wanted."""
    return isinstance(proposal, Mapping) and bool(proposal) and all(value == "" for value in proposal.values())


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """All objects somewhere in a JSON value."""
    if isinstance(value, Mapping):
        yield value
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _objects(inner)
