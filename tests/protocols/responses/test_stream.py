"""Events of a response."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Noticed, RunKey, ServerSaid
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Exchange
from inspector.protocols.responses.memory import Memory
from inspector.protocols.responses.stream import StreamReader
from inspector.protocols.responses.words import HTTP_EVENTS
from tests.protocols.responses.wire import Log, call, fold, response


def text_log(*pieces: str) -> Log:
    log = Log().open().tells("in_progress")
    for piece in pieces:
        log.says("response.output_text.delta", item_id="msg_1", output_index=0, content_index=0, delta=piece)
    return log


def test_text_grows_and_is_replaced_by_what_is_final() -> None:
    log = text_log("Hel", "lo")
    assert [m.text for m in fold(log).run.messages.values()] == ["Hello"]
    item = {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "Hello!"}],
    }
    log.item(item)
    log.tells("completed", output=[{**item, "id": "msg_other"}])
    assert [m.text for m in fold(log).run.messages.values()] == ["Hello!"], "the same place is the same item"


def test_parts_of_a_message_keep_their_order() -> None:
    log = text_log("one ")
    log.says("response.output_text.delta", item_id="msg_1", output_index=0, content_index=1, delta="two")
    log.says("response.output_text.delta", item_id="msg_1", output_index=0, content_index=0, delta="and ")
    log.says("response.refusal.done", item_id="msg_1", output_index=0, content_index=1, refusal="no")
    assert next(iter(fold(log).run.messages.values())).text == "one and no"


def test_arguments_grow_on_their_call() -> None:
    log = Log().open().tells("in_progress")
    log.says("response.output_item.added", output_index=0, item=call("call_1", arguments=""))
    for piece in ('{"city"', ':"Paris"}'):
        log.says("response.function_call_arguments.delta", item_id="fc_call_1", output_index=0, delta=piece)
    tool = fold(log).run.tools["call_1"]
    assert (tool.name, tool.arguments, tool.output) == ("get_weather", '{"city":"Paris"}', None)
    assert fold(log).ending() == "running", "a call that is being written is no wait"


@pytest.mark.parametrize("name", sorted(HTTP_EVENTS))
def test_every_declared_event_is_known(name: str) -> None:
    assert "run.unknown_word" not in fold(text_log("a").says(name, item_id="x")).found()


def test_there_are_as_many_events_as_the_published_types_have() -> None:
    assert len(HTTP_EVENTS) == 59


def test_an_unknown_event_is_kept_and_told_once() -> None:
    log = text_log("a").says("response.hologram.delta").says("response.hologram.delta")
    assert fold(log).finding("run.unknown_word").values == {"words": ["response.hologram.delta"], "times": 1}


def test_the_payload_beats_the_name() -> None:
    log = text_log("a").says("response.completed", response=response("incomplete"))
    assert fold(log).ending() == "incomplete"
    assert fold(log).finding("run.status_mismatch").values["payload"] == "incomplete"
    other = text_log("a").event("response.completed", {"type": "response.failed", "response": response("failed")})
    assert (fold(other).ending(), "run.status_mismatch" in fold(other).found()) == ("failed", True)


def test_a_name_without_a_readable_payload_still_counts() -> None:
    log = text_log("a").event("response.completed", '{"broken')
    assert fold(log).ending() == "completed"
    assert "stream.bad_data" in fold(log).found()


def test_data_without_event_lines_and_the_done_mark() -> None:
    log = Log().open()
    log.event("", {"type": "response.in_progress", "response": response("in_progress")})
    log.event("", {"type": "response.completed", "response": response("completed")})
    log.bytes(b"data: [DONE]\n\n").end()
    assert (fold(log).ending(), fold(log).found()) == ("completed", set())


@pytest.mark.parametrize("data", [{"message": "boom", "code": "server_error"}, {"error": {"message": "boom"}}])
def test_an_error_event_is_an_end(data: dict[str, Any]) -> None:
    seen = fold(text_log("a").says("error", **data).end("closed", "client"))
    assert seen.ending() == "failed"
    assert seen.finding("stream.error_event").values["message"] == "boom"
    assert "client.gave_up" not in seen.found()


def test_a_failure_says_why() -> None:
    failed = response("failed", error={"code": "server_error", "message": "broken"})
    seen = fold(text_log("a").says("response.failed", response=failed))
    assert seen.finding("run.failed").values["code"] == "server_error"
    odd = response("failed", error={"code": "gremlins", "message": "broken"})
    assert "run.unknown_word" in fold(text_log("a").says("response.failed", response=odd)).found()


def test_content_after_the_end_is_told() -> None:
    log = text_log("a").tells("completed")
    assert "stream.after_terminal" not in fold(log).found()
    log.says("response.output_text.delta", item_id="msg_1", delta="more")
    assert "stream.after_terminal" in fold(log).found()


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        ([0, 1, 2], False),
        ([0, 2, 3], True),
        ([0, 1, 1], True),
        ([1, 2, 3], False),
        ([5, 6, 7], True),
        ([0, None, 4], False),
        ([None, None, None], False),
    ],
)
def test_sequence_numbers_go_on_by_one_where_all_events_bear_them(numbers: list[int | None], wrong: bool) -> None:
    log = Log().open()
    for number in numbers:
        told = {} if number is None else {"sequence_number": number}
        log.says("response.output_text.delta", item_id="msg_1", delta="a", **told)
    assert ("stream.sequence" in fold(log).found()) is wrong


@pytest.mark.parametrize(("number", "what"), [(9, "missing"), (3, "repeated"), (2, "out of order")])
def test_it_is_said_what_is_wrong_with_the_numbers(number: int, what: str) -> None:
    log = Log().open()
    for told in (0, 1, 2, 3, number):
        log.says("response.output_text.delta", item_id="msg_1", delta="a", sequence_number=told)
    assert fold(log).finding("stream.sequence").values["what"] == what


def test_a_keepalive_is_life_and_no_progress() -> None:
    log = text_log("a")
    log.says("keepalive", after=40_000)
    seen = fold(log)
    assert (seen.ending(), "stream.silent" in seen.found()) == ("stalled", True)
    again = text_log("a").says("response.in_progress", 40_000, response=response("in_progress"))
    assert fold(again).ending() == "stalled", "the same word again is none either"


def test_a_hosted_call_is_nobodys_to_answer() -> None:
    item = {"type": "mcp_call", "id": "mcp_1", "name": "search", "arguments": "{}", "output": "found", "error": None}
    log = Log().open().tells("in_progress").item(item).says("response.mcp_call.completed", item_id="mcp_1")
    seen = fold(log.tells("completed", output=[item]))
    tool = seen.run.tools["mcp_1"]
    assert (seen.ending(), tool.hosted, tool.output) == ("completed", True, "found")


def test_a_second_response_in_one_stream_is_a_run_of_its_own() -> None:
    log = text_log("a").tells("incomplete", incomplete_details={"reason": "steered"})
    seen = fold(log.tells("in_progress", "resp_2").tells("completed", "resp_2"))
    assert [run.id for run in seen.runs] == ["resp_1", "resp_2"]
    assert [seen.ending(number) for number in (0, 1)] == ["incomplete", "completed"]
    assert not [fact for fact in seen.facts(Noticed) if fact.finding == "stream.after_terminal"]


def test_an_id_that_a_proxy_encodes_in_the_end_is_the_same_response() -> None:
    seen = fold(text_log("a").tells("completed", "resp_encoded").end())
    assert (seen.ending(), seen.run.thread) == ("completed", "resp_1")
    chained = text_log("a").tells("completed", "resp_encoded").end().open({"previous_response_id": "resp_encoded"})
    assert [run.thread for run in fold(chained).runs] == ["resp_1", "resp_1"]


def test_the_done_mark_is_no_content() -> None:
    keys = Keys(lambda: RunKey(1))
    (done,) = StreamReader(keys, Memory(keys)).read(Exchange(1), SseEvent("event", "", "[DONE]"))
    assert (done.name, done.content, done.facts) == ("[DONE]", False, ())


def spoken(log: Log, *words: str, first: int = 0) -> Log:
    """Pieces of a message, numbered from ``first`` on."""
    place: dict[str, Any] = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    for number, word in enumerate(words, first):
        log.says("response.output_text.delta", sequence_number=number, delta=word, **place)
    return log


def begun() -> Log:
    """A background response of which two words came before its stream broke off."""
    log = (
        Log()
        .open({"background": True})
        .says("response.created", sequence_number=0, response=response("queued", background=True))
    )
    log.says("response.in_progress", sequence_number=1, response=response("in_progress", background=True))
    return spoken(log, "The ", "ferry ", first=2).end("cut")


def test_what_is_told_again_from_the_beginning_is_not_counted_twice() -> None:
    log = begun().request("GET", "/responses/resp_1?stream=true").response()
    log.says("response.created", sequence_number=0, response=response("queued", background=True))
    log.says("response.in_progress", sequence_number=1, response=response("in_progress", background=True))
    seen = fold(spoken(log, "The ", "ferry ", "leaves", first=2))
    assert [message.text for message in seen.run.messages.values()] == ["The ferry leaves"]
    assert "run.illegal_transition" not in seen.found()
    assert "stream.sequence" not in seen.found()


def test_what_is_told_after_the_last_number_goes_on() -> None:
    log = begun().request("GET", "/responses/resp_1?stream=true&starting_after=3").response()
    seen = fold(spoken(log, "leaves", first=4))
    assert [message.text for message in seen.run.messages.values()] == ["The ferry leaves"]
    assert seen.facts(ServerSaid)[-1] == ServerSaid("cursor", "resp_1", 3)


def test_a_glimpse_of_a_message_gives_way_to_the_stream_that_tells_it() -> None:
    half = {"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress"}
    shown = response("in_progress", output=[{**half, "content": [{"type": "output_text", "text": "The ferry "}]}])
    log = Log().get("/responses/resp_1", shown)
    assert [message.text for message in fold(log).run.messages.values()] == ["The ferry "]
    log.request("GET", "/responses/resp_1?stream=true").response()
    log.says("response.created", sequence_number=0, response=response("queued"))
    log.says("response.output_item.added", sequence_number=1, output_index=0, item={**half, "content": []})
    seen = fold(spoken(log, "The ", "ferry ", "leaves", first=2).get("/responses/resp_1", shown))
    assert [message.text for message in seen.run.messages.values()] == ["The ferry leaves"]
    assert "run.illegal_transition" not in seen.found()


def test_the_arguments_of_a_call_that_is_half_told_are_left_to_the_stream() -> None:
    shown = response("in_progress", output=[call("call_1", arguments='{"ci', status="in_progress")])
    log = Log().get("/responses/resp_1", shown).request("GET", "/responses/resp_1?stream=true").response()
    log.says("response.output_item.added", sequence_number=1, output_index=0, item=call("call_1", arguments=""))
    for number, piece in enumerate(('{"ci', 'ty": 1}'), 2):
        place: dict[str, Any] = {"item_id": "fc_call_1", "output_index": 0}
        log.says("response.function_call_arguments.delta", sequence_number=number, delta=piece, **place)
    (tool,) = fold(log).run.tools.values()
    assert tool.arguments == '{"city": 1}'


def test_a_response_that_is_known_to_be_over_learns_nothing_from_its_stream() -> None:
    done = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "Done"}]}
    log = Log().get("/responses/resp_1", response("completed", output=[done]))
    log.request("GET", "/responses/resp_1?stream=true").response()
    log.says("response.created", sequence_number=0, response=response("queued"))
    seen = fold(spoken(log, "Do", first=1).end("cut"))
    assert [message.text for message in seen.run.messages.values()] == ["Done"]
    assert seen.ending() == "completed"
