from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.errors import Refused, UserError
from inspector.protocols.langgraph.plans import ACTIONS, objection, plan, start
from inspector.protocols.langgraph.standing import stand_of
from tests.protocols.langgraph.fakes import (
    AT_RUN,
    AT_THREAD,
    LEFT,
    NEXT_RUN,
    PYTHON,
    RIGHT,
    busy,
    case,
    cut_short,
    finished,
    run_row,
    state,
    task,
    thread_row,
    waiting,
)


def asking_twice() -> dict[str, Any]:
    return {**waiting(), "state": state(task("left", (LEFT, "l")), task("right", (RIGHT, "r")))}


def at_a_breakpoint() -> dict[str, Any]:
    return {**waiting(), "state": state(task("second"))}


def command_of(answers: dict[str, Any], data: Any) -> Any:
    return plan("resume", case(answers), data)[0].json["command"]


def test_cancels() -> None:
    call = plan("cancel", case(busy()), None)[0]
    assert (call.method, call.path, call.query, call.reads) == (
        "POST",
        AT_RUN + "/cancel",
        (("action", "interrupt"),),
        False,
    )
    assert plan("cancel", case(busy()), {"action": "rollback"})[0].query == (("action", "rollback"),)
    with pytest.raises(UserError, match="interrupt"):
        plan("cancel", case(busy()), {"action": "kill"})
    with pytest.raises(Refused, match="Aegra"):
        plan("cancel", case(busy(), {"flavour": "aegra"}), "rollback")


def test_one_question_takes_any_answer_as_it_is() -> None:
    answers: list[Any] = ["yes", 0, False, [], {"approved": True}, {"command": "x"}, {"command": {"other": 1}}]
    for answer in answers:
        assert command_of(waiting(), answer) == {"resume": answer}


def test_an_empty_object_goes_by_way_of_a_map() -> None:
    assert command_of(waiting(), {}) == {"resume": {LEFT: {}}}


def test_a_map_of_pending_ids() -> None:
    assert command_of(asking_twice(), {LEFT: 1, RIGHT: 2}) == {"resume": {LEFT: 1, RIGHT: 2}}
    assert command_of(asking_twice(), {RIGHT: None}) == {"resume": {RIGHT: None}}
    assert command_of(waiting(), {LEFT: None}) == {"resume": {LEFT: None}}


def test_several_questions_need_a_map() -> None:
    for answer in ("both", {LEFT: 1, "other": 2}):
        with pytest.raises(Refused, match=f"{LEFT} and {RIGHT}"):
            command_of(asking_twice(), answer)


def test_ids_that_nobody_asks_by_are_not_sent() -> None:
    with pytest.raises(Refused, match="would accept it and do nothing"):
        command_of(waiting(), {"f" * 32: "yes"})


def test_an_answer_has_to_be_given() -> None:
    with pytest.raises(UserError, match="needs an answer"):
        command_of(waiting(), None)


def test_a_whole_command_with_an_edit() -> None:
    command = {"resume": "yes", "update": {"text": "new"}}

    assert command_of(waiting(), {"command": command}) == command
    with pytest.raises(UserError, match="frobnicate"):
        command_of(waiting(), {"command": {**command, "frobnicate": 1}})


def test_a_further_run_rejects_rather_than_queues_and_goes_on_without_us() -> None:
    body = plan("continue", case(cut_short()), None)[0].json

    assert body["input"] is None
    assert body["assistant_id"] == "a-1"
    assert body["multitask_strategy"] == "reject"
    assert body["on_disconnect"] == "continue"
    assert "tasks" in body["stream_mode"]


def test_what_was_configured_holds_for_the_further_run() -> None:
    row = run_row("error", config={"recursion_limit": 7}, interrupt_before=["last"])

    body = plan("continue", case({**cut_short(), "run": row}), None)[0].json

    assert body["config"] == {"recursion_limit": 7}
    assert body["interrupt_before"] == ["last"]


def test_the_state() -> None:
    data = {"values": {"trail": ["by hand"]}, "as_node": "explode"}

    call = plan("set_state", case(cut_short()), data)[0]

    assert (call.method, call.path, call.json) == ("POST", AT_THREAD + "/state", data)
    for bad in (None, {"as_node": "x"}, {"values": {}, "as_node": 3}, {"values": "x"}, {"values": {}, "as": "x"}):
        with pytest.raises(UserError):
            plan("set_state", case(cut_short()), bad)


def test_rewinding_giving_up_refreshing() -> None:
    assert plan("rewind", case(finished()), {"checkpoint_id": "c3"})[0].json["checkpoint_id"] == "c3"
    with pytest.raises(UserError, match="checkpoint_id"):
        plan("rewind", case(finished()), None)
    assert plan("give_up", case(waiting()), None)[0].json == {"values": None, "as_node": "__end__"}
    assert plan("refresh", case(finished()), None) == ()


def test_a_copy_comes_before_what_runs_on_it() -> None:
    copy, run = plan("copy_and_continue", case(busy()), None)

    assert copy.path == AT_THREAD + "/copy"
    assert run.path == "/threads/{thread_id}/runs/stream"
    assert run.json["input"] is None


