"""The official client talks to real servers through the proxy, and agrees with what we say passed."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.demo.server import DemoServer
from tests.peers.responses.desk import watched
from tests.peers.responses.mock import Mock

pytestmark = [pytest.mark.peer, pytest.mark.anyio]

TOOLS = [
    {"type": "function", "name": name, "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
    for name in ("get_weather", "get_time")
]


def request(text: str, model: str = "gpt-4o-mini", **more: Any) -> dict[str, Any]:
    return {"model": model, "input": text, "stream": True, **more}


def text_of(run: dict[str, Any]) -> str:
    return "".join(message["text"] for message in run["messages"] if message["role"] == "assistant")


def calls_of(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: call[name] for name in ("id", "name", "arguments")} for call in run["tool_calls"]]


def ids(run: dict[str, Any]) -> set[str]:
    return {finding["id"] for finding in run["findings"]}


async def test_what_aimock_says_is_what_the_client_hears_and_what_we_tell(mock: Mock) -> None:
    asked = [
        request("hello"),
        request("hello", stream=False),
        request("weather", tools=TOOLS, outputs="12"),
        request("break"),
    ]
    async with watched(mock.url) as desk:
        heard = await desk.client(*asked)
        runs = desk.runs()
    assert [run["ending"] for run in runs] == ["completed", "completed", "completed", "completed", "cut"]
    for run, told in zip(runs, heard, strict=True):
        assert (text_of(run), calls_of(run)) == (told["text"], told["calls"])
        assert run["id"] == told["id"]
    tools = runs[2]["tool_calls"]
    assert [(call["name"], call["output"]) for call in tools] == [("get_weather", "12"), ("get_time", "12")]
    assert runs[3]["thread"] == runs[2]["thread"]
    assert heard[4]["error"] is not None
    assert ids(runs[4]) & {"stream.cut", "stream.no_terminal"}
    assert not any(ids(run) & {"stream.sequence", "run.unknown_word", "stream.bad_data"} for run in runs)


async def test_each_ending_of_the_demo_is_told_as_the_client_hears_it() -> None:
    server = await DemoServer.start(speed=10.0)
    models = ("healthy", "failing", "token-limit", "content-filter", "no-terminal-event")
    try:
        async with watched(server.url_langgraph) as desk:
            heard = await desk.client(*(request("When does the ferry leave?", model) for model in models))
            runs = desk.runs()
    finally:
        await server.aclose()
    endings = ["completed", "failed", "incomplete", "incomplete", "cut"]
    assert [run["ending"] for run in runs] == endings
    assert [told["status"] for told in heard] == ["completed", "failed", "incomplete", "incomplete", "in_progress"]
    for run, told in zip(runs, heard, strict=True):
        assert (run["id"], text_of(run)) == (told["id"], told["text"])
        assert not ids(run) & {"run.unknown_word", "stream.sequence", "run.illegal_transition"}


async def test_attempts_of_the_client_are_one_response() -> None:
    server = await DemoServer.start(speed=10.0)
    try:
        async with watched(server.url_langgraph) as desk:
            (told,) = await desk.client(request("When does the ferry leave?", "no-headers-twice"))
            (run,) = desk.runs()
    finally:
        await server.aclose()
    assert (told["status"], run["ending"], run["attempts"]) == ("completed", "completed", 3)
    assert run["id"] == told["id"]
    attempts = next(finding for finding in run["findings"] if finding["id"] == "stream.attempts")
    assert "3" in attempts["text"]
