"""Calls without a result: found in the whole history, answered together, and looked at again."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Effect
from inspector.protocols.langgraph.actions import actions
from inspector.protocols.langgraph.acts import act
from inspector.protocols.langgraph.orphans import INTERRUPTED, RULE, answers, open_calls, told
from tests.protocols.langgraph.fakes import Server, case, run_row, state, task, thread_row
from tests.protocols.langgraph.story import Story

STATE = "POST /threads/01a1fbbc-75c6-7646-893f-0e0666235366/state"


def ai(*calls: str) -> dict[str, Any]:
    return {
        "type": "ai",
        "content": "",
        "tool_calls": [{"id": one, "name": f"look_{one}", "args": {}} for one in calls],
    }


def tool(call: str) -> dict[str, Any]:
    return {"type": "tool", "tool_call_id": call, "content": "x"}


def left(*messages: dict[str, Any], next: tuple[str, ...] = (), checkpoint: str = "c1") -> dict[str, Any]:
    at = state(*(task(name) for name in next), checkpoint=checkpoint, values={"messages": list(messages)})
    return {"run": run_row("interrupted"), "thread": thread_row(), "state": at, "runs": [run_row("interrupted")]}


@pytest.mark.parametrize(
    ("messages", "ids"),
    [
        ([ai("a", "b")], ["a", "b"]),
        ([ai("a", "b"), tool("a")], ["b"]),
        ([ai("a"), tool("a"), ai("b")], ["b"]),
        ([ai("a"), {"type": "human", "content": "well?"}, ai("b"), tool("b")], ["a"]),
        ([ai("a"), tool("a")], []),
        ([{"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]}], ["a"]),
        ([None, 3, "x", {"tool_calls": "none"}], []),
    ],
)
def test_the_whole_history_is_searched(messages: list[Any], ids: list[str]) -> None:
    assert [call.id for call in open_calls({"messages": messages, "text": "x"})] == ids


def test_any_field_of_the_state_may_hold_messages() -> None:
    (call,) = open_calls({"chat": [ai("a")], "messages": []})
    assert answers([call], "42") == {
        "chat": [{"type": "tool", "tool_call_id": "a", "name": "look_a", "content": "42", "status": "success"}]
    }
    assert open_calls(None) == open_calls([1]) == ()
    assert told([call]) == "look_a (a)"


@pytest.mark.parametrize(("next", "steps"), [((), ("set_state",)), (("tools",), ("continue", "set_state"))])
def test_a_history_with_an_open_call_is_a_finding(next: tuple[str, ...], steps: tuple[str, ...]) -> None:
    (finding,) = [one for one in Story().told(left(ai("a"), next=next)).verdict().findings if one.id == RULE.id]
    assert [call["id"] for call in finding.values["calls"]] == ["a"]
    assert finding.next == steps


def test_a_history_in_order_is_none_nor_one_that_waits() -> None:
    assert "tool.unanswered" not in Story().told(left(ai("a"), tool("a"))).found()
    waits = left(ai("a"), next=("tools",)) | {
        "run": run_row(),
        "thread": thread_row("interrupted"),
        "runs": [run_row()],
    }
    assert "tool.unanswered" not in Story().told(waits).found()


def test_an_answer_for_every_call_is_proposed() -> None:
    offered = {each.id: each for each in actions(case(left(ai("a", "b"), next=("tools",))), 0)}["set_state"]
    assert offered.data["as_node"] == "tools"
    assert [each["tool_call_id"] for each in offered.data["values"]["messages"]] == ["a", "b"]
    assert {each["content"] for each in offered.data["values"]["messages"]} == {INTERRUPTED}
    assert "look_a (a), look_b (b)" in offered.context["orphans"]
    assert [fill["title"] for fill in offered.context["fills"]] == ["Interrupted", "An error", "Outputs"]
    calm = {each.id: each for each in actions(case(left(ai("a"), tool("a"))), 0)}["set_state"]
    assert "orphans" not in calm.context
    assert calm.data["values"] == {}


@pytest.mark.parametrize(("after", "said"), [(["a", "b"], "Every tool call"), (["a"], "Still without an output: look")])
def test_the_history_is_looked_at_again(after: list[str], said: str) -> None:
    before = left(ai("a", "b"))
    server = Server(before).then(left(ai("a", "b"), *map(tool, after), checkpoint="c2"))
    server.on(STATE, {"checkpoint": {"checkpoint_id": "c2"}})
    data = {"values": answers(open_calls(before["state"]["values"]), INTERRUPTED)}

    outcome = server.drive(act("set_state", case(before), data))

    assert outcome.effect is Effect.SEEN
    assert said in outcome.why