def test_a_server_that_cannot_copy() -> None:
    with pytest.raises(Refused, match="cannot copy"):
        plan("copy_and_continue", case(busy(), {"copy": False}), None)


def test_a_copy_that_would_only_ask_again_needs_the_answer() -> None:
    with pytest.raises(Refused, match="answer"):
        plan("copy_and_continue", case(waiting()), None)
    assert plan("copy_and_continue", case(waiting()), "yes")[1].json["command"] == {"resume": "yes"}


def test_every_write_is_known_as_one() -> None:
    writes = [
        *plan("cancel", case(busy()), None),
        *plan("resume", case(waiting()), "x"),
        *plan("continue", case(cut_short()), None),
        *plan("set_state", case(cut_short()), {"values": {}}),
        *plan("rewind", case(finished()), "c1"),
        *plan("give_up", case(waiting()), None),
        *plan("copy_and_continue", case(busy()), None),
        *start({"assistant_id": "a", "input": {}}),
    ]

    assert len(writes) == 10
    assert not any(call.reads for call in writes)


OBJECTIONS: list[tuple[str, dict[str, Any], str | None]] = [
    ("resume", waiting(), None),
    ("resume", at_a_breakpoint(), "use continue"),
    ("resume", finished(), "No interrupt is pending"),
    ("resume", busy(), "still running"),
    ("resume", {"run": run_row()}, "refresh first"),
    ("cancel", {**finished(), "run": run_row("interrupted"), "runs": []}, "over (interrupted)"),
    ("continue", waiting(), "Use resume"),
    ("continue", at_a_breakpoint(), None),
    ("continue", cut_short(), None),
    ("continue", finished(), "Nothing is left to run"),
    ("continue", busy("pending"), "still pending"),
    ("continue", {**cut_short(), "runs": [run_row("running", NEXT_RUN)]}, NEXT_RUN),
    ("cancel", busy(), None),
    ("cancel", busy("pending"), None),
    ("cancel", finished(), "nothing to cancel"),
    ("cancel", {**busy(), "run": run_row("interrupted"), "runs": []}, "cancelled already"),
    ("cancel", {**busy(), "run": None}, "does not exist"),
    ("cancel", waiting(), "give up"),
    ("set_state", finished(), None),
    ("set_state", busy(), "still running"),
    ("rewind", finished(), None),
    ("rewind", busy(), "still running"),
    ("give_up", waiting(), None),
    ("give_up", finished(), "nothing to give up"),
    ("give_up", busy(), "still running"),
    ("copy_and_continue", busy(), None),
    ("copy_and_continue", finished(), "Nothing is left to run"),
    ("refresh", busy(), None),
    ("refresh", {**waiting(), "thread": None}, None),
]


@pytest.mark.parametrize(("action", "answers", "why"), OBJECTIONS)
def test_what_can_be_done_when(action: str, answers: dict[str, Any], why: str | None) -> None:
    found = objection(action, stand_of(case(answers)), PYTHON)

    assert (found is None) if why is None else (found is not None and why in found)


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "refresh"])
def test_a_thread_that_is_gone_takes_nothing(action: str) -> None:
    with pytest.raises(Refused, match="does not exist"):
        plan(action, case({**waiting(), "thread": None}), "x")


def test_an_assistant_that_nobody_told() -> None:
    row = {"run_id": "x", "status": "error"}
    told = {"run": row, "thread": {**thread_row("error"), "metadata": {}}, "state": state(task("a"))}

    with pytest.raises(Refused, match="assistant"):
        plan("continue", case(told), None)


def test_an_action_of_another_backend() -> None:
    with pytest.raises(UserError, match="submit_tool_outputs"):
        plan("submit_tool_outputs", case(waiting()), None)


def test_a_new_run_makes_its_thread_first() -> None:
    thread, run = start({"assistant_id": "hitl", "input": {"text": "x"}})

    assert (thread.path, thread.json) == ("/threads", {})
    assert run.path == "/threads/{thread_id}/runs/stream"
    assert run.json["assistant_id"] == "hitl"
    assert run.json["input"] == {"text": "x"}
    assert run.json["stream_resumable"] is True


def test_a_new_run_on_a_thread_as_it_is_wished() -> None:
    data = {"graph_id": "hitl", "thread_id": "t", "command": {"resume": 1}, "multitask_strategy": "enqueue"}

    (run,) = start({**data, "stream_mode": "values", "metadata": {"a": 1}})

    assert run.path == "/threads/t/runs/stream"
    assert "input" not in run.json
    assert "thread_id" not in run.json
    assert run.json["multitask_strategy"] == "enqueue"
    assert run.json["stream_mode"] == "values"
    assert run.json["metadata"] == {"a": 1}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"input": {}}, "assistant"),
        ({"assistant_id": "a"}, "input"),
        ({"assistant_id": "a", "input": {}, "thread_id": 5}, "thread_id"),
        ({"assistant_id": "a", "input": {}, "stream_mode": []}, "stream_mode"),
    ],
)
def test_a_new_run_that_cannot_be(data: dict[str, Any], word: str) -> None:
    with pytest.raises(UserError, match=word):
        start(data)
