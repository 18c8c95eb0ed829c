"""How far it is worked out which rows fit the filter, with a way to stop that and to go on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from inspector.ui.parts import set_tone


class Reading(QWidget):
    """``halted`` carries whether it was stopped, or is to go on."""

    halted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.bar, self.stop = QLabel(self), QProgressBar(self), QToolButton(self)
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(96, 6)
        self.stop.clicked.connect(self._halt)
        set_tone(self.words, "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.words, self.bar, self.stop):
            layout.addWidget(widget)
        self._stopped = False
        self.show_part(100)

    def show_part(self, percent: int) -> None:
        """So much is done; at 100 there is nothing to be seen."""
        self.setVisible(percent < 100)
        self.bar.setValue(percent)
        self._stopped = False
        self._tell()

    def _halt(self) -> None:
        self._stopped = not self._stopped
        self._tell()
        self.halted.emit(self._stopped)

    def _tell(self) -> None:
        words = self.tr("Stopped at %1 %, not applied") if self._stopped else self.tr("Filtering… %1 %")
        self.words.setText(words.replace("%1", str(self.bar.value())))
        self.stop.setText(self.tr("Go on") if self._stopped else self.tr("Stop"))
        self.stop.setToolTip(self.tr("Go on filtering") if self._stopped else self.tr("Show the log as it was before"))
        self.stop.setAccessibleName(self.stop.toolTip())
