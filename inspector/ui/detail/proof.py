"""Why the panel shows an event that nobody chose: it proves the worst finding of the run in focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from inspector.present.sentences import sentence
from inspector.ui.desk import Desk
from inspector.ui.parts import set_tone


class Proof(QLabel):
    """``place`` is the book and the frame that prove it; None where nothing is to be proved, or a row was chosen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chosen = False
        self.place: tuple[int, int] | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setContentsMargins(12, 8, 12, 8)
        set_tone(self, "muted")
        self.hide()

    def leave(self) -> None:
        """Somebody chose a row."""
        self._chosen = True
        self.hide()

    def begin(self) -> None:
        """Another run is in focus: no row of it is chosen yet."""
        self._chosen, self.place = False, None
        self.renew()

    def renew(self) -> bool:
        """Look at the findings again; whether another frame proves the worst of them now."""
        run = self._desk.focus
        found = () if run is None else self._desk.hub.verdict(run).findings
        worst = next((each for each in found if each.frames), None)
        place = None if run is None or worst is None else (run.book, worst.frames[0])
        if self._chosen or place == self.place:
            return False
        self.place = place
        if place is not None and worst is not None:
            said = self.tr("#%1 shows it: %2").replace("%1", str(place[1]))
            self.setText(said.replace("%2", sentence(worst)))
        self.setVisible(place is not None)
        return True
