"""The one door for tasks."""

from __future__ import annotations

import asyncio

import pytest

from inspector.services.tasks import Tasks, cancel
from tests.services.kit import rest

pytestmark = pytest.mark.anyio


class Told:
    """What the door told."""

    def __init__(self) -> None:
        self.failed: list[tuple[str, str]] = []
        self.tasks = Tasks(lambda name, error: self.failed.append((name, str(error))))


async def fail() -> None:
    raise ValueError("broken")


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_failure_is_told_with_the_tasks_name() -> None:
    told = Told()
    _ = told.tasks.start("a job", fail())
    await rest()
    assert told.failed == [("a job", "broken")]
    assert len(told.tasks) == 0


async def test_a_failure_that_somebody_awaits_is_theirs() -> None:
    told = Told()
    with pytest.raises(ValueError):
        await told.tasks.start("a job", fail(), awaited=True)
    assert told.failed == []


async def test_closing_cancels_and_waits_and_lets_nothing_new_begin() -> None:
    told, ended = Told(), []

    async def slow_to_end() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    _ = told.tasks.start("one", slow_to_end())
    two = told.tasks.start("two", forever())
    assert told.tasks.names() == ["one", "two"]
    await rest()
    await told.tasks.aclose()
    assert ended == [True]
    assert two.cancelled()
    with pytest.raises(asyncio.CancelledError):
        await told.tasks.start("three", forever())
    assert told.failed == []


async def test_what_a_cancelled_task_starts_in_its_last_breath_is_refused() -> None:
    told = Told()

    async def clings() -> None:
        try:
            await forever()
        finally:
            await told.tasks.start("another", forever())

    _ = told.tasks.start("clings", clings())
    await rest()
    await told.tasks.aclose()
    assert len(told.tasks) == 0


async def test_cancel_waits_for_the_end() -> None:
    told = Told()
    task = told.tasks.start("one", forever())
    await rest()
    await cancel(task)
    assert task.cancelled()
