"""A sentence below the box in which somebody types. It takes no room and no keys from anything."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from inspector.domain.findings import Severity
from inspector.ui.theme import Theme

WIDTH = 420


class Callout(QLabel):
    """Lies over the window, right below ``box``."""

    def __init__(self, theme: Theme, box: QWidget) -> None:
        super().__init__(box)
        self._theme = theme
        self._box = box
        self._drop = 0
        self._bad = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme.changed.connect(self._paint)

    def say(self, sentence: str, bad: bool) -> None:
        """Show this while the box has the keyboard; an empty one shows nothing. ``bad``: something is wrong."""
        self._bad = bad
        self.setText(sentence)
        if not sentence or not self._box.hasFocus():
            self.hide()
            return
        self._paint()
        self._place()
        self.show()
        self.raise_()

    def below(self, height: int) -> None:
        """Leave so much room for what is offered right below the box."""
        self._drop = height
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        window = self._box.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        width = min(WIDTH, window.width() - 16)
        self.setFixedWidth(width)
        self.adjustSize()
        corner = self._box.mapTo(window, QPoint(0, self._box.height() + 2 + self._drop))
        self.move(max(8, min(corner.x(), window.width() - width - 8)), corner.y())

    def _paint(self) -> None:
        theme = self._theme
        edge = theme.severity(Severity.ERROR if self._bad else Severity.NOTE)
        self.setStyleSheet(
            f"QLabel {{ background: {theme.color('raised').name()}; color: {theme.color('text').name()};"
            f" border: 1px solid {theme.color('hairline').name()}; border-left: 3px solid {edge.name()};"
            " border-radius: 4px; padding: 6px 8px; }"
        )
