"""Small parts that several panels and dialogs are made of. Their colours follow the theme by themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
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
        self._shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def show_line(self, text: str, shorter: Sequence[str] = ()) -> None:
        """Show a line. ``shorter``: what stands for it where it does not fit, the longest first."""
        self._shorter = tuple(shorter)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Room for a word."""
        return QSize(min(32, self.sizeHint().width()), super().minimumSizeHint().height())

    @property
    def shown(self) -> str:
        """As much of the line as there is room for."""
        metrics, room = self.fontMetrics(), self.width()
        fits = (text for text in (self.text(), *self._shorter) if metrics.horizontalAdvance(text) <= room)
        last = self._shorter[-1] if self._shorter else self.text()
        return next(fits, None) or metrics.elidedText(last, Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints as much of the line as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown)


class Clamped(QLabel):
    """Text that wraps into so many lines and takes their height always; what is beyond is in the tooltip."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The height of its lines; it takes what width is left."""
        return QSize(96, self.fontMetrics().lineSpacing() * self._lines)

    def minimumSizeHint(self) -> QSize:
        """Room for a few words."""
        return QSize(96, self.sizeHint().height())

    @property
    def shown(self) -> list[str]:
        """The lines as they are painted, the last one cut short where more would follow."""
        text, room = self.text(), max(1, self.width())
        layout = QTextLayout(text, self.font())
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        lines: list[str] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            start = line.textStart()
            if len(lines) == self._lines - 1:
                lines.append(self.fontMetrics().elidedText(text[start:], Qt.TextElideMode.ElideRight, room))
                break
            lines.append(text[start : start + line.textLength()].rstrip())
        layout.endLayout()
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the lines from the top."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        for number, line in enumerate(self.shown):
            painter.drawText(QPointF(0, metrics.ascent() + number * metrics.lineSpacing()), line)


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
