"""Starts that a server would take and do nothing for, or something else than one would think."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from inspector.domain.calls import Reply
from inspector.domain.errors import Refused
from inspector.protocols.langgraph.beginnings import before_start
from tests.protocols.assistants.wire import drive, json_reply

UNKNOWN = {"resume": {"0" * 32: "x"}}
PENDING = {"id": "a" * 32, "value": "Approve?"}


def replies(thread: str, following: list[str], pending: bool = False, runs: Any = ()) -> list[Reply]:
    tasks = [{"name": name, "interrupts": [PENDING] if pending else []} for name in following]
    state = {"values": {}, "next": following, "tasks": tasks}
    return [json_reply(list(runs)), json_reply({"status": thread}), json_reply(state)]


FINISHED, WAITS, STOPPED = replies("idle", []), replies("interrupted", ["review"], True), replies("interrupted", ["b"])


def told(data: Mapping[str, Any], answers: list[Reply]) -> str | None:
    said, calls = drive(before_start({"assistant_id": "a", "thread_id": "t", **data}), *answers)
    assert all(call.reads for call in calls)
    assert said is None or isinstance(said, str)
    return said


@pytest.mark.parametrize(
    ("data", "answers", "why"),
    [
        ({"input": None}, FINISHED, "Nothing is left to run"),
        ({}, FINISHED, "Nothing is left to run"),
        ({"input": None}, WAITS, "Use resume"),
        ({"command": {"resume": "x"}}, FINISHED, "No interrupt is pending"),
        ({"command": {"resume": "x"}}, STOPPED, "use continue"),
        ({"command": UNKNOWN}, WAITS, "No pending interrupt has the id 0000"),
        ({"command": {"goto": "__end__"}}, WAITS, "ends nothing"),
        ({"command": {"goto": ["__end__"]}}, FINISHED, "ends nothing"),
        ({"input": None, "checkpoint_id": "c"}, [*FINISHED, json_reply({"values": {}})], "no checkpoint c"),
        (
            {"input": None, "checkpoint_id": "c"},
            [*FINISHED, json_reply({"created_at": "now", "next": []})],
            "Nothing runs after this checkpoint",
        ),
    ],
)
def test_what_would_do_nothing_is_refused(data: dict[str, Any], answers: list[Reply], why: str) -> None:
    with pytest.raises(Refused, match=why):
        told(data, answers)


@pytest.mark.parametrize("answers", [WAITS, STOPPED, replies("idle", ["review"], True)])
def test_new_input_for_a_thread_that_waits_is_warned_of(answers: list[Reply]) -> None:
    assert "starts the graph from its beginning" in str(told({"input": {}}, answers))


@pytest.mark.parametrize(
    ("data", "answers"),
    [
        ({"input": {}}, FINISHED),
        ({"input": None}, STOPPED),
        ({"command": {"resume": "x"}}, WAITS),
        ({"command": {"resume": {"a" * 32: "x"}}}, WAITS),
        ({"command": {"goto": "b"}}, STOPPED),
        ({"input": None, "checkpoint_id": "c"}, [*FINISHED, json_reply({"created_at": "now", "next": ["b"]})]),
        ({"input": None}, replies("busy", [], runs=[{"run_id": "r", "status": "running"}])),
        ({"input": None}, [json_reply([]), json_reply({}, 404), json_reply({}, 404)]),
        ({"input": None}, [Reply(0, error="No route.")] * 3),
        ({"input": None, "thread_id": None}, []),
    ],
)
def test_what_does_something_is_not(data: dict[str, Any], answers: list[Reply]) -> None:
    assert told(data, answers) is None
