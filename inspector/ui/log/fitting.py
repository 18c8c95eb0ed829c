"""The filter that is typed and the rules that colour, beside the log that is shown: what fits now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.domain.rows import Rows
from inspector.present.filter.cells import of_cell, of_run
from inspector.present.filter.colouring import BUILT_IN, Colouring, Rule, usable
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts, Verdicts, facts_of
from inspector.present.filter.fields import Field
from inspector.present.filter.fit import Fit
from inspector.present.filter.occurring import occurring
from inspector.present.filter.tree import EVERY, Compared, Tree
from inspector.services.hub import LIVE
from inspector.ui.desk import Desk

TYPING_MS = 120
"""So long nothing more has to be typed before a long log is filtered."""


class Fitting(QObject):
    """``changed`` tells that the log is to be filtered anew, ``recoloured`` that its rows are to be painted anew."""

    changed = Signal()
    recoloured = Signal()

    def __init__(self, desk: Desk, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._book = LIVE
        self.tree: Tree = EVERY
        self.rules: tuple[Rule, ...] = BUILT_IN
        self.columns = Columns(rows)
        self.colours = Colouring()
        self._facts: Facts | None = None
        self._verdicts: Verdicts = {}
        self._fit: Fit | None = None
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.changed)

    @property
    def narrow(self) -> bool:
        """Whether anything was typed."""
        return self.tree != EVERY

    def take(self, tree: Tree) -> None:
        """Filter by this once the typing pauses."""
        if tree != self.tree:
            self.tree = tree
            self._typing.start()

    def at_once(self) -> None:
        """Wait no longer for somebody who types."""
        if self._typing.isActive():
            self._typing.stop()
            self.changed.emit()

    def clear(self) -> None:
        """Nothing is typed, without a word."""
        self.tree = EVERY
        self._typing.stop()

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Colour by these."""
        self.rules = tuple(rules)
        self._recolour()

    def look_at(self, book: int) -> Fit | None:
        """The typed filter beside a log, which is the one that is coloured from now on; None where none is typed."""
        rows = self._desk.hub.rows(book)
        self._typing.stop()
        self._book, self._facts = book, None
        if rows is not self.columns.rows:
            self.columns, self._verdicts = Columns(rows), {}
        self._fit = Fit(self.tree, self.columns, self.facts) if self.narrow else None
        self._recolour()
        return self._fit

    def flush(self) -> bool:
        """The log has grown, or was judged again. Whether rows that are shown, or are not, may fit otherwise now."""
        self._facts = None
        if self.colours.stale:
            self._recolour()
        return self._fit is not None and self._fit.stale

    def facts(self) -> Facts:
        """Those of this moment."""
        if self._facts is None:
            focus = self._desk.focus
            key = int(focus.key) if focus is not None and focus.book == self._book else 0
            self._facts = facts_of(self._desk.hub, self._book, key, self._verdicts)
        return self._facts

    def values(self, field: Field) -> Iterable[str]:
        """The values of a field that occur in the log."""
        self.columns.facts = self.facts()
        return occurring(field, self.columns)

    def of_cell(self, row: int, column: int) -> Compared | None:
        """A filter of a cell."""
        self.columns.facts = self.facts()
        return of_cell(self.columns.rows, row, column, self.columns.gaps(row, row + 1)[0])

    def of_run(self, row: int) -> Compared | None:
        """A filter of a row's run."""
        return of_run(self.facts(), self.columns.rows.run[row])

    def _recolour(self) -> None:
        self.colours = Colouring([(Fit(tree, self.columns, self.facts), colour) for tree, colour in usable(self.rules)])
        self.recoloured.emit()
