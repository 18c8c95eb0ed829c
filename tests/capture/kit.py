"""A proxy between an app and a server that does as it is told, and the log that it writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from inspector.capture.proxy import ProxyServer
from inspector.services.tasks import Tasks
from inspector.transport.body import body_of
from inspector.transport.network import quick
from tests.transport.server import Log, Server, Talk, serving

TOKEN = "only-for-tests"
NOW = 1_700_000_000.0


class Bench:
    """A running proxy, its log, what was done by hand, and an app's client that asks it."""

    def __init__(self, server: ProxyServer, log: Log, behind: Server, app: httpx.AsyncClient, tasks: Tasks) -> None:
        self._tasks = tasks
        self.server = server
        self.log = log
        self.behind = behind
        self.app = app
        self.acts: list[tuple[str, int, str, str]] = []

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(60):
            while not there():
                await moment()

    def ask(self, body: bytes) -> asyncio.Task[httpx.Response]:
        """The app asks, and waits while the test goes on."""
        return self._tasks.start("the app", self.app.post("/v1/responses", content=body), awaited=True)

    def knock(self, url: str) -> asyncio.Task[ClientConnection]:
        """The app asks for a WebSocket, and waits while the test goes on."""

        async def work() -> ClientConnection:
            return await connect(url)

        return self._tasks.start("the app", work(), awaited=True)

    def request(self, body: bytes = b"{}", path: str = "/v1/responses", **headers: str) -> bytes:
        """A POST as it crosses the wire."""
        lines = {"host": f"127.0.0.1:{self.server.port}", "content-length": str(len(body)), **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body

    async def raw(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection of an app that has sent this."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        writer.write(data)
        return reader, writer

    async def control(self, method: str, path: str, token: str = TOKEN) -> tuple[int, Any]:
        """One request at the inspector's door: status and body."""
        answer = await self.app.request(method, f"/_inspector{path}", headers={"x-inspector-token": token})
        return answer.status_code, answer.json()


@asynccontextmanager
async def bench(*talks: Talk, base: str = "/v1") -> AsyncIterator[Bench]:
    """A proxy in front of a server whose connections do ``talks``, one after another."""
    failed: list[str] = []
    log, acts = Log(), list[tuple[str, int, str, str]]()
    tasks = Tasks(lambda name, error: failed.append(f"{name}: {error!r}"))
    async with serving(*talks) as behind:
        server = await ProxyServer.start(
            behind.url + base,
            0,
            TOKEN,
            open_link=log.open,
            reports=log.open,
            acted=lambda *act: acts.append(act),
            start=tasks.start,
            wall=lambda: NOW,
            dress=quick,
            events=body_of,
        )
        try:
            async with httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as app:
                made = Bench(server, log, behind, app, tasks)
                made.acts = acts
                yield made
        finally:
            await server.aclose()
            await tasks.aclose()
    assert failed == []


async def closed(writer: asyncio.StreamWriter) -> None:
    """Leave, as an app does."""
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def moment() -> None:
    """What happens on the other side of a socket is told by nobody: look again a little later."""
    await asyncio.sleep(0.005)
