from __future__ import annotations

from inspector.demo.rs_run import Actor, Model, Script, Wait
from tests.demo.rs_support import Desk, names, text_of


def test_a_message_is_told_from_its_first_word_to_its_end() -> None:
    one = Desk().ask("healthy")
    told = names(one)
    assert told[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert told[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert set(told[4:-4]) == {"response.output_text.delta"}
    pieces = "".join(event["delta"] for event in one.events if event["type"] == "response.output_text.delta")
    whole = one.events[-1]["response"]
    assert whole["output"][0]["content"][0]["text"] == pieces == text_of(one)
    assert (whole["status"], whole["completed_at"] is None) == ("completed", False)
    assert one.events[2]["item"]["content"] == []


def test_calls_are_told_piece_by_piece_each_as_an_item() -> None:
    one = Desk().ask("two-tools")
    deltas = [event for event in one.events if event["type"] == "response.function_call_arguments.delta"]
    for index, item in enumerate(one.output):
        pieces = "".join(event["delta"] for event in deltas if event["output_index"] == index)
        assert pieces == item["arguments"]
        assert (item["type"], item["status"]) == ("function_call", "completed")
    assert [item["name"] for item in one.output] == ["get_weather", "get_time"]
    assert one.status == "completed"


def test_a_background_response_is_queued_before_it_is_taken_up() -> None:
    one = Desk().ask("healthy", 0.0, background=True)
    assert (names(one), one.status) == (["response.created", "response.queued"], "queued")
    assert one.events[0]["response"]["status"] == "queued"


def test_stopping_tells_no_event_and_ends_the_streams() -> None:
    desk = Desk()
    one = desk.ask("slow", 5.0)
    count = len(one.events)
    heard: list[object] = []
    one.listen(heard.append)
    desk.server.abandon(one)
    desk.clock.turn(60)
    assert (len(one.events), one.status, heard) == (count, "cancelled", [None])


def test_a_message_that_is_not_ended_ends_with_the_response() -> None:
    one = Desk().ask("token-limit")
    assert one.output[0]["status"] == "incomplete"
    assert names(one)[-2:] == ["response.output_item.done", "response.incomplete"]
    assert one.events[-1]["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_a_script_sees_its_request_and_a_model_is_told_as_one() -> None:
    def script(act: Actor, first: bool) -> Script:
        yield Wait(0.1)
        act.begin()
        yield from act.say(str(act.request["input"]))
        act.complete()

    desk = Desk()
    model = Model("echo", "Says it again.", script)
    desk.server.models["echo"] = model
    assert text_of(desk.ask("echo")) == "When does the ferry leave?"
    assert model.wire(7) == {"id": "echo", "object": "model", "created": 7, "owned_by": "stream-inspector"}
