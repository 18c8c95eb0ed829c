"""A text field for a JSON value or plain text, which says what it is about to send."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from inspector.ui.theme import Theme

EMPTY = object()
"""Nothing was typed."""


class _Field(QPlainTextEdit):
    """Tab leaves the field, as in any form; Ctrl+Tab is the character."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab moves on."""
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.focusNextChild()
            return
        super().keyPressEvent(event)


class ValueEditor(QWidget):
    """Takes what is typed as JSON if it is JSON, else as text. ``changed`` tells of each keystroke.

    ``want_object``: only a JSON object will do.
    """

    changed = Signal()

    def __init__(self, theme: Theme, label: str, want_object: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._want_object = want_object
        self._theme = theme
        self.field = _Field(self)
        self.field.setFont(theme.mono())
        self.field.setAccessibleName(label)
        self.field.setMinimumHeight(64)
        self.kind = QLabel(self)
        self.kind.setStyleSheet(f"color: {theme.tokens.muted};")
        self.fills = QHBoxLayout()
        self.fills.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.kind, 1)
        row.addLayout(self.fills)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.field)
        layout.addLayout(row)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._typed)
        self._typed()

    def set_value(self, value: Any) -> None:
        """Show a value: texts as they are, everything else as JSON."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        self.field.setPlainText("" if value is None else text)

    def value(self) -> Any:
        """The JSON value, or the text; EMPTY when nothing was typed."""
        text = self.field.toPlainText()
        if not text.strip():
            return EMPTY
        try:
            return json.loads(text)
        except ValueError:
            return text

    def problem(self) -> str | None:
        """Why this cannot be sent, or None."""
        value = self.value()
        if self._want_object and not isinstance(value, dict):
            return self.tr("A JSON object is wanted here.")
        return None

    def add_fill(self, title: str, value: Any, tip: str = "") -> None:
        """A button that fills the field."""
        button = QPushButton(title, self)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False, v=value: self.set_value(v))
        self.fills.addWidget(button)

    def _typed(self) -> None:
        text = self.field.toPlainText()
        value = self.value()
        if value is EMPTY:
            word = self.tr("empty")
        elif isinstance(value, str) and not text.lstrip().startswith('"'):
            broken = text.lstrip()[:1] in "{["
            word = self.tr("sent as text (it is no JSON)") if broken else self.tr("sent as text")
        else:
            names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
            word = self.tr("sent as JSON: %1").replace("%1", names.get(type(value), "number"))
        self.kind.setText(self.problem() or word)
        self.changed.emit()
