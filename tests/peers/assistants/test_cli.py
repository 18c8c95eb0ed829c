"""The command line on a real llamphouse: what it prints, what it sends, and how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.peers.assistants.desk import Desk
from tests.peers.assistants.server import House

pytestmark = pytest.mark.peer


class Shell:
    """Runs commands against one server, in processes of their own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, command: str, *args: str, exits: int = 0) -> list[dict[str, Any]]:
        """The objects that a command prints, one a line."""
        line = [sys.executable, "-m", "inspector", *command.split(), self.url, *args, "--json"]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == exits, (done.returncode, done.stdout, done.stderr)
        return [json.loads(each) for each in done.stdout.splitlines()]

    def act(self, action: str, thread: str, run: str, data: Any = None, *more: str, exits: int = 0) -> dict[str, Any]:
        given = [] if data is None else ["--data", json.dumps(data)]
        return self(f"act {action}", run, "--thread", thread, *given, "--yes", *more, exits=exits)[-1]


@pytest.fixture
def shell(house: House) -> Shell:
    return Shell(house.url)


@pytest.fixture
def idle_shell(idle_house: House) -> Shell:
    return Shell(idle_house.url)


def test_runs_of_a_thread_are_listed_and_threads_are_not(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("talks", "completed")

    (row,) = shell("runs", "--thread", thread)
    assert (row["id"], row["thread"], row["status"]) == (run, thread, "completed")
    assert shell("runs", exits=4) == []


def test_a_run_is_started_and_followed_to_its_end(shell: Shell) -> None:
    *events, run = shell("start", "--data", json.dumps({"assistant_id": "talks", "message": "Hello"}), "--for", "30")

    assert run["ending"] == "completed"
    # llamphouse 1.3.0 streams a message under another id than it keeps it
    assert {message["text"] for message in run["messages"]} == {"Grüße aus llamphouse ✓"}
    assert events
    assert all(set(line) == {"event"} for line in events)


def test_a_run_that_is_over_is_told_at_once(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("talks", "completed")

    watched = shell("watch", run, "--thread", thread)[-1]

    assert (watched["id"], watched["ending"], watched["findings"]) == (run, "completed", [])


def test_a_failed_run_exits_with_one(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("fails", "failed")

    watched = shell("watch", run, "--thread", thread, exits=1)[-1]

    assert watched["ending"] == "failed"
    assert "run.failed" in {finding["id"] for finding in watched["findings"]}


def test_a_waiting_run_is_given_its_tool_output(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("asks", "requires_action")

    assert shell("watch", run, "--thread", thread)[-1]["ending"] == "waiting"
    planned = shell("act submit_tool_outputs", run, "--thread", thread, "--data", '{"call_1": "rain"}', "--dry-run")[-1]
    assert planned["requests"][0]["body"]["tool_outputs"] == [{"tool_call_id": "call_1", "output": "rain"}]
    assert desk.stands(run, thread) == "requires_action"
    given = shell.act("submit_tool_outputs", thread, run, {"call_1": "rain"})

    assert given["effect"] == "seen"
    assert len(given["requests"]) == len(given["answers"]) == 1
    assert shell("watch", run, "--thread", thread, "--for", "30")[-1]["ending"] == "completed"


def test_a_hung_run_is_told_and_the_servers_refusal_too(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("hangs", "in_progress")

    stalled = shell("watch", run, "--thread", thread, "--for", "3", "--silence", "1", exits=1)[-1]
    assert stalled["ending"] == "stalled"
    refused = shell.act("cancel", thread, run, exits=4)

    assert (refused["possible"], refused["effect"]) == (True, "refused")
    assert "unless it is in 'queued' status" in refused["why"]


def test_a_queued_run_is_cancelled(idle_shell: Shell, idle_desk: Desk) -> None:
    thread, run = idle_desk.asked("talks", "queued")

    cancelled = idle_shell.act("cancel", thread, run)

    assert cancelled["effect"] == "seen"
    assert cancelled["run"]["ending"] == "cancelled"


def test_a_new_run_on_the_thread(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("fails", "failed")

    again = shell.act("start_new_run", thread, run, {"assistant_id": "talks"})

    assert again["effect"] == "seen"
    assert again["started"]["ending"] == "completed"


def test_what_is_over_takes_no_act(shell: Shell, desk: Desk) -> None:
    thread, run = desk.asked("talks", "completed")

    for action, data in (("cancel", None), ("submit_tool_outputs", {"call_1": "x"})):
        refused = shell.act(action, thread, run, data, exits=4)
        assert (refused["possible"], refused["effect"], refused["answers"]) == (False, "refused", [])
        assert refused["why"]


def test_a_run_that_nobody_works_on_has_not_started(idle_shell: Shell, idle_desk: Desk) -> None:
    thread, run = idle_desk.asked("talks", "queued")

    watched = idle_shell("watch", run, "--thread", thread, "--for", "1", exits=1)[-1]

    assert watched["ending"] == "not_started"
