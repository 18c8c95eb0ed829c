"""Waiting on a clock that is turned by hand, and on the loop's own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inspector.services.clock import Bell, LoopClock, done_by, sleep
from inspector.services.tasks import Tasks
from tests.services.kit import HandClock, rest

pytestmark = pytest.mark.anyio


def tasks() -> Tasks:
    return Tasks(lambda name, error: None)


async def test_a_sleeper_wakes_at_its_time_and_not_before() -> None:
    clock, all_ = HandClock(), tasks()
    sleeper = all_.start("sleeper", sleep(clock, 5.0))
    await clock.advance(4.9)
    assert not sleeper.done()
    await clock.advance(0.2)
    assert sleeper.done()


async def test_a_cancelled_sleep_leaves_no_timer() -> None:
    clock, all_ = HandClock(), tasks()
    _ = all_.start("sleeper", sleep(clock, 5.0))
    await rest()
    assert clock.timers == 1
    await all_.aclose()
    assert clock.timers == 0


async def test_a_ring_wakes_and_is_kept_for_who_comes_later() -> None:
    clock, bell, all_ = HandClock(), Bell(), tasks()
    waiter = all_.start("waiter", bell.wait(clock, clock.now() + 60))
    await rest()
    bell.ring()
    assert await waiter is True
    assert clock.timers == 0
    bell.ring()
    assert await bell.wait(clock) is True
    late = all_.start("late", bell.wait(clock, clock.now() + 1))
    await clock.advance(2)
    assert await late is False


async def test_a_task_is_waited_for_no_longer_than_said_and_goes_on() -> None:
    clock, all_ = HandClock(), tasks()
    work = all_.start("work", sleep(clock, 10))
    waiting = all_.start("waiting", done_by(clock, work, clock.now() + 3))
    await clock.advance(4)
    assert await waiting is False
    assert not work.done()
    await clock.advance(7)
    assert await done_by(clock, work, None) is True


async def test_the_loops_clock_goes_forward_and_rings() -> None:
    clock, rung = LoopClock(), asyncio.Event()
    before = clock.now()
    clock.call_at(before + 0.001, rung.set)
    clock.call_at(before, pytest.fail).cancel()
    async with asyncio.timeout(60):
        await rung.wait()
    assert clock.now() > before
    assert clock.wall().utcoffset() == timedelta(0)


async def test_timers_that_are_set_and_taken_back_do_not_pile_up() -> None:
    clock = LoopClock()
    kept = clock.call_at(clock.now() + 3600, lambda: None)
    for _ in range(10_000):
        clock.call_at(clock.now() + 30, lambda: None).cancel()
    assert len(clock._heap) < 200
    kept.cancel()


async def test_a_failing_timer_does_not_take_the_others_with_it() -> None:
    clock, rung, told = LoopClock(), asyncio.Event(), []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["exception"]))
    now = clock.now()
    clock.call_at(now, lambda: int("x"))  # type: ignore[arg-type]
    clock.call_at(now, rung.set)
    async with asyncio.timeout(60):
        await rung.wait()
    asyncio.get_running_loop().set_exception_handler(None)
    assert [type(error) for error in told] == [ValueError]


async def test_a_closed_clock_rings_no_more() -> None:
    clock, rung = LoopClock(), []
    clock.call_at(clock.now() + 0.001, lambda: rung.append("old"))
    clock.close()
    over = asyncio.Event()
    clock.call_at(clock.now() + 0.005, over.set)
    async with asyncio.timeout(60):
        await over.wait()
    assert rung == []
