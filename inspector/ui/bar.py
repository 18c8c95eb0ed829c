"""A bar in the window for what went wrong or was done: not modal, in the user's words, gone when it is closed."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from inspector.domain.findings import Severity
from inspector.ui.icons import icon
from inspector.ui.parts import prose
from inspector.ui.theme import Theme

TOLD_MS = 4_000


class MessageBar(QFrame):
    """Hidden until there is something to say. Complaints stay, remarks leave by themselves."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._severity = Severity.NOTE
        self.text = prose()
        self.button = QToolButton(self)
        self.button.setAccessibleName(self.tr("Close this message"))
        self.button.setToolTip(self.tr("Close this message (Esc)"))
        self.button.clicked.connect(self.hide)
        self._timer = QTimer(self, interval=TOLD_MS, singleShot=True)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def complain(self, sentence: str) -> None:
        """Something went wrong."""
        self._show(sentence, Severity.ERROR)
        self._timer.stop()

    def tell(self, sentence: str) -> None:
        """Something was done. It does not cover a complaint that nobody has closed yet."""
        if self.isHidden() or self._severity is not Severity.ERROR:
            self._show(sentence, Severity.NOTE)
            self._timer.start()

    def _show(self, sentence: str, severity: Severity) -> None:
        self._severity = severity
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        self._restyle()
        self.show()

    def _restyle(self) -> None:
        color = self._theme.tint(self._theme.severity(self._severity))
        self.setStyleSheet(f"MessageBar {{ background: {color.name()}; }}")
        self.button.setIcon(icon("close", self._theme.color("muted")))
