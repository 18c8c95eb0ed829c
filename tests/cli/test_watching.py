"""Runs watched from the command line: to their end or wait, for a time, all at once, recorded, and killed."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from inspector.cli import watching
from inspector.cli.watching import Screen, Seen
from inspector.domain.adapter import ThreadRef
from inspector.domain.errors import UserError
from inspector.domain.events import Opened, Purpose
from inspector.domain.frames import Kind
from tests.cli.shop import BOUND_S, Shell, Shop, answering, until
from tests.domain.test_routine import Log
from tests.house.sources import ROOT

pytestmark = pytest.mark.anyio

STARTED = {
    "assistants-healthy": ("completed", set[str](), 0),
    "assistants-no-final-event": ("completed", {"run.final_event_lost"}, 0),
    "assistants-cut-midway": ("completed", {"stream.cut"}, 0),
    "assistants-content-filter": ("incomplete", {"run.incomplete"}, 1),
    "assistants-failed": ("failed", {"run.failed"}, 1),
}
ATTACHED = {
    "langgraph-healthy": ("completed", set[str](), 0),
    "langgraph-interrupt": ("waiting", {"run.waiting_for_input"}, 0),
    "langgraph-cut-midway": ("completed", set[str](), 0),
    "langgraph-failed": ("failed", {"run.failed"}, 1),
    "langgraph-cancelled": ("cancelled", set[str](), 1),
    "assistants-two-tool-outputs": ("waiting", {"run.waiting_for_input"}, 0),
    "assistants-expired": ("expired", {"run.expired", "tool.unanswered"}, 1),
}
QUIET = ("langgraph-stuck-node", "assistants-stuck")
KEYS = {"id", "thread", "status", "ending", "attempts", "started_ms", "ended_ms", "findings", "messages", "tool_calls"}


def ids(run: dict[str, Any]) -> set[str]:
    return {finding["id"] for finding in run["findings"]}


def verdict(run: dict[str, Any]) -> tuple[Any, ...]:
    """What of a verdict does not change while time passes."""
    found = [(finding["id"], finding["severity"]) for finding in run["findings"]]
    return run["id"], run["thread"], run["status"], run["ending"], found, run["messages"], run["tool_calls"]


async def diagnosed(shop: Shop, path: Path, exits: int | None = None) -> dict[str, Any]:
    """The only run of a recording, judged again."""
    (run,) = (await shop.shell("diagnose", "--json", str(path), exits=exits)).last["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("name", ATTACHED)
async def test_a_run_is_watched_until_it_ends_or_waits_and_replays_as_it_was_live(
    shop: Shop, tmp_path: Path, name: str
) -> None:
    ending, must, status = ATTACHED[name]
    scene = await (shop.over(name, ending) if ending == "expired" else shop.enter(name))
    path = tmp_path / "watched.session"
    said = await shop.watch(scene, "--json", "--record", str(path), "--silence", "20", exits=status)
    *events, run = said.lines
    assert set(run) >= KEYS
    assert (run["id"], run["thread"], run["ending"]) == (scene.run, scene.thread, ending)
    assert must <= ids(run)
    assert all(set(line) == {"event"} for line in events)
    places = [(line["event"]["seq"], line["event"]["part"]) for line in events]
    assert places == sorted(set(places))
    assert {"seq", "part", "at", "run", "kind", "summary"} == set(events[-1]["event"])
    assert scene.run in {line["event"]["run"] for line in events}
    assert shop.writes == []
    assert await diagnosed(shop, path, status) == run
    copy = tmp_path / "copy.wire.jsonl"
    await shop.shell("export", str(path), str(copy), exits=0)
    assert await diagnosed(shop, copy, status) == run


@pytest.mark.parametrize("name", STARTED)
async def test_a_run_is_started_and_followed_to_its_end(shop: Shop, tmp_path: Path, name: str) -> None:
    ending, must, status = STARTED[name]
    scene = await shop.server.play(name)
    path = tmp_path / "started.session"
    words = ["--data", json.dumps(scene.start), "--json", "--record", str(path)]
    run = (await shop.shell("start", shop.url(scene), *words, exits=status)).last
    assert (run["thread"], run["ending"]) == (scene.thread, ending)
    assert must <= ids(run)
    assert shop.writes == [f"/v1/threads/{scene.thread}/runs"]
    assert await diagnosed(shop, path, status) == run


async def test_a_run_is_over_at_once_for_who_comes_late(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    said = await shop.watch(scene, exits=0)
    assert scene.run is not None
    assert not any(path.endswith("/stream/events") for _, path in shop.asked)
    assert said.out.splitlines()[-1] == "  → resume, give_up"
    assert f"{scene.run}  WAITING  It waits for your answer to “Approve this draft?”." in said.out


@pytest.mark.parametrize("name", QUIET)
async def test_a_run_that_is_stuck_is_watched_for_a_time(shop: Shop, tmp_path: Path, name: str) -> None:
    scene = await shop.enter(name)
    path = tmp_path / "stuck.session"
    said = await shop.watch(scene, "--for", "1.2", "--silence", "0.5", "--json", "--record", str(path), exits=1)
    assert said.last["ending"] == "stalled"
    assert "stream.silent" in ids(said.last)
    assert verdict(await diagnosed(shop, path, 1)) == verdict(said.last)


async def test_of_a_read_that_failed_a_person_sees_the_request_too(capsys: pytest.CaptureFixture[str]) -> None:
    log, fine = Log(), SimpleNamespace(problem=None)
    hub = SimpleNamespace(rows=lambda _: log.rows, book_of=lambda _: log.book, status=lambda: fine, subscribe=id)
    screen = Screen(hub, False)  # type: ignore[arg-type]
    log.read()
    log.read(again=True)
    log.link += 1
    facts = Opened(Purpose.READ)
    log.frame(Kind.REQUEST, "GET /runs/1", facts, method="GET", url="http://x", connection="c")
    screen.show()
    log.frame(Kind.RESPONSE, "500", status=500)
    screen.show()
    log.frame(Kind.END, "end", how="eof", by="server")
    log.link += 1
    log.frame(Kind.REQUEST, "GET /runs/2", facts, method="GET", url="http://x", connection="c")
    screen.close()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["run", "500", "GET", "end", "and"]
    assert " 8 rows" in lines[-1]


async def test_a_person_is_spared_the_rows_of_reads_and_told_how_many_there_were(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    told = (await shop.watch(scene, exits=0)).out
    events = [line["event"] for line in (await shop.watch(scene, "--json", exits=0)).lines if "event" in line]
    assert "GET " not in told
    assert "thread: interrupted" in told
    assert re.search(r"… and \d+ rows of reads that told nothing new", told)
    assert any(event["kind"].startswith("GET ") for event in events)


async def test_a_run_that_is_not_there_is_lost(shop: Shop) -> None:
    scene = await shop.waiting("assistants-two-tool-outputs")
    said = await shop.shell("watch", *shop.words(scene, "run_nowhere"), "--json", exits=1)
    assert (said.last["ending"], ids(said.last)) == ("lost", {"run.lost"})


async def test_an_id_that_can_be_none_is_refused(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    said = await shop.shell("watch", *shop.words(scene, "nonsense"), exits=4)
    assert "answered 422" in said.err
    assert "COMPLETED" not in said.out


@asynccontextmanager
async def deaf_to_runs() -> AsyncIterator[str]:
    """A server that lists nothing, and answers nothing about the run that is asked for; its URL."""
    over = asyncio.Event()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/runs/r " not in head:
            writer.write(
                b'HTTP/1.1 200 OK\r\ncontent-length: 27\r\nconnection: close\r\n\r\n{"object":"list","data":[]}'
            )
        else:
            await over.wait()
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        over.set()
        server.close()
        await server.wait_closed()


async def test_a_server_that_says_nothing_is_waited_for_no_longer_than_wanted(shell: Shell) -> None:
    async with deaf_to_runs() as url:
        words = [url, "r", "--thread", "t", "--protocol", "assistants", "--for", "0.3"]
        said = await shell("watch", *words, exits=3)
    assert said.err == "stream-inspector: The server did not answer within 0.3 s.\n"


async def test_all_runs_are_watched_for_a_time(shop: Shop) -> None:
    waiting = await shop.enter("langgraph-interrupt")
    failed = await shop.enter("langgraph-failed")
    said = await shop.shell("watch", shop.url(waiting), "--for", "3", "--json", exits=1)
    runs = {line["id"]: line["ending"] for line in said.lines if "event" not in line}
    assert runs == {waiting.run: "waiting", failed.run: "failed"}
    one = await shop.shell("watch", shop.url(waiting), "--thread", str(waiting.thread), "--for", "1", exits=0)
    assert f"{waiting.run}  WAITING" in one.out
    assert str(failed.run) not in one.out
    assert shop.writes == []


async def test_runs_that_begin_meanwhile_are_watched_too(shop: Shop) -> None:
    url = shop.server.url_langgraph
    async with asyncio.TaskGroup() as group:
        watched = group.create_task(shop.shell("watch", url, "--for", "3.5", "--json", exits=0))
        async with httpx.AsyncClient(base_url=url) as client:
            await until(client, "/ok", lambda _: ("POST", "/threads/search") in shop.asked)
        scene = await shop.enter("langgraph-healthy")
    assert [line["id"] for line in watched.result().lines if "event" not in line] == [scene.run]


async def test_where_no_threads_are_listed_one_has_to_be_named(shell: Shell) -> None:
    async with answering("404 Not Found", '{"error": {"message": "No thread found"}}') as (url, _):
        for command in ("watch", "runs"):
            said = await shell(command, url, "--protocol", "assistants", exits=4)
            assert "does not list its threads" in said.err
            assert said.err.count("\n") == 1


async def test_a_start_that_is_refused_names_the_run_in_the_way(shop: Shop) -> None:
    scene = await shop.server.play("assistants-blocked-by-zombie")
    said = await shop.shell("start", shop.url(scene), "--data", json.dumps(scene.start), "--json", exits=4)
    assert said.last["ending"] == "failed"
    assert "run.blocked" in ids(said.last)
    assert str(scene.run) in said.err


@pytest.mark.parametrize("data", ["[]", '"x"', "{"])
async def test_a_start_wants_an_object(shop: Shop, data: str) -> None:
    said = await shop.shell("start", shop.server.url_langgraph, "--data", data, exits=2)
    assert (said.out, said.err.count("\n"), shop.asked) == ("", 1, [])


async def test_a_start_goes_to_the_thread_that_is_named(shop: Shop) -> None:
    scene = await shop.server.play("assistants-healthy")
    words = ["--thread", str(scene.thread), "--data", '{"assistant_id": "asst_healthy"}', "--json"]
    assert (await shop.shell("start", shop.url(scene), *words, exits=0)).last["thread"] == scene.thread


async def test_new_input_for_a_thread_that_waits_is_warned_of(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    words = ["--thread", str(scene.thread), "--data", '{"assistant_id": "interrupt", "input": {}}', "--json"]
    said = await shop.shell("start", shop.url(scene), *words)
    assert "starts the graph from its beginning" in said.err
    healthy = await shop.server.play("langgraph-healthy")
    words[1] = str(healthy.thread)
    assert "beginning" not in (await shop.shell("start", shop.url(healthy), *words)).err


async def test_a_recording_is_never_overwritten(shop: Shop, tmp_path: Path) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    path = tmp_path / "kept.session"
    await shop.watch(scene, "--record", str(path), exits=0)
    before = path.read_bytes()
    said = await shop.watch(scene, "--record", str(path), exits=2)
    assert "exists already" in said.err
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="a kill of this kind is POSIX's")
async def test_a_killed_recording_says_what_the_live_view_said_last(shop: Shop, tmp_path: Path) -> None:
    scene = await shop.at("langgraph-keepalives-only", "call_model")
    path = tmp_path / "killed.session"
    words = ["watch", *shop.words(scene), "--silence", "1", "--record", str(path)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "inspector", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said: list[str] = []
    async with asyncio.timeout(BOUND_S):
        while not any("STALLED" in line for line in said) or "heartbeat" not in said[-1]:
            said.append((await process.stdout.readline()).decode().rstrip())
    process.send_signal(signal.SIGKILL)
    said += [line.decode().rstrip() async for line in process.stdout]
    await process.wait()

    again = await shop.shell("diagnose", "--json", str(path), exits=1)
    assert "The recording stopped without being closed" in again.err
    (run,) = again.last["runs"]
    told = re.search(r"▶ (\S+)  (\w+)  .*  \((.*)\)$", [line for line in said if "▶" in line][-1])
    assert told is not None
    assert (run["id"], run["ending"]) == (told[1], told[2].lower())
    assert [finding["id"] for finding in run["findings"]] == told[3].split(", ")
    printed = sum("heartbeat" in line for line in said)
    copy = tmp_path / "killed.wire.jsonl"
    await shop.shell("export", str(path), str(copy), exits=0)
    assert copy.read_text(encoding="utf-8").count(": heartbeat") >= printed > 0


def test_only_threads_that_have_changed_are_looked_into() -> None:
    seen = Seen()
    idle = ThreadRef("t", "idle", "1")
    assert [seen.changed(idle), seen.changed(idle)] == [True, False]
    assert seen.changed(ThreadRef("t", "idle", "2"))
    busy = ThreadRef("b", "busy", "1")
    silent = ThreadRef("s")
    assert [seen.changed(busy), seen.changed(busy), seen.changed(silent), seen.changed(silent)] == [True] * 4


async def test_no_longer_than_wanted_hides_no_other_timeout() -> None:
    async with watching.at_most(0.01):
        await asyncio.Event().wait()
    with pytest.raises(TimeoutError):
        async with watching.at_most(10):
            raise TimeoutError
    with pytest.raises(UserError):
        async with watching.at_most(None):
            raise UserError("x")
