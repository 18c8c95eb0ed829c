"""Which rows of a log are shown: by run, by state, by words; and where silences are drawn between them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from inspector.domain.rows import Rows

GAP_MS = 10_000.0
"""A silence from this length on is worth a line of its own."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``run`` 0 = all runs. ``words`` are lower case and must all be somewhere in event, state or text.

    ``state`` and ``source`` come from a click in the diagram: rows that told this state.
    """

    run: int = 0
    words: tuple[str, ...] = ()
    state: str = ""

    @property
    def narrow(self) -> bool:
        """Whether silences between the shown rows would be no silences of the log."""
        return bool(self.words or self.state)


class Shown:
    """The shown rows in order, as numbers of rows; ``-(row + 1)`` stands for the silence before ``row``.

    Grows with the log. ``content`` of a run's rows decides on silences; keep-alives within are counted.
    """

    def __init__(self, rows: Rows, wanted: Filter) -> None:
        self.rows = rows
        self.wanted = wanted
        self.index = array("q")
        self._next = 0
        self._last: dict[int, float] = {}
        self._beats: dict[int, int] = {}
        self._gaps: dict[int, tuple[float, int]] = {}

    def __len__(self) -> int:
        return len(self.index)

    def grow(self) -> int:
        """Take in the rows that the log got since; returns how many lines were added."""
        before = len(self.index)
        for row in range(self._next, len(self.rows)):
            if self.wanted.run and self.rows.run[row] != self.wanted.run:
                continue
            if not self.wanted.narrow:
                self._silence(row)
            if self._fits(row):
                self.index.append(row)
        self._next = len(self.rows)
        return len(self.index) - before

    def gap(self, row: int) -> tuple[float, int]:
        """Length in ms and keep-alives of the silence before a row."""
        return self._gaps.get(row, (0.0, 0))

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

    def _silence(self, row: int) -> None:
        run = self.rows.run[row]
        if not self.rows.content[row]:
            if self.rows.name(row).startswith(":"):
                self._beats[run] = self._beats.get(run, 0) + 1
            return
        at, last = self.rows.at[row], self._last.get(run)
        if last is not None and at - last >= GAP_MS:
            self._gaps[row] = (at - last, self._beats.get(run, 0))
            self.index.append(-(row + 1))
        self._last[run], self._beats[run] = at, 0

    def _fits(self, row: int) -> bool:
        wanted, rows = self.wanted, self.rows
        if wanted.state and rows.state(row) != wanted.state:
            return False
        if not wanted.words:
            return True
        text = f"{rows.name(row)} {rows.state(row)} {rows.text(row)}".lower()
        return all(word in text for word in wanted.words)
