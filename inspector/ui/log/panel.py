"""The log of the book in focus: follows its tail until somebody scrolls up, and never moves what is being read."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from inspector.domain.charts import Ending
from inspector.domain.events import RunKey
from inspector.domain.findings import Severity
from inspector.present.drawing import look_of_state
from inspector.present.logfilter import Filter
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.log.cellmenu import CellMenu
from inspector.ui.log.chips import Chips
from inspector.ui.log.copying import Copier
from inspector.ui.log.fitting import Fitting
from inspector.ui.log.model import Clock, LogModel
from inspector.ui.log.reading import Reading
from inspector.ui.log.table import LogTable
from inspector.ui.log.travel import Travel
from inspector.ui.parts import Hinted, set_tone


class LogPanel(QWidget):
    """``chosen`` carries book and frame of the line that was chosen; ``unfiltered`` that the words were dropped."""

    chosen = Signal(int, int)
    unfiltered = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._book = LIVE
        self._runs = 0
        self.model = LogModel(desk.hub.rows(LIVE), self)
        self.fitting = Fitting(desk, self.model.shown.rows, self)
        self.model.look_of = self._look
        self.view = LogTable(desk.theme, self.model, self)
        self.all_runs, self.day, self.tail = QToolButton(self), QToolButton(self), QToolButton(self)
        self.routine, self._pinned = QToolButton(self), frozenset[int]()
        self.chips, self.reading, self.count = Chips(self), Reading(self), QLabel(self)
        self.lines = Hinted(self.view, self)
        self._set_up_view()
        self.travel = Travel(desk, self, self)
        self.cells = CellMenu(self.view, self.model, self.fitting, self)
        self._lay_out()
        self.setFocusProxy(self.view)
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)
        desk.theme.changed.connect(self.view.restyle)
        self._focused(desk.focus)

    def jump(self, book: int, seq: int) -> None:
        """Show a frame; filters that hide it are dropped."""
        if book != self._book:
            self._book = book
            self.reload()
        row = self.model.shown.rows.find_seq(seq)
        if row is not None:
            self.go(row)

    def go(self, row: int) -> None:
        """Show a row; filters that hide it are dropped."""
        if self._line(row) is None:
            self._pinned |= {self.model.shown.rows.seq[row]}  # what is gone to is not hidden for being routine
            self.reload()
        if self._line(row) is None:
            self._show_all()
        line = self._line(row)
        if line is not None:
            self.tail.setChecked(False)
            index = self.model.index(line, 0)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def scroll_to(self, line: int) -> None:
        """Bring a line in sight, and choose none."""
        self.tail.setChecked(False)
        self.view.scrollTo(self.model.index(line, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def reload(self) -> None:
        """Filter anew; the line that was chosen stays chosen."""
        focus, chosen = self._desk.focus, self.current_row()
        run = 0 if focus is None or self.all_runs.isChecked() or focus.book != self._book else int(focus.key)
        rows, again = self._desk.hub.rows(self._book), self.model.shown.rows
        fit, chips = self.fitting.look_at(self._book), self.chips
        without = None if self.routine.isChecked() else self._desk.hub.book_of(self._book).routine
        self._mark()
        kept = self._pinned.union(self.model.marks)  # what proves something
        wanted = Filter(run, fit, chips.state, chips.between, chips.frames, without, kept)
        self.model.show(rows, wanted, self.same)
        self._runs = len(self._desk.hub.book_of(self._book).runs)
        line = self._line(chosen) if chosen is not None and rows is again else None
        if line is not None:
            self.view.setCurrentIndex(self.model.index(line, 0))
        self.follow()
        self._tell()

    def same(self, key: int) -> int:
        """The key that the run of a row is known by now."""
        try:
            return int(self._desk.hub.book_of(self._book).canon(RunKey(key)))
        except KeyError:
            return key

    def _look(self, key: int, state: str) -> Ending:
        """How the chart of a row's run shows a state."""
        try:
            chart = self._desk.hub.case(RunId(self._book, RunKey(key))).run.chart
        except KeyError:
            return Ending.UNKNOWN
        return look_of_state(chart.by_id.get(state))

    def _line(self, row: int) -> int | None:
        line = self.model.shown.find(row)
        return line if line >= 0 and self.model.row(line) == row else None

    def current_row(self) -> int | None:
        """The row that is chosen."""
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _show_all(self) -> None:
        """Drop every filter."""
        self.fitting.clear()
        self.chips.clear()
        self.unfiltered.emit()
        self.all_runs.blockSignals(True)
        self.all_runs.setChecked(True)
        self.all_runs.blockSignals(False)
        self.reload()

    def _focused(self, run: RunId | None) -> None:
        self._book, self._pinned = self._desk.book, frozenset()
        self.model.wall_ms = self._desk.hub.case(run).wall_ms if run is not None else None
        self.chips.clear()
        self.tail.setChecked(self._book == LIVE)
        self.view.setCurrentIndex(QModelIndex())
        self.reload()

    def _changed(self, change: Change) -> None:
        if change.book != self._book:
            return
        self.fitting.flush()
        runs = len(self._desk.hub.book_of(self._book).runs)
        if runs < self._runs:
            self.reload()  # two keys turned out to be one run: its older rows belong to it, too
            return
        self._runs = runs
        if self.model.grow():
            self.follow()
        self._mark()
        self._tell()

    def _mark(self) -> None:
        focus = self._desk.focus
        marks: dict[int, str] = {}
        if focus is not None:
            for finding in reversed(self._desk.hub.verdict(focus).findings):
                if finding.severity is not Severity.NOTE:
                    marks.update(dict.fromkeys(finding.frames, finding.severity.value))
        if marks != self.model.marks:
            self.model.marks = marks
            self.view.viewport().update()

    def follow(self) -> None:
        """Stay at the tail, where that is wished."""
        if self.tail.isChecked():
            self.view.scrollToBottom()

    def _tell(self) -> None:
        shown, whole = len(self.model.shown.index) - self.model.shown.silences, len(self.model.shown.rows)
        self.count.setText(f"{shown:,} of {whole:,}" if shown != whole else f"{whole:,}")
        hidden = self.model.shown.left_out
        self.routine.setText(self.tr("Routine reads") + (f" ({hidden:,})" if hidden else ""))
        self.routine.setVisible(bool(hidden) or self.routine.isChecked())
        self.lines.show_hint(None if len(self.model.shown) else self._why_empty(whole))

    def _why_empty(self, whole: int) -> str:
        if not whole:
            return self.tr("Nothing has been recorded yet.")
        if self.fitting.narrow or self.chips.narrow:
            all_runs = self._desk.focus is None or self.all_runs.isChecked()
            more = "" if all_runs else " " + self.tr("“All runs” looks in the whole log.")
            return self.tr("No row fits the filter.") + more
        return self.tr("No row of this log belongs to the run. “All runs” shows the others.")

    def _scrolled(self, action: int) -> None:
        """A person's scrolling decides whether the tail is followed; new rows do not."""
        bar = self.view.verticalScrollBar()
        self.tail.setChecked(bar.sliderPosition() >= bar.maximum() - 1)

    def _current(self, index: QModelIndex) -> None:
        row = self.model.row(index.row()) if index.isValid() else None
        if index.isValid() and index.row() < self.model.rowCount() - 1:
            self.tail.setChecked(False)  # what is being looked at stays where it is
        if row is not None:
            self.chosen.emit(self._book, self.model.shown.rows.seq[row])

    def _clock(self, day: bool) -> None:
        self.model.clock = Clock.DAY if day else Clock.START
        offset = datetime.now().astimezone().utcoffset()
        self.model.offset_ms = 0.0 if offset is None else offset.total_seconds() * 1000
        self.view.viewport().update()

    def _recoloured(self) -> None:
        self.model.colours = self.fitting.colours
        self.view.viewport().update()

    def _set_up_view(self) -> None:
        view = self.view
        view.selectionModel().currentChanged.connect(self._current)
        view.verticalScrollBar().actionTriggered.connect(self._scrolled)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), view, Copier(self._desk, view, self.model).copy)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        for button, text, tip in (
            (self.all_runs, self.tr("All runs"), self.tr("Show every run of this log, and what belongs to none")),
            (self.day, self.tr("Time of day"), self.tr("Show the time of day instead of seconds since the start")),
            (self.tail, self.tr("Follow"), self.tr("Stay at the newest row")),
            (self.routine, self.tr("Routine reads"), self.tr("Show also what told nothing new when we asked again")),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
        self.all_runs.toggled.connect(lambda _: self.reload())
        self.routine.toggled.connect(lambda _: self.reload())
        self.day.toggled.connect(self._clock)
        self.tail.toggled.connect(lambda _: self.follow())
        self.chips.changed.connect(self.reload)
        self.fitting.changed.connect(self.reload)
        self.fitting.reading.connect(self.reading.show_part)
        self.reading.halted.connect(self.fitting.halt)
        self.fitting.recoloured.connect(self._recoloured)
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        for widget in (self.all_runs, self.routine, self.day, self.tail, self.chips):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.reading)
        row.addWidget(self.count)
        set_tone(self.count, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        beside = QHBoxLayout()
        beside.addWidget(self.lines, 1)
        beside.addWidget(self.travel.map)
        layout.addLayout(row)
        layout.addLayout(beside, 1)
        for strip in (self.travel.finder, self.travel.goer, self.travel.noter):
            layout.addWidget(strip)
