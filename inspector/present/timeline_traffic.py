"""What came on each exchange and when, kept in columns: the traffic that a timeline paints into its bars."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress, islice, pairwise
from math import inf
from operator import ne

from inspector.domain.rows import Rows
from inspector.present.landmarks import both


class Traffic:
    """The moments of contents and of keep-alives, by the number of their exchange. Grows with the log."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._known: dict[int, tuple[int, int]] = {}
        self._contents: dict[int, array[float]] = {}
        self._beats: dict[int, array[float]] = {}

    def grow(self, links: Iterable[int], start: float = -inf, end: float = inf) -> None:
        """Take in what came on these exchanges between two moments, as far as that is not known yet.

        A log may have thousands of others, and a million rows before and after.
        """
        first, over = bisect_left(self.rows.at, start), bisect_right(self.rows.at, end)
        fresh: dict[int, set[int]] = {}
        for link in links:
            begun, upto = self._known.get(link, (first, first))
            if first < begun:
                self._contents.pop(link, None)
                self._beats.pop(link, None)
                begun = upto = first
            fresh.setdefault(upto, set()).add(link)
            self._known[link] = begun, max(upto, over)
        for upto, some in fresh.items():
            if upto < over:
                self._take(upto, over, some)

    def _take(self, first: int, end: int, links: set[int]) -> None:
        rows, numbers = self.rows, self.rows.link[first:end]
        mine = bytes(map(links.__contains__, numbers))
        alive = rows.named(lambda name: name.startswith(":"), first, end)
        contents = rows.content[first:end].tobytes()
        for columns, told in ((self._contents, contents), (self._beats, alive)):
            wanted = both(mine, told)
            whose, times = list(compress(numbers, wanted)), array("d", compress(rows.at[first:end], wanted))
            edges = compress(range(1, len(whose)), map(ne, whose, islice(whose, 1, None)))
            for start, over in pairwise((0, *edges, len(whose))):
                if start < over:
                    columns.setdefault(whose[start], array("d")).extend(times[start:over])

    def contents(self, links: Iterable[int]) -> list[Sequence[float]]:
        """The moments of contents on these exchanges, in order for each."""
        return [self._contents[link] for link in links if link in self._contents]

    def beats(self, links: Iterable[int]) -> list[Sequence[float]]:
        """The same of keep-alives."""
        return [self._beats[link] for link in links if link in self._beats]


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
