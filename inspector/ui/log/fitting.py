"""The filter that is typed and the rules that colour, beside the log that is shown: what fits now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from inspector.domain.rows import Rows
from inspector.present.filter.cells import of_cell, of_run
from inspector.present.filter.colouring import BUILT_IN, Colouring, Rule, usable
from inspector.present.filter.columns import Columns, Question, Spacing
from inspector.present.filter.facts import Facts, Verdicts, facts_of
from inspector.present.filter.fields import Field
from inspector.present.filter.fit import Fit
from inspector.present.filter.masks import questions
from inspector.present.filter.occurring import occurring
from inspector.present.filter.tree import EVERY, Compared, Tree
from inspector.services.hub import LIVE
from inspector.ui.desk import Desk

SLICE_MS = 12
"""So long frames are gone through before the window gets its turn again."""

TYPING_MS = 120
"""So long nothing more has to be typed before a long log is filtered."""


class Fitting(QObject):
    """``changed`` tells that the log is to be filtered anew, ``recoloured`` that its rows are to be painted anew.

    Where a filter asks what only the frames can tell, or has to look at each row by itself, that is done first, slice
    by slice: ``reading`` carries how many percent of it are done (100: all, or it is wanted no more), and the rows are
    filtered then.
    """

    changed = Signal()
    recoloured = Signal()
    reading = Signal(int)

    def __init__(self, desk: Desk, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._book = LIVE
        self.tree: Tree = EVERY
        self.rules: tuple[Rule, ...] = BUILT_IN
        self.columns = Columns(rows)
        self.colours = Colouring()
        self._facts: Facts | None = None
        self._dirty = False
        self._verdicts: Verdicts = {}
        self._fit: Fit | None = None
        self._next: Fit | None = None
        self._halted: Tree = EVERY
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._typed)
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._read_on)
        desk.ticked.connect(self._ticked)

    @property
    def narrow(self) -> bool:
        """Whether anything was typed."""
        return self.tree != EVERY

    def take(self, tree: Tree) -> None:
        """Filter by this once the typing pauses."""
        if tree != self.tree:
            self.tree, self._halted = tree, EVERY
            self._typing.start()

    def at_once(self) -> None:
        """Wait no longer for somebody who types."""
        if self._typing.isActive():
            self._typing.stop()
            self._typed()

    def clear(self) -> None:
        """Nothing is typed, without a word."""
        self.tree = self._halted = EVERY
        self._typing.stop()
        self._slices.stop()
        self.reading.emit(100)

    def halt(self, halted: bool) -> None:
        """Do not work out the typed filter any further, or go on with it. What was shown before is shown on."""
        self._halted = self.tree if halted else EVERY
        if not halted:
            self._slices.start()

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Colour by these."""
        self.rules = tuple(rules)
        self._recolour()

    def look_at(self, book: int) -> Fit | None:
        """The typed filter beside a log, which is the one that is coloured from now on; None where none is typed."""
        rows = self._desk.hub.rows(book)
        self._typing.stop()
        if book != self._book:
            self._book, self._facts = book, None
        if rows is not self.columns.rows:
            self.columns, self._verdicts = Columns(rows), {}
            self._halted = EVERY
        if self.tree == EVERY:
            self._fit = self._next = None
        elif not self._waits():
            self._fit, self._next = self._coming(), None
        elif self._fit is not None and self._fit.columns is not self.columns:
            self._fit = None
        self._recolour()
        return self._fit

    def flush(self) -> None:
        """The log has grown, or was judged again."""
        self._facts = None
        self._dirty = True

    def _ticked(self) -> None:
        """Rows that are shown, hidden or coloured may fit otherwise now. At each flush this would be dear."""
        if self._book == LIVE:
            self._facts = None  # a run may have stalled meanwhile, without a word
        if not self._dirty or not self._open():
            return
        self._dirty = False
        if self.colours.stale:
            self._recolour()
        if self._fit is not None and self._fit.stale:
            self._typed()

    def _open(self) -> bool:
        return self._desk.hub.is_open(self._book)

    def facts(self) -> Facts:
        """Those of this moment."""
        focus = self._desk.focus
        key = int(focus.key) if focus is not None and focus.book == self._book else 0
        if self._facts is None or self._facts.focus != key:
            self._facts = facts_of(self._desk.hub, self._book, key, self._verdicts)
        return self._facts

    def values(self, field: Field) -> Iterable[str]:
        """The values of a field that occur in the log."""
        self.columns.facts = self.facts()
        return occurring(field, self.columns)

    def of_cell(self, row: int, column: int) -> Compared | None:
        """A filter of a cell."""
        self.columns.facts = self.facts()
        return of_cell(self.columns.rows, row, column, self.columns.gap(row))

    def of_run(self, row: int) -> Compared | None:
        """A filter of a row's run."""
        return of_run(self.facts(), self.columns.rows.run[row])

    def _coming(self) -> Fit:
        """What is typed beside the log as it is now: the one that is shown as long as it holds, else the next one."""
        for fit in (self._fit, self._next):
            same = fit is not None and fit.tree == self.tree and fit.columns is self.columns
            if fit is not None and same and (fit is self._next or not fit.stale):
                return fit
        self._next = Fit(self.tree, self.columns, self.facts)
        return self._next

    def _waits(self) -> bool:
        """Whether it takes a while until it is known what fits."""
        return bool(self._unread(self.tree)) or self._coming().behind

    def _typed(self) -> None:
        if self._waits():
            self._slices.start()
        else:
            self.reading.emit(100)
            self.changed.emit()

    def _recolour(self) -> None:
        """By the rules of which all is known; the others follow."""
        rules = usable(self.rules)
        ready = [(Fit(tree, self.columns, self.facts), colour) for tree, colour in rules if not self._unread(tree)]
        self.colours = Colouring(ready)
        if len(ready) < len(rules) or (self.tree != self._halted and self._waits()):
            self._slices.start()
        self.recoloured.emit()

    def _unread(self, tree: Tree) -> list[Question | Spacing]:
        """What a filter asks of frames and rows that were not gone through yet."""
        return [asked for asked in questions(tree) if not self.columns.known(asked)]

    def _read_on(self) -> None:
        """Go through some frames, or some rows; at the end of a question, use what is known now."""
        if not self._open():
            self._slices.stop()
            return
        watch = QElapsedTimer()
        watch.start()
        trees = [*([] if self.tree == self._halted else [self.tree]), *(tree for tree, _ in usable(self.rules))]
        asked = next((question for tree in trees for question in self._unread(tree)), None)
        if asked is not None:
            self.columns.facts = self.facts()
            last = self._desk.hub.last_seq(self._book)
            done = self.columns.go_on(asked, lambda: watch.elapsed() > SLICE_MS, last)
            if not self.columns.known(asked):
                self._told(done)
                return
        elif self.tree in trees and (fit := self._coming()).behind:
            fit.go_on(lambda: watch.elapsed() > SLICE_MS)
            if fit.behind:
                self._told(fit.progress)
                return
        if not any(map(self._unread, trees)) and not (self.tree in trees and self._coming().behind):
            self._slices.stop()
            if self.tree in trees:
                self.reading.emit(100)
        self.changed.emit()

    def _told(self, part: float) -> None:
        if self.tree != self._halted:
            self.reading.emit(min(99, int(100 * part)))
