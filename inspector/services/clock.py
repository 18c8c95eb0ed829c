"""Time for the services: one clock to read and to wait on, so that a test can drive it by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from typing import Any, Protocol


class Timer(Protocol):
    """Something that will happen unless it is cancelled."""

    def cancel(self) -> None:
        """Take it back; harmless when it has happened."""
        ...


class Clock(Protocol):
    """Seconds that only go forward, and the wall's time for what people read."""

    def now(self) -> float:
        """Seconds since some moment in the past."""
        ...

    def wall(self) -> datetime:
        """The present moment, with its zone."""
        ...

    def call_at(self, when: float, act: Callable[[], None]) -> Timer:
        """Call ``act`` on the loop's thread once :meth:`now` is ``when``."""
        ...

    def close(self) -> None:
        """Forget all timers."""
        ...


class Entry:
    """A timer of the loop's clock."""

    __slots__ = ("_clock", "act")

    def __init__(self, clock: LoopClock, act: Callable[[], None]) -> None:
        self._clock = clock
        self.act: Callable[[], None] | None = act

    def cancel(self) -> None:
        """Take it back."""
        if self.act is not None:
            self.act = None
            self._clock.died()

    def ring(self) -> None:
        """Its time has come."""
        act, self.act = self.act, None
        if act is not None:
            act()


class LoopClock:
    """The clock of one event loop, the one that runs when it is first waited on.

    It keeps its own heap and asks the loop for one timer at a time: a loop keeps a cancelled timer until its deadline,
    and a watcher that waits for the next event or for a silence cancels many.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Entry]] = []
        self._count = 0
        self._dead = 0
        self._armed: asyncio.TimerHandle | None = None
        self._armed_for = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)

    def call_at(self, when: float, act: Callable[[], None]) -> Timer:
        """Call ``act`` on the running loop at ``when``."""
        entry = Entry(self, act)
        self._count += 1
        heappush(self._heap, (when, self._count, entry))
        self._arm()
        return entry

    def close(self) -> None:
        """Forget all timers, so that none rings when the loop is gone."""
        self._heap.clear()
        self._dead = 0
        if self._armed is not None:
            self._armed.cancel()
            self._armed = None

    def died(self) -> None:
        """A timer was cancelled: the heap is cleared of such once they are many."""
        self._dead += 1
        if self._dead > 64 and self._dead * 2 > len(self._heap):
            self._heap = [item for item in self._heap if item[2].act is not None]
            heapify(self._heap)
            self._dead = 0

    def _arm(self) -> None:
        if not self._heap or (self._armed is not None and self._armed_for <= self._heap[0][0]):
            return
        if self._armed is not None:
            self._armed.cancel()
        self._armed_for = self._heap[0][0]
        self._loop = self._loop or asyncio.get_running_loop()
        self._armed = self._loop.call_later(max(0.0, self._armed_for - self.now()), self._ring)

    def _ring(self) -> None:
        self._armed = None
        loop, now = self._loop or asyncio.get_running_loop(), self.now()
        while self._heap and self._heap[0][0] <= now:
            entry = heappop(self._heap)[2]
            if entry.act is None:
                self._dead -= 1
            else:
                loop.call_soon(entry.ring)
        self._arm()


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait; a cancelled wait leaves no timer behind."""
    await Bell().wait(clock, clock.now() + seconds)


async def done_by(clock: Clock, task: asyncio.Task[Any], until: float | None) -> bool:
    """Wait for a task, no longer than up to ``until``; whether it is done. It goes on if it is not."""
    if not task.done():
        bell = Bell()
        task.add_done_callback(lambda _: bell.ring())
        await bell.wait(clock, until)
    return task.done()


class Bell:
    """Wakes the one who waits for it; a ring while nobody waits is kept for the next wait."""

    def __init__(self) -> None:
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Wake the waiter."""
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, clock: Clock, until: float | None = None) -> bool:
        """Return true once it was rung, or false at the time ``until`` (clock seconds; None = no end)."""
        if not self._rung:
            self._waiter = asyncio.get_running_loop().create_future()
            timer = None if until is None else clock.call_at(until, self._time_is_up)
            try:
                await self._waiter
            finally:
                self._waiter = None
                if timer is not None:
                    timer.cancel()
        rung, self._rung = self._rung, False
        return rung

    def _time_is_up(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
