"""The playbook of the run in focus: what to try, in order, with its consequence; and why the rest is no use now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QWidget

from inspector.present.playbook import Play, playbook
from inspector.services.hub import LIVE
from inspector.services.model import Change
from inspector.ui.desk import Desk
from inspector.ui.parts import prose, set_tone


class StepsPanel(QScrollArea):
    """``acted`` asks for the sheet of an action."""

    acted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: object = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What can be done, in this order"))
        self.plays: tuple[Play, ...] = ()
        self.buttons: list[QPushButton] = []
        desk.focused.connect(self.refresh)
        desk.changed.connect(self._changed)
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Show the playbook, if it is another than before."""
        run, hub = self._desk.focus, self._desk.hub
        plays = playbook(hub.offers(run), hub.verdict(run)) if run is not None else ()
        why_not = {action.id: action.why_not for action in hub.actions(run)} if run is not None else {}
        shape = run, plays, tuple(why_not.items())
        if shape == self._shown:
            return
        self._shown, self.plays = shape, plays
        self._fill(plays, why_not)

    def _fill(self, plays: Sequence[Play], why_not: dict[str, str | None]) -> None:
        body, self.buttons = QWidget(), []
        grid = QGridLayout(body)
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        row = 0
        if not plays:
            chosen = self._desk.focus is not None
            grid.addWidget(prose(self._nothing(chosen), "muted"), row, 0, 1, 3)
        elif self._desk.focus is not None and self._desk.focus.book != LIVE:
            saved = self.tr("This is a recording: so it stood at its end. To act, connect to its server and attach.")
            grid.addWidget(prose(saved, "muted"), row, 0, 1, 3)
        for play in plays:
            row += 1
            self._line(grid, row, play, why_not.get(play.action.id))
        grid.setRowStretch(row + 1, 1)
        self.setWidget(body)

    def _line(self, grid: QGridLayout, row: int, play: Play, why_not: str | None) -> None:
        top = Qt.AlignmentFlag.AlignTop
        number = QLabel("–" if play.number is None else f"{play.number}.")
        set_tone(number, "muted")
        button = QPushButton(play.action.title + ("…" if play.number is not None else ""))
        button.setEnabled(play.number is not None and why_not is None)
        button.setAccessibleDescription(play.text)
        button.setToolTip(why_not or play.text)
        button.clicked.connect(lambda _=False, name=play.action.id: self.acted.emit(name))
        text = prose(play.text, "muted" if play.number is None else "")
        text.setContentsMargins(0, 5, 0, 0)
        number.setContentsMargins(0, 5, 0, 0)
        for column, widget in enumerate((number, button, text)):
            grid.addWidget(widget, row, column, top)
        self.buttons.append(button)

    def _nothing(self, chosen: bool) -> str:
        if chosen:
            return self.tr("Nothing can be done here: of this run there is only what was recorded.")
        return self.tr("Choose a run to see what can be done.")

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is None or change.kind != "rows" or (change.book == run.book and run.key in change.runs):
            self.refresh()
