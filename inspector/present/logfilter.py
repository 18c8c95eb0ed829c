"""Which rows of a log are shown: by run, by state, by words; and where silences are drawn between them."""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

from inspector.domain.routine import Routine
from inspector.domain.rows import Rows
from inspector.present.filter.fit import Fit
from inspector.present.filter.masks import intersection, inverse

GAP_MS = 10_000.0
"""A silence from this length on is worth a line of its own."""

FEW = 16
"""Where one of so many rows fits, or fewer, each is leapt to: a million rows are not gone through one by one."""

PIECE = 4_096
"""So many rows are looked at together for silences."""

STRETCHES = 16
"""Where the runs of a piece change more often, its rows are looked at one by one."""

_ONE, _STRETCH = re.compile(b"\1"), re.compile(b"\1+")
_SIDE = 256
_COUNTING, _EACH = (
    int.from_bytes(array("i", numbers).tobytes(), sys.byteorder) for numbers in (range(_SIDE), [1] * _SIDE)
)
"""So many numbers of four bytes side by side: 0, 1, 2 … and 1, 1, 1 …"""


@dataclass(frozen=True, slots=True)
class Filter:
    """``run`` 0 = all runs. ``fit``: only rows that fit what somebody typed; None = nothing was typed.

    ``state``: only rows that told this state. ``between``: only rows from then to then, ms of the log. ``frames``: only
    the rows of these. ``without``: what is routine is not shown, but for the frames that are ``kept``.
    """

    run: int = 0
    fit: Fit | None = None
    state: str = ""
    between: tuple[float, float] | None = None
    frames: frozenset[int] | None = None
    without: Routine | None = None
    kept: frozenset[int] = frozenset()

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
        self._failures = _failures(wanted)
        self._known: dict[int, int] = {}
        self.index = array("i")
        self.left_out = 0
        self._next = 0
        self._last: dict[int, int] = {}
        self._gaps: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.index)

    def grow(self) -> int:
        """Take in the rows that the log got since; returns how many lines were added."""
        before, rows = len(self.index), self._candidates()
        self._next = len(self.rows)
        if self.wanted.narrow:
            extend(self.index, rows)
        else:
            self._with_silences(rows)
        return len(self.index) - before

    def holds(self, wanted: Filter, same: Callable[[int], int]) -> bool:
        """Whether these are the rows that fit, as they were found before.

        That is while no run turned out to be another's, and no exchange to be no routine.
        """
        alike = wanted == self.wanted and same == self._same and self._failures == _failures(wanted)
        return alike and all(same(key) == run for key, run in self._known.items())

    @property
    def silences(self) -> int:
        """How many of the lines are silences."""
        return len(self._gaps)

    def gap(self, row: int) -> tuple[float, int]:
        """Length in ms and keep-alives of the silence before a row."""
        before = self._gaps.get(row)
        if before is None:
            return 0.0, 0
        return self.rows.at[row] - self.rows.at[before], self._beats(before, row)

    def gaps(self) -> Iterable[int]:
        """The rows that have a silence before them."""
        return self._gaps.keys()

    def silent(self) -> tuple[float, int] | None:
        """Since when nothing has come at the tail, and the keep-alives since; None where that cannot be told."""
        if self.wanted.narrow or self.wanted.between is not None or not self._last:
            return None
        last = self._last.get(self.wanted.run) if self.wanted.run else max(self._last.values())
        return None if last is None else (self.rows.at[last], self._beats(last, self._next))

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

    def _beats(self, before: int, row: int) -> int:
        """The keep-alives of a row's run between it and another row."""
        keys = self.rows.run
        run, alive = self._known_as(keys[before]), self.rows.named(lambda name: name.startswith(":"), before + 1, row)
        return sum(self._known_as(keys[each]) == run for each in _ones(alive, before + 1))

    def _with_silences(self, lines: Sequence[int]) -> None:
        """Add rows, and the silences before them: in pieces that are too short for a silence to begin and end in one.

        So only the first and the last row of a run in a piece count. A million rows were gone through one by one
        before, which took half a second.
        """
        at, first = self.rows.at, 0
        while first < len(lines):
            end = min(len(lines), first + PIECE)
            if at[lines[end - 1]] - at[lines[first]] >= GAP_MS:
                end = bisect_left(lines, at[lines[first]] + GAP_MS, first, end, key=at.__getitem__)
            piece = lines[first:end]
            done = 0
            for row in self._late(piece):
                place = bisect_left(piece, row)
                extend(self.index, piece[done:place])
                self.index.append(-(row + 1))
                done = place
            extend(self.index, piece[done:])
            first = end

    def _late(self, piece: Sequence[int]) -> list[int]:
        """The rows of a piece before which their run was silent for long."""
        at, last, found = self.rows.at, self._last, []
        starts, ends = self._spoken(piece)
        for row, key in sorted((row, key) for key, row in starts.items()):
            before = last.get(run := self._known_as(key))
            if before is not None and at[row] - at[before] >= GAP_MS:
                self._gaps[row] = before
                found.append(row)
            last[run] = row
        for key, row in ends.items():
            run = self._known_as(key)
            last[run] = max(row, last[run])
        return found

    def _spoken(self, piece: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """The first row with content and the last one of each run in a piece."""
        if not isinstance(piece, range) and not self.wanted.run:
            told = [(self.rows.run[row], row) for row in piece if self.rows.content[row]]
            return dict(reversed(told)), dict(told)
        if not isinstance(piece, range):
            spoke = [row for row in piece if self.rows.content[row]]
            return ({self.wanted.run: spoke[0]}, {self.wanted.run: spoke[-1]}) if spoke else ({}, {})
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        keys, counts = self.rows.run[piece.start : piece.stop], self.rows.content[piece.start : piece.stop].tobytes()
        done = 0
        for key, end in stretches(keys, STRETCHES):
            row = counts.find(1, done, end)
            if row >= 0:
                starts.setdefault(key, piece[row])
                ends[key] = piece[counts.rfind(1, done, end)]
            done = end
        rest = list(zip(compress(keys[done:], counts[done:]), compress(piece[done:], counts[done:]), strict=True))
        return dict(reversed(rest)) | starts, ends | dict(rest)

    def _candidates(self) -> Sequence[int]:
        """The new rows that fit."""
        wanted, rows, first, end = self.wanted, self.rows, self._next, len(self.rows)
        if wanted.between is not None:
            first = bisect_left(rows.at, wanted.between[0], first)
            end = bisect_right(rows.at, wanted.between[1], first)
        masks: list[bytes] = []
        if wanted.run:
            keys = (key for key in distinct(rows.run[first:end]) if self._known_as(key) == wanted.run)
            masks.append(rows.of_runs(keys, first, end))
        if wanted.state:
            masks.append(rows.stated(lambda state: state == wanted.state, first, end))
        if wanted.frames is not None:
            masks.append(bytes(map(wanted.frames.__contains__, rows.seq[first:end])))
        if wanted.fit is not None:
            masks.append(wanted.fit.mask(first, end))
        routine = self._routine(first, end)
        if not masks and 1 not in routine:
            return range(first, end)
        both = masks[0] if masks else bytes([1]) * (end - first)
        for mask in masks[1:]:
            both = intersection(both, mask)
        told = intersection(both, inverse(routine))
        self.left_out += both.count(1) - told.count(1)
        return _ones(told, first)

    def _routine(self, first: int, end: int) -> bytes:
        """For each row whether it is left out because it tells nothing new."""
        wanted, rows = self.wanted, self.rows
        found = wanted.without.mask(rows, first, end) if wanted.without is not None else bytes(max(0, end - first))
        if wanted.kept and 1 in found:
            found = intersection(found, inverse(bytes(map(wanted.kept.__contains__, rows.seq[first:end]))))
        return found


def _failures(wanted: Filter) -> int:
    """How many exchanges turned out not to be the routine that is left out."""
    return 0 if wanted.without is None else wanted.without.failures


def _ones(mask: bytes, first: int) -> Sequence[int]:
    """The rows that are 1, of which the mask's are those from ``first`` on; a few, or a few stretches, are leapt to."""
    count = mask.count(1)
    if count == len(mask):
        return range(first, first + count)
    if FEW * count <= len(mask):
        return array("i", [part.start() + first for part in _ONE.finditer(mask)])
    if FEW * mask.count(b"\0\1") <= count:
        found = array("i")
        for part in _STRETCH.finditer(mask):
            extend(found, range(first + part.start(), first + part.end()))
        return found
    return array("i", compress(range(first, first + len(mask)), mask))


def stretches(keys: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Where so many keys at the beginning give way to another one: each with the place behind its last."""
    raw = bytes(keys)  # as the column holds them, with one or more bytes for each
    width, place = len(raw) // max(1, len(keys)), 0

    def same(end: int, further: int) -> bool:
        first = raw[place * width : (place + 1) * width]
        return raw[end * width : (end + further) * width] == first * further

    while place < len(keys) and most:
        end, step, most = place, 1, most - 1
        while same(end, step):
            end, step = end + step, 2 * step
        while step := step // 2:
            end += step if same(end, step) else 0
        yield keys[place], end
        place = end


def distinct(keys: Sequence[int]) -> set[int]:
    """The keys that there are, where mostly one of them goes on for long."""
    found, done = set[int](), 0
    for key, end in stretches(keys, PIECE):
        found.add(key)
        done = end
    return found.union(keys[done:])


def extend(index: array[int], rows: Sequence[int]) -> None:
    """Put rows at the end. Numbers that count on are made many at a time, as one large number of them side by side."""
    if isinstance(rows, range):
        for start in range(rows.start, rows.stop, _SIDE):
            index.frombytes((_COUNTING + start * _EACH).to_bytes(4 * _SIDE, sys.byteorder))
        del index[len(index) - -len(rows) % _SIDE :]
    else:
        index.extend(rows)
