"""Watching for hours leaves nothing behind but what arrived."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.services.day import WATCHED, Day
from tests.services.weigh import held

pytestmark = pytest.mark.anyio


@dataclass
class Part:
    names: dict[str, list[int]] = field(default_factory=dict)


class Slotted:
    __slots__ = ("part",)

    def __init__(self, part: Part) -> None:
        self.part = part


def test_entries_are_counted_by_path_through_attributes_slots_and_containers() -> None:
    whole = [Slotted(Part({"a": [1, 2], "b": [3]})), Slotted(Part({"c": []}))]
    assert held(whole, "x") == {"x": 2, "x[].part.names": 3, "x[].part.names[]": 3}


async def test_fifty_runs_watched_for_long_leave_no_task_timer_exchange_or_entry_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inspector.domain.ageing.READS", 10)
    before = asyncio.all_tasks()
    day = Day()
    await day.begin()
    await day.pass_hours(0.1)
    early = day.held()
    await day.pass_hours(0.2)
    middle = day.held()
    await day.pass_hours(0.2)
    late = day.held()
    assert late.asked - middle.asked > 2_000
    assert late.opened - middle.opened > 50
    for name, count in late.live.items():
        assert count <= (WATCHED if name == "alarms" else early.live[name] + 2), name
    assert late.grown(middle) == {}
    await day.aclose()
    assert len(day.bench.hub.tasks) == 0
    assert asyncio.all_tasks() == before
    assert all(stream.closed_by() is not None for stream in day.server.streams.values())
