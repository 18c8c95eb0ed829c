"""The hub on a real server, and a stranger who starts runs there behind its back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from inspector.domain.adapter import Target
from inspector.domain.case import Thresholds
from inspector.domain.charts import Ending
from inspector.services.hub import Hub
from inspector.services.model import ActResult, Change, ConnectionSpec, RunId
from inspector.wiring import build_hub


class Office:
    """A hub with one connection. ``stranger`` speaks to the same server without it."""

    def __init__(self, hub: Hub, connection: int, url: str) -> None:
        self.hub = hub
        self.connection = connection
        self.stranger = httpx.AsyncClient(base_url=url, timeout=60)
        self._changed = asyncio.Event()
        self._unsubscribe = hub.subscribe(self._note)

    @classmethod
    async def open(cls, url: str, **thresholds: float) -> Office:
        """Connect to a server, with some thresholds of silence of its own (seconds)."""
        hub = build_hub()
        connection = await hub.connect(ConnectionSpec(url, thresholds=Thresholds(**thresholds)))
        return cls(hub, connection.id, url)

    async def close(self) -> None:
        self._unsubscribe()
        await self.stranger.aclose()
        await self.hub.aclose()
        assert self.hub.status().tasks_failed == ()

    async def until(self, holds: Callable[[], bool], seconds: float = 40.0) -> None:
        """Wait for what the hub tells, until something holds."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def ends(self, run: RunId, *endings: Ending, seconds: float = 40.0) -> None:
        """Wait until a run stands so."""
        try:
            await self.until(lambda: self.hub.verdict(run).ending in endings, seconds)
        except TimeoutError:
            raise AssertionError(f"never {endings}: {self.hub.verdict(run)} {self.hub.watching(run)}") from None

    async def thread(self) -> str:
        return str((await self._json("POST", "/threads", {}))["thread_id"])

    async def foreign(self, thread: str, graph: str, given: Any = None, **more: Any) -> str:
        """A run that the stranger starts in the background."""
        body = {"assistant_id": graph, "input": {} if given is None else given, **more}
        return str((await self._json("POST", f"/threads/{thread}/runs", body))["run_id"])

    async def row(self, thread: str, run: str | None = None) -> dict[str, Any]:
        path = f"/threads/{thread}" + (f"/runs/{run}" if run else "")
        found: dict[str, Any] = await self._json("GET", path)
        return found

    async def state(self, thread: str) -> dict[str, Any]:
        found: dict[str, Any] = await self._json("GET", f"/threads/{thread}/state")
        return found

    async def reaches(self, thread: str, node: str) -> None:
        """Wait until a node is what runs next."""
        async with asyncio.timeout(90):
            while (await self.state(thread)).get("next") != [node]:
                await moment()

    async def until_row(self, thread: str) -> None:
        """Wait until a thread is not busy any more."""
        async with asyncio.timeout(90):
            while (await self.row(thread))["status"] == "busy":
                await moment()

    async def watch(self, thread: str, run: str) -> RunId:
        return await self.hub.watch(self.connection, Target("langgraph", run, thread))

    async def watched(self, graph: str, given: Any = None, **more: Any) -> tuple[str, RunId]:
        """A foreign run, watched from early on."""
        thread = await self.thread()
        run = await self.foreign(thread, graph, given, **more)
        return thread, await self.watch(thread, run)

    async def act(self, run: RunId, action: str, data: Any = None, wait_s: float = 20.0) -> ActResult:
        return await self.hub.act(run, action, data, wait_s=wait_s)

    def found(self, run: RunId) -> set[str]:
        """The ids of the findings."""
        return {finding.id for finding in self.hub.verdict(run).findings}

    def lit(self, run: RunId) -> dict[str, str]:
        """The nodes of its drawing that are lit."""
        drawing = self.hub.drawing(run)
        return {} if drawing is None else dict(drawing.lit)

    def source(self, run: RunId) -> str:
        """How it is watched now, in the user's words."""
        state = self.hub.watching(run)
        return "" if state is None else state.source

    def _note(self, change: Change) -> None:
        self._changed.set()

    async def _json(self, method: str, path: str, body: Any = None) -> Any:
        response = await self.stranger.request(method, path, **({} if body is None else {"json": body}))
        return response.raise_for_status().json()


async def moment() -> None:
    """The server tells nobody but its watchers when something changes: who is none has to ask again."""
    await asyncio.sleep(0.1)
