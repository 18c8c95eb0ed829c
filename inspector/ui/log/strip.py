"""A line above or below the log in which something is typed. Esc closes it and gives the keyboard back to the log."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QToolButton, QWidget

from inspector.ui.icons import icon
from inspector.ui.theme import Theme


class Strip(QFrame):
    """``field`` is where it is typed; whoever makes a strip fills ``line`` and puts the closing button at its end.

    ``entered`` tells that Enter was pressed, and whether with Shift; ``closed`` that the strip is hidden again.
    """

    entered = Signal(bool)
    closed = Signal()

    def __init__(self, theme: Theme, field: QLineEdit | QPlainTextEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = field
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(8, 4, 8, 4)
        self.line.setSpacing(8)
        self.button = QToolButton(self)
        self.button.setAccessibleName(self.tr("Close"))
        self.button.setToolTip(self.tr("Close (Esc)"))
        self.button.clicked.connect(self.close_strip)
        field.installEventFilter(self)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def open_strip(self) -> None:
        """Show it, with the keyboard in its field."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_strip(self) -> None:
        """Hide it."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc is the strip's while its field has the keyboard, and not the window's; so is Enter, where it means it."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.close_strip()
                return True
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.enters(event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
                return True
        return super().eventFilter(watched, event)

    def enters(self, event: QKeyEvent) -> bool:
        """Whether Enter means to go, and no new line."""
        return not event.modifiers() & Qt.KeyboardModifier.ControlModifier

    def _restyle(self) -> None:
        theme = self._theme
        self.setStyleSheet(
            f"Strip {{ background: {theme.color('surface').name()};"
            f" border: none; border-top: 1px solid {theme.color('hairline').name()}; }}"
        )
        self.button.setIcon(icon("close", theme.color("muted")))
