from __future__ import annotations

from typing import Any

import pytest

from inspector.demo.rs_engine import Refusal, items_of
from inspector.demo.rs_state import Response
from tests.demo.rs_support import Desk, outputs


def test_attempts_without_an_answer_are_counted_by_request() -> None:
    server = Desk().server
    body = {"model": "no-headers-twice", "input": "x"}
    assert [server.hangs(body) for _ in range(4)] == [True, True, False, True]
    assert server.hangs({**body, "input": "y"})
    assert not server.hangs({"model": "healthy", "input": "x"})


def test_every_call_needs_its_output_and_each_output_its_call() -> None:
    desk = Desk()
    one = desk.ask("two-tools")
    some = outputs(one)
    first, second = some[0]["call_id"], some[1]["call_id"]
    chained: dict[str, Any] = {"previous_response_id": one.id}
    assert desk.refused("two-tools", **chained).message == f"No tool output found for function call {first}."
    wrong = desk.refused("two-tools", input=some[:1], **chained)
    assert (wrong.status, wrong.message) == (400, f"No tool output found for function call {second}.")
    stray = {"type": "function_call_output", "call_id": "call_x", "output": "1"}
    assert "No tool call found" in desk.refused("two-tools", input=[*some, stray], **chained).message
    assert desk.ask("two-tools", input=some, **chained).status == "completed"


def test_a_chain_remembers_what_was_answered_long_ago() -> None:
    desk = Desk()
    one = desk.ask("two-tools")
    two = desk.ask("two-tools", input=outputs(one), previous_response_id=one.id)
    assert desk.ask("healthy", previous_response_id=two.id).status == "completed"


def test_an_approval_that_was_asked_for_has_to_be_decided() -> None:
    desk = Desk()
    one = desk.ask("approval")
    refusal = desk.refused("approval", previous_response_id=one.id)
    assert refusal.message.endswith(f"do not have an approval: {one.output[0]['id']}")


def test_only_a_background_response_is_cancelled_and_as_often_as_one_likes() -> None:
    desk = Desk()
    one = desk.ask("slow", 2.0, background=True)
    assert (desk.server.cancel(one), desk.server.cancel(one)) == (None, None)
    assert one.status == "cancelled"
    assert desk.server.cancel(desk.ask("slow", 2.0)) == Refusal(400, "Cannot cancel a synchronous response.")
    done = desk.ask("healthy", background=True)
    assert desk.server.cancel(done) == Refusal(400, "Cannot cancel a completed response.")


def test_a_conversation_collects_its_items_and_is_locked_while_one_works_on_it() -> None:
    desk = Desk()
    talk = desk.server.converse({"k": "v"}, [{"role": "user", "content": "Hello"}])
    one = desk.ask("healthy", 1.0, conversation=talk.id)
    locked = desk.refused("healthy", conversation={"id": talk.id})
    assert (locked.status, locked.code) == (409, "conversation_locked")
    desk.clock.turn(30)
    assert [item["type"] for item in talk.items] == ["message", "message", "message"]
    assert talk.items[-1] == one.output[0]
    assert one.wire()["conversation"] == {"id": talk.id}
    added = desk.server.add_items(talk, [{"role": "user", "content": "More"}])
    assert talk.items[-1:] == added
    assert added[0]["id"]
    assert desk.refused("healthy", conversation="conv_x").status == 404


def test_what_is_not_stored_or_deleted_cannot_be_gone_on_from() -> None:
    desk = Desk()
    hidden = desk.ask("healthy", store=False)
    gone = desk.ask("slow", 1.0)
    desk.server.forget(gone)
    assert gone.status == "cancelled"
    for one in (hidden, gone):
        assert one.id not in desk.server.responses
        assert desk.refused("healthy", previous_response_id=one.id).code == "previous_response_not_found"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Missing required parameter: 'model'."),
        ({"model": "gpt-x", "input": "x"}, "The requested model 'gpt-x' does not exist."),
        ({"model": "healthy"}, "One of 'input', 'previous_response_id' or 'conversation' is needed."),
        (
            {"model": "healthy", "input": "x", "previous_response_id": "a", "conversation": "b"},
            "Only one of 'previous_response_id' and 'conversation' can be given.",
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(body: dict[str, str], said: str) -> None:
    refusal = Desk().server.create(body)
    assert not isinstance(refusal, Response)
    assert refusal.message == said


def test_an_input_is_a_text_or_items() -> None:
    (item,) = items_of("Hello")
    assert (item["type"], item["role"], item["content"][0]["text"]) == ("message", "user", "Hello")
    assert items_of([{"role": "user", "content": "x"}, 7])[0]["type"] == "message"
    assert items_of(None) == items_of("") == []
