"""One timer for all the moments at which something could change by itself."""

from __future__ import annotations

import pytest

from inspector.domain.events import RunKey
from inspector.services.alarms import Alarms
from tests.services.kit import HandClock

pytestmark = pytest.mark.anyio

ONE, TWO = RunKey(1), RunKey(2)


async def test_each_run_is_rung_for_at_its_time() -> None:
    clock, rung = HandClock(), []
    alarms = Alarms(clock, lambda keys: rung.append((clock.now(), sorted(keys))))
    start = clock.now()
    alarms.set(ONE, start + 5)
    alarms.set(TWO, start + 3)
    assert clock.timers == 1
    await clock.advance(10)
    assert rung == [(start + 3, [TWO]), (start + 5, [ONE])]
    assert clock.timers == 0


async def test_a_time_that_was_set_anew_or_taken_back_does_not_ring() -> None:
    clock = HandClock()
    rung: list[set[RunKey]] = []
    alarms = Alarms(clock, rung.append)
    alarms.set(ONE, clock.now() + 1)
    alarms.set(ONE, clock.now() + 4)
    alarms.set(TWO, clock.now() + 1)
    alarms.set(TWO, None)
    await clock.advance(2)
    assert rung == []
    await clock.advance(3)
    assert rung == [{ONE}]


async def test_alarms_of_one_moment_ring_together() -> None:
    clock = HandClock()
    rung: list[set[RunKey]] = []
    alarms = Alarms(clock, rung.append)
    alarms.set(ONE, clock.now() + 1)
    alarms.set(TWO, clock.now() + 1)
    await clock.advance(1)
    assert rung == [{ONE, TWO}]


async def test_setting_an_alarm_over_and_over_piles_nothing_up() -> None:
    clock = HandClock()
    alarms = Alarms(clock, lambda keys: None)
    for step in range(100_000):
        alarms.set(ONE, clock.now() + 30 + step / 1000)
    assert len(alarms) == 1
    assert len(alarms._heap) < 200
    assert clock.timers == 1


async def test_nothing_rings_after_closing() -> None:
    clock = HandClock()
    rung: list[set[RunKey]] = []
    alarms = Alarms(clock, rung.append)
    alarms.set(ONE, clock.now() + 1)
    alarms.close()
    await clock.advance(5)
    assert rung == []
    assert clock.timers == 0
