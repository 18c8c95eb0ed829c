"""What came on each exchange and when, kept in columns: the traffic that a timeline paints into its bars."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from inspector.domain.rows import Rows


class Traffic:
    """The moments of contents and of keep-alives, by the number of their exchange. Grows with the log."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._next = 0
        self._contents: dict[int, array[float]] = {}
        self._beats: dict[int, array[float]] = {}

    def grow(self) -> int:
        """Take in the rows that the log got since; returns how many."""
        rows, first, end = self.rows, self._next, len(self.rows)
        if first == end:
            return 0
        alive = rows.named(lambda name: name.startswith(":"), first, end)
        columns = zip(rows.link[first:end], rows.at[first:end], rows.content[first:end], alive, strict=True)
        for link, at, content, beat in columns:
            if content:
                self._column(self._contents, link).append(at)
            elif beat:
                self._column(self._beats, link).append(at)
        self._next = end
        return end - first

    def contents(self, links: Iterable[int]) -> list[Sequence[float]]:
        """The moments of contents on these exchanges, in order for each."""
        return [self._contents[link] for link in links if link in self._contents]

    def beats(self, links: Iterable[int]) -> list[Sequence[float]]:
        """The same of keep-alives."""
        return [self._beats[link] for link in links if link in self._beats]

    def _column(self, columns: dict[int, array[float]], link: int) -> array[float]:
        column = columns.get(link)
        if column is None:
            column = columns[link] = array("d")
        return column


def counted(columns: Sequence[Sequence[float]], start: float, unit: float, bins: int) -> list[int]:
    """How many moments are in each of ``bins`` stretches of ``unit`` ms. Costs by the bins, not by the moments."""
    found = [0] * bins
    for column in columns:
        before = bisect_left(column, start)
        last = bisect_left(column, start + unit * bins)
        if last - before <= 4 * bins:
            for at in column[before:last]:
                found[min(bins - 1, int((at - start) / unit))] += 1
            continue
        for place in range(bins):
            after = bisect_left(column, start + unit * (place + 1), before, last)
            found[place] += after - before
            before = after
    return found
