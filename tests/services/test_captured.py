"""Runs of a proxy's log: what can be done to them goes to the proxy's own door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from inspector.domain.case import Case
from inspector.domain.errors import Refused
from inspector.domain.frames import Kind
from inspector.domain.inside import hung_exchange
from inspector.services.captured import UNKNOWN, Captured, exchange_of
from inspector.services.hub import LIVE, Hub
from inspector.services.model import ConnectionSpec, RunId
from inspector.wiring import build_hub, proxy_token, proxying
from tests.protocols.agents_sdk.spans import Story, started
from tests.transport.server import Peer, Talk, always, answer, serving
from tests.ui.stage import until

pytestmark = pytest.mark.anyio

DONE = b'{"id": "resp_1", "object": "response", "status": "completed", "output": []}'


async def silent(peer: Peer) -> None:
    await peer.request()
    await peer.gone()


class Desk:
    """A proxy that records in one hub, and another hub that follows its session."""

    def __init__(self, hub: Hub, url: str, run: RunId) -> None:
        self.hub = hub
        self.url = url
        self.run = run

    def possible(self) -> list[str]:
        return [action.id for action in self.hub.actions(self.run) if action.possible]

    async def knock(self) -> None:
        """Connect to the proxy."""
        token = proxy_token(self.url)
        assert token is not None
        await self.hub.connect(ConnectionSpec(self.url, "proxy", "door", dict([token])))


@asynccontextmanager
async def following(path: Path, *talks: Talk) -> AsyncIterator[Desk]:
    async with serving(*talks) as behind:
        recording, hub = build_hub(), build_hub()
        try:
            await recording.record_to(path)
            async with proxying(recording, behind.url, 0) as server, httpx.AsyncClient(trust_env=False) as app:
                work = app.post(server.base + "/responses", json={"model": "m", "input": "x"}, timeout=60)
                asked = recording.tasks.start("the app", work, awaited=True)
                await until(lambda: len(recording.runs(LIVE)) == 1, hub=recording)
                book = await hub.open(path)
                await until(lambda: len(hub.runs(book)) == 1, hub=hub)
                yield Desk(hub, server.url, hub.runs(book)[0])
                asked.cancel()
        finally:
            await hub.aclose()
            await recording.aclose()


async def test_what_hangs_is_kicked_and_the_effect_is_seen(tmp_path: Path) -> None:
    good = always(answer(200, DONE, content_type="application/json"))
    async with following(tmp_path / "a.session", silent, good) as desk:
        assert desk.possible() == []
        assert {action.why_not for action in desk.hub.actions(desk.run) if action.id in ("kick", "fail")} == {UNKNOWN}
        with pytest.raises(Refused):
            desk.hub.plan(desk.run, "kick", None)
        await desk.knock()
        assert desk.possible() == ["kick", "fail"]
        (planned,) = desk.hub.plan(desk.run, "kick", None)
        assert planned.url == f"{desk.url}/_inspector/exchanges/1/kick"
        result = await desk.hub.act(desk.run, "kick", None)
        assert result.outcome is not None
        assert result.outcome.effect == "seen"
        assert result.requests == (planned,)
        await until(lambda: desk.hub.verdict(desk.run).ending == "completed", hub=desk.hub)
        assert desk.possible() == []
        assert [entry.action for entry in desk.hub.journal() if entry.book != LIVE] == ["kick"]


async def test_an_exchange_is_ended_for_the_app(tmp_path: Path) -> None:
    async with following(tmp_path / "a.session", silent) as desk:
        await desk.knock()
        result = await desk.hub.act(desk.run, "fail", None)
        assert result.outcome is not None
        assert result.outcome.effect == "seen"
        await until(lambda: desk.possible() == [], hub=desk.hub)


async def test_a_log_that_no_proxy_wrote_has_no_door(tmp_path: Path) -> None:
    hub = build_hub()
    try:
        await hub.record_to(tmp_path / "a.session")
        captured = hub._captured
        assert isinstance(captured, Captured)
        assert captured.address(LIVE) is None
        assert not captured.takes(LIVE, "kick")
    finally:
        await hub.aclose()


async def test_the_newest_attempt_is_the_one_that_is_meant(tmp_path: Path) -> None:
    async with following(tmp_path / "a.session", silent, silent) as desk:
        await desk.knock()
        assert exchange_of(desk.hub.case(desk.run)) == 1
        await desk.hub.act(desk.run, "kick", None, wait_s=0.5)
        await until(lambda: exchange_of(desk.hub.case(desk.run)) == 2, hub=desk.hub)
        assert desk.possible() == ["kick", "fail"]


def test_what_hangs_a_run_of_agents_is_the_exchange_that_it_waits_for() -> None:
    story = started(Story("agents_sdk")).post(1.1).post(1.2)
    trace = next(run for run in story.book.runs.values() if run.protocol == "agents_sdk")
    case = Case(trace, story.book)
    assert hung_exchange(case, 5_000.0) is None
    hung = hung_exchange(case, 20_000.0)
    assert hung is not None
    assert hung.run.protocol == "responses"
    assert hung.run.first_at == 1_100.0


def test_where_a_proxy_says_what_it_relayed_nothing_else_belongs_to_the_program() -> None:
    """The rest of such a log is what somebody asked at the inspector's end, at whatever time."""
    story = started(Story("agents_sdk")).post(1.05)
    story.links += 1
    head = {"method": "POST", "url": "http://h/v1/responses", "headers": {}, "json": True, "exchange": story.links}
    story.add(1.3, Kind.REQUEST, head, b'{"model": "m", "input": "x", "stream": true}')
    trace = next(run for run in story.book.runs.values() if run.protocol == "agents_sdk")
    hung = hung_exchange(Case(trace, story.book), 20_000.0)
    assert hung is not None
    assert hung.run.first_at == 1_300.0
