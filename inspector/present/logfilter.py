"""Which rows of a log are shown: by run, by state, by words; and where silences are drawn between them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import compress

from inspector.domain.rows import Rows
from inspector.present.filter.fit import Fit
from inspector.present.filter.masks import intersection

GAP_MS = 10_000.0
"""A silence from this length on is worth a line of its own."""

FEW = 16
"""Where one of so many rows fits, or fewer, each is leapt to: a million rows are not gone through one by one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``run`` 0 = all runs. ``fit``: only rows that fit what somebody typed; None = nothing was typed.

    ``state``: only rows that told this state. ``between``: only rows from then to then, ms of the log. ``frames``: only
    the rows of these.
    """

    run: int = 0
    fit: Fit | None = None
    state: str = ""
    between: tuple[float, float] | None = None
    frames: frozenset[int] | None = None

    @property
    def narrow(self) -> bool:
        """Whether silences between the shown rows would be no silences of the log."""
        return bool(self.state) or self.fit is not None or self.frames is not None


class Shown:
    """The shown rows in order, as numbers of rows; ``-(row + 1)`` stands for the silence before ``row``.

    Grows with the log. ``content`` of a run's rows decides on silences; keep-alives within are counted. ``same`` gives
    the key that a run is known by now, for rows that were written before two keys turned out to be one run.
    """

    def __init__(self, rows: Rows, wanted: Filter, same: Callable[[int], int] = int) -> None:
        self.rows = rows
        self.wanted = wanted
        self._same = same
        self._known: dict[int, int] = {}
        self.index = array("q")
        self._next = 0
        self._last: dict[int, float] = {}
        self._beats: dict[int, int] = {}
        self._gaps: dict[int, tuple[float, int]] = {}

    def __len__(self) -> int:
        return len(self.index)

    def grow(self) -> int:
        """Take in the rows that the log got since; returns how many lines were added."""
        before, rows = len(self.index), self._candidates()
        self._next = len(self.rows)
        if self.wanted.narrow:
            self.index.extend(rows)
            return len(self.index) - before
        self._with_silences(rows)
        return len(self.index) - before

    @property
    def silences(self) -> int:
        """How many of the lines are silences."""
        return len(self._gaps)

    def gap(self, row: int) -> tuple[float, int]:
        """Length in ms and keep-alives of the silence before a row."""
        return self._gaps.get(row, (0.0, 0))

    def gaps(self) -> Iterable[int]:
        """The rows that have a silence before them."""
        return self._gaps.keys()

    def silent(self) -> tuple[float, int] | None:
        """Since when nothing has come at the tail, and the keep-alives since; None where that cannot be told."""
        if self.wanted.narrow or self.wanted.between is not None or not self._last:
            return None
        run = self.wanted.run or max(self._last, key=lambda each: self._last[each])
        return (self._last[run], self._beats.get(run, 0)) if run in self._last else None

    def find(self, row: int) -> int:
        """The line of a row, or of the first shown one after it; -1 where there is none."""
        low, high = 0, len(self.index)
        while low < high:
            middle = (low + high) // 2
            value = self.index[middle]
            if (value if value >= 0 else -value - 1) < row or (value < 0 and -value - 1 == row):
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.index) else -1

    def _known_as(self, key: int) -> int:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._same(key)
        return known

    def _with_silences(self, lines: Iterable[int]) -> None:
        """Add rows, and the silences before them. One loop without calls: a million rows are shown by it."""
        rows, last, beats, known = self.rows, self._last, self._beats, self._known
        columns, add = (rows.run, rows.at, rows.content), self.index.append
        if isinstance(lines, range):
            cells = zip(*(column[lines.start : lines.stop] for column in columns), strict=True)
        else:
            lines = list(lines)
            cells = zip(*(map(column.__getitem__, lines) for column in columns), strict=True)
        for row, (key, at, counts) in zip(lines, cells, strict=True):
            run = known[key] if key in known else self._known_as(key)
            if not counts:
                if rows.name(row)[:1] == ":":
                    beats[run] = beats.get(run, 0) + 1
                add(row)
                continue
            if run in last and at - last[run] >= GAP_MS:
                self._gaps[row] = (at - last[run], beats.get(run, 0))
                add(-(row + 1))
            last[run] = at
            if beats:
                beats.pop(run, None)
            add(row)

    def _candidates(self) -> Iterable[int]:
        """The new rows that fit."""
        wanted, rows, first, end = self.wanted, self.rows, self._next, len(self.rows)
        if wanted.between is not None:
            first = bisect_left(rows.at, wanted.between[0], first)
            end = bisect_right(rows.at, wanted.between[1], first)
        masks: list[bytes] = []
        if wanted.run:
            masks.append(
                rows.of_runs((key for key in set(rows.run[first:end]) if self._known_as(key) == wanted.run), first, end)
            )
        if wanted.state:
            masks.append(rows.stated(lambda state: state == wanted.state, first, end))
        if wanted.frames is not None:
            masks.append(bytes(map(wanted.frames.__contains__, rows.seq[first:end])))
        if wanted.fit is not None:
            masks.append(wanted.fit.mask(first, end))
        if not masks:
            return range(first, end)
        both = masks[0]
        for mask in masks[1:]:
            both = intersection(both, mask)
        return _ones(both, first)


def _ones(mask: bytes, first: int) -> Iterable[int]:
    """The rows that are 1, of which the mask's are those from ``first`` on; a few are leapt to."""
    if FEW * mask.count(1) > len(mask):
        yield from compress(range(first, first + len(mask)), mask)
        return
    place = mask.find(1)
    while place >= 0:
        yield first + place
        place = mask.find(1, place + 1)
