"""Fifty runs watched over real sockets: cut and joined round after round, they leave nothing behind."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from inspector.domain.adapter import Target
from inspector.services import watcher
from inspector.services.clock import LoopClock
from inspector.services.hub import Hub
from inspector.services.model import ConnectionSpec
from inspector.wiring import client
from tests.services.day import DayToy
from tests.services.kit import Files

pytestmark = pytest.mark.anyio

CUT, POLLED, ROUNDS = 30, 20, 3

SLACK = 25
"""What comes and goes by itself, such as a connection kept for the next read. A leak of one a round leaves 90."""

DESCRIPTORS = Path("/proc/self/fd")


class Loopback:
    """Answers reads, and holds streams open until the round is over: then each breaks off in the middle of its body."""

    def __init__(self) -> None:
        self.open: dict[str, asyncio.StreamWriter] = {}
        self.connections = self.joined = self.asked = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while await self._answer((await reader.readuntil(b"\r\n\r\n")).split()[1].decode(), reader, writer):
                    pass
        finally:
            self.connections -= 1
            writer.close()

    async def _answer(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if not path.endswith("/stream"):
            self.asked += 1
            body = json.dumps({"state": "running"} if path.startswith("/runs/") else {}).encode()
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            return True
        self.joined += 1
        self.open[path] = writer
        event = b'data: {"token": "word "}\n\n'
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"%x\r\n%s\r\n" % (len(event), event))
        await reader.read()
        return False

    def cut(self) -> None:
        """Every stream that is open breaks off."""
        streams, self.open = self.open, {}
        for writer in streams.values():
            writer.close()


@asynccontextmanager
async def watched() -> AsyncIterator[tuple[Loopback, Hub]]:
    """All runs watched by a hub on real sockets."""
    loopback = Loopback()
    server = await asyncio.start_server(loopback.serve, "127.0.0.1", 0)
    hub = Hub((DayToy(),), Files(), client, LoopClock())
    try:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connection = (await hub.connect(ConnectionSpec(url))).id
        for kind, count in (("cut", CUT), ("polled", POLLED)):
            for number in range(count):
                await hub.watch(connection, Target("toy", f"{kind}-{number}"))
        yield loopback, hub
    finally:
        await hub.aclose()
        loopback.cut()
        server.close()
        await server.wait_closed()


def alive(loopback: Loopback, hub: Hub) -> dict[str, int]:
    """What a leak would show in."""
    timers = getattr(asyncio.get_running_loop(), "_scheduled", ())
    return {
        "tasks": len(asyncio.all_tasks()),
        "tasks of the hub": len(hub.tasks),
        "timers": sum(not timer.cancelled() for timer in timers),
        "threads": threading.active_count(),
        "connections": loopback.connections,
        "descriptors": len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.exists() else 0,
        "open exchanges": len(hub._live.recorder.open_links),
    }


async def until(there: Callable[[], bool]) -> None:
    """Wait until something is so; nobody tells of a task or a socket that is gone, so it is looked at now and then."""
    never = asyncio.Event()
    async with asyncio.timeout(120):
        while not there():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    await never.wait()


async def rounds(loopback: Loopback, hub: Hub, many: int) -> None:
    """Let every stream break off and be joined again. Afterwards there is a moment in which nothing is asked."""
    for _ in range(many):
        loopback.cut()
        await until(lambda: len(loopback.open) == CUT == len(hub._live.recorder.open_links))


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watches that join again at once, and never tire of a stream that breaks off; what is polled is so soon seldom."""
    for name, value in (("REJOIN_S", 0.01), ("SLOWER", 10.0)):
        monkeypatch.setattr(watcher, name, value)
    for name in ("BRIEF", "FRUITLESS"):
        monkeypatch.setattr(watcher, name, 1 << 30)


async def test_rounds_of_cutting_joining_and_asking_leave_no_task_timer_thread_or_socket(brisk: None) -> None:
    before = len(asyncio.all_tasks())
    async with watched() as (loopback, hub):
        await rounds(loopback, hub, 1)
        early = alive(loopback, hub)
        joined, asked = loopback.joined, loopback.asked
        await rounds(loopback, hub, ROUNDS)
        late = alive(loopback, hub)
        assert loopback.joined >= joined + ROUNDS * CUT
        assert loopback.asked >= asked + ROUNDS * CUT
        for name, count in late.items():
            assert count <= early[name] + SLACK, f"{name}: {early} → {late}"
    await until(lambda: not loopback.connections and len(asyncio.all_tasks()) == before)
    assert len(hub.tasks) == 0
