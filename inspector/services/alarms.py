"""Wakes for the moments at which a verdict could change by itself: one timer for all of them."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from inspector.domain.events import RunKey
from inspector.services.clock import Clock, Timer


class Alarms:
    """At most one alarm a run. ``ring`` is called with the runs whose time has come; times are clock seconds.

    An alarm that is put off leaves the timer where it is: it finds nothing to ring for and is set anew.
    """

    def __init__(self, clock: Clock, ring: Callable[[set[RunKey]], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._due: dict[RunKey, float] = {}
        self._heap: list[tuple[float, RunKey]] = []
        self._timer: Timer | None = None
        self._armed_for = 0.0

    def set(self, key: RunKey, due: float | None) -> None:
        """Ring for this run at ``due``, and no more at the time set before; None = not at all."""
        if due is None:
            self._due.pop(key, None)
        elif self._due.get(key) != due:
            self._due[key] = due
            heappush(self._heap, (due, key))
            if len(self._heap) > 2 * len(self._due) + 64:
                self._heap = sorted((when, which) for which, when in self._due.items())
        self._arm()

    def close(self) -> None:
        """Never ring again."""
        self._due.clear()
        self._heap.clear()
        self._disarm()

    def __len__(self) -> int:
        return len(self._due)

    def _arm(self) -> None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        if self._heap and (self._timer is None or self._armed_for > self._heap[0][0]):
            self._disarm()
            self._armed_for = self._heap[0][0]
            self._timer = self._clock.call_at(self._armed_for, self._time_is_up)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_up(self) -> None:
        self._timer = None
        now = self._clock.now()
        rung: set[RunKey] = set()
        while self._heap and self._heap[0][0] <= now:
            due, key = heappop(self._heap)
            if self._due.get(key) == due:
                del self._due[key]
                rung.add(key)
        self._arm()
        if rung:
            self._ring(rung)
