"""The command line on a real server: what it prints, what it sends, and how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.peers.langgraph.desk import Desk
from tests.peers.langgraph.server import Server

pytestmark = pytest.mark.peer


class Shell:
    """Runs commands against one server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, command: str, *args: str, exits: int = 0) -> list[dict[str, Any]]:
        """The objects that a command prints, one a line."""
        words = command.split()
        line = [sys.executable, "-m", "inspector", *words, self.url, *args, "--json"]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == exits, (done.returncode, done.stdout, done.stderr)
        return [json.loads(each) for each in done.stdout.splitlines()]

    def act(self, action: str, run: str, data: Any = None, *more: str, exits: int = 0) -> dict[str, Any]:
        given = [] if data is None else ["--data", json.dumps(data)]
        return self(f"act {action}", run, *given, "--yes", *more, exits=exits)[-1]


@pytest.fixture
def shell(langgraph_server: Server) -> Shell:
    return Shell(langgraph_server.url)


def test_runs_are_listed(shell: Shell, desk: Desk) -> None:
    thread, run = desk.got_to("boom")

    assert shell("runs", "--thread", thread) == [
        {
            "id": run,
            "thread": thread,
            "status": "error",
            "created_at": desk.client.get(row(thread, run)).json()["created_at"],
        }
    ]
    assert run in {each["id"] for each in shell("runs", "--status", "error")}


def row(thread: str, run: str) -> str:
    return f"/threads/{thread}/runs/{run}"


def test_a_waiting_run_is_watched_and_answered(shell: Shell, desk: Desk) -> None:
    thread, run = desk.got_to("hitl")

    watched = shell("watch", run, "--thread", thread)[-1]
    assert watched["ending"] == "waiting"
    planned = shell("act resume", run, "--data", '"yes"', "--dry-run")[-1]
    assert planned["requests"][0]["body"]["command"] == {"resume": "yes"}
    assert desk.state(thread)["next"] == ["review"]
    answered = shell.act("resume", run, "yes")

    assert answered["effect"] == "seen"
    assert len(answered["requests"]) == len(answered["answers"]) == 1
    assert answered["run"]["ending"] == "completed"
    assert answered["started"]["ending"] == "completed"
    assert desk.state(thread)["values"]["answer"] == "yes"


def test_a_hung_run_is_brought_to_a_good_end(shell: Shell, desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl")

    cancelled = shell.act("cancel", run)
    assert cancelled["effect"] == "seen"
    assert cancelled["run"]["ending"] == "cancelled"
    assert cancelled["requests"][0]["url"].endswith("cancel?action=interrupt")
    skipped = shell.act("set_state", run, {"values": {"trail": ["by hand"]}, "as_node": "crawl"})
    assert skipped["effect"] == "seen"
    continued = shell.act("continue", run)

    assert continued["started"]["ending"] == "completed"
    assert desk.state(thread)["values"]["trail"] == ["first", "by hand", "last"]


@pytest.mark.parametrize("action", ["continue", "resume", "give_up", "copy_and_continue", "cancel"])
def test_what_would_do_nothing_is_refused(shell: Shell, desk: Desk, action: str) -> None:
    _, run = desk.got_to("steps")

    refused = shell.act(action, run, "x" if action == "resume" else None, exits=4)

    assert refused["possible"] is False
    assert refused["effect"] == "refused"
    assert refused["why"]


def test_giving_up_rewinding_copying(shell: Shell, desk: Desk) -> None:
    thread, run = desk.got_to("hitl")
    question = desk.state(thread)["checkpoint_id"]

    copied = shell.act("copy_and_continue", run, "on the copy")
    assert copied["effect"] == "seen"
    assert copied["started"]["thread"] != thread
    assert [each["status"] for each in copied["answers"]] == [200, 200]
    assert shell.act("give_up", run)["effect"] == "seen"
    assert desk.state(thread)["next"] == []
    rewound = shell.act("rewind", run, {"checkpoint_id": question})
    assert rewound["effect"] == "seen"
    assert rewound["started"]["ending"] == "waiting"


def test_a_run_is_started_and_followed(shell: Shell) -> None:
    lines = shell("start", "--data", json.dumps({"assistant_id": "fan", "input": {}}), "--for", "60")

    assert lines[-1]["ending"] == "completed"
    assert any("event" in line for line in lines[:-1])


def test_a_cancel_that_is_swallowed_exits_with_one(shell: Shell, desk: Desk) -> None:
    thread, run = desk.under_way("stubborn", "hold_on", {"seconds": 12})

    swallowed = shell.act("cancel", run, None, "--for", "4", exits=1)

    assert swallowed["effect"] == "not_seen"
    assert "hold_on" in swallowed["why"]
    desk.until(thread, lambda row: row["status"] != "busy")


@pytest.mark.parametrize(
    ("graph", "given", "more", "action", "data"),
    [
        ("two", {}, {}, "resume", "map"),
        ("stop", {}, {}, "continue", None),
        ("tools", {"messages": [{"role": "user", "content": "Weather?"}]}, {}, "resume", {"call_1": "Rain"}),
        ("looper", {"goal": 8}, {"config": {"recursion_limit": 5}}, "continue", None),
    ],
)
def test_what_stopped_goes_on_to_its_end(
    shell: Shell, desk: Desk, graph: str, given: Any, more: dict[str, Any], action: str, data: Any
) -> None:
    thread, run = desk.got_to(graph, given, **more)
    if data == "map":
        data = {each["id"]: True for each in desk.state(thread)["interrupts"]}

    done = shell.act(action, run, data)

    assert done["effect"] == "seen"
    assert done["started"]["ending"] == "completed"
    assert desk.state(thread)["next"] == []


def test_a_busy_thread_refuses_or_makes_wait(shell: Shell, desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl", {"seconds": 300})
    body = {"assistant_id": "steps", "input": {}}

    refused = shell(
        "start", "--thread", thread, "--data", json.dumps({**body, "multitask_strategy": "reject"}), exits=4
    )
    behind = {**body, "multitask_strategy": "enqueue"}
    queued = shell("start", "--thread", thread, "--data", json.dumps(behind), "--for", "5", exits=1)[-1]

    assert refused[-1]["ending"] == "failed"
    assert queued["ending"] == "not_started"
    assert [run in each["text"] for each in queued["findings"] if each["id"] == "run.blocked"] == [True], json.dumps(
        queued
    )[:1500]
    shell("act cancel", run, "--thread", thread, "--yes")
    assert shell("watch", queued["id"], "--thread", thread, "--for", "90")[-1]["ending"] == "completed"


def test_a_server_that_is_killed_in_the_middle(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    killed = Timer(6, server.kill)
    try:
        killed.start()
        data = json.dumps({"assistant_id": "hang", "input": {}})
        run = Shell(server.url)("start", "--data", data, "--for", "12", exits=1)[-1]
        assert run["ending"] == "cut"
    finally:
        killed.join()
        server.stop()
    assert Shell(server.url)("runs", exits=3) == []
