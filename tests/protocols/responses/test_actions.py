"""The writes of the actions."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.calls import Answer
from inspector.domain.errors import Refused, UserError
from inspector.protocols.responses.actions import actions, plan, start
from tests.protocols.responses.wire import Log, approval, call, fold, response, waiting

TOOLS = [{"type": "function", "name": "get_weather"}]


def body(action: str, log: Log, data: Any, number: int = 0) -> dict[str, Any]:
    (made,) = plan(action, fold(log).case(number), data)
    assert (made.method, made.path, made.reads, made.answer) == ("POST", "/responses", False, Answer.STREAM)
    assert isinstance(made.json, dict)
    return made.json


def test_outputs_go_into_a_new_request_like_the_first() -> None:
    sent = body("submit_tool_outputs", waiting(call("call_1"), tools=TOOLS), {"call_1": {"t": 21}})
    assert sent == {
        "model": "m",
        "tools": TOOLS,
        "stream": True,
        "previous_response_id": "resp_1",
        "input": [{"type": "function_call_output", "call_id": "call_1", "output": '{"t": 21}'}],
    }


def test_in_a_conversation_the_conversation_is_named_instead() -> None:
    sent = body("submit_tool_outputs", waiting(call("call_1"), conversation="conv_1"), {"call_1": "x"})
    assert sent["conversation"] == "conv_1"
    assert "previous_response_id" not in sent


@pytest.mark.parametrize("data", [{}, {"call_1": "x"}, {"call_1": "x", "call_2": "y", "call_3": "z"}, "no json", 7])
def test_all_calls_and_no_others_have_to_be_answered(data: Any) -> None:
    with pytest.raises(UserError):
        plan("submit_tool_outputs", fold(waiting(call("call_1"), call("call_2"))).case(), data)


@pytest.mark.parametrize(
    ("kind", "value", "item"),
    [
        ("custom_tool_call", "x", {"type": "custom_tool_call_output", "call_id": "c", "output": "x"}),
        ("shell_call", [{"stdout": "x"}], {"type": "shell_call_output", "call_id": "c", "output": [{"stdout": "x"}]}),
        ("computer_call", {"a": 1}, {"type": "computer_call_output", "call_id": "c", "output": {"a": 1}}),
        (
            "apply_patch_call",
            {"type": "apply_patch_call_output", "status": "failed"},
            {"type": "apply_patch_call_output", "call_id": "c", "status": "failed"},
        ),
        ("local_shell_call", "x", {"type": "local_shell_call_output", "id": "c", "output": "x"}),
    ],
)
def test_each_kind_of_call_has_its_kind_of_output(kind: str, value: Any, item: dict[str, Any]) -> None:
    log = waiting({"type": kind, "id": "i", "call_id": "c", "name": "n", "input": "x"})
    assert body("submit_tool_outputs", log, {"c": value})["input"] == [item]


def test_calls_and_approvals_are_answered_together() -> None:
    log = waiting(call("call_1"), approval("mcpr_1"))
    sent = body("submit_tool_outputs", log, {"call_1": "x", "mcpr_1": True})
    assert [item["type"] for item in sent["input"]] == ["function_call_output", "mcp_approval_response"]


@pytest.mark.parametrize(
    "data", [{"mcpr_1": {"approve": False, "reason": "no"}}, {"approve": False, "reason": "no"}, '{"approve": false}']
)
def test_approvals(data: Any) -> None:
    (item,) = body("approve", waiting(approval("mcpr_1")), data)["input"]
    assert (item["approval_request_id"], item["approve"]) == ("mcpr_1", False)
    assert item.get("reason") in ("no", None)


def test_an_approval_is_yes_or_no() -> None:
    with pytest.raises(UserError, match="true or false"):
        plan("approve", fold(waiting(approval("mcpr_1"))).case(), {"mcpr_1": "maybe"})


def test_cancel() -> None:
    log = Log().post("/responses", {"model": "m", "background": True}, response("in_progress"))
    (made,) = plan("cancel", fold(log).case(), None)
    assert (made.method, made.path, made.json) == ("POST", "/responses/resp_1/cancel", None)


def test_a_foreground_response_ends_with_the_connection_that_carries_it() -> None:
    case = fold(Log().open().tells("in_progress")).case()
    (made,) = plan("cancel", case, None)
    assert (made.method, made.answer, made.link, made.reads) == ("CLOSE", Answer.CLOSED, 1, False)
    offered = next(action for action in actions(case, 0.0) if action.id == "cancel")
    assert (offered.title, offered.primary) == ("Close its connection", True)
    assert "ends with its connection" in offered.consequence
    never = next(action for action in actions(fold(Log().ask()).case(), 0.0) if action.id == "cancel")
    assert "attempt up" in never.consequence


def test_a_background_stream_can_be_had_again_until_five_minutes_after_its_creation() -> None:
    log = Log().open({"background": True}).tells("in_progress")
    log.get("/responses/resp_1", response("in_progress", background=True, created_at=1_000))
    for wall_ms, left in ((1_100_000.0, "200 s"), (1_400_000.0, "that is over")):
        case = fold(log).case(0, wall_ms)
        offered = next(action for action in actions(case, 0.0) if action.id == "resume_stream")
        assert offered.until == 1_300
        assert left in offered.consequence
    done = log.get("/responses/resp_1", response("completed", background=True, created_at=1_000))
    assert [action.until for action in actions(fold(done).case(), 0.0)] == [None] * 6


def test_a_stalled_response_that_was_closed_is_asked_for_again_as_it_was() -> None:
    log = Log().open({"metadata": {"a": "b"}}).tells("in_progress").end("closed", "client")
    sent = body("start_new_run", log, None)
    assert sent == {"model": "m", "input": "hi", "stream": True, "metadata": {"a": "b"}}
    offered = next(action for action in actions(fold(log).case(), 0.0) if action.id == "start_new_run")
    assert offered.primary


def test_the_stream_is_opened_after_the_last_event() -> None:
    log = Log().open({"background": True}).tells("in_progress")
    log.says("response.output_text.delta", sequence_number=4, delta="a").end("cut")
    case = fold(log).case()
    (made,) = plan("resume_stream", case, None)
    assert made.query == (("stream", "true"), ("starting_after", "4"))
    offered = next(action for action in actions(case, 301_000.0) if action.id == "resume_stream")
    assert "that is over" in offered.consequence


def test_a_new_response_goes_on_from_a_good_one() -> None:
    log = Log().open().tells("in_progress").tells("completed")
    sent = body("start_new_run", log, {"message": "and now?"})
    assert (sent["previous_response_id"], sent["input"], sent["model"]) == ("resp_1", "and now?", "m")


def test_after_a_failed_one_the_same_is_asked_again() -> None:
    log = Log().open({"previous_response_id": "resp_0"}).tells("in_progress").tells("failed")
    sent = body("start_new_run", log, None)
    assert (sent["previous_response_id"], sent["input"]) == ("resp_0", "hi")
    never = body("start_new_run", Log().ask().end("closed", "client"), {"model": "other"})
    assert (never["model"], never["input"]) == ("other", "hi")
    assert "previous_response_id" not in never


def test_what_cannot_work_is_refused_with_the_reason() -> None:
    case = fold(Log().open().tells("in_progress")).case()
    for action in actions(case, 0.0):
        if action.why_not is not None:
            with pytest.raises(Refused):
                plan(action.id, case, None)
    with pytest.raises(UserError, match="no action"):
        plan("fly", case, None)


def test_starting_from_nothing() -> None:
    (made,) = start({"model": "m", "message": "hi"})
    assert made.json == {"model": "m", "input": "hi", "stream": True}
    assert start({"model": "m", "input": "hi", "stream": False})[0].answer is Answer.JSON
    for thread, name in (("conv_1", "conversation"), ("resp_1", "previous_response_id")):
        (made,) = start({"model": "m", "message": "hi", "thread_id": thread})
        assert made.json == {"model": "m", "input": "hi", "stream": True, name: thread}
    for data in ({}, {"model": "m"}, {"input": "hi"}):
        with pytest.raises(UserError):
            start(data)
