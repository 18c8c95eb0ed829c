from __future__ import annotations

import json

import pytest

from inspector.demo.as_engine import Refusal
from inspector.demo.as_run import Assistant, Outputs, Wait
from tests.demo.as_support import Desk


def steps_of(desk: Desk) -> list[str]:
    return [name for name in desk.names if "delta" not in name]


def test_a_run_tells_each_of_its_changes_in_order() -> None:
    desk = Desk()
    run = desk.run("asst_healthy")
    assert steps_of(desk) == [
        "thread.run.created",
        "thread.run.queued",
        "thread.run.in_progress",
        "thread.run.step.created",
        "thread.run.step.in_progress",
        "thread.message.created",
        "thread.message.in_progress",
        "thread.message.completed",
        "thread.run.step.completed",
        "thread.run.completed",
        "done",
    ]
    assert (run.status, desk.last("thread.run.completed")["status"]) == ("completed", "completed")


def test_the_deltas_of_a_message_make_its_text() -> None:
    desk = Desk()
    desk.run("asst_healthy")
    parts = [data["delta"]["content"][0] for name, data in desk.told if name == "thread.message.delta"]
    assert "".join(part["text"]["value"] for part in parts) == desk.answer
    assert desk.last("thread.message.completed")["content"][0]["text"]["value"] == desk.answer
    assert [("annotations" in part["text"]) for part in parts[:2]] == [True, False]


def test_the_deltas_of_tool_calls_make_their_arguments() -> None:
    desk = Desk()
    run = desk.run("asst_two_tool_outputs")
    arguments = {0: "", 1: ""}
    for name, data in desk.told:
        if name == "thread.run.step.delta":
            (call,) = data["delta"]["step_details"]["tool_calls"]
            arguments[call["index"]] += call["function"]["arguments"]
    assert [json.loads(text)["city"] for text in arguments.values()] == ["Oslo", "Oslo"]
    assert [call.arguments for call in run.wanted] == list(arguments.values())
    assert desk.names[-2:] == ["thread.run.requires_action", "done"]


def test_submitting_closes_the_step_and_goes_on() -> None:
    desk = Desk()
    run = desk.run("asst_two_tool_outputs")
    desk.told.clear()
    desk.submit(run, "12 C")
    assert desk.names[:3] == ["thread.run.step.completed", "thread.run.queued", "thread.run.in_progress"]
    outputs = [call["function"]["output"] for call in desk.told[0][1]["step_details"]["tool_calls"]]
    assert outputs == ["12 C", "12 C"]
    assert (run.status, desk.answer) == ("completed", "The tools say “12 C” and “12 C”.")


def test_cancelling_takes_a_while_and_leaves_a_message_incomplete() -> None:
    desk = Desk()
    run = desk.run("asst_cancelled", 4)
    desk.server.cancel(run)
    assert (run.status, desk.names[-1]) == ("cancelling", "thread.run.cancelling")
    desk.clock.turn(2.1)
    assert steps_of(desk)[-5:] == [
        "thread.run.cancelling",
        "thread.message.incomplete",
        "thread.run.step.cancelled",
        "thread.run.cancelled",
        "done",
    ]
    assert desk.last("thread.message.incomplete")["incomplete_details"] == {"reason": "run_cancelled"}
    told = len(desk.told)
    desk.clock.turn(60)
    assert len(desk.told) == told


@pytest.mark.parametrize(("assistant", "lifetime"), [("asst_expired", 8), ("asst_two_tool_outputs", 600)])
def test_a_run_that_waits_too_long_expires(assistant: str, lifetime: int) -> None:
    desk = Desk()
    run = desk.run(assistant, lifetime - 1)
    assert (run.status, run.expires_at - run.created_at) == ("requires_action", lifetime)
    desk.clock.turn(1.1)
    assert run.status == "expired"
    assert desk.names[-3:] == ["thread.run.step.expired", "thread.run.expired", "done"]
    refusal = desk.server.outputs(run, [])
    assert isinstance(refusal, Refusal)


def test_a_failure_has_a_code_and_fails_the_step() -> None:
    desk = Desk()
    run = desk.run("asst_failed")
    assert run.status == "failed"
    assert desk.last("thread.run.failed")["last_error"]["code"] == "rate_limit_exceeded"
    assert desk.last("thread.run.step.failed")["last_error"]["code"] == "rate_limit_exceeded"
    assert desk.last("thread.message.incomplete")["incomplete_details"] == {"reason": "run_failed"}


def test_the_content_filter_leaves_the_run_and_the_message_incomplete() -> None:
    desk = Desk()
    run = desk.run("asst_content_filter")
    assert (run.status, run.wire()["incomplete_details"]) == ("incomplete", {"reason": "content_filter"})
    assert desk.last("thread.message.incomplete")["incomplete_details"] == {"reason": "content_filter"}
    assert desk.names[-3:] == ["thread.run.step.completed", "thread.run.incomplete", "done"]


def test_what_a_script_may_yield() -> None:
    assert Wait(1.0) != Wait()
    assert Outputs() == Outputs()
    desk = Desk()
    assistant: Assistant = desk.server.assistants["asst_expiring"]
    assert assistant.wire(5)["created_at"] == 5
    assert [tool["function"]["name"] for tool in assistant.tools] == ["get_weather", "get_time"]
