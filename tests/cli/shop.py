"""The command line in this process, and a demo server beside it that remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from inspector.capture.http import Reply, Request
from inspector.cli import main
from inspector.demo.scenes import Scene
from inspector.demo.server import DemoServer

SPEED = 20.0
BOUND_S = 60.0
READS = ("GET", "HEAD")
ASKING = ("/threads/search", "/threads/count", "/assistants/search", "/stream/events")
"""Reads that are sent as POST."""


@dataclass(slots=True)
class Said:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        """The last object."""
        found: dict[str, Any] = self.lines[-1]
        return found


class Shell:
    """Runs commands on a thread of their own, so that the servers of the test go on meanwhile."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    async def __call__(self, *words: str, exits: int | None = None) -> Said:
        self._capsys.readouterr()
        status = await asyncio.wait_for(asyncio.to_thread(main, list(words)), BOUND_S)
        said = Said(status, *self._capsys.readouterr())
        assert exits in (None, status), said
        return said


class Shop:
    """A demo server with a command line for it. ``asked``: each request that came, as method and path."""

    def __init__(self, server: DemoServer, shell: Shell) -> None:
        self.server = server
        self.shell = shell
        self.asked: list[tuple[str, str]] = []
        self._answer = server._app.answer
        server._app.answer = self._note  # type: ignore[method-assign]

    @property
    def writes(self) -> list[str]:
        """The paths of what was sent and is no read, in order."""
        return [path for method, path in self.asked if method not in READS and not path.endswith(ASKING)]

    def url(self, scene: Scene) -> str:
        """The address of the backend that plays a scene."""
        return self.server.url_of(scene.protocol)

    async def enter(self, name: str) -> Scene:
        """Play a scene that is entered by attaching."""
        scene = await self.server.play(name)
        assert scene.run is not None
        return scene

    async def waiting(self, name: str) -> Scene:
        """Play a scene, and watch it until its run has ended or waits: asked early on, if its stream hides that."""
        scene = await self.enter(name)
        await self.watch(scene, "--silence", "0.5")
        self.asked.clear()
        return scene

    async def over(self, name: str, status: str) -> Scene:
        """Play an Assistants-compatible scene until the server gives its run this status."""
        scene = await self.enter(name)
        async with httpx.AsyncClient(base_url=self.url(scene)) as client:
            await until(client, f"/threads/{scene.thread}/runs/{scene.run}", lambda run: run["status"] == status)
        self.asked.clear()
        return scene

    async def at(self, name: str, node: str) -> Scene:
        """Play a LangGraph scene until a node is what runs."""
        scene = await self.enter(name)
        async with httpx.AsyncClient(base_url=self.url(scene)) as client:
            await until(client, f"/threads/{scene.thread}/state", lambda state: state["next"] == [node])
        self.asked.clear()
        return scene

    async def watch(self, scene: Scene, *more: str, exits: int | None = None) -> Said:
        return await self.shell("watch", *self.words(scene), *more, exits=exits)

    async def act(
        self, action: str, scene: Scene, data: Any = None, *more: str, run: str | None = None, exits: int = 0
    ) -> dict[str, Any]:
        """Send an act without asking; the object that it prints."""
        given = [] if data is None else ["--data", json.dumps(data)]
        words = self.words(scene, run)
        said = await self.shell("act", action, *words, *given, "--yes", "--json", *more, exits=exits)
        (told,) = said.lines
        assert told["action"] == action
        assert isinstance(told, dict)
        return told

    def words(self, scene: Scene, run: str | None = None) -> Sequence[str]:
        """URL, run and thread of a scene, as a command wants them."""
        thread = [] if scene.thread is None else ["--thread", scene.thread]
        return [self.url(scene), run or str(scene.run), *thread]

    def _note(self, request: Request, reply: Reply) -> None:
        self.asked.append((request.method, request.path))
        self._answer(request, reply)


@asynccontextmanager
async def answering(status: str, body: str = "{}") -> AsyncIterator[tuple[str, list[str]]]:
    """A server that answers everything alike; its URL, and the heads of the requests that came."""
    heads: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            told = body.encode()
            head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(told)}\r\n"
            writer.write(f"{head}connection: close\r\n\r\n".encode() + told)
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
    finally:
        server.close()
        await server.wait_closed()


async def until(client: httpx.AsyncClient, path: str, holds: Callable[[Any], bool]) -> Any:
    """Ask a server until something holds of its answer: it tells of no change by itself."""
    async with asyncio.timeout(BOUND_S):
        answer = (await client.get(path)).json()
        while not holds(answer):
            await _moment()
            answer = (await client.get(path)).json()
    return answer


async def _moment() -> None:
    await asyncio.sleep(0.02)
