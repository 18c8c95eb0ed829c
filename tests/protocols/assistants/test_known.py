"""What a run's objects and their pieces add up to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Acted, Identified, MessageSeen, NodeSeen, RunKey, Wanted
from inspector.protocols.assistants.known import Memory
from tests.protocols.assistants.wire import Log, asking, call, fold, run, step


def _delta(text: str, index: int = 0, id: str = "msg_1") -> dict[str, Any]:
    return {"id": id, "delta": {"content": [{"index": index, "type": "text", "text": {"value": text}}]}}


def _piece(*entries: dict[str, Any], id: str = "step_1") -> dict[str, Any]:
    return {"id": id, "delta": {"step_details": {"type": "tool_calls", "tool_calls": list(entries)}}}


def _function(index: int, arguments: str, id: str | None = None, name: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"arguments": arguments} | ({"name": name} if name else {})
    return {"index": index, "type": "function", "function": body} | ({"id": id} if id else {})


def test_a_message_grows_by_its_pieces_without_being_written_anew() -> None:
    log = Log().create()
    for text in ("Hel", "lo", "!"):
        log.event("thread.message.delta", _delta(text))
    seen = fold(log)
    assert seen.run.messages["msg_1"].text == "Hello!"
    assert [(fact.text, fact.append) for fact in seen.facts(MessageSeen)] == [("Hel", True), ("lo", True), ("!", True)]


def test_parts_out_of_order_are_put_in_order() -> None:
    log = Log().create()
    for text, index in (("late", 1), ("early", 0), ("-more", 1)):
        log.event("thread.message.delta", _delta(text, index))
    assert fold(log).run.messages["msg_1"].text == "earlylate-more"


def test_the_whole_message_takes_the_place_of_its_pieces() -> None:
    whole: dict[str, Any] = {"id": "msg_1", "object": "thread.message", "role": "assistant", "status": "incomplete"}
    whole |= {"incomplete_details": {"reason": "max_tokens"}, "content": [{"type": "text", "text": {"value": "Hell"}}]}
    log = Log().create().event("thread.message.delta", _delta("Hello")).event("thread.message.incomplete", whole)
    seen = fold(log.status("completed").end())
    message = seen.run.messages["msg_1"]
    assert (message.text, message.status, message.reason) == ("Hell", "incomplete", "max_tokens")
    assert seen.finding("message.incomplete").values["reason"] == "max_tokens"


def test_what_comes_for_a_complete_message_goes_to_its_end() -> None:
    parts = [{"type": "text", "text": {"value": text}} for text in ("Hello", " World")]
    whole = {"id": "msg_1", "object": "thread.message", "role": "assistant", "status": "completed", "content": parts}
    log = Log().create().event("thread.message.completed", whole)
    log.event("thread.message.delta", {"id": "msg_1", "delta": {"role": "assistant", "content": []}})
    for text, index in (("!", 1), ("?", 0), ("!", 0)):
        log.event("thread.message.delta", _delta(text, index))
    assert fold(log).run.messages["msg_1"].text == "Hello World!?!"
    log.event("thread.message.in_progress", {**whole, "status": "in_progress", "content": []})
    for text, index in (("late", 1), ("early", 0)):
        log.event("thread.message.delta", _delta(text, index))
    assert fold(log).run.messages["msg_1"].text == "earlylate"


def test_what_is_nested_too_deep_is_no_fault_of_ours() -> None:
    delta = json.dumps({**_delta("x"), "more": 0}).replace("0}", "[" * 100_000 + "]" * 100_000 + "}")
    log = Log().create().status("in_progress")
    assert fold(log.bytes(f"event: thread.message.delta\ndata: {delta}\n\n".encode())).run.id == "run_1"


def test_interleaved_calls_come_apart() -> None:
    log = Log().create().event("thread.run.step.created", step())
    log.event("thread.run.step.delta", _piece(_function(0, "", "a", "f"))).event(
        "thread.run.step.delta", _piece(_function(1, "", "b", "g"))
    )
    for index, text in ((0, "{1"), (1, "{2"), (0, "}"), (1, "}")):
        log.event("thread.run.step.delta", _piece(_function(index, text)))
    calls = fold(log).run.tools
    assert [(c.id, c.name, c.arguments) for c in calls.values()] == [("a", "f", "{1}"), ("b", "g", "{2}")]


def test_a_call_whose_id_comes_late_is_told_once_and_whole() -> None:
    log = Log().create().event("thread.run.step.delta", _piece(_function(0, "{", None, "f")))
    log.event("thread.run.step.delta", _piece(_function(0, "}", "a")))
    calls = fold(log).run.tools
    assert [(c.id, c.name, c.arguments) for c in calls.values()] == [("a", "f", "{}")]


def test_hosted_tools_need_no_answer() -> None:
    code = {"id": "c", "type": "code_interpreter", "code_interpreter": {"input": "x", "outputs": []}}
    log = Log().create().event("thread.run.step.completed", step(code, status="completed")).status("completed")
    seen = fold(log.end())
    assert seen.run.tools["c"].hosted
    assert "tool.unanswered" not in seen.found()


def test_steps_are_nodes() -> None:
    log = Log().create().event("thread.run.step.created", step(call("a", "f")))
    log.event("thread.run.step.failed", step(call("a", "f"), status="failed", last_error={"message": "no net"}))
    nodes = fold(log).facts(NodeSeen)
    assert [(n.task, n.name, n.phase, n.note) for n in nodes] == [
        ("step_1", "tool calls", "start", "f"),
        ("step_1", "tool calls", "error", "no net"),
    ]


def test_a_step_can_arrive_already_over() -> None:
    seen = fold(Log().create().event("thread.run.step.created", step(status="completed")))
    assert seen.run.nodes["step_1"].phase == "end"


def test_waiting_is_told_with_its_deadline_and_taken_back() -> None:
    log = Log().create().status("requires_action", required_action=asking(call("a")), expires_at=1790000600)
    log.status("in_progress")
    wants = fold(log).facts(Wanted)
    assert [([ask.id for ask in want.asks], want.until) for want in wants] == [(["a"], 1790000600.0), ([], None)]


def test_asking_again_for_the_same_is_no_news() -> None:
    body = run("requires_action", required_action=asking(call("a")))
    log = Log().create().event("thread.run.requires_action", body).end()
    log.get("/threads/thread_1/runs/run_1", body).get("/threads/thread_1/runs/run_1", body)
    seen = fold(log)
    assert len(seen.facts(Wanted)) == 1
    assert seen.run.shown_asks


def test_a_server_that_does_not_say_what_it_waits_for_waits_for_its_open_calls() -> None:
    """llamphouse leaves ``required_action`` empty; the step tells."""
    log = Log().create().event("thread.run.step.created", step(call("a", "f", '{"x": 1}'), call("b", output="done")))
    seen = fold(log.status("requires_action").end())
    (ask,) = seen.finding("run.waiting_for_input").values["asks"]
    assert (ask["id"], ask["name"], ask["value"]) == ("a", "f", '{"x": 1}')


def test_the_open_calls_may_come_after_the_status() -> None:
    log = Log().get("/threads/thread_1/runs/run_1", run("requires_action"))
    log.get("/threads/thread_1/runs/run_1/steps", {"data": [step(call("a", "f"))]})
    (ask,) = fold(log).finding("run.waiting_for_input").values["asks"]
    assert ask["id"] == "a"


@pytest.mark.parametrize("status", ["queued", "in_progress", "completed"])
def test_a_run_that_goes_on_was_answered_by_somebody(status: str) -> None:
    path = "/threads/thread_1/runs/run_1"
    log = Log().get(path, run("requires_action", required_action=asking(call("a")))).get(path, run(status))
    log.get(path, run("completed"))
    seen = fold(log)
    assert Acted("submit_tool_outputs", True, {"calls": ["a"], "inferred": True}) in seen.facts(Acted)
    assert "tool.unanswered" not in seen.found()


@pytest.mark.parametrize("status", ["expired", "cancelled", "failed"])
def test_a_run_that_ended_while_it_waited_was_not_answered(status: str) -> None:
    path = "/threads/thread_1/runs/run_1"
    log = Log().get(path, run("requires_action", required_action=asking(call("a")))).get(path, run(status))
    assert fold(log).finding("tool.unanswered").values["calls"] == [{"id": "a", "name": "get_weather"}]


@pytest.mark.parametrize(
    "usage, steps, before",
    [({"total_tokens": 0}, False, True), (None, False, True), ({"total_tokens": 3}, False, False), (None, True, False)],
)
def test_a_failure_before_the_model(usage: Any, steps: bool, before: bool) -> None:
    log = Log().create().status("in_progress")
    if steps:
        log.event("thread.run.step.created", step())
    log.status("failed", usage=usage, last_error={"code": "server_error", "message": "Sorry"}).end()
    assert fold(log).finding("run.failed").values["before_model"] is before


def test_ids_are_told_once() -> None:
    log = Log().create().status("queued").status("in_progress").event("thread.run.step.created", step())
    told = [fact for fact in fold(log).facts(Identified) if fact.id is not None]
    assert len(told) == len(set(told))
    assert {(fact.id, fact.thread) for fact in told} == {("run_1", "thread_1")}
    assert {fact.name for fact in told} - {None} == {"asst_1"}


def test_odd_calls_and_messages_do_no_harm() -> None:
    log = Log().create()
    data: Any
    message: Any
    for data in (
        {"id": "s", "delta": {"step_details": {"tool_calls": [3, None, {"index": "x"}, {"id": "q"}]}}},
        {},
        [],
    ):
        log.event("thread.run.step.delta", data)
    for message in ({"id": "m", "delta": None}, {"id": "m", "delta": {"content": "bare"}}, {"delta": {"content": []}}):
        log.event("thread.message.delta", message)
    assert fold(log).run.messages["m"].text == "bare"


def test_keys_that_turn_out_to_be_one_run_share_what_is_known() -> None:
    minted = iter(range(1, 10))
    keys = Keys(lambda: RunKey(next(minted)))
    memory = Memory(keys)
    first, second = keys.of("run_1"), keys.new()
    memory.known(first).status = "queued"
    memory.own("msg_1", second)
    keys.tie(second, "run_1")
    assert memory.known(second).status == "queued"
    assert memory.owner("msg_1") == first
    assert memory.owner("msg_2") is None
