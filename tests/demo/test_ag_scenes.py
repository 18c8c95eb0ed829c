"""The scene of the app with several agents: through a proxy it hangs, and a kick lets it finish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from inspector.capture.proxy import ProxyServer
from inspector.demo.ag_scenes import AGENTS, HANGING, SCENES
from inspector.demo.server import DemoServer
from inspector.domain.frames import Kind
from inspector.services.tasks import Tasks
from tests.capture.kit import moment
from tests.transport.server import Log

TOKEN = "only-for-tests"
pytestmark = pytest.mark.anyio


class Seen:
    """What the proxy before the demo recorded, and its door."""

    def __init__(self, server: DemoServer, proxy: ProxyServer, log: Log) -> None:
        self.server = server
        self.log = log
        self._url = proxy.url

    def reports(self) -> str:
        """All that was reported of the trace."""
        return b"".join(frame.body for frame in self.log.frames if frame.kind is Kind.REQUEST).decode()

    async def until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not there():
                await moment()

    async def hanging(self) -> Mapping[str, Any]:
        """The exchange that has no answer, once there are two."""
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=self._url, trust_env=False) as client:
            while True:
                got = await client.get("/_inspector/exchanges", headers={"x-inspector-token": TOKEN})
                exchanges = got.json()["exchanges"]
                if len(exchanges) == 2:
                    hanging: Mapping[str, Any] = exchanges[1]
                    return hanging
                await moment()

    async def act(self, action: str, exchange: int) -> int:
        async with httpx.AsyncClient(base_url=self._url, trust_env=False) as client:
            path = f"/_inspector/exchanges/{exchange}/{action}"
            return (await client.post(path, headers={"x-inspector-token": TOKEN})).status_code


@asynccontextmanager
async def stage() -> AsyncIterator[Seen]:
    log, tasks = Log(), Tasks(lambda name, error: None)
    server = await DemoServer.start(speed=50.0)
    proxy = await ProxyServer.start(
        server.url_responses,
        0,
        TOKEN,
        open_link=log.open,
        reports=log.open,
        acted=lambda *act: None,
        start=tasks.start,
        wall=lambda: 0.0,
    )
    server.through = proxy.url
    try:
        yield Seen(server, proxy, log)
    finally:
        await proxy.aclose()
        await tasks.aclose()
        await server.aclose()


async def test_it_hangs_with_its_spans_open_until_it_is_kicked() -> None:
    async with stage() as seen:
        played = await seen.server.play(HANGING)
        exchange = await seen.hanging()
        assert (exchange["state"], exchange["timeout_s"]) == ("waiting", 600.0)
        assert str(played.thread) in seen.reports()
        assert "trace_end" not in seen.reports()
        assert await seen.act("kick", exchange["id"]) == 200
        await seen.until(lambda: '"shutdown"' in seen.reports())
        assert "trace_end" in seen.reports()
        assert "Error in agent run" not in seen.reports()


async def test_ended_by_hand_the_app_tells_the_error() -> None:
    async with stage() as seen:
        await seen.server.play(HANGING)
        assert await seen.act("fail", (await seen.hanging())["id"]) == 200
        await seen.until(lambda: '"shutdown"' in seen.reports())
        assert "Error in agent run" in seen.reports()


async def test_without_a_proxy_the_app_asks_the_server_itself() -> None:
    server = await DemoServer.start(speed=50.0)
    assert server.url_of(AGENTS) == server.url_langgraph
    await server.play(HANGING)
    await server.aclose()


def test_the_scene_is_named_and_explained() -> None:
    (scene,) = SCENES
    assert (scene.name, scene.protocol, scene.run, scene.start) == (HANGING, AGENTS, None, None)
    assert scene.teaches.endswith(".")
