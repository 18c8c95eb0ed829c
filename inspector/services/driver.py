"""Sends calls over one connection and runs scripts: it owns the clock, the deadline and the streams."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from inspector.domain.calls import Answer, Call, Reply, Script, Sleep
from inspector.services.clock import Clock, done_by, sleep
from inspector.services.ports import HttpClient, OpenLink, Record
from inspector.services.tasks import Tasks, cancel

T = TypeVar("T")

READ_S = 30.0
"""How long a read may go without an answer before it is given up."""


@dataclass(slots=True)
class Sent:
    """A call that was sent, with its answer. ``pump`` is the task that reads its stream, or the socket it went over;
    None where nothing streams. ``waiting`` is set where a write is on its way and nobody has answered it so far."""

    call: Call
    reply: Reply
    pump: asyncio.Task[None] | None = None
    waiting: asyncio.Task[Sent] | None = None


@dataclass(slots=True)
class Listener:
    """Who wants to know what a script does: before each call, after each answer, and when one comes after all."""

    sending: Callable[[Call], None] = field(default=lambda call: None)
    answered: Callable[[Sent], None] = field(default=lambda sent: None)
    late: Callable[[Sent], None] = field(default=lambda sent: None)


class Driver:
    """One connection in use. ``open_link`` says where what crosses it is recorded; ``flush`` makes it known at once."""

    def __init__(
        self, name: str, client: HttpClient, tasks: Tasks, clock: Clock, open_link: OpenLink, flush: Callable[[], None]
    ) -> None:
        self.clock = clock
        self._name = name
        self._client = client
        self._tasks = tasks
        self._open_link = open_link
        self._flush = flush
        self._sockets: dict[int, asyncio.Task[None]] = {}
        self._open: dict[int, asyncio.Task[Any]] = {}

    async def send(
        self, call: Call, seconds: float | None = READ_S, late: Callable[[Sent], None] | None = None
    ) -> Sent:
        """Send one call. Its events stream on in a task of their own, if it is answered by a stream.

        Where no answer came after ``seconds``, the reply says so: a read is broken off then, a write goes on, and
        ``late`` is told of the answer if it comes after all.
        """
        if call.answer is Answer.CLOSED:
            return await self._hang_up(call)
        until = None if seconds is None else self.clock.now() + seconds
        task = self._tasks.start(f"{call.method} {call.path}", self._exchange(call), awaited=call.reads)
        try:
            done = await done_by(self.clock, task, until)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done:
            return result_of(task, call)
        link = max((link for link, carrier in self._open.items() if carrier is task), default=0)
        if call.reads:
            await cancel(task)
        elif late is not None:
            task.add_done_callback(lambda ended: _tell(late, ended, call))
        silent = Reply(0, error=f"The server did not answer within {seconds:.0f} s.")
        return Sent(call, silent) if call.reads else Sent(call, replace(silent, link=link), waiting=task)

    async def run(self, script: Script[T], seconds: float | None = None, listener: Listener | None = None) -> T:
        """Run a script to its result.

        After ``seconds`` it is told by ``TimeoutError``, which comes through here if it lets it pass. A write that is
        on its way then is not broken off, but not waited for any longer either.
        """
        deadline = None if seconds is None else self.clock.now() + seconds
        listener = listener or Listener()
        try:
            step = next(script)
            while True:
                if self._over(deadline):
                    deadline = None
                    step = script.throw(TimeoutError())
                elif isinstance(step, Sleep):
                    await sleep(self.clock, self._limit(deadline, step.seconds) or 0.0)
                    step = step if self._over(deadline) else script.send(None)
                else:
                    listener.sending(step)
                    limit = self._limit(deadline, READ_S if step.reads else None)
                    sent = await self.send(step, limit, listener.late)
                    listener.answered(sent)
                    late = sent.reply.status == 0 and self._over(deadline)
                    step = step if late else script.send(sent.reply)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            script.close()

    def _over(self, deadline: float | None) -> bool:
        return deadline is not None and self.clock.now() >= deadline

    def _limit(self, deadline: float | None, most: float | None) -> float | None:
        limits = [] if deadline is None else [max(0.0, deadline - self.clock.now())]
        return min(limits + ([] if most is None else [most]), default=None)

    async def _exchange(self, call: Call) -> Sent:
        mine = set[int]()

        def open_link() -> tuple[int, Record]:
            link, record = self._open_link()
            if (task := asyncio.current_task()) is not None:
                self._open[link] = task
                mine.add(link)
            return link, record

        try:
            exchange = await self._client.send(call, open_link)
        finally:
            for each in mine:
                del self._open[each]
            self._flush()
        pump, link = None, exchange.reply.link
        if exchange.pump is not None:
            pump = self._tasks.start(f"stream {link} of {self._name}", _awaited(exchange.pump))
            self._open[link] = pump
            pump.add_done_callback(lambda _: self._open.pop(link, None))
            if call.answer is Answer.SOCKET:
                self._sockets[link] = pump
                pump.add_done_callback(lambda _: self._sockets.pop(link, None))
        elif call.answer is Answer.FRAME:
            pump = self._sockets.get(link)
        return Sent(call, exchange.reply, pump)

    async def _hang_up(self, call: Call) -> Sent:
        """Close a connection of ours, before its answer or in the middle of it."""
        task = self._open.get(call.link)
        if task is None:
            return Sent(call, Reply(0, link=call.link, error="This connection is not open here any more."))
        await cancel(task)
        self._flush()
        return Sent(call, Reply(101, link=call.link))


def _tell(late: Callable[[Sent], None], task: asyncio.Task[Sent], call: Call) -> None:
    if task.cancelled() or task.exception() is None:
        late(result_of(task, call))


def result_of(task: asyncio.Task[Sent], call: Call) -> Sent:
    """What came of a call; somebody here may have closed its connection."""
    if task.cancelled():
        return Sent(call, Reply(0, error="Its connection was closed here."))
    return task.result()


async def awaited(task: asyncio.Task[Sent], call: Call) -> Sent:
    """The answer to a call that is on its way, however long it takes."""
    await asyncio.wait([task])
    return result_of(task, call)


async def _awaited(pump: Callable[[], Awaitable[None]]) -> None:
    await pump()
