"""The offers, and the writes that they would send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.calls import Answer, Call
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import Ask
from inspector.protocols.assistants.actions import actions, approvals, outputs, plan, start
from inspector.protocols.assistants.chart import RUN_CHART
from tests.protocols.assistants.test_standing import APPROVAL
from tests.protocols.assistants.wire import Log, Seen, asking, call, fold, run

RUN = "/threads/thread_1/runs/run_1"
ASKS = (Ask("tool", "a", "f", "{}"), Ask("tool", "b", "g", "{}"))
TWO = (Ask("approval", "m", "s"), Ask("approval", "n", "t"))


def _waiting() -> Seen:
    return fold(Log().get(RUN, run("requires_action", required_action=asking(call("a", "f"), call("b", "g")))))


def _failed() -> Seen:
    return fold(Log().get(RUN, run("failed")))


def _offer(seen: Seen, id: str) -> Any:
    return next(action for action in actions(seen.case(), seen.book.now) if action.id == id)


@pytest.mark.parametrize("status", sorted(RUN_CHART.by_id))
def test_every_action_is_there_in_every_state(status: str) -> None:
    seen = fold(Log().get(RUN, run(status)))
    offers = actions(seen.case(), seen.book.now)
    assert [offer.id for offer in offers] == ["submit_tool_outputs", "approve", "cancel", "start_new_run", "refresh"]
    for offer in offers:
        assert offer.title
        assert offer.consequence.endswith(".")
        if offer.why_not is None:
            continue
        with pytest.raises(Refused):
            plan(offer.id, seen.case(), {})


def test_the_form_of_tool_outputs_knows_the_calls() -> None:
    log = Log().get(
        RUN, run("requires_action", required_action=asking(call("a", "f", '{"x": 1}')), expires_at=1790000600)
    )
    offer = _offer(fold(log), "submit_tool_outputs")
    assert (offer.form, offer.primary, offer.data) == ("tool_outputs", True, {"a": ""})
    assert offer.context["until"] == 1790000600
    assert offer.context["calls"] == [
        {"id": "a", "name": "f", "arguments": '{"x": 1}', "server": None, "last_output": None}
    ]


def test_the_last_output_of_the_same_tool_is_offered() -> None:
    log = Log().get(RUN, run("requires_action", required_action=asking(call("a", "f"))))
    log.post(f"{RUN}/submit_tool_outputs", {"tool_outputs": [{"tool_call_id": "a", "output": "12"}]}, run("queued"))
    log.get(RUN, run("requires_action", required_action=asking(call("c", "f"))))
    (shown,) = _offer(fold(log), "submit_tool_outputs").context["calls"]
    assert (shown["id"], shown["last_output"]) == ("c", "12")


def test_the_plan_of_a_cancel() -> None:
    seen = fold(Log().get(RUN, run("in_progress")))
    (write,) = plan("cancel", seen.case(), None)
    assert (write.method, write.path, write.json, write.reads) == ("POST", f"{RUN}/cancel", None, False)


def test_the_plan_of_tool_outputs() -> None:
    (write,) = plan("submit_tool_outputs", _waiting().case(), {"b": {"t": [1, None]}, "a": "12 °C"})
    assert write.path == f"{RUN}/submit_tool_outputs"
    assert write.answer is Answer.STREAM
    assert write.json == {
        "stream": True,
        "tool_outputs": [
            {"tool_call_id": "a", "output": "12 °C"},
            {"tool_call_id": "b", "output": '{"t": [1, null]}'},
        ],
    }


@pytest.mark.parametrize(
    "data, part",
    [
        ({"a": "1"}, "missing for g (b)"),
        ({}, "missing for f (a), g (b)"),
        ({"a": "1", "b": "2", "c": "3"}, "does not wait for 'c'"),
        (None, "object"),
        ([1], "object"),
        ("no json", "object"),
        ({"a": "1", "b": {1}}, "text or a JSON value"),
    ],
)
def test_outputs_that_are_of_no_use(data: Any, part: str) -> None:
    with pytest.raises(UserError) as told:
        outputs(ASKS, data)
    assert part in str(told.value)


def test_outputs_may_come_as_the_text_of_an_object() -> None:
    assert outputs(ASKS[:1], '{"a": null}') == [{"tool_call_id": "a", "output": "null"}]


def test_the_plan_of_an_approval() -> None:
    seen = fold(Log().get(RUN, run("requires_action", required_action=APPROVAL)))
    offer = _offer(seen, "approve")
    assert (offer.form, offer.data, offer.primary) == ("approvals", {"m": None}, True)
    (write,) = plan("approve", seen.case(), {"m": True})
    assert write.path == f"{RUN}/submit_tool_outputs"
    assert write.json == {"stream": True, "tool_approvals": [{"tool_call_id": "m", "approve": True}]}


@pytest.mark.parametrize(
    "data, made",
    [
        ({"m": False}, [{"tool_call_id": "m", "approve": False}]),
        ({"approve": True}, [{"tool_call_id": "m", "approve": True}]),
        ({"id": "m", "approve": True, "reason": "x"}, [{"tool_call_id": "m", "approve": True}]),
        (
            {"m": {"approve": True, "headers": {"k": "v"}}},
            [{"tool_call_id": "m", "approve": True, "headers": {"k": "v"}}],
        ),
    ],
)
def test_ways_to_approve(data: Any, made: list[dict[str, Any]]) -> None:
    assert approvals(TWO[:1], data) == made


@pytest.mark.parametrize(
    "data, part",
    [
        ({"m": None, "n": True}, "true or false for s (m)"),
        ({"m": True}, "t (n) too"),
        ({"x": True}, "approval of 'x'"),
        ({"approve": True}, "approval of 'None'"),
        ("yes", "object"),
    ],
)
def test_approvals_that_are_of_no_use(data: Any, part: str) -> None:
    with pytest.raises(UserError) as told:
        approvals(TWO, data)
    assert part in str(told.value)


def test_a_new_run_on_the_thread() -> None:
    seen = _failed()
    assert _offer(seen, "start_new_run").data == {"assistant_id": "asst_1", "message": ""}
    (write,) = plan("start_new_run", seen.case(), {})
    assert (write.path, write.json) == ("/threads/thread_1/runs", {"stream": True, "assistant_id": "asst_1"})
    message, write = plan("start_new_run", seen.case(), {"message": "Again!", "model": "m", "stream": False})
    assert (message.path, message.json) == ("/threads/thread_1/messages", {"role": "user", "content": "Again!"})
    assert write.json == {"stream": False, "assistant_id": "asst_1", "model": "m"}
    assert write.answer is Answer.JSON


def test_a_start_from_nothing() -> None:
    (write,) = start({"assistant_id": "asst_1", "message": "Hi"})
    assert write.path == "/threads/runs"
    assert write.json == {
        "stream": True,
        "assistant_id": "asst_1",
        "thread": {"messages": [{"role": "user", "content": "Hi"}]},
    }
    (bare,) = start({"assistant_id": "asst_1"})
    assert bare.json == {"stream": True, "assistant_id": "asst_1"}


def test_a_start_on_a_thread() -> None:
    message = {"role": "assistant", "content": "Said before."}
    writes = start({"assistant_id": "asst_1", "thread": "thread_1", "messages": ["One", message]})
    assert [write.path for write in writes] == ["/threads/thread_1/messages"] * 2 + ["/threads/thread_1/runs"]
    assert [write.json for write in writes[:2]] == [{"role": "user", "content": "One"}, message]


def test_a_thread_may_be_given_as_the_server_takes_it() -> None:
    thread = {"messages": [{"role": "user", "content": "One"}], "metadata": {"k": "v"}}
    (write,) = start({"assistant_id": "asst_1", "thread": thread, "message": "Two"})
    assert [message["content"] for message in write.json["thread"]["messages"]] == ["One", "Two"]
    assert write.json["thread"]["metadata"] == {"k": "v"}


@pytest.mark.parametrize("data", [{}, {"assistant_id": " "}, {"assistant_id": "a", "messages": [7]}])
def test_a_start_that_lacks_what_it_needs(data: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        start(data)


def test_a_refresh_writes_nothing_and_unknown_actions_are_named() -> None:
    seen = _failed()
    assert plan("refresh", seen.case(), None) == ()
    with pytest.raises(UserError, match="rewind"):
        plan("rewind", seen.case(), None)


def test_all_writes_are_json_and_say_what_they_are_for() -> None:
    writes: list[Call] = [
        *plan("submit_tool_outputs", _waiting().case(), {"a": "1", "b": "2"}),
        *plan("start_new_run", _failed().case(), {"message": "x"}),
    ]
    for write in writes:
        json.dumps(write.json)
        assert write.label
        assert not write.reads
