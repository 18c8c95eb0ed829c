"""Find in the log: a strip with the text, how many rows hold it, and the way from one to the next."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QToolButton, QWidget

from inspector.present.landmarks import Found, following, preceding
from inspector.present.search import Search
from inspector.present.words import times
from inspector.services.model import Change
from inspector.ui.desk import Desk
from inspector.ui.log.landmarks import Kind, Landmarks
from inspector.ui.log.model import LogModel
from inspector.ui.log.strip import Strip
from inspector.ui.parts import set_tone

SLICE_MS = 6
"""So long it is searched at a time: then the window is painted and keys are heard."""

TELL_MS = 100
"""While it is searched, so often it is told how far that is."""

TYPING_MS = 150
TEXT_WIDTH, STATUS_WIDTH = (160, 320), 200
FORWARD, BACK = 1, -1


class Finder(Strip):
    """``wanted`` carries a row to go to, ``sought`` the text that is looked for (empty: none)."""

    wanted = Signal(int)
    sought = Signal(str)

    def __init__(self, desk: Desk, model: LogModel, landmarks: Landmarks, parent: QWidget | None = None) -> None:
        self.text = QLineEdit()
        super().__init__(desk.theme, self.text, parent)
        self._desk = desk
        self._model = model
        self._landmarks = landmarks
        self._search: Search | None = None
        self._book = desk.book
        self._here = -1
        self._direction = 0
        self._said = ""
        self.status, self.bar = QLabel(self), QProgressBar(self)
        self.back, self.forward, self.stop = QToolButton(self), QToolButton(self), QToolButton(self)
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._slice)
        self._since = QElapsedTimer()
        self._since.start()
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._begin)
        self._lay_out()
        self.text.textChanged.connect(self._typed)
        self.entered.connect(lambda shift: self.go(BACK if shift else FORWARD))
        self.closed.connect(self._leave)
        model.modelReset.connect(self._reset)
        desk.changed.connect(self._changed)

    @property
    def searching(self) -> bool:
        """Whether there is more to look through."""
        return self._slices.isActive()

    def open_at(self, row: int) -> None:
        """Show the strip; what is typed is looked for from this row on (-1 = the first)."""
        self._here = row - 1
        self.open_strip()
        if self._search is not None:
            self._show_hits()
            self._tell()
        elif self.text.text():
            self._begin()

    def go(self, direction: int) -> None:
        """To the next row that holds the text, or the one before."""
        if self._typing.isActive() or (self._search is None and self.text.text()):
            self._begin()
        self._direction = direction
        self._advance()

    def at(self, row: int | None) -> None:
        """The row from which the next one is looked for."""
        if row is not None and self._direction == 0 and row != self._here:
            self._here, self._said = row, ""
            if not self.isHidden():
                self._tell()

    def cancel(self) -> None:
        """Look no further; what was found so far stays."""
        self._slices.stop()
        self._direction = 0
        self._tell()

    def _typed(self) -> None:
        self._slices.stop()
        self._typing.start()

    def _begin(self) -> None:
        """Look for what is typed now, from the beginning of the log."""
        self._typing.stop()
        text, self._book = self.text.text(), self._desk.book
        self._drop()
        self.sought.emit(text)
        if text:
            hub, book = self._desk.hub, self._book
            self._search = Search(self._model.shown.rows, text, lambda after: hub.batches(book, after))
            low = text.lower()
            comments = self._model.remarks.comments
            self._search.also(seq for (seq, _), comment in comments.items() if low in comment.lower())
            self._direction = FORWARD
            self._slices.start()
        self._show_hits()
        self._tell()

    def _slice(self) -> None:
        if self._search is None or not self._is_open():
            self._drop()
            return
        watch = QElapsedTimer()
        watch.start()
        more = self._search.step(lambda: watch.elapsed() >= SLICE_MS)
        if not more:
            self._slices.stop()
        if not more or self._since.elapsed() >= TELL_MS:  # to count a million rows takes longer than a slice
            self._since.restart()
            self._show_hits()
            self._advance()

    def _advance(self) -> None:
        """Go where it is wanted as soon as it is known where that is."""
        search = self._search
        if search is not None and self._direction and (search.rows_done or not self.searching):
            flags = self._landmarks.shown(Kind.HIT)
            found = (following if self._direction > 0 else preceding)(flags, self._here)
            if found is not None and (not found.around or not self.searching):
                self._said = self._way(found)
                self._here, self._direction = found.row, 0
                self.wanted.emit(found.row)
                self._tell()
                return
            if not self.searching:
                self._direction = 0
        self._tell()

    def _way(self, found: Found) -> str:
        """Whether the end of the log lies between this row and the one before."""
        if not found.around or found.total == 1:
            return ""
        return self.tr("on from the first row") if self._direction > 0 else self.tr("on from the last row")

    def _tell(self) -> None:
        search = self._search
        self.bar.setVisible(self.searching)
        self.stop.setVisible(self.searching)
        if search is None:
            self.status.setText("")
            return
        self.bar.setValue(round(1000 * search.progress(self._last())))
        flags = self._landmarks.shown(Kind.HIT)
        shown, hidden = flags.count(1), search.hits.count(1) - flags.count(1)
        place = flags.count(1, 0, self._here + 1) if 0 <= self._here < len(flags) and flags[self._here] else 0
        parts = [self._counted(place, shown)]
        if hidden > 0:
            parts.append(self.tr("%1 more are hidden by the filter").replace("%1", f"{hidden:,}"))
        elif self._said:
            parts.append(self._said)
        self.status.setText(" · ".join(parts))
        set_tone(self.status, "muted" if shown or self.searching else "warn")

    def _counted(self, place: int, shown: int) -> str:
        more = "+" if self.searching or (self._search is not None and not self._whole()) else ""
        if not shown:
            return self.tr("searching …") if self.searching else self.tr("no row holds it")
        if place:
            return self.tr("%1 of %2").replace("%1", f"{place:,}").replace("%2", f"{shown:,}{more}")
        return times(shown, "row") if shown < 1000 and not more else f"{shown:,}{more} rows"

    def _whole(self) -> bool:
        search = self._search
        return search is not None and search.progress(self._last()) >= 1.0

    def _is_open(self) -> bool:
        """Whether the file that is searched has not been closed meanwhile."""
        return self._desk.hub.is_open(self._book)

    def _last(self) -> int:
        return self._desk.hub.last_seq(self._book) if self._is_open() else 0

    def _show_hits(self) -> None:
        shows = self._search is not None and not self.isHidden()
        self._model.hits = self._search.hits if self._search is not None else bytearray()
        self._model.needle = self._search.needle.text if self._search is not None and shows else ""
        self._landmarks.touch()

    def _drop(self) -> None:
        self._slices.stop()
        self._search, self._direction, self._said = None, 0, ""

    def _leave(self) -> None:
        """The strip is closed: nothing is looked for any more, but the next one can still be gone to."""
        self._slices.stop()
        self._direction = 0
        self._show_hits()
        self.sought.emit("")

    def _reset(self) -> None:
        """Another log has to be searched anew; the same through another filter has the same hits."""
        if self._search is not None and self._search.rows is not self._model.shown.rows:
            self._drop()
            self._here = -1
            if not self.isHidden():
                self._begin()
                self._direction = 0
        if self._search is not None:
            self._tell()

    def _changed(self, change: Change) -> None:
        """The log has grown: so does the search."""
        if change.book == self._book and self._search is not None and not self.isHidden() and change.rows:
            self._slices.start()

    def _lay_out(self) -> None:
        self.text.setPlaceholderText(self.tr("Find in rows and in the bytes"))
        self.text.setAccessibleName(self.tr("Find in the log"))
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(TEXT_WIDTH[0])
        self.text.setMaximumWidth(TEXT_WIDTH[1])
        self.status.setMinimumWidth(STATUS_WIDTH)
        self.status.setAccessibleName(self.tr("How many rows hold it"))
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(96, 6)
        for button, text, tip, act in (
            (self.back, "↑", self.tr("The row before (Shift+F3)"), lambda: self.go(BACK)),
            (self.forward, "↓", self.tr("The next row (F3)"), lambda: self.go(FORWARD)),
            (self.stop, self.tr("Stop"), self.tr("Search no further"), self.cancel),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(act)
        self.line.addWidget(self.text, 1)
        for widget in (self.back, self.forward, self.status, self.bar, self.stop):
            self.line.addWidget(widget)
        self.line.addStretch(1)
        self.line.addWidget(self.button)
        self._tell()
