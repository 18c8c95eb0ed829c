"""A real server that has neither ids to ask for nor a list: what it can is found out, and what it cannot is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from inspector.domain.adapter import Target
from inspector.domain.errors import UserError
from inspector.services.hub import Hub
from inspector.services.model import ConnectionSpec
from inspector.wiring import build_hub
from tests.peers.responses.mock import Mock

pytestmark = [pytest.mark.peer, pytest.mark.anyio]

BOUND_S = 90.0


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = build_hub()
    yield hub
    await hub.aclose()


async def until(hub: Hub, holds: Callable[[], bool]) -> None:
    changed = asyncio.Event()
    leave = hub.subscribe(lambda change: changed.set())
    try:
        async with asyncio.timeout(BOUND_S):
            while not holds():
                changed.clear()
                await changed.wait()
    finally:
        leave()


async def test_a_response_is_started_and_its_calls_answered(hub: Hub, mock: Mock) -> None:
    connection = await hub.connect(ConnectionSpec(f"{mock.url}/v1", "responses"))
    run = await hub.start(connection.id, {"model": "gpt-4o-mini", "message": "weather", "tools": []})
    await until(hub, lambda: hub.verdict(run).ending == "waiting")
    calls = list(hub.case(run).run.tools)
    with pytest.raises(UserError, match="missing"):
        hub.plan(run, "submit_tool_outputs", {calls[0]: "12"})
    result = await hub.act(run, "submit_tool_outputs", dict.fromkeys(calls, "12"), wait_s=BOUND_S)
    assert result.outcome is not None
    assert (result.outcome.effect, result.started is not None) == ("seen", True)
    assert result.started is not None
    started = hub.case(result.started).run
    assert [message.text for message in started.messages.values()] == ["It is 12 degrees in Oslo, at noon."]
    assert hub.verdict(run).ending == "completed"


async def test_a_server_that_tells_nothing_of_itself_is_taken_for_what_it_may_be(hub: Hub, mock: Mock) -> None:
    doctor = await hub.doctor(ConnectionSpec(f"{mock.url}/v1"))
    assert (doctor.protocol, doctor.also) == ("responses", ())
    assert "lists models and answers no question about responses" in doctor.sentence


async def test_what_the_server_has_not_got_is_said_and_is_no_finding(hub: Hub, mock: Mock) -> None:
    connection = await hub.connect(ConnectionSpec(f"{mock.url}/v1", "responses"))
    run = await hub.start(connection.id, {"model": "gpt-4o-mini", "message": "hello"})
    await until(hub, lambda: (state := hub.watching(run)) is not None and not state.active)
    verdict = hub.verdict(run)
    assert verdict.ending == "completed"
    assert [finding.id for finding in verdict.findings] == []
    nowhere = await hub.watch(connection.id, Target("responses", "resp_nowhere_at_all"))
    assert hub.verdict(nowhere).ending == "lost"
