"""Exchanges of the Responses API, told as facts."""

from __future__ import annotations

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Acted, RunKey, ServerSaid
from inspector.protocols.responses.decoder import ResponsesDecoder
from tests.protocols.responses.wire import Log, call, fold, output, response, waiting


def test_a_stream_from_its_request_to_its_end() -> None:
    seen = fold(Log().open().tells("in_progress").tells("completed").end())
    assert (seen.run.id, seen.run.thread, seen.ending(), seen.found()) == ("resp_1", "resp_1", "completed", set())


def test_a_whole_answer_is_the_end_of_what_was_asked_for_without_a_stream() -> None:
    log = Log().post("/responses", {"model": "m", "input": "hi"}, response("incomplete"))
    assert fold(log).ending() == "incomplete"
    assert "run.final_event_lost" not in fold(log).found()


def test_an_answer_that_is_only_an_error_is_a_failure() -> None:
    seen = fold(Log().post("/responses", {"model": "m"}, {"error": {"message": "no", "code": "server_error"}}))
    assert seen.ending() == "failed"
    assert seen.finding("run.failed").values["message"] == "no"


def test_json_where_a_stream_was_asked_for_still_counts() -> None:
    seen = fold(Log().ask().answer(response("completed")))
    assert seen.ending() == "completed"
    assert "stream.not_a_stream" in seen.found()


def test_a_background_response_is_told_by_the_servers_answers() -> None:
    log = Log().post("/responses", {"model": "m", "background": True}, response("queued"))
    assert fold(log).ending() == "not_started"
    log.get("/responses/resp_1", response("in_progress"))
    assert fold(log).ending() == "running"
    log.get("/responses/resp_1", response("completed"))
    assert fold(log).ending() == "completed"
    assert len(fold(log).runs) == 1


@pytest.mark.parametrize(("background", "ending"), [(False, "cancelled"), (True, "cut")])
def test_closing_the_connection_cancels_only_what_lives_on_it(background: bool, ending: str) -> None:
    log = Log().open({"background": background}).tells("in_progress").end("closed", "client")
    assert fold(log).ending() == ending


def test_a_cancel_is_proved_by_the_servers_word() -> None:
    log = Log().post("/responses", {"model": "m", "background": True}, response("in_progress"))
    log.post("/responses/resp_1/cancel", None, response("in_progress"))
    assert "run.cancel_pending" in fold(log).found()
    log.get("/responses/resp_1", response("cancelled"))
    assert fold(log).ending() == "cancelled"
    assert fold(log).found() == set()


def test_a_refused_cancel_changes_nothing() -> None:
    log = Log().post("/responses", {"model": "m", "background": True}, response("in_progress"))
    log.post("/responses/resp_1/cancel", None, {"error": {"message": "no"}}, 400)
    assert [fact.accepted for fact in fold(log).facts(Acted)] == [None, False]
    assert fold(log).ending() == "running"


def test_what_is_asked_for_and_not_there_is_lost() -> None:
    seen = fold(Log().get("/responses/resp_9", {"error": {"message": "Response with id 'resp_9' not found."}}, 404))
    assert (seen.run.id, seen.ending(), "run.lost" in seen.found()) == ("resp_9", "lost", True)


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ({}, {"detail": "Not Found"}),
        ({}, {"error": {"message": "No fixture matched"}}),
        ({"store": False}, {"error": {"message": "no response resp_1"}}),
    ],
)
def test_a_404_of_who_keeps_no_responses_says_nothing(asked: dict[str, bool], body: object) -> None:
    log = Log().open(asked).tells("in_progress")
    assert fold(log.get("/responses/resp_1", body, 404)).ending() == "running"


def test_a_response_that_is_gone_is_lost() -> None:
    log = Log().post("/responses", {"model": "m", "background": True}, response("in_progress"))
    log.get("/responses/resp_1", {"error": {"message": "Response with id 'resp_1' not found."}}, 404)
    assert fold(log).ending() == "lost"


def test_the_same_request_after_no_answer_is_another_attempt() -> None:
    log = Log().ask(x_stainless_retry_count="0").end("closed", "client")
    log.ask(x_stainless_retry_count="1").answer({"error": {"message": "busy"}}, 503)
    log.ask(x_stainless_retry_count="2").response()
    log.tells("in_progress").tells("completed").end()
    seen = fold(log)
    assert seen.ending() == "completed"
    assert seen.finding("stream.attempts").values["times"] == 3
    assert {f.severity for f in seen.verdict().findings} == {"note"}


def test_a_body_that_is_shaped_like_a_stream_is_read_for_its_error() -> None:
    log = Log().ask().response(500).bytes(b'data: {"error": {"message": "broken mock"}}\n\n').end()
    assert fold(log).finding("stream.http_error").values["message"] == "broken mock"


def test_a_conversation_that_is_locked_blocks() -> None:
    error = {"error": {"message": "Another process is operating", "code": "conversation_locked"}}
    assert "run.blocked" in fold(Log().ask({"conversation": "conv_1"}).answer(error, 400)).found()


def test_a_stream_is_joined_where_it_broke_off() -> None:
    log = Log().open({"background": True})
    log.tells("in_progress").says("response.output_text.delta", sequence_number=7, delta="a").end("cut")
    assert ServerSaid("cursor", "resp_1", 7) in fold(log).facts(ServerSaid)
    log.request("GET", "/responses/resp_1?stream=true&starting_after=7").response()
    log.says("response.output_text.delta", sequence_number=8, delta="b")
    log.says("response.completed", sequence_number=9, response=response("completed")).end()
    seen = fold(log)
    assert (seen.ending(), seen.found()) == ("completed", {"stream.cut"})


def test_who_cannot_stream_again_and_answers_with_the_response_made_no_fault() -> None:
    log = Log().post("/responses", {"model": "m", "background": True}, response("in_progress"))
    log.request("GET", "/responses/resp_1?stream=true").answer(response("completed"))
    assert (fold(log).ending(), fold(log).found()) == ("completed", set())


def test_a_list_names_nobody() -> None:
    log = Log().get("/responses", {"object": "list", "data": [response("completed")]})
    assert fold(log).runs == []
    log.get("/responses/resp_1", response("in_progress"))
    log.get("/responses", {"data": [response("completed")]})
    assert fold(log).ending() == "completed"


def test_a_chain_makes_the_thread() -> None:
    log = waiting(call("call_1"))
    log.open({"previous_response_id": "resp_1", "input": [output("call_1", "sunny")]})
    log.tells("in_progress", "resp_2").tells("completed", "resp_2").end()
    log.open({"previous_response_id": "resp_2"}).tells("in_progress", "resp_3")
    seen = fold(log)
    assert [run.thread for run in seen.runs] == ["resp_1"] * 3
    assert [seen.ending(number) for number in range(3)] == ["completed", "completed", "running"]
    assert seen.runs[0].tools["call_1"].output == "sunny"
    assert seen.runs[0].refs == [1], "what answers a response is no exchange of it"


def test_a_run_has_its_key_from_the_request_on() -> None:
    decoder = ResponsesDecoder(Keys(lambda: RunKey(7)))
    runs = {event.run for frame in Log().open().tells("in_progress").frames for event in decoder.feed(frame)}
    assert runs == {7}
