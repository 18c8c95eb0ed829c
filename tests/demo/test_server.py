from __future__ import annotations

import asyncio

import httpx
import pytest

from inspector.demo.server import SCENES, DemoServer
from inspector.domain.errors import UserError
from tests.demo.support import running


async def test_all_backends_answer_on_one_port() -> None:
    async with running() as demo:
        server = demo.server
        assert server.url_langgraph.startswith("http://127.0.0.1:")
        assert server.url_assistants == f"{server.url_langgraph}/v1"
        async with httpx.AsyncClient(timeout=60.0) as client:
            assert (await client.get(f"{server.url_langgraph}/ok")).json()["ok"] is True
            assert (await client.get(f"{server.url_assistants}/threads")).json()["object"] == "list"
            assert (await client.get(f"{server.url_responses}/models")).json()["object"] == "list"
            told = (await client.get(server.url_langgraph)).json()
            assert (told["assistants"], told["responses"]) == ("/v1", "/v1")
        urls = [server.url_of(protocol) for protocol in ("langgraph", "assistants", "responses")]
        assert urls == [server.url_langgraph, server.url_assistants, server.url_responses]


async def test_a_scene_is_played_and_remembered() -> None:
    async with running() as demo:
        assert [scene.name for scene in demo.server.scenes] == [scene.name for scene in SCENES]
        played = await demo.server.play("langgraph-interrupt")
        assert played in demo.server.scenes
        assert (await demo.json("GET", f"/threads/{played.thread}/runs/{played.run}"))["status"] == "pending"
        demo.clock.turn(10)
        run = await demo.json("GET", f"/threads/{played.thread}/runs/{played.run}")
        assert run["status"] == "success"
        assert run["kwargs"]["config"]["metadata"]["langgraph_api_url"] == demo.server.url_langgraph


async def test_a_scene_that_is_not_there_is_named_with_those_that_are() -> None:
    async with running() as demo:
        with pytest.raises(UserError, match=r"no scene “nope”.*langgraph-healthy"):
            await demo.server.play("nope")


async def test_a_port_that_is_taken_is_said() -> None:
    async with running() as demo:
        port = int(demo.server.url_langgraph.rsplit(":", 1)[1])
        with pytest.raises(UserError, match=f"Port {port} of this machine cannot be used"):
            await DemoServer.start(port)


async def test_closing_leaves_nothing_to_happen() -> None:
    async with running() as demo:
        for scene in SCENES:
            await demo.server.play(scene.name)
        demo.clock.turn(2)
        await demo.server.aclose()
        assert demo.clock.waiting == 0
        with pytest.raises(httpx.TransportError):
            await demo.client.get("/ok")


async def _completed(url: str, server: DemoServer) -> str:
    scene = await server.play("langgraph-healthy")
    async with httpx.AsyncClient(base_url=url, timeout=60.0) as client, asyncio.timeout(60):
        while True:
            thread = (await client.get(f"/threads/{scene.thread}")).json()
            if thread["status"] != "busy":
                return str(thread["status"])


async def test_it_runs_on_the_time_of_the_loop_too() -> None:
    server = await DemoServer.start(speed=200.0)
    assert await _completed(server.url_langgraph, server) == "idle"
    await server.aclose()


@pytest.mark.qt_loop
async def test_it_runs_on_the_loop_of_the_window() -> None:
    server = await DemoServer.start(speed=200.0)
    assert await _completed(server.url_langgraph, server) == "idle"
    await server.aclose()
