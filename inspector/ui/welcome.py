"""What the window shows while there is nothing to see: the ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.ui.parts import primary, prose, set_tone
from inspector.ui.theme import Theme

if TYPE_CHECKING:
    from inspector.services.model import Change
    from inspector.ui.desk import Desk

WIDTH = 400


class Welcome(QWidget):
    """The signals ask for what their buttons say."""

    connects = Signal()
    opens = Signal()
    pastes = Signal()
    starts = Signal()
    captures = Signal()
    demonstrates = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk: Desk | None = None
        self.title, self.text = QLabel(self), prose()
        self.title.setFont(theme.text(8))
        self.text.setFixedWidth(WIDTH)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tone(self.text, "muted")
        self.connect_, self.open_ = primary(QPushButton(self.tr("Connect…"))), QPushButton(self.tr("Open a recording…"))
        self.paste, self.start = QPushButton(self.tr("Paste to attach…")), QPushButton(self.tr("Start a run…"))
        self.capture, self.demo = QPushButton(self.tr("Capture my app…")), QPushButton(self.tr("Try the demo"))
        self.demo.setToolTip(self.tr("Starts a small server inside this program, with stuck runs to practise on"))
        for button, signal in (
            (self.connect_, self.connects),
            (self.start, self.starts),
            (self.open_, self.opens),
            (self.paste, self.pastes),
            (self.capture, self.captures),
            (self.demo, self.demonstrates),
        ):
            button.clicked.connect(lambda _=False, told=signal: told.emit())
        self.buttons = (self.connect_, self.start, self.open_, self.paste, self.capture, self.demo)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(centred(self.text))
        layout.addLayout(centred(self.connect_, self.start, self.open_))
        layout.addLayout(centred(self.paste, self.capture, self.demo))
        layout.addStretch(3)
        self.refresh()

    def follow(self, desk: Desk) -> None:
        """From now on there may be servers."""
        self._desk = desk
        desk.changed.connect(self._changed)
        self.refresh()

    def refresh(self) -> None:
        """The next step depends on whether there is a server."""
        connected = self._desk is not None and bool(self._desk.hub.connections())
        self.start.setVisible(connected)
        self.connect_.setVisible(not connected)
        self.demo.setVisible(not connected)
        self.title.setText(self.tr("Which run is it?") if connected else self.tr("What is stuck?"))
        self.text.setText(
            self.tr(
                "Choose a thread and a run under “Servers” on the left, start a run, "
                "or paste the id or the error message that you have."
            )
            if connected
            else self.tr(
                "Connect to the server where your agent runs, open a recording of its stream, paste the id or the "
                "error message that you have, or put a proxy between your app and its server."
            )
        )

    def _changed(self, change: Change) -> None:
        if change.kind == "connections":
            self.refresh()


def centred(*widgets: QWidget) -> QHBoxLayout:
    """Side by side, in the middle. Unlike an aligned item, a text in it gets the height that its width asks for."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
