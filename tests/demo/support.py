"""What the tests of the demo server share: a clock that is turned by hand, a client, and recordings as frames."""

from __future__ import annotations

import asyncio
import base64
import heapq
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from inspector.demo.server import DemoServer
from inspector.domain.frames import Frame, Kind
from inspector.domain.sse import SseDecoder, SseEvent

BIRTH = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(order=True, slots=True)
class HandTimer:
    at: float
    number: int
    then: Callable[[], None] = field(compare=False)
    cancelled: asyncio.Event = field(compare=False)
    dead: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.dead = True
        self.cancelled.set()


class HandClock:
    """Time passes only when a test says so. The events tell that something is to happen, or no longer is."""

    def __init__(self) -> None:
        self._now = 0.0
        self._number = 0
        self._queue: list[HandTimer] = []
        self.asked = asyncio.Event()
        self.cancelled = asyncio.Event()

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return BIRTH + timedelta(seconds=self._now)

    def later(self, seconds: float, then: Callable[[], None]) -> HandTimer:
        self._number += 1
        timer = HandTimer(self._now + max(0.0, seconds), self._number, then, self.cancelled)
        self.asked.set()
        heapq.heappush(self._queue, timer)
        return timer

    def close(self) -> None:
        self._queue.clear()

    @property
    def waiting(self) -> int:
        return sum(not timer.dead for timer in self._queue)

    def turn(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due in it."""
        until = self._now + seconds
        while self._queue and self._queue[0].at <= until:
            timer = heapq.heappop(self._queue)
            self._now = timer.at
            if not timer.dead:
                timer.then()
        self._now = until


class Demo:
    """A demo server on a clock turned by hand, and a client of it."""

    def __init__(self, server: DemoServer, clock: HandClock, client: httpx.AsyncClient) -> None:
        self.server = server
        self.clock = clock
        self.client = client

    async def json(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The JSON body of an answer, which must have this status."""
        reply = await self.client.request(method, path, json=body)
        assert reply.status_code == status, reply.text
        return reply.json() if reply.content else None

    @asynccontextmanager
    async def stream(self, method: str, path: str, body: Any = None, **headers: str) -> AsyncIterator[Reading]:
        """An open stream."""
        async with self.client.stream(method, path, json=body, headers=headers) as reply:
            reading = Reading(reply)
            yield reading
            await reading.leave()


class Reading:
    """A body that is being read, chunk by chunk."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply
        self.chunks: list[bytes] = []
        self.events: list[SseEvent] = []
        self._source = reply.aiter_raw()
        self._decoder = SseDecoder()

    async def until(self, enough: Callable[[SseEvent], bool]) -> SseEvent:
        """Read until an event is enough."""
        seen = 0
        while True:
            for event in self.events[seen:]:
                if enough(event):
                    return event
            seen = len(self.events)
            await self._chunk()

    async def count(self, chunks: int) -> list[bytes]:
        """Read until there are as many chunks."""
        while len(self.chunks) < chunks:
            await self._chunk()
        return self.chunks

    async def rest(self) -> str:
        """Read to the end; tells which one it was: eof, or the name of the client's exception."""
        try:
            while True:
                await self._chunk()
        except StopAsyncIteration:
            self.events += self._decoder.finish()
            return "eof"
        except httpx.TransportError as problem:
            self.events += self._decoder.finish()
            return type(problem).__name__

    async def leave(self) -> None:
        """Read no more. What is left of the iteration is run to its end, so that no part of it is left to be closed."""
        await self.reply.aclose()
        with suppress(httpx.TransportError, httpx.StreamError, StopAsyncIteration):
            while True:
                await anext(self._source)

    async def _chunk(self) -> None:
        chunk = await anext(self._source)
        self.chunks.append(chunk)
        self.events += self._decoder.feed(chunk)

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events if event.kind == "event"]

    def data(self, name: str) -> list[Any]:
        return [json.loads(event.data) for event in self.events if event.kind == "event" and event.name == name]


@asynccontextmanager
async def running() -> AsyncIterator[Demo]:
    """A demo server and its client, closed at the end."""
    clock = HandClock()
    server = await DemoServer.start(clock=clock)
    try:
        async with httpx.AsyncClient(base_url=server.url_langgraph, timeout=60.0) as client:
            yield Demo(server, clock, client)
    finally:
        await server.aclose()


def frames(lines: Iterable[str]) -> list[Frame]:
    """The frames of a wire log's lines; the head line is left out."""
    found: list[Frame] = []
    for line in lines:
        entry = json.loads(line)
        if "is" not in entry:
            continue
        body = base64.b64decode(entry["b64"]) if "b64" in entry else str(entry.get("text", "")).encode()
        head = {key: one for key, one in entry.items() if key not in ("is", "t", "x", "b64")}
        found.append(Frame(len(found) + 1, float(entry["t"]), entry.get("x", 0), Kind(entry["is"]), head, body))
    return found
