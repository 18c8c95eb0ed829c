"""A real server that goes away in the middle of a run, politely or not, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inspector.domain.actions import Effect
from inspector.domain.charts import Ending
from tests.peers.langgraph.office import Office
from tests.peers.langgraph.server import Server

pytestmark = pytest.mark.peer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server of this test alone."""
    server = await asyncio.to_thread(Server(tmp_path).start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest.fixture
async def office(server: Server) -> AsyncIterator[Office]:
    office = await Office.open(server.url)
    yield office
    await office.close()


@pytest.mark.parametrize("polite", [True, False])
async def test_a_server_that_goes_away_cuts_the_stream(server: Server, office: Office, polite: bool) -> None:
    thread, run = await office.watched("hang")
    await office.reaches(thread, "crawl")
    await office.until(lambda: office.hub.case(run).run.state == "running")

    await asyncio.to_thread(server.stop if polite else server.kill)

    await office.ends(run, Ending.CUT)
    assert office.found(run) & {"stream.no_terminal", "stream.cut", "stream.no_headers"}, office.hub.verdict(run)
    await office.until(lambda: bool((state := office.hub.watching(run)) and state.problem))
    result = await office.act(run, "cancel", wait_s=3)
    assert result.outcome is None or result.outcome.effect is not Effect.SEEN


async def test_a_run_of_a_server_that_came_back_is_watched_again(server: Server, office: Office) -> None:
    thread, run = await office.watched("hang", {"seconds": 6})
    await office.reaches(thread, "crawl")
    await asyncio.to_thread(server.stop)
    await office.ends(run, Ending.CUT)

    await asyncio.to_thread(server.start)

    await office.ends(run, Ending.COMPLETED, seconds=90)
    assert (await office.state(thread))["next"] == []
