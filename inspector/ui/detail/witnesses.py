"""The two witnesses side by side: what the stream said of the run, and what the server says, with their frames."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.domain.diagnosis import Verdict
from inspector.present.truth import Told, stands, witnesses
from inspector.ui.parts import prose
from inspector.ui.theme import Theme


class Column(QWidget):
    """One witness. ``jumped`` names a frame."""

    jumped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._told: Told | None = None
        self.who, self.said = QLabel(self), prose()
        self.links = QHBoxLayout()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        for widget in (self.who, self.said):
            box.addWidget(widget)
        box.addLayout(self.links)
        box.addStretch(1)

    def show_told(self, told: Told) -> None:
        """Show what this witness said."""
        self.who.setFont(self._theme.text(bold=True))
        if told == self._told:
            return
        self._told = told
        self.who.setText(self.tr(told.who))
        self.said.setText(told.said)
        self.setAccessibleName(f"{told.who} {told.said}")
        while (item := self.links.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for seq in told.frames:
            self._link(seq)
        self.links.addStretch(1)

    def _link(self, seq: int) -> None:
        link = QPushButton(f"#{seq}", flat=True)
        link.setProperty("link", True)
        link.setFont(self._theme.mono())
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.setAccessibleName(self.tr("Go to frame %1").replace("%1", str(seq)))
        link.clicked.connect(lambda: self.jumped.emit(seq))
        self.links.addWidget(link)


class Witnesses(QWidget):
    """Both columns, and above them the conclusion. ``jumped`` names a frame."""

    jumped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conclusion = prose()
        self.stream, self.server = Column(theme, self), Column(theme, self)
        beside = QHBoxLayout()
        beside.setSpacing(16)
        for column in (self.stream, self.server):
            column.jumped.connect(self.jumped)
            beside.addWidget(column, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 8)
        box.setSpacing(8)
        box.addWidget(self.conclusion)
        box.addLayout(beside)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show the witnesses of a run; None hides them."""
        told = None if verdict is None else witnesses(verdict)
        self.setVisible(told is not None)
        if verdict is None or told is None:
            return
        self.conclusion.setText(stands(verdict))
        self.stream.show_told(told[0])
        self.server.show_told(told[1])
