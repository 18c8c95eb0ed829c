"""What the window shows while there is nothing to see: the three ways in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.ui.sheets.forms import primary
from inspector.ui.theme import Theme


class Welcome(QWidget):
    """``connects``, ``opens`` and ``pastes`` ask for what their buttons say."""

    connects = Signal()
    opens = Signal()
    pastes = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = QLabel(self.tr("What is stuck?"))
        self.title.setFont(theme.text(8))
        self.text = QLabel(
            self.tr(
                "Connect to the server where your agent runs, open a recording of its stream, "
                "or paste the id or the error message that you have."
            )
        )
        self.text.setWordWrap(True)
        self.text.setMaximumWidth(460)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        connect = primary(QPushButton(self.tr("Connect…")))
        open_ = QPushButton(self.tr("Open a recording…"))
        paste = QPushButton(self.tr("Paste to attach…"))
        connect.clicked.connect(self.connects)
        open_.clicked.connect(self.opens)
        paste.clicked.connect(self.pastes)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (connect, open_, paste):
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addStretch(2)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(row)
        layout.addStretch(3)
