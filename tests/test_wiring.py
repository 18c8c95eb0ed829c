"""The real parts together, on the demo server: watched, acted on, recorded, killed, and read again."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from inspector import wiring
from inspector.demo.server import DemoServer
from inspector.domain.adapter import Query, Target
from inspector.domain.charts import Ending
from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.services.hub import LIVE, Hub
from inspector.services.live import word_of
from inspector.services.model import Change, ConnectionSpec, RunId
from inspector.wiring import build_hub, stored_key

pytestmark = pytest.mark.anyio

SPEED = 20.0
BOUND_S = 60.0


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    server = await DemoServer.start(speed=SPEED)
    yield server
    await server.aclose()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = build_hub()
    yield hub
    await hub.aclose()


async def until(hub: Hub, holds: Callable[[], bool]) -> None:
    """Wait for something to hold, looking whenever the hub tells of a change."""
    changed = asyncio.Event()

    def wake(change: Change) -> None:
        changed.set()

    leave = hub.subscribe(wake)
    try:
        async with asyncio.timeout(BOUND_S):
            while not holds():
                changed.clear()
                await changed.wait()
    finally:
        leave()


async def ending(hub: Hub, run: RunId, *endings: Ending) -> None:
    try:
        await until(hub, lambda: hub.verdict(run).ending in endings)
    except TimeoutError:
        raise AssertionError(f"never {endings}: {hub.verdict(run)} {hub.watching(run)} {hub.status()}") from None


async def attach(hub: Hub, server: DemoServer, name: str) -> RunId:
    """Play a scene and enter it the way it is meant to be entered."""
    scene = await server.play(name)
    url = server.url_langgraph if scene.protocol == "langgraph" else server.url_assistants
    connection = await hub.connect(ConnectionSpec(url, headers={"x-api-key": "sesame-open"}))
    assert connection.protocol == scene.protocol
    if scene.start is not None:
        return await hub.start(connection.id, scene.start)
    return await hub.watch(connection.id, Target(scene.protocol, scene.run, scene.thread))


async def test_a_langgraph_run_that_waits_is_answered_and_the_session_tells_it_all(
    hub: Hub, server: DemoServer, tmp_path: Path
) -> None:
    path = tmp_path / "a.session"
    await hub.record_to(path)
    run = await attach(hub, server, "langgraph-interrupt")
    await ending(hub, run, Ending.WAITING)
    (request,) = hub.plan(run, "resume", "yes")
    result = await hub.act(run, "resume", "yes", wait_s=BOUND_S)
    assert result.possible
    assert result.outcome is not None
    assert (result.outcome.effect, result.requests) == ("seen", (request,))
    assert [status for status, _ in result.answers] == [200]
    assert result.started is not None
    await ending(hub, result.started, Ending.COMPLETED)
    sent = next(f for f in hub.frames_of(LIVE, range(1, 10_000)) if f.kind is Kind.REQUEST and b'"resume"' in f.body)
    assert (sent.head["method"], sent.head["url"]) == (request.method, request.url)
    assert {request.headers["x-api-key"], sent.headers["x-api-key"]} == {"<redacted>"}
    live = {hub.case(each).run.id: word_of(hub.verdict(each)) for each in hub.runs(LIVE)}
    journal = [(entry.action, entry.effect, entry.requests) for entry in hub.journal()]
    await hub.aclose()
    assert b"sesame-open" not in path.read_bytes()

    later = build_hub()
    book = await later.open(path)
    assert {later.case(each).run.id: word_of(later.verdict(each)) for each in later.runs(book)} == live
    assert [(entry.action, entry.effect, entry.requests) for entry in later.journal(book)] == journal
    await later.export(book, tmp_path / "a.wire.jsonl")
    copy = await later.open(tmp_path / "a.wire.jsonl")
    assert {later.case(each).run.id: word_of(later.verdict(each)) for each in later.runs(copy)} == live
    await later.aclose()


async def test_an_assistants_run_is_given_its_tool_outputs_and_goes_on_to_its_end(hub: Hub, server: DemoServer) -> None:
    run = await attach(hub, server, "assistants-two-tool-outputs")
    await ending(hub, run, Ending.WAITING)
    wanted = hub.case(run).run.wanted
    assert wanted is not None
    outputs = {ask.id: "12 degrees" for ask in wanted.asks}
    with pytest.raises(UserError):
        hub.plan(run, "submit_tool_outputs", {"call_of_somebody_else": "x"})
    result = await hub.act(run, "submit_tool_outputs", outputs, wait_s=BOUND_S)
    assert result.outcome is not None
    assert result.outcome.effect == "seen"
    assert result.started is None
    await ending(hub, run, Ending.COMPLETED)


async def test_a_stuck_node_is_cancelled_skipped_by_hand_and_left_behind(hub: Hub, server: DemoServer) -> None:
    run = await attach(hub, server, "langgraph-stuck-node")
    await until(hub, lambda: any(node.name == "crawl" for node in hub.case(run).run.nodes.values()))
    cancelled = await hub.act(run, "cancel", None, wait_s=BOUND_S)
    assert cancelled.outcome is not None
    assert cancelled.outcome.effect == "seen"
    await ending(hub, run, Ending.CANCELLED)
    proposal = next(action.data for action in hub.actions(run) if action.id == "set_state")
    edited = await hub.act(run, "set_state", proposal, wait_s=BOUND_S)
    assert edited.outcome is not None
    assert edited.outcome.effect == "seen"
    went_on = await hub.act(run, "continue", None, wait_s=BOUND_S)
    assert went_on.outcome is not None
    assert went_on.outcome.effect == "seen"
    assert went_on.started is not None
    await ending(hub, went_on.started, Ending.COMPLETED)


@pytest.mark.parametrize("name", ["langgraph-cut-midway", "assistants-cut-midway"])
async def test_a_run_outlives_its_stream(hub: Hub, server: DemoServer, name: str) -> None:
    run = await attach(hub, server, name)
    await ending(hub, run, Ending.COMPLETED)
    ends = [link.end.head["how"] for link in hub.case(run).links() if link.end is not None]
    assert "cut" in ends


async def test_what_a_server_has_can_be_listed(hub: Hub, server: DemoServer) -> None:
    scene = await server.play("langgraph-healthy")
    connection = await hub.connect(ConnectionSpec(server.url_langgraph))
    threads = await hub.list(connection.id, Query("threads"))
    assert scene.thread in [thread.id for thread in threads.items]
    runs = await hub.list(connection.id, Query("runs", scene.thread))
    assert [run.id for run in runs.items] == [scene.run]


async def test_where_nothing_listens_is_said_in_one_sentence(hub: Hub, server: DemoServer) -> None:
    url = server.url_langgraph
    await server.aclose()
    with pytest.raises(UserError) as told:
        await hub.connect(ConnectionSpec(url))
    assert told.value.unreachable
    assert str(told.value).endswith(".")


KILLED = """
import asyncio, sys
from pathlib import Path
from inspector.domain.adapter import Target
from inspector.services.model import ConnectionSpec
from inspector.wiring import build_hub

