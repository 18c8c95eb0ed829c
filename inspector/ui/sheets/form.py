"""What the forms of all actions have in common, and the form of those that take no data."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from inspector.domain.actions import Action
from inspector.ui.parts import cut, pretty, prose
from inspector.ui.sheets.editor import ValueEditor
from inspector.ui.theme import Theme

LOW, TALL = 88, 200
"""Heights of the fields for an answer, and for an object with many values."""

_KINDS = {
    "interrupt": "stop it and keep what its steps have done",
    "rollback": "stop it and delete the run with everything that it did",
}


class Form(QWidget):
    """``data()`` is what the action takes; ``problem()`` is why it cannot be sent yet, or None."""

    changed = Signal()

    def __init__(self, theme: Theme, action: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    @property
    def bare(self) -> bool:
        """Whether there is nothing to fill in."""
        return self.box.count() == 1

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

    def choose(self, kind: str | None) -> None:
        """Choose one of the ways, where it is one of them."""
        for button in () if self.group is None else self.group.buttons():
            if button.property("kind") == kind:
                button.setChecked(True)

    def label(self, text: str, tone: str = "") -> QLabel:
        """A line of text."""
        label = prose(text, tone)
        self.box.addWidget(label)
        return label

    def title(self, text: str) -> QLabel:
        """A line of text that begins a part."""
        label = self.label(text)
        label.setFont(self.theme.text(bold=True))
        return label

    def code(self, value: Any) -> QLabel:
        """A JSON value, pretty-printed."""
        label = self.label(cut(pretty(value)), "code")
        label.setFont(self.theme.mono())
        return label

    def editor(self, label: str, want_object: bool = False, text_only: bool = False) -> ValueEditor:
        """A field for a value, whose keystrokes the form tells of."""
        editor = ValueEditor(self.theme, label, want_object, text_only, self)
        editor.field.setFixedHeight(TALL if want_object else LOW)
        editor.changed.connect(self.changed)
        return editor

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
