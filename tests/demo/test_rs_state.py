from __future__ import annotations

from typing import Any

from inspector.demo.rs_state import Conversation, Response


def response(**asked: Any) -> Response:
    return Response("resp_1", 7, {"model": "m", **asked}, [], 0.0)


def test_what_the_request_says_is_in_the_object() -> None:
    one = response(background=True, stream=True, store=False, metadata={"k": "v"}, previous_response_id="resp_0")
    shown = one.wire()
    assert (one.background, one.streamed, one.stored) == (True, True, False)
    assert (shown["background"], shown["store"], shown["metadata"]) == (True, False, {"k": "v"})
    assert (shown["model"], shown["previous_response_id"], shown["status"]) == ("m", "resp_0", "in_progress")
    assert response().wire()["store"] is True


def test_the_reason_and_the_usage_are_told_where_there_is_one() -> None:
    one = response()
    assert (one.wire()["incomplete_details"], one.wire()["usage"]) == (None, None)
    one.status, one.reason = "incomplete", "max_output_tokens"
    assert one.wire()["incomplete_details"] == {"reason": "max_output_tokens"}
    assert one.wire()["usage"]["total_tokens"] == 30


def test_events_are_numbered_and_kept_and_heard_until_nobody_listens() -> None:
    one = response()
    heard: list[Any] = []
    stop = one.listen(heard.append)
    one.tell("a")
    one.tell("b", item_id="x")
    stop()
    one.tell("c")
    assert [event["sequence_number"] for event in one.events] == [0, 1, 2]
    assert heard == [
        {"type": "a", "sequence_number": 0},
        {"type": "b", "sequence_number": 1, "item_id": "x"},
    ]
    stop()
    one.listen(heard.append)
    one.close()
    assert heard[-1] is None
    assert one.listeners == []


def test_a_conversation_is_locked_while_a_response_works_on_it() -> None:
    talk = Conversation("conv_1", 7, {"k": "v"})
    assert talk.wire() == {"id": "conv_1", "object": "conversation", "created_at": 7, "metadata": {"k": "v"}}
    holder = response()
    before, talk.holder = talk.locked, holder
    while_it_works, holder.status = talk.locked, "completed"
    assert (before, while_it_works, talk.locked) == (False, True, False)