async def main(url, thread, run, path):
    hub = build_hub()
    await hub.record_to(Path(path))
    connection = await hub.connect(ConnectionSpec(url))
    watched = await hub.watch(connection.id, Target("langgraph", run, thread))
    def tell(change):
        verdict = hub.verdict(watched)
        print(len(hub.rows(1)), verdict.ending.value, [finding.id for finding in verdict.findings], flush=True)
    hub.subscribe(tell)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_recording_that_was_killed_opens_and_says_what_the_live_view_said(
    hub: Hub, server: DemoServer, tmp_path: Path
) -> None:
    path = tmp_path / "killed.session"
    scene = await server.play("langgraph-keepalives-only")
    words = [sys.executable, "-c", KILLED, server.url_langgraph, str(scene.thread), str(scene.run), str(path)]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said: list[str] = []
    async with asyncio.timeout(BOUND_S):
        while len(said) < 3 or " running " not in said[-1]:
            line = await process.stdout.readline()
            assert line, "it ended by itself"
            said.append(line.decode().strip())
    process.send_signal(signal.SIGKILL)
    said += [line.decode().strip() async for line in process.stdout]
    await process.wait()
    book = await hub.open(path)
    shown = next(each for each in hub.books() if each.id == book)
    assert shown.recovered is not None
    (run,) = hub.runs(book)
    verdict = hub.verdict(run)
    rows, _, told = said[-1].partition(" ")
    assert f"{verdict.ending.value} {[finding.id for finding in verdict.findings]}" == told
    assert len(hub.rows(book)) >= int(rows), "what was shown was safe before"


async def test_a_session_that_another_hub_records_is_followed(hub: Hub, server: DemoServer, tmp_path: Path) -> None:
    path = tmp_path / "shared.session"
    await hub.record_to(path)
    run = await attach(hub, server, "langgraph-interrupt")
    reader = build_hub()
    try:
        book = await reader.open(path)
        assert next(each for each in reader.books() if each.id == book).live
        await until(
            reader,
            lambda: any(reader.verdict(each).ending is Ending.WAITING for each in reader.runs(book)),
        )
        await ending(hub, run, Ending.WAITING)
    finally:
        await reader.aclose()


@pytest.mark.qt_loop
async def test_on_the_loop_of_the_window_it_works_as_well(tmp_path: Path) -> None:
    # No fixtures: pytest-qt lets Qt work between a test and its fixtures, when no loop runs.
    server, hub = await DemoServer.start(speed=SPEED), build_hub()
    try:
        await hub.record_to(tmp_path / "a.session")
        run = await attach(hub, server, "langgraph-interrupt")
        await ending(hub, run, Ending.WAITING)
        result = await hub.act(run, "resume", "yes", wait_s=BOUND_S)
        assert result.outcome is not None
        assert result.outcome.effect == "seen"
        await hub.export(LIVE, tmp_path / "a.wire.jsonl")
        book = await hub.open(tmp_path / "a.wire.jsonl")
        assert len(hub.runs(book)) == len(hub.runs(LIVE))
    finally:
        await hub.aclose()
        await server.aclose()


def test_without_a_keychain_there_is_no_key_and_no_error() -> None:
    assert stored_key("http://127.0.0.1:2024") is None


def test_a_client_that_cannot_be_made_is_said() -> None:
    with pytest.raises(UserError):
        wiring.client(ConnectionSpec("nonsense"))
    with pytest.raises(UserError):
        wiring.client(ConnectionSpec("http://127.0.0.1", headers={"x y": "z"}))


def test_who_sits_here_is_a_name_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("no such user")

    assert isinstance(wiring.user(), str)
    monkeypatch.setattr("getpass.getuser", nobody)
    assert wiring.user() == ""
