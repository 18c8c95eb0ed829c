"""Asks the server how a run stands. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.adapter import Adapter, Target
from inspector.domain.calls import Call, Reply
from inspector.services.driver import Driver

FIRST = 3
"""The first reads of a backend's look tell whether anything has changed: of the run, of what runs beside it or in it,
and of its thread or messages."""

NO_NAME = (400, 422)
"""Answers to what can be no name of a run there."""


@dataclass(frozen=True, slots=True)
class Look:
    """What asking gave.

    ``reached``: the server answered at all. ``told`` are the answers, to compare with the next look's. ``wait`` is the
    seconds that the server wants us to wait. ``missing``: the run is not known there. ``problem`` is one sentence.
    """

    reached: bool
    told: tuple[tuple[int, Any], ...] = ()
    wait: float | None = None
    missing: bool = False
    problem: str | None = None


class Looker:
    """The reads of one connection."""

    def __init__(self, driver: Driver, adapter: Adapter, capabilities: Mapping[str, Any]) -> None:
        self._driver = driver
        self._adapter = adapter
        self._capabilities = capabilities

    async def look(self, target: Target, brief: bool = False, begun: Callable[[], None] = lambda: None) -> Look:
        """Ask, one read after the other, in the backend's order. ``brief``: only what tells of a change.

        ``begun`` is called once the first of them is answered.
        """
        calls = [call for call in self._adapter.look(target, self._capabilities) if call.reads]
        replies: list[Reply] = []
        for call in calls[:FIRST] if brief else calls:
            reply = (await self._driver.send(call)).reply
            replies.append(reply)
            if len(replies) == 1:
                begun()
            if reply.status == 0:
                break
        return self._read(calls, replies)

    def _read(self, calls: list[Call], replies: list[Reply]) -> Look:
        reached = bool(replies) and replies[-1].status != 0
        waits = [wait for reply in replies if (wait := self._adapter.poll_after(reply.headers)) is not None]
        refused = next((reply for reply in replies if reply.status in (401, 403, 429) or reply.status >= 500), None)
        refused = replies[0] if replies and replies[0].status in NO_NAME else refused
        problem = None if reached or not replies else replies[-1].error
        if reached and refused is not None:
            call = calls[replies.index(refused)]
            problem = f"The server answered {refused.status} to {call.method} {call.path}."
        told = tuple((reply.status, reply.body) for reply in replies)
        return Look(reached, told, max(waits, default=None), reached and replies[0].status == 404, problem)
