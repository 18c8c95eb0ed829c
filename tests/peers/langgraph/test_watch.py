"""Foreign runs of a real server, watched by the hub: how they stand is told as it happens, what was done is proved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inspector.domain.actions import Effect
from inspector.domain.adapter import Target
from inspector.domain.charts import Ending
from inspector.domain.errors import Refused, UserError
from tests.peers.langgraph.office import Office
from tests.peers.langgraph.server import Server

pytestmark = pytest.mark.peer

V2 = "v2 event stream of the thread"


@pytest.fixture
async def office(langgraph_server: Server) -> AsyncIterator[Office]:
    office = await Office.open(langgraph_server.url)
    yield office
    await office.close()


async def test_a_run_that_ends_well(office: Office) -> None:
    _, run = await office.watched("hang", {"seconds": 2})
    await office.until(lambda: office.source(run) == V2)
    state = office.hub.watching(run)
    assert state is not None
    assert state.closing == "passive"

    await office.ends(run, Ending.COMPLETED)

    assert office.found(run) == set()
    assert office.hub.case(run).run.state == "success"


async def test_a_run_that_waits_is_answered_by_the_stranger(office: Office) -> None:
    thread, run = await office.watched("hitl", {"text": "draft"})
    await office.ends(run, Ending.WAITING)
    assert "run.waiting_for_input" in office.found(run)
    wanted = office.hub.case(run).run.wanted
    assert wanted is not None
    assert [ask.kind for ask in wanted.asks] == ["interrupt"]

    await office.foreign(thread, "hitl", command={"resume": "yes"})

    await office.ends(run, Ending.COMPLETED)


async def test_a_run_that_was_over_before(office: Office) -> None:
    thread = await office.thread()
    started = await office.foreign(thread, "boom")
    await office.stranger.get(f"/threads/{thread}/runs/{started}/join")
    await office.until_row(thread)

    run = await office.watch(thread, started)

    verdict = office.hub.verdict(run)
    assert verdict.ending is Ending.FAILED
    assert "run.failed" in office.found(run)
    assert any("the database said no" in str(finding.values) for finding in verdict.findings)


@pytest.mark.parametrize(
    ("graph", "given", "more", "ending"),
    [
        ("boom", {}, {}, Ending.FAILED),
        ("looper", {}, {"config": {"recursion_limit": 5}}, Ending.FAILED),
        ("stop", {}, {}, Ending.WAITING),
        ("steps", {}, {"interrupt_after": ["search"]}, Ending.WAITING),
        ("two", {}, {}, Ending.WAITING),
        ("nested", {}, {}, Ending.WAITING),
        ("tools", {"messages": [{"role": "user", "content": "?"}]}, {}, Ending.WAITING),
        ("fan", {}, {}, Ending.COMPLETED),
    ],
)
async def test_endings(office: Office, graph: str, given: object, more: dict[str, object], ending: Ending) -> None:
    _, run = await office.watched(graph, given, **more)

    await office.ends(run, ending)

    if ending is Ending.COMPLETED:
        assert office.found(run) == set()


async def test_a_run_named_alone_is_found_with_its_thread(office: Office) -> None:
    thread = await office.thread()
    started = await office.foreign(thread, "steps")

    run = await office.hub.watch(office.connection, Target("langgraph", started))

    assert office.hub.case(run).run.thread == thread
    with pytest.raises(UserError):
        await office.hub.watch(office.connection, Target("langgraph", "00000000-0000-0000-0000-000000000000"))


async def test_a_run_cancelled_by_the_stranger(office: Office) -> None:
    thread, run = await office.watched("hang")
    await office.reaches(thread, "crawl")

    await office.stranger.post(f"/threads/{thread}/runs/{office.hub.case(run).run.id}/cancel")

    await office.ends(run, Ending.CANCELLED)


async def test_a_run_rolled_back_by_the_stranger_is_cancelled_not_lost(office: Office) -> None:
    thread, run = await office.watched("hang")
    await office.reaches(thread, "crawl")
    name = office.hub.case(run).run.id

    outcome = await office.act(run, "cancel", {"action": "rollback"})

    assert outcome.outcome is not None
    assert outcome.outcome.effect is Effect.SEEN, outcome.outcome
    await office.ends(run, Ending.CANCELLED)
    assert (await office.stranger.get(f"/threads/{thread}/runs/{name}")).status_code == 404


async def test_a_silent_node_stalls_the_run(langgraph_server: Server) -> None:
    office = await Office.open(langgraph_server.url, silence=2.0, no_events=2.0)
    try:
        thread, run = await office.watched("hang")
        await office.ends(run, Ending.STALLED)
        assert "stream.silent" in office.found(run)
        await office.reaches(thread, "crawl")
        await office.until(lambda: office.lit(run).get("crawl") == "stuck")

        result = await office.act(run, "cancel")

        assert result.outcome is not None
        assert result.outcome.effect is Effect.SEEN
        await office.ends(run, Ending.CANCELLED)
    finally:
        await office.close()


async def test_a_hung_node_is_cancelled_skipped_and_continued_to_a_good_end(office: Office) -> None:
    thread, run = await office.watched("hang")
    await office.reaches(thread, "crawl")

    cancelled = await office.act(run, "cancel")
    assert cancelled.outcome is not None
    assert cancelled.outcome.effect is Effect.SEEN
    skipped = await office.act(run, "set_state", {"values": {"trail": ["by hand"]}, "as_node": "crawl"})
    assert skipped.outcome is not None
    assert skipped.outcome.effect is Effect.SEEN
    continued = await office.act(run, "continue")

    assert continued.outcome is not None
    assert continued.outcome.effect is Effect.SEEN, continued.outcome
    assert continued.started is not None
    await office.ends(continued.started, Ending.COMPLETED)
    assert (await office.state(thread))["values"]["trail"] == ["first", "by hand", "last"]
    assert [entry.action for entry in office.hub.journal()] == ["cancel", "set_state", "continue"]


async def test_an_answer_by_hand(office: Office) -> None:
    thread, run = await office.watched("hitl")
    await office.ends(run, Ending.WAITING)
    steps: list[str] = []

    result = await office.hub.act(run, "resume", {"ok": True}, on_step=lambda step: steps.append(step.kind))

    assert result.outcome is not None
    assert result.outcome.effect is Effect.SEEN
    assert result.started is not None
    assert [request.method for request in result.requests] == ["POST"]
    assert len(result.answers) == 1
    assert steps[-1] == "seen"
    await office.ends(result.started, Ending.COMPLETED)
    await office.ends(run, Ending.COMPLETED)
    assert (await office.state(thread))["values"]["answer"] == {"ok": True}


async def test_a_node_that_swallows_the_cancel_is_still_executing(office: Office) -> None:
    thread, run = await office.watched("stubborn", {"seconds": 9})
    await office.reaches(thread, "hold_on")

    result = await office.act(run, "cancel", wait_s=3)

    assert result.outcome is not None
    assert result.outcome.effect is Effect.NOT_SEEN
    await office.until(lambda: "run.still_executing" in office.found(run))
    await office.until(lambda: "run.still_executing" not in office.found(run))


async def test_a_queued_run_is_blocked_by_the_one_before(langgraph_server: Server) -> None:
    office = await Office.open(langgraph_server.url, not_started=2.0, no_events=2.0, silence=60.0)
    try:
        thread, first = await office.watched("hang")
        await office.reaches(thread, "crawl")
        second = await office.watch(thread, await office.foreign(thread, "hang", {"seconds": 0}))
        await office.ends(second, Ending.NOT_STARTED)
        await office.until(lambda: "run.blocked" in office.found(second))
        blocked = next(each for each in office.hub.verdict(second).findings if each.id == "run.blocked")
        assert str(office.hub.case(first).run.id) in str(blocked.values)

        result = await office.act(first, "cancel")

        assert result.outcome is not None
        assert result.outcome.effect is Effect.SEEN, result.outcome
        await office.ends(second, Ending.COMPLETED)
    finally:
        await office.close()


async def test_a_rejected_start_is_refused_in_the_servers_words(office: Office) -> None:
    thread, run = await office.watched("hang")
    await office.reaches(thread, "crawl")

    with pytest.raises(Refused, match="already running"):
        await office.hub.start(office.connection, {"assistant_id": "hang", "input": {}, "thread_id": thread})

    await office.act(run, "cancel")


async def test_a_run_of_our_own(office: Office) -> None:
    run = await office.hub.start(office.connection, {"assistant_id": "fan", "input": {}})

    await office.ends(run, Ending.COMPLETED)

    nodes = {node.name for node in office.hub.case(run).run.nodes.values()}
    assert {"split", "researcher", "fetch", "condense", "join"} <= nodes


async def test_what_was_recorded_gives_the_same_verdict(office: Office, tmp_path: Path) -> None:
    session = tmp_path / "watched.session"
    await office.hub.record_to(session)
    _, waiting = await office.watched("hitl")
    _, failed = await office.watched("boom")
    await office.ends(waiting, Ending.WAITING)
    await office.ends(failed, Ending.FAILED)
    live = {office.hub.case(run).run.id: office.hub.verdict(run) for run in (waiting, failed)}

    book = await office.hub.open(session)
    await office.until(lambda: len(office.hub.runs(book)) == 2)

    for run in office.hub.runs(book):
        verdict = live[office.hub.case(run).run.id]
        assert office.hub.verdict(run).ending is verdict.ending
        assert [finding.id for finding in office.hub.verdict(run).findings] == [each.id for each in verdict.findings]
