"""Rows worth going to, as one byte a row: what comes next, and where they lie along the scroll bar.

A million rows are a million bytes, which are searched and joined in a millisecond.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from inspector.domain.rows import Rows

FEW = 1_024
"""Lines that are looked at one by one: to halve what has holes everywhere takes longer."""


class Found(NamedTuple):
    """``around``: the search went on at the other end of the log. ``place`` of ``total``, from 1 on."""

    row: int
    around: bool
    place: int
    total: int


class Changes:
    """The rows at which a run's state became another one. ``same`` gives the key that a run is known by now."""

    def __init__(self, rows: Rows, same: Callable[[int], int] = int) -> None:
        self.flags = bytearray()
        self._rows = rows
        self._same = same
        self._last: dict[int, str] = {}

    def grow(self) -> bytearray:
        """The flags, with those of the rows that came since."""
        first, end = len(self.flags), len(self._rows)
        told = self._rows.stated(bool, first, end)
        self.flags += bytes(end - first)
        place = told.find(1)
        while place >= 0:
            row = first + place
            run, state = self._same(self._rows.run[row]), self._rows.state(row)
            if self._last.get(run) != state:
                self._last[run] = state
                self.flags[row] = 1
            place = told.find(1, place + 1)
        return self.flags


class Visible:
    """Which rows a filter shows, as its lines grow. Lines are rows, or ``-(row + 1)`` for a silence before one."""

    def __init__(self) -> None:
        self._flags = bytearray()
        self._done = 0

    def grow(self, index: array[int], rows: int) -> bytearray:
        """A byte for each of so many rows. Runs of lines that leave out no row are taken at once."""
        self._flags += bytes(rows - len(self._flags))
        spans = [(self._done, len(index))]
        while spans:
            first, end = spans.pop()
            if first == end:
                continue
            low, high = index[first], index[end - 1]
            if high - low == end - first - 1 and min(index[first:end]) >= 0:
                self._flags[low : high + 1] = b"\1" * (end - first)
            elif end - first <= FEW:
                for line in range(first, end):
                    if index[line] >= 0:
                        self._flags[index[line]] = 1
            else:
                middle = (first + end) // 2
                spans += [(first, middle), (middle, end)]
        self._done = len(index)
        return self._flags


def flags_of(rows: Rows, frames: Iterable[int]) -> bytearray:
    """The rows of these frames: the first of each, or the next one where a frame has none."""
    flags = bytearray(len(rows))
    for seq in frames:
        row = rows.find_seq(seq)
        if row is not None:
            flags[row] = 1
    return flags


def both(one: bytes | bytearray, other: bytes | bytearray) -> bytes:
    """The rows that have both."""
    size = min(len(one), len(other))
    joined = int.from_bytes(one[:size], "little") & int.from_bytes(other[:size], "little")
    return joined.to_bytes(size, "little")


def following(flags: bytes | bytearray, row: int) -> Found | None:
    """The next one behind a row (-1 = before all), or else the first; None where there is none."""
    found = flags.find(1, row + 1)
    around = found < 0
    if around:
        found = flags.find(1)
    return None if found < 0 else _found(flags, found, around)


def preceding(flags: bytes | bytearray, row: int) -> Found | None:
    """The last one before a row, or else the last of all."""
    found = flags.rfind(1, 0, max(0, row))
    around = found < 0
    if around:
        found = flags.rfind(1)
    return None if found < 0 else _found(flags, found, around)


def cells_of(index: array[int], rows: int, height: int) -> Sequence[int]:
    """Where each of at most ``height`` equal parts of the lines begins, as rows, and the end of the last."""
    lines = len(index)
    cells = min(lines, height)
    starts = [index[cell * lines // cells] for cell in range(cells)]
    return [*(start if start >= 0 else -start - 1 for start in starts), rows]


def cells_with(flags: bytes | bytearray, cells: Sequence[int]) -> dict[int, int]:
    """The parts of the lines in which there are any, and how many."""
    spans = ((cell, cells[cell], max(cells[cell] + 1, cells[cell + 1])) for cell in range(len(cells) - 1))
    return {cell: count for cell, first, end in spans if (count := flags.count(1, first, end))}


def _found(flags: bytes | bytearray, row: int, around: bool) -> Found:
    return Found(row, around, flags.count(1, 0, row + 1), flags.count(1))
