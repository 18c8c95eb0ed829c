"""What is kept of exchanges that were let go: what rows are asked for of theirs, and what a picture shows."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from inspector.domain.link import Condition, Link


class Called(NamedTuple):
    """What rows of an exchange may be asked for."""

    protocol: str
    connection: str
    method: str
    url: str
    status: int | None

    @staticmethod
    def of(link: Link) -> Called:
        """What a link tells of it."""
        return Called(link.protocol, str(link.fact("connection") or ""), link.method, link.url, link.status)


class Stream(NamedTuple):
    """What a picture shows of an exchange, and what is left of a stream that was let go.

    ``first`` and ``last`` are frames, ``gaps`` those of the link; from ``quiet_at`` on nothing but ``beats`` came until
    ``until``, which is its end or the present.
    """

    number: int
    method: str
    status: int | None
    ok: bool
    condition: Condition
    first: int
    last: int
    opened_at: float
    headers_at: float | None
    quiet_at: float
    until: float
    open: bool
    beats: int
    gaps: tuple[tuple[float, float, int], ...]

    @staticmethod
    def of(link: Link, now: float = 0.0, silent_ms: float = 0.0) -> Stream:
        """What there is to see of a link; of one that is over the present changes nothing."""
        until = now if link.last is None else link.last.at
        return Stream(
            link.number,
            link.method,
            link.status,
            link.ok,
            link.condition(now, silent_ms),
            link.last_seq if link.request is None else link.request.seq,
            link.last_seq,
            link.opened_at,
            link.headers_at,
            until - link.silence(until),
            until,
            link.last is None,
            link.beats,
            tuple(link.gaps),
        )


@dataclass(slots=True)
class Streams:
    """Those of one run, in the order in which they went. ``silences`` are all their gaps, the longest last."""

    gone: list[Stream] = field(default_factory=list)
    silences: list[tuple[float, float, int]] = field(default_factory=list)

    def add(self, one: Stream) -> None:
        """One more is let go."""
        self.gone.append(one)
        for start, end, beats in one.gaps:
            insort(self.silences, (end - start, -start, beats))

    def merge(self, other: Streams) -> None:
        """These were the same run's."""
        for one in other.gone:
            self.add(one)

    def silent(self, limit: float) -> tuple[int, tuple[float, float, int] | None]:
        """How often they were silent for so many ms, and the longest of that: from, to, keep-alives in between."""
        times = len(self.silences) - bisect_left(self.silences, limit, key=lambda silence: silence[0])
        if not times:
            return 0, None
        length, start, beats = self.silences[-1]
        return times, (-start, length - start, beats)


class Exchanges:
    """What is kept of every exchange that was let go: a number and a code for each."""

    def __init__(self) -> None:
        self._numbers = array("Q")
        self._codes = array("I")
        self._called: dict[Called, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[tuple[int, Called]]:
        called = list(self._called)
        return ((number, called[code]) for number, code in zip(self._numbers, self._codes, strict=True))

    def add(self, link: Link) -> None:
        """One more is let go."""
        self._numbers.append(link.number)
        self._codes.append(self._called.setdefault(Called.of(link), len(self._called)))
