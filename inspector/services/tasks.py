"""The one door for tasks: each has a name, is held until it is done, and its failure is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """Starts tasks and answers for them. ``failed`` is told the name and the exception of one that nobody awaits."""

    def __init__(self, failed: Callable[[str, BaseException], None]) -> None:
        self._failed = failed
        self._all: dict[asyncio.Task[Any], bool] = {}
        self._closing = False

    def start(self, name: str, work: Coroutine[Any, Any, T], awaited: bool = False) -> asyncio.Task[T]:
        """Start ``work``. ``awaited``: the caller awaits the task and so hears of its failure itself."""
        if self._closing:
            work.close()
            raise asyncio.CancelledError
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._all[task] = awaited
        task.add_done_callback(self._done)
        return task

    def __len__(self) -> int:
        return len(self._all)

    def names(self) -> list[str]:
        """What is running."""
        return [task.get_name() for task in self._all]

    async def aclose(self) -> None:
        """Cancel all tasks and wait until they have ended. Nothing can be started any more."""
        self._closing = True
        mine = asyncio.current_task()
        while rest := [task for task in self._all if task is not mine]:
            for task in rest:
                task.cancel()
            await asyncio.wait(rest)

    def _done(self, task: asyncio.Task[Any]) -> None:
        awaited = self._all.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not awaited:
            self._failed(task.get_name(), error)


async def cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it has ended. What it raises is told by the door it was started through."""
    if task is asyncio.current_task():
        return
    task.cancel()
    await asyncio.wait([task])
