"""Comment on a row: a strip with a field of some lines. What is typed is kept without being asked for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from inspector.domain.errors import UserError
from inspector.domain.remarks import Spot, comment
from inspector.services.hub import LIVE
from inspector.ui.desk import Desk
from inspector.ui.log.strip import Strip
from inspector.ui.parts import set_tone

PAUSE_MS = 5_000
"""After so long without a key, what is typed is kept: nothing of it is lost even where the program is killed."""

HEIGHT = 64


class Noter(Strip):
    """Kept whenever the field is left, another row is commented on, the strip is closed, or nothing is typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.text = QPlainTextEdit()
        super().__init__(desk.theme, self.text, parent)
        self._desk = desk
        self.book = LIVE
        self._spot: Spot | None = None
        self.title, self.says = QLabel(self), QLabel(self)
        self.text.setFixedHeight(HEIGHT)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(self.tr("What is to be said about this row"))
        self.text.setAccessibleName(self.tr("Comment on the row"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.says)
        words.addStretch(1)
        self.line.addLayout(words)
        self.line.addWidget(self.text, 1)
        self.line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        set_tone(self.says, "muted")
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.keep)
        self.text.textChanged.connect(self._typed)
        self.entered.connect(lambda _: self.close_strip())
        self.closed.connect(self.keep)

    def open_on(self, book: int, spot: Spot) -> None:
        """Comment on this; what was typed about something else is kept first."""
        self.keep()
        self.book, self._spot = book, spot
        self.text.setPlainText(self._known())
        self._pause.stop()
        self.title.setText(self.tr("Comment on #%1").replace("%1", f"{spot[0]}.{spot[1]}" if spot[1] else str(spot[0])))
        self.says.setText(self.tr("Ctrl+Enter or Esc: done"))
        self.open_strip()
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    def keep(self) -> None:
        """Keep what is typed, where it says something else than what is kept."""
        self._pause.stop()
        text = self.text.toPlainText().strip()
        if self._spot is None or not self._is_open() or text == self._known():
            return
        try:
            inside = self._desk.hub.annotate(self.book, self._spot[0], comment(self._spot, text))
        except UserError as error:
            self._desk.complained.emit(str(error))
            return
        apart = self.tr("Kept apart from the file, which is left as it is; exports have it")
        self.says.setText(self.tr("Kept") if inside else apart)

    def enters(self, event: QKeyEvent) -> bool:
        """Enter alone is a new line."""
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the field keeps what is in it."""
        if event.type() == QEvent.Type.FocusOut:
            self.keep()
        return super().eventFilter(watched, event)

    def _known(self) -> str:
        if self._spot is None:
            return ""
        return self._desk.hub.remarks(self.book).comments.get(self._spot, "")

    def _is_open(self) -> bool:
        return self._desk.hub.is_open(self.book)

    def _typed(self) -> None:
        self._pause.start()
