"""The form that decides about the calls of a saved run state: approve, or reject with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton

from inspector.ui.sheets.form import Form


class DecisionsForm(Form):
    """A card for each call. Calls may be left open: the program asks about them again."""

    def build(self) -> None:
        """Name, arguments, the two choices, and a line for the reason; what is decided already is chosen."""
        self.groups: dict[str, QButtonGroup] = {}
        self.reasons: dict[str, QLineEdit] = {}
        for call in self.action.context.get("calls") or []:
            ident, name = str(call.get("id")), str(call.get("name") or "tool")
            self.title(f"{name}   {ident}")
            if call.get("node"):
                self.label(self.tr("asked by %1").replace("%1", str(call["node"])), "muted")
            self.code(call.get("arguments") or "")
            self._card(ident, name, call.get("decided"))

    def data(self) -> Any:
        """``{call: true | false | {"approve": false, "reason"}}`` of those that are decided."""
        found: dict[str, Any] = {}
        for call, group in self.groups.items():
            button = group.checkedButton()
            if button is not None:
                reason = self.reasons[call].text().strip()
                yes = bool(button.property("approve"))
                found[call] = {"approve": False, "reason": reason} if reason and not yes else yes
        return found

    def problem(self) -> str | None:
        """One decision at least."""
        return None if self.data() else self.tr("Nothing is decided yet.")

    def _card(self, call: str, name: str, decided: Any) -> None:
        group, row = QButtonGroup(self), QHBoxLayout()
        for word, value in ((self.tr("Approve"), True), (self.tr("Reject"), False)):
            button = QRadioButton(word)
            button.setProperty("approve", value)
            button.setAccessibleName(f"{word} {name}")
            button.setChecked(isinstance(decided, Mapping) and decided.get("approve") is value)
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        reason = QLineEdit(str(decided.get("reason") or "") if isinstance(decided, Mapping) else "", self)
        reason.setPlaceholderText(self.tr("Reason, told to the model (may be empty)"))
        reason.setAccessibleName(self.tr("Reason for rejecting %1").replace("%1", name))
        self.groups[call], self.reasons[call] = group, reason
        self.box.addLayout(row)
        self.box.addWidget(reason)
        self._enable(call)
        group.buttonClicked.connect(lambda _: self._chosen(call))
        reason.textChanged.connect(lambda _: self.changed.emit())

    def _chosen(self, call: str) -> None:
        self._enable(call)
        self.changed.emit()

    def _enable(self, call: str) -> None:
        """A reason goes with a rejection only."""
        button = self.groups[call].checkedButton()
        self.reasons[call].setEnabled(button is not None and not button.property("approve"))
