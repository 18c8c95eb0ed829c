from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from inspector.demo.clock import LoopClock, iso, milliseconds, unix

MOMENT = datetime(2026, 11, 21, 4, 7, 2, 349305, tzinfo=UTC)


async def test_time_goes_as_many_times_as_fast_as_asked() -> None:
    clock = LoopClock(speed=1000)
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    began = loop.time()
    clock.later(60.0, done.set)
    await done.wait()
    assert clock.now() >= 60.0
    assert loop.time() - began < 30.0
    assert (clock.wall() - datetime.now(UTC)).total_seconds() > 25.0
    clock.close()


async def test_what_is_cancelled_does_not_happen() -> None:
    clock = LoopClock(speed=1000)
    happened: list[str] = []
    last = asyncio.Event()
    clock.later(1.0, lambda: happened.append("cancelled")).cancel()
    clock.later(2.0, lambda: happened.append("kept"))
    clock.later(3.0, last.set)
    await last.wait()
    assert happened == ["kept"]


async def test_closing_cancels_what_is_still_to_come() -> None:
    clock = LoopClock(speed=1000)
    happened: list[str] = []
    clock.later(1.0, lambda: happened.append("too late"))
    clock.close()
    other, after = LoopClock(speed=1000), asyncio.Event()
    other.later(2.0, after.set)
    await after.wait()
    assert happened == []


def test_moments_are_written_as_the_servers_write_them() -> None:
    assert iso(MOMENT) == "2026-11-21T04:07:02.349305+00:00"
    assert iso(MOMENT.replace(microsecond=0)) == "2026-11-21T04:07:02.000000+00:00"
    assert unix(MOMENT) == 1795234022
    assert milliseconds(MOMENT) == 1795234022349
