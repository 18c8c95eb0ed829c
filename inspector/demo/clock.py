"""The time that the simulated servers live in. It can run faster than the real one, or stand still for a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Timer(Protocol):
    """Something that will happen, unless it is cancelled first."""

    def cancel(self) -> None:
        """Keep it from happening. Nothing happens when it already has."""
        ...


class Clock(Protocol):
    """Simulated seconds, and what shall happen when."""

    def now(self) -> float:
        """Seconds since the clock was started."""
        ...

    def wall(self) -> datetime:
        """The date and time of :meth:`now`, in UTC, as servers write it into their objects."""
        ...

    def later(self, seconds: float, then: Callable[[], None]) -> Timer:
        """Call ``then`` once, that many simulated seconds from now."""
        ...

    def close(self) -> None:
        """Keep everything that is still to come from happening."""
        ...


class LoopClock:
    """Runs on the event loop's clock, ``speed`` times as fast. Closing it cancels whatever is still to come."""

    def __init__(self, speed: float = 1.0) -> None:
        self._loop = asyncio.get_running_loop()
        self._speed = speed
        self._began = self._loop.time()
        self._date = datetime.now(UTC)
        self._timers: set[_LoopTimer] = set()

    def now(self) -> float:
        """Simulated seconds since the start."""
        return (self._loop.time() - self._began) * self._speed

    def wall(self) -> datetime:
        """The real date of the start, and the simulated seconds since."""
        return self._date + timedelta(seconds=self.now())

    def later(self, seconds: float, then: Callable[[], None]) -> Timer:
        """Call ``then`` once, that many simulated seconds from now."""
        timer = _LoopTimer(self._timers, then)
        timer.handle = self._loop.call_later(max(0.0, seconds) / self._speed, timer.fire)
        return timer

    def close(self) -> None:
        """Cancel what has not happened."""
        for timer in list(self._timers):
            timer.cancel()


class _LoopTimer:
    handle: asyncio.TimerHandle

    def __init__(self, others: set[_LoopTimer], then: Callable[[], None]) -> None:
        self._others = others
        self._then = then
        others.add(self)

    def fire(self) -> None:
        self._others.discard(self)
        self._then()

    def cancel(self) -> None:
        self._others.discard(self)
        self.handle.cancel()


def iso(moment: datetime) -> str:
    """The moment as LangGraph servers write it."""
    return moment.isoformat(timespec="microseconds")


def unix(moment: datetime) -> int:
    """The moment as Assistants-compatible servers write it, in whole seconds."""
    return int(moment.timestamp())


def milliseconds(moment: datetime) -> int:
    """The moment in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
