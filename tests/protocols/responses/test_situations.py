"""Situations as they come up between servers, proxies and clients, each with the verdict that a reader would give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.protocols.responses.wire import Log, approval, call, fold, output, response, waiting

Situation = tuple[Callable[[], Log], str, set[str], set[str]]
AT = "/responses/resp_1"
CALM = {
    "run.failed",
    "run.lost",
    "run.illegal_transition",
    "run.status_mismatch",
    "stream.error_event",
    "stream.sequence",
}
BACKGROUND = {"background": True, "stream": True}
MESSAGE = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}


def message(text: str, **more: Any) -> dict[str, Any]:
    return {**MESSAGE, "content": [{"type": "output_text", "text": text}], **more}


def working(**asked: Any) -> Log:
    return Log().open(asked).tells("in_progress")


def told(log: Log, *words: str, first: int = 1) -> Log:
    for number, word in enumerate(words, first):
        log.says("response.output_text.delta", item_id="msg_1", output_index=0, content_index=0,
                 sequence_number=number, delta=word)  # fmt: skip
    return log


def background(status: str = "queued") -> Log:
    return Log().post(
        "/responses", {"model": "m", "input": "hi", "background": True}, response(status, background=True)
    )


def polled(log: Log, *statuses: str, every: float = 5_000.0) -> Log:
    for status in statuses:
        log.at += every
        log.get(AT, response(status, background=True))
    return log


def stays_in_its_queue() -> Log:
    return polled(background(), *["queued"] * 6)


def is_polled_to_its_end() -> Log:
    return polled(background(), "queued", "in_progress", "in_progress", "completed")


def is_streamed_again_after_a_cut() -> Log:
    log = told(Log().open(BACKGROUND).tells("in_progress", sequence_number=0), "The ", "ferry ").end("cut")
    log.request("GET", AT + "?stream=true&starting_after=2").response()
    return (
        told(log, "leaves", first=3).tells("completed", sequence_number=4, output=[message("The ferry leaves")]).end()
    )


def is_streamed_again_from_its_beginning() -> Log:
    log = told(Log().open(BACKGROUND).tells("in_progress", sequence_number=0), "The ", "ferry ").end("cut")
    log.request("GET", AT + "?stream=true").response().tells("in_progress", sequence_number=0)
    return told(log, "The ", "ferry ", "leaves").tells("completed", sequence_number=4).end()


def can_be_streamed_no_longer_and_is_polled() -> Log:
    log = told(Log().open(BACKGROUND).tells("in_progress", sequence_number=0), "The ").end("cut")
    no = {"error": {"message": "Response with id 'resp_1' can no longer be streamed.", "code": None}}
    return polled(log.get(AT + "?stream=true&starting_after=1", no, 400), "in_progress", "completed")


def is_called_completed_and_is_not() -> Log:
    half = response("incomplete", incomplete_details={"reason": "max_output_tokens"})
    return told(working(), "The ferry").says("response.completed", response=half).end()


def has_no_names_and_a_done() -> Log:
    log = Log().open()
    log.event("", {"type": "response.created", "response": response("in_progress")})
    log.event("", {"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "delta": "Hello"})
    log.event("", {"type": "response.completed", "response": response("completed")})
    return log.event("", "[DONE]").end()


def ends_with_a_done_and_without_a_word() -> Log:
    return told(working(), "Hello").event("", "[DONE]").end()


def waits_for_a_tool_of_its_own_kind() -> Log:
    return waiting({"type": "custom_tool_call", "id": "ctc_1", "call_id": "c1", "name": "shell", "input": "ls"})


def waits_for_a_tool_and_an_approval() -> Log:
    return waiting(call("call_1"), approval("mcpr_1"))


def is_answered_in_a_conversation() -> Log:
    log = waiting(call("call_1"), conversation="conv_1")
    log.open({"conversation": "conv_1", "input": [output("call_1")]}).tells("in_progress", "resp_2")
    return log.tells("completed", "resp_2").end()


def is_gone_on_from_without_an_output() -> Log:
    no = {"error": {"message": "No tool output found for function call call_1.", "param": "input"}}
    return waiting(call("call_1")).post(
        "/responses", {"model": "m", "previous_response_id": "resp_1", "input": "?"}, no, 400
    )


def finds_its_conversation_locked() -> Log:
    no = {
        "error": {
            "message": "Another process is currently operating on this conversation.",
            "code": "conversation_locked",
        }
    }
    return Log().post("/responses", {"model": "m", "conversation": "conv_1", "input": "?", "stream": True}, no, 409)


def was_not_stored() -> Log:
    log = told(working(store=False), "Hello").tells("completed", store=False).end()
    return log.get(AT, {"error": {"message": "Response with id 'resp_1' not found."}}, 404)


def is_answered_by_a_login_page() -> Log:
    return Log().ask().answer("<html><title>Sign in</title></html>", kind="text/html").end()


def fails_at_a_proxy_with_a_body_like_a_stream() -> Log:
    body = 'data: {"error": {"message": "upstream broke", "code": 500}}\n\n'
    return Log().ask().answer(body, 500, "text/event-stream")


def ends_by_an_error_event() -> Log:
    return told(working(), "Hello").says("error", code="server_error", message="Sorry.").end()


def ends_by_an_error_that_is_told_twice() -> Log:
    log = told(working(), "Hello").says("error", code="server_error", message="Sorry.")
    return log.tells("failed", error={"code": "server_error", "message": "Sorry."}).end()


def is_cancelled_too_late() -> Log:
    return polled(
        background("in_progress").post(AT + "/cancel", None, response("completed", background=True)), "completed"
    )


def is_cancelled_and_goes_on() -> Log:
    log = background("in_progress").post(AT + "/cancel", None, response("in_progress", background=True))
    return polled(log, "in_progress", "in_progress")


def speaks_in_words_of_tomorrow() -> Log:
    log = working().says("response.hologram.delta", delta="~").item({"type": "hologram", "id": "h_1"})
    return log.tells("completed").end()


def stays_open_after_its_end() -> Log:
    log = told(working(), "Hello").tells("completed")
    return log.bytes(b": keepalive\n\n", after=60_000).bytes(b": keepalive\n\n", after=60_000)


def refuses_politely() -> Log:
    log = working().says("response.refusal.delta", item_id="msg_1", output_index=0, content_index=0, delta="I cannot")
    refusal = {**MESSAGE, "content": [{"type": "refusal", "refusal": "I cannot"}]}
    return log.tells("completed", output=[refusal]).end()


def is_steered_to_a_successor() -> Log:
    return told(working(), "Hel").tells("incomplete", incomplete_details={"reason": "steered"}).end()


def only_keeps_alive() -> Log:
    log = working()
    for _ in range(8):
        log.bytes(b": keepalive\n\n", after=15_000)
    return log


def is_left_after_a_silence() -> Log:
    return told(working(), "Hello").end("closed", "client", after=45_000)


def is_left_in_the_middle_of_talking() -> Log:
    return told(working(), "Hello", " there").end("closed", "client", after=200)


def is_asked_for_thrice() -> Log:
    log = Log()
    for count in range(2):
        log.ask(x_stainless_retry_count=str(count)).answer({"error": {"message": "overloaded"}}, 503)
    log.ask(x_stainless_retry_count="2").response()
    return told(log.tells("in_progress"), "Hello").tells("completed").end()


def calls_a_tool_that_fails_by_itself() -> Log:
    made = {
        "type": "mcp_call",
        "id": "mcp_1",
        "name": "search",
        "arguments": "{}",
        "status": "failed",
        "error": "timeout",
    }
    log = working().item(made).says("response.mcp_call.failed", item_id="mcp_1", output_index=0)
    return told(log, "Sorry").tells("completed", output=[made, message("Sorry")]).end()


def hides_its_ids_in_long_tokens() -> Log:
    log = Log().open().tells("in_progress", "resp_bGl0ZWxsbTpjdXN0b21fbGxtX3Byb3ZpZGVyOm9wZW5haQ==")
    return told(log, "Hello").tells("completed", "resp_bGl0ZWxsbTpjdXN0b21fbGxtX3Byb3ZpZGVyOm9wZW5haQ==").end()


def speaks_on_a_socket_that_closes() -> Log:
    log = Log().socket().frame({"type": "response.create", "model": "m", "input": "hi"}, out=True)
    log.frame({"type": "response.created", "response": response("in_progress")})
    log.frame({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "delta": "Hel"})
    return log.frame("", op="close", code=1001).end("closed", "server")


SITUATIONS: tuple[Situation, ...] = (
    (stays_in_its_queue, "not_started", {"run.not_started"}, CALM),
    (is_polled_to_its_end, "completed", set(), CALM | {"stream.no_terminal", "run.final_event_lost"}),
    (is_streamed_again_after_a_cut, "completed", {"stream.cut"}, CALM),
    (is_streamed_again_from_its_beginning, "completed", {"stream.cut"}, CALM),
    (can_be_streamed_no_longer_and_is_polled, "completed", {"stream.cut"}, CALM),
    (is_called_completed_and_is_not, "incomplete", {"run.incomplete", "run.status_mismatch"}, {"run.failed"}),
    (has_no_names_and_a_done, "completed", set(), CALM | {"stream.no_terminal", "stream.bad_data"}),
    (ends_with_a_done_and_without_a_word, "cut", {"stream.no_terminal"}, CALM),
    (waits_for_a_tool_of_its_own_kind, "waiting", {"run.waiting_for_input"}, CALM | {"tool.unanswered"}),
    (waits_for_a_tool_and_an_approval, "waiting", {"run.waiting_for_input"}, CALM | {"tool.unanswered"}),
    (is_answered_in_a_conversation, "completed", set(), CALM | {"tool.unanswered", "run.waiting_for_input"}),
    (is_gone_on_from_without_an_output, "waiting", {"run.waiting_for_input"}, CALM),
    (finds_its_conversation_locked, "failed", {"run.blocked"}, {"run.lost"}),
    (was_not_stored, "completed", set(), CALM),
    (is_answered_by_a_login_page, "not_started", {"stream.not_a_stream"}, {"run.lost", "stream.bad_data"}),
    (fails_at_a_proxy_with_a_body_like_a_stream, "failed", {"stream.http_error"}, {"run.lost", "stream.bad_data"}),
    (ends_by_an_error_event, "failed", {"stream.error_event"}, {"stream.no_terminal"}),
    (ends_by_an_error_that_is_told_twice, "failed", {"stream.error_event"}, {"stream.after_terminal"}),
    (is_cancelled_too_late, "completed", set(), CALM | {"run.cancel_pending"}),
    (is_cancelled_and_goes_on, "running", {"run.cancel_pending"}, CALM),
    (speaks_in_words_of_tomorrow, "completed", {"run.unknown_word"}, CALM),
    (stays_open_after_its_end, "completed", set(), CALM | {"stream.silent", "stream.after_terminal"}),
    (refuses_politely, "completed", set(), CALM),
    (is_steered_to_a_successor, "incomplete", {"run.incomplete"}, CALM | {"run.unknown_word"}),
    (only_keeps_alive, "stalled", {"stream.silent"}, CALM),
    (is_left_after_a_silence, "stalled", {"client.gave_up"}, CALM),
    (is_left_in_the_middle_of_talking, "cancelled", {"client.gave_up"}, CALM),
    (is_asked_for_thrice, "completed", {"stream.attempts"}, CALM),
    (calls_a_tool_that_fails_by_itself, "completed", set(), CALM | {"tool.unanswered"}),
    (hides_its_ids_in_long_tokens, "completed", set(), CALM),
    (speaks_on_a_socket_that_closes, "cut", {"socket.closed_while_running"}, CALM),
)


@pytest.mark.parametrize(
    ("tell", "ending", "must", "never"), SITUATIONS, ids=lambda part: getattr(part, "__name__", "")
)
def test_what_is_said_of_it(tell: Callable[[], Log], ending: str, must: set[str], never: set[str]) -> None:
    seen = fold(tell())
    found = seen.found()
    assert (seen.ending(), must - found, never & found) == (ending, set(), set())


def test_texts_that_come_twice_or_late_are_whole() -> None:
    for tell in (is_streamed_again_after_a_cut, is_streamed_again_from_its_beginning):
        assert [each.text for each in fold(tell()).run.messages.values()] == ["The ferry leaves"]
    assert [each.text for each in fold(refuses_politely()).run.messages.values()] == ["I cannot"]
