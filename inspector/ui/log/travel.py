"""Ways through the log: find, go to, from one landmark to the next, marks and comments. What the commands call."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTableView, QWidget

from inspector.domain.errors import UserError
from inspector.domain.remarks import mark
from inspector.present.landmarks import following, preceding
from inspector.services.model import Change
from inspector.ui.desk import Desk
from inspector.ui.log.finder import BACK, FORWARD, Finder
from inspector.ui.log.goer import Goer
from inspector.ui.log.landmarks import Kind, Landmarks
from inspector.ui.log.minimap import Minimap
from inspector.ui.log.model import LogModel
from inspector.ui.log.noter import Noter
from inspector.ui.log.silence import OngoingSilence


class LogView(Protocol):
    """What it needs of the panel that it is in."""

    model: LogModel

    @property
    def view(self) -> QTableView:
        """Its table."""
        ...

    def go(self, row: int) -> None:
        """Show a row; filters that hide it are dropped."""
        ...

    def scroll_to(self, line: int) -> None:
        """Bring a line in sight, and choose none."""
        ...

    def current_row(self) -> int | None:
        """The row that is chosen."""
        ...

    def same(self, key: int) -> int:
        """The key that a run is known by now."""
        ...

    def follow(self) -> None:
        """Stay at the tail, where that is wished."""
        ...


class Travel(QObject):
    """Each method is one command. Its strips and its map are placed by the panel."""

    def __init__(self, desk: Desk, panel: LogView, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panel = panel
        model = panel.model
        self.landmarks = Landmarks(desk, model, panel.same, self)
        self.map = Minimap(desk.theme, model, panel.view, self.landmarks, parent)
        self.finder = Finder(desk, model, self.landmarks, parent)
        self.goer = Goer(desk.theme, model, parent)
        self.noter = Noter(desk, parent)
        self.silence = OngoingSilence(desk, model, panel.follow, self)
        for wanted in (self.finder.wanted, self.goer.wanted, self.map.wanted):
            wanted.connect(panel.go)
        self.map.scrolled.connect(panel.scroll_to)
        self.finder.sought.connect(lambda _: panel.view.viewport().update())
        self.landmarks.changed.connect(panel.view.viewport().update)
        for strip in (self.finder, self.goer, self.noter):
            strip.closed.connect(panel.view.setFocus)
        panel.view.selectionModel().currentChanged.connect(lambda *_: self.finder.at(panel.current_row()))
        model.modelReset.connect(self._take_remarks)
        desk.changed.connect(self._changed)
        desk.focused.connect(self._focused)
        self._take_remarks()

    def find(self) -> None:
        """The strip of Find."""
        self.goer.close_strip()
        self.finder.open_at(self._here())

    def find_next(self) -> None:
        """The next row that holds the text; the strip where there is none yet."""
        self._find(FORWARD)

    def find_previous(self) -> None:
        """The row before that holds it."""
        self._find(BACK)

    def go_to(self) -> None:
        """The strip for a frame or a time."""
        self.finder.close_strip()
        self.goer.open_at(self._panel.current_row())

    def next(self, kind: Kind) -> None:
        """The next landmark of a kind."""
        self._step(kind, FORWARD)

    def previous(self, kind: Kind) -> None:
        """The landmark of a kind before."""
        self._step(kind, BACK)

    def toggle_mark(self) -> None:
        """Mark the chosen row, or mark it no more."""
        row = self._panel.current_row()
        if row is None:
            self._desk.told.emit(self.tr("Choose a row of the log to mark it."))
            return
        spot = self._panel.model.spot(row)
        try:
            self._desk.hub.annotate(self._desk.book, spot[0], mark(spot, spot not in self._panel.model.remarks.marks))
        except UserError as error:
            self._desk.complained.emit(str(error))

    def comment(self) -> None:
        """The strip for a comment on the chosen row."""
        row = self._panel.current_row()
        if row is None:
            self._desk.told.emit(self.tr("Choose a row of the log to comment on it."))
            return
        self.noter.open_on(self._desk.book, self._panel.model.spot(row))

    def _find(self, direction: int) -> None:
        if self.finder.text.text():
            self.finder.go(direction)
        else:
            self.find()

    def _step(self, kind: Kind, direction: int) -> None:
        row = self._panel.current_row()
        flags = self.landmarks.shown(kind)
        if direction > 0:
            found = following(flags, -1 if row is None else row)
        else:
            found = preceding(flags, len(flags) if row is None else row)
        if found is None:
            hidden = self.landmarks.all(kind).count(1)
            self._desk.told.emit(self._none(kind, hidden))
            return
        self._panel.go(found.row)
        if found.around and found.total > 1:
            first = self.tr("On from the first row: %1 of %2.")
            told = first if direction > 0 else self.tr("On from the last row: %1 of %2.")
            self._desk.told.emit(told.replace("%1", str(found.place)).replace("%2", str(found.total)))
        elif found.total == 1 and found.row == row:
            self._desk.told.emit(self.tr("There is no other."))

    def _none(self, kind: Kind, hidden: int) -> str:
        if hidden:
            return self.tr("The filter hides every %1 of this log.").replace("%1", kind.value)
        if kind is Kind.MARK:
            return self.tr("Nothing is marked yet: Ctrl+M marks the chosen row.")
        return self.tr("There is no %1 in this log.").replace("%1", kind.value)

    def _here(self) -> int:
        row = self._panel.current_row()
        return 0 if row is None else row

    def _take_remarks(self) -> None:
        self._panel.model.remarks = self._desk.hub.remarks(self._desk.book)

    def _focused(self, _: object) -> None:
        if self.noter.book != self._desk.book:
            self.noter.close_strip()

    def _changed(self, change: Change) -> None:
        if change.book == self._desk.book and change.kind == "remarks":
            self._panel.view.viewport().update()
