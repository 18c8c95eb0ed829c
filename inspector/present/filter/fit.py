"""One filter beside one log: the rows that fit now, the rows that come, and whether what was said of old ones holds."""

from __future__ import annotations

from collections.abc import Callable

from inspector.present.filter.columns import Columns, Late
from inspector.present.filter.facts import Facts
from inspector.present.filter.fields import CHANGING
from inspector.present.filter.masks import by_row, mask
from inspector.present.filter.tree import Tree, fields_of

STEP = 1_000
"""Rows that are asked about at a time."""

AT_ONCE = 10_000
"""So many rows need not be asked about beforehand."""


class Fit:
    """``gather`` gives the facts of the moment; the columns are shared by all filters of a log.

    A filter that has to look at each row by itself can be worked out beforehand, in steps: then it is not ``behind``.
    """

    def __init__(self, tree: Tree, columns: Columns, gather: Callable[[], Facts]) -> None:
        self.tree = tree
        self.columns = columns
        self._gather = gather
        self._changing = fields_of(tree) & CHANGING
        self._told: tuple[object, ...] | None = None
        self._slow = by_row(tree)
        self._ready = bytearray()

    def mask(self, first: int, end: int) -> bytes:
        """A byte for each row from ``first`` to before ``end``: 1 where it fits."""
        known = bytes(self._ready[first:end])
        return known if first + len(known) >= end else known + self._asked(first + len(known), end)

    @property
    def behind(self) -> bool:
        """Whether to ask about all rows at once would take long."""
        return self._slow and len(self.columns.rows) - len(self._ready) > AT_ONCE

    @property
    def progress(self) -> float:
        """How much is worked out, 0 to 1."""
        return len(self._ready) / max(1, len(self.columns.rows))

    def go_on(self, late: Late) -> None:
        """Ask about further rows until it is late, or until none is left."""
        whole = len(self.columns.rows)
        while len(self._ready) < whole:
            self._ready += self._asked(len(self._ready), min(whole, len(self._ready) + STEP))
            if late():
                return

    @property
    def stale(self) -> bool:
        """Whether rows that were asked about may fit otherwise now: their run went on, or was found to be at fault."""
        return self._told is not None and self._gather().told(self._changing) != self._told

    def _asked(self, first: int, end: int) -> bytes:
        facts = self.columns.facts = self._gather()
        if self._changing and self._told is None:
            self._told = facts.told(self._changing)
        return mask(self.tree, self.columns, first, end)
