"""Go to: a strip in which a frame or a time is typed; as it is typed it says where that is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from inspector.domain.errors import UserError
from inspector.present.goto import HINT, Place, place_of, where
from inspector.ui.log.model import LogModel
from inspector.ui.log.strip import Strip
from inspector.ui.parts import set_tone
from inspector.ui.theme import Theme


class Goer(Strip):
    """``wanted`` carries the row."""

    wanted = Signal(int)

    def __init__(self, theme: Theme, model: LogModel, parent: QWidget | None = None) -> None:
        self.text = QLineEdit()
        super().__init__(theme, self.text, parent)
        self._model = model
        self._here: int | None = None
        self.says = QLabel(self)
        self.text.setPlaceholderText(self.tr("Go to"))
        self.text.setAccessibleName(self.tr("Go to a frame or a time"))
        self.text.setMaximumWidth(200)
        self.line.addWidget(self.text)
        self.line.addWidget(self.says, 1)
        self.line.addWidget(self.button)
        self.text.textChanged.connect(self._tell)
        self.entered.connect(lambda _: self._go())
        self._tell()

    def open_at(self, row: int | None) -> None:
        """Show the strip; a time with a sign counts from this row on."""
        self._here = row
        self.open_strip()
        self._tell()

    def _place(self) -> Place:
        model, offset = self._model, datetime.now().astimezone().utcoffset()
        ahead = 0.0 if offset is None else offset.total_seconds() * 1000
        return place_of(self.text.text(), model.shown.rows, self._here, model.wall_ms, ahead)

    def _tell(self) -> None:
        if not self.text.text().strip():
            self.says.setText(HINT)
            set_tone(self.says, "muted")
            return
        try:
            place = self._place()
        except UserError as error:
            self.says.setText(str(error))
            set_tone(self.says, "warn")
            return
        offset = datetime.now().astimezone().utcoffset()
        ahead = 0.0 if offset is None else offset.total_seconds() * 1000
        remark = f" · {place.remark}" if place.remark else ""
        self.says.setText(f"↵ {where(self._model.shown.rows, place.row, self._model.wall_ms, ahead)}{remark}")
        set_tone(self.says, "muted")

    def _go(self) -> None:
        try:
            place = self._place()
        except UserError:
            self._tell()
            return
        self.close_strip()
        self.wanted.emit(place.row)
