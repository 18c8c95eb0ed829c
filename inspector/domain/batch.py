"""Many frames of a log side by side in columns: to look through them without an object for each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, compress, islice, pairwise
from operator import is_not, ne, or_
from typing import Any, NamedTuple, Protocol, runtime_checkable

from inspector.domain.frames import Frame, Kind

MANY = 500
"""Frames that are put together where a log does not keep them so."""


class Span(NamedTuple):
    """Frames of one exchange and one kind behind each other: from ``first`` to before ``end``."""

    first: int
    end: int
    link: int
    kind: Kind


class Batch:
    """Each column has a value a frame, but ``heads``: those by the places of the frames that have one.

    ``bodies`` are all bodies end to end, ``ends`` tells where each one ends.
    """

    __slots__ = ("bodies", "ends", "heads", "kinds", "links", "seqs", "sizes")

    def __init__(
        self,
        seqs: Sequence[int],
        links: Sequence[int],
        kinds: Sequence[Kind],
        heads: Mapping[int, Mapping[str, Any]],
        sizes: Sequence[int],
        bodies: bytes,
    ) -> None:
        self.seqs = seqs
        self.links = links
        self.kinds = kinds
        self.heads = heads
        self.sizes = sizes
        self.ends = list(accumulate(sizes))
        self.bodies = bodies

    @classmethod
    def of(cls, frames: Sequence[Frame]) -> Batch:
        """Frames that are there already."""
        return cls(
            [frame.seq for frame in frames],
            [frame.link for frame in frames],
            [frame.kind for frame in frames],
            {place: frame.head for place, frame in enumerate(frames) if frame.head},
            [len(frame.body) for frame in frames],
            b"".join([frame.body for frame in frames]),
        )

    def __len__(self) -> int:
        return len(self.seqs)

    def between(self, after: int, last: int) -> Batch:
        """Those with greater numbers than ``after``, and none greater than ``last``."""
        first, end = bisect_right(self.seqs, after), bisect_right(self.seqs, last)
        if first == 0 and end == len(self.seqs):
            return self
        heads = {place - first: head for place, head in self.heads.items() if first <= place < end}
        columns = self.seqs[first:end], self.links[first:end], self.kinds[first:end]
        return Batch(*columns, heads, self.sizes[first:end], self.bodies[self.start(first) : self.start(end)])

    def start(self, place: int) -> int:
        """Where the body of a frame begins."""
        return self.ends[place - 1] if place else 0

    def body(self, place: int) -> bytes:
        """What a frame carried."""
        return self.bodies[self.start(place) : self.ends[place]]

    def spans(self) -> list[Span]:
        """All of them, in order. Of the chunks of one exchange the bytes lie beside each other as they came."""
        links, kinds = self.links, self.kinds
        others = map(or_, map(ne, links, islice(links, 1, None)), map(is_not, kinds, islice(kinds, 1, None)))
        edges = (0, *compress(range(1, len(links)), others), len(links)) if links else ()
        return [Span(first, end, links[first], kinds[first]) for first, end in pairwise(edges)]


@runtime_checkable
class Batched(Protocol):
    """A log that keeps its frames in columns."""

    def batches(self, after: int) -> Iterator[Batch]:
        """The frames behind ``after``, many at a time."""
        ...


def batched(frames: Iterable[Frame]) -> Iterator[Batch]:
    """Frames of a log that gives them one by one."""
    rest = iter(frames)
    while some := list(islice(rest, MANY)):
        yield Batch.of(some)


Batches = Callable[[int], Iterator[Batch]]
"""The frames of a log behind a number."""
