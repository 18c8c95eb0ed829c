"""A text field for a JSON value or plain text, which says what it is about to send."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from inspector.ui.parts import set_tone
from inspector.ui.theme import Theme

EMPTY = object()
"""Nothing was typed."""


class ValueEditor(QWidget):
    """Takes what is typed as JSON if it is JSON, else as text. ``changed`` tells of each keystroke.

    ``want_object``: only a JSON object will do. ``text_only``: it goes as the text that it is, whatever it looks like.
    """

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        label: str,
        want_object: bool = False,
        text_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._want_object = want_object
        self._text_only = text_only
        self.field = QPlainTextEdit(self)
        self.field.setTabChangesFocus(True)
        self.field.setFont(theme.mono())
        self.field.setAccessibleName(label)
        self.field.setMinimumHeight(64)
        self.kind = QLabel(self)
        set_tone(self.kind, "muted")
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
        """Show a value such that it is what will be sent: texts as they are, unless they would be taken for JSON."""
        plain = isinstance(value, str) and (self._text_only or _parsed(value) == value)
        text = value if plain else json.dumps(value, ensure_ascii=False, indent=2)
        self.field.setPlainText("" if value is None else text)

    def value(self) -> Any:
        """The JSON value, or the text; EMPTY when nothing was typed."""
        text = self.field.toPlainText()
        if not text.strip():
            return EMPTY
        return text if self._text_only else _parsed(text)

    def problem(self) -> str | None:
        """Why this cannot be sent, or None."""
        value = self.value()
        if self._want_object and not isinstance(value, dict):
            return self.tr("A JSON object is wanted here.")
        return None

    def add_fill(self, title: str, value: Any, tip: str = "") -> None:
        """A button that fills the field."""
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False, v=value: self.set_value(v))
        self.fills.addWidget(button)

    def _typed(self) -> None:
        self.kind.setText(self.problem() or self._kind(self.field.toPlainText()))
        self.changed.emit()

    def _kind(self, text: str) -> str:
        """What the text will be taken for."""
        if not text.strip():
            return self.tr("empty")
        value = _parsed(text)
        is_json = not isinstance(value, str) or text.lstrip().startswith('"')
        if not is_json and text.lstrip()[:1] in ("{", "["):
            return self.tr("sent as text: it is no valid JSON")
        if self._text_only or not is_json:
            return self.tr("sent as text")
        names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
        return self.tr("sent as JSON: %1").replace("%1", names.get(type(value), "number"))


def _parsed(text: str) -> Any:
    """The JSON value of a text; the text itself where it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(constant)
