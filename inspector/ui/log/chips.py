"""The filters of the log that were set by a click in a picture: each with a button that drops it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from inspector.present.times import since_start


class Chips(QWidget):
    """``changed`` tells that the log is to be filtered anew, ``untimed`` that the selected time was dropped here."""

    changed = Signal()
    untimed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = ""
        self.frames: frozenset[int] | None = None
        self.between: tuple[float, float] | None = None
        self.state_chip, self.change_chip, self.time_chip = QToolButton(self), QToolButton(self), QToolButton(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for chip, drop in (
            (self.state_chip, lambda: self.set_state("")),
            (self.change_chip, lambda: self.set_change("", frozenset())),
            (self.time_chip, self._drop_time),
        ):
            chip.setToolTip(self.tr("Drop this filter"))
            chip.clicked.connect(drop)
            chip.hide()
            layout.addWidget(chip)

    @property
    def narrow(self) -> bool:
        """Whether any of them is set."""
        return bool(self.state) or self.frames is not None or self.between is not None

    def set_state(self, state: str) -> None:
        """Only rows that told this state; an empty one, or the same again, drops it."""
        self.state = "" if state == self.state else state
        self._show(self.state_chip, f"state {self.state}" if self.state else "")
        self.changed.emit()

    def set_change(self, title: str, frames: frozenset[int]) -> None:
        """Only the rows of the frames that prove a change of state; none, or the same again, drops it."""
        self.frames = None if frames == self.frames or not frames else frames
        self._show(self.change_chip, title if self.frames else "")
        self.changed.emit()

    def set_time(self, between: tuple[float, float] | None) -> None:
        """Only rows from then to then, in ms of the log; None drops it."""
        self.between = between
        self._show(self.time_chip, f"{since_start(between[0])} – {since_start(between[1])} s" if between else "")
        self.changed.emit()

    def clear(self) -> None:
        """Drop all of them, without a word."""
        if self.between is not None:
            self.untimed.emit()
        self.state, self.frames, self.between = "", None, None
        for chip in (self.state_chip, self.change_chip, self.time_chip):
            chip.hide()

    def _drop_time(self) -> None:
        self.untimed.emit()
        self.set_time(None)

    def _show(self, chip: QToolButton, title: str) -> None:
        chip.setText(f"{title}  ✕")
        chip.setAccessibleName(self.tr("Drop the filter: %1").replace("%1", title))
        chip.setVisible(bool(title))
