"""Small parts that several panels and dialogs are made of. Their colours follow the theme by themselves."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStackedWidget, QWidget

SHOWN = 4_000
"""Characters of a value that a form shows; more would push its fields out of sight."""


def primary(button: QPushButton) -> QPushButton:
    """Mark the button that does the thing."""
    button.setProperty("primary", True)
    return button


def prose(text: str = "", tone: str = "") -> QLabel:
    """Text that wraps and can be selected. ``tone``: muted | code | warn | error; none is the usual one."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_tone(label, tone)
    return label


def set_tone(label: QLabel, tone: str) -> None:
    """Give a label another colour."""
    if (label.property("tone") or "") == tone:
        return
    label.setProperty("tone", tone)
    if label.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # polished too early, it would lose its font
        label.style().unpolish(label)
        label.style().polish(label)


def pretty(value: Any) -> str:
    """A JSON value for people; a text that is JSON is spread out too."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return str(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def cut(text: str) -> str:
    """So much of a text as a form shows."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n… {len(text) - SHOWN:,} more characters"


class Elided(QLabel):
    """A line that gives way: where there is too little room, its end is left out and all of it is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Room for a word."""
        return QSize(min(32, self.sizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints as much of the line as there is room for."""
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class Hinted(QStackedWidget):
    """A widget, or in its place a sentence that says why there is nothing and what to do."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = QLabel(self)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        self.hint.setMargin(16)
        set_tone(self.hint, "muted")
        self.addWidget(content)
        self.addWidget(self.hint)
        self.setFocusProxy(content)

    @property
    def hinting(self) -> bool:
        """Whether the sentence is shown."""
        return self.currentWidget() is self.hint

    def show_hint(self, sentence: str | None) -> None:
        """Show this sentence; None shows the widget."""
        if sentence is not None:
            self.hint.setText(sentence)
        self.setCurrentIndex(0 if sentence is None else 1)
