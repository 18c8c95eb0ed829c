"""One filter beside one log: the rows that fit now, the rows that come, and whether what was said of old ones holds."""

from __future__ import annotations

from collections.abc import Callable

from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts
from inspector.present.filter.fields import CHANGING
from inspector.present.filter.masks import mask
from inspector.present.filter.tree import Tree, fields_of


class Fit:
    """``gather`` gives the facts of the moment; the columns are shared by all filters of a log."""

    def __init__(self, tree: Tree, columns: Columns, gather: Callable[[], Facts]) -> None:
        self.tree = tree
        self._columns = columns
        self._gather = gather
        self._changing = fields_of(tree) & CHANGING
        self._told: tuple[object, ...] | None = None

    def mask(self, first: int, end: int) -> bytes:
        """A byte for each row from ``first`` to before ``end``: 1 where it fits."""
        facts = self._columns.facts = self._gather()
        if self._changing and self._told is None:
            self._told = facts.told(self._changing)
        return mask(self.tree, self._columns, first, end)

    @property
    def stale(self) -> bool:
        """Whether rows that were asked about may fit otherwise now: their run went on, or was found to be at fault."""
        return self._told is not None and self._gather().told(self._changing) != self._told
