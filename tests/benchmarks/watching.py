"""DAY: fifty runs watched for eight hours of simulated time, and what is left of them in the hub."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.bench import Measured, Setting, cpu, goal
from tests.services.day import WATCHED, Day, Held

HOURS, SETTLED = 8, 4
"""In the first hours the hub fills what it keeps of the newest reads."""


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour that went by: what there was at its end, and the seconds of CPU that it took."""

    held: Held
    seconds: float


def _hours() -> list[Hour]:
    day, hours = Day(), list[Hour]()
    with asyncio.Runner() as runner:
        runner.run(day.begin())
        for _ in range(HOURS):
            seconds = cpu(lambda: runner.run(day.pass_hours(1)))
            hours.append(Hour(runner.run(_held(day)), seconds))
        runner.run(day.aclose())
    return hours


async def _held(day: Day) -> Held:
    return day.held()


@goal("DAY")
def watching(setting: Setting) -> Iterator[Measured]:
    """Entries that asking leaves, what is alive at the end beside the first hour, and whether an hour grows longer."""
    hours = _hours()
    first, settled, last = hours[0].held, hours[SETTLED - 1].held, hours[-1].held
    asked, grown = last.asked - settled.asked, last.grown(settled)
    what = f"{WATCHED} runs, {HOURS} simulated hours"
    left = max(grown.values(), default=0)
    told = next((path for path in grown if grown[path] == left), "none")
    yield Measured(
        f"{what}: entries that asking leaves ({told})",
        f"{left:,}",
        f"{asked:,} asked in {HOURS - SETTLED} hours",
        left / asked,
        0.001,
    )
    for name, count in last.live.items():
        before = WATCHED if name == "alarms" else first.live[name]
        yield Measured(f"{what}: {name}", f"{count}", f"{before} after an hour", count / max(1, before), 1.05)
    early, late = (statistics.fmean(hour.seconds for hour in part) for part in (hours[:SETTLED], hours[SETTLED:]))
    yield Measured(
        f"{what}: CPU of an hour, the last four", f"{late:.1f} s", f"the first four {early:.1f} s", late / early, 1.2
    )
