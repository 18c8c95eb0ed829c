"""What can be done, and why the rest cannot."""

from __future__ import annotations

from inspector.protocols.responses.standing import (
    request_of,
    standing,
    why_not_answer,
    why_not_cancel,
    why_not_resume,
    why_not_start,
)
from tests.protocols.responses.wire import Log, approval, call, fold, output, response, waiting


def background(stream: bool = True) -> Log:
    log = Log().open({"background": True, "stream": stream}).tells("in_progress", background=True)
    log.says("response.output_text.delta", sequence_number=3, delta="a")
    return log


def test_the_request_and_what_the_server_made_of_it() -> None:
    seen = fold(background().get("/responses/resp_1", response("in_progress", background=True, model="m-2026")))
    s = standing(seen.case())
    assert request_of(seen.case())["model"] == "m"
    assert (s.field("model"), s.field("background"), s.background) == ("m", True, True)


def test_only_the_background_can_be_cancelled() -> None:
    assert why_not_cancel(standing(fold(background()).case())) is None
    shown = Log().get("/responses/resp_1", response("in_progress", background=False))
    foreground = why_not_cancel(standing(fold(shown).case()))
    assert foreground is not None
    assert "closed by the app" in foreground
    assert "over" in (why_not_cancel(standing(fold(waiting(call("call_1"))).case())) or "")
    given_up = Log().ask({"background": True}).end("closed", "client")
    assert "named" in (why_not_cancel(standing(fold(given_up).case())) or "")


def test_what_lives_on_an_open_connection_ends_with_it() -> None:
    for log, carrier in ((Log().open().tells("in_progress"), 1), (Log().ask({"background": True}), 1)):
        s = standing(fold(log).case())
        assert (s.carrier, why_not_cancel(s)) == (carrier, None)
    assert standing(fold(Log().open().tells("in_progress").end("cut")).case()).carrier is None


def test_a_refusal_to_stream_it_again_is_remembered() -> None:
    log = background().end("cut")
    body = {"error": {"message": "Response with id 'resp_1' can no longer be streamed."}}
    log.get("/responses/resp_1?stream=true&starting_after=3", body, 400)
    s = standing(fold(log).case())
    assert s.refused == "Response with id 'resp_1' can no longer be streamed."
    assert "can no longer be streamed" in (why_not_resume(s) or "")


def test_answers_are_wanted_only_by_what_waits_for_them() -> None:
    s = standing(fold(waiting(call("call_1"))).case())
    assert why_not_answer(s, "tool") is None
    assert why_not_answer(s, "approval") == "The response does not wait for an approval."
    both = standing(fold(waiting(call("call_1"), approval("mcpr_1"))).case())
    assert why_not_answer(both, "tool") is None
    assert "together" in (why_not_answer(both, "approval") or "")
    answered = waiting(call("call_1")).open({"previous_response_id": "resp_1", "input": [output("call_1")]})
    assert "answered" in (why_not_answer(standing(fold(answered).case()), "tool") or "")
    assert "in_progress" in (why_not_answer(standing(fold(background()).case()), "tool") or "")


def test_nothing_goes_on_from_what_was_not_stored() -> None:
    assert "store" in (why_not_answer(standing(fold(waiting(call("call_1"), store=False)).case()), "tool") or "")


def test_what_can_be_streamed_again() -> None:
    assert "open" in (why_not_resume(standing(fold(background()).case())) or "")
    broken = background().end("cut")
    s = standing(fold(broken).case())
    assert (why_not_resume(s), s.cursor) == (None, 3)
    assert "background" in (why_not_resume(standing(fold(Log().open().tells("in_progress").end("cut")).case())) or "")
    asked = Log().post("/responses", {"model": "m", "background": True}, response("in_progress", background=True))
    assert "stream: true" in (why_not_resume(standing(fold(asked).case())) or "")
    assert "over" in (why_not_resume(standing(fold(Log().open().tells("completed")).case())) or "")


def test_what_can_be_followed_by_a_new_one() -> None:
    assert why_not_start(standing(fold(Log().open().tells("in_progress").tells("completed")).case())) is None
    assert "submit" in (why_not_start(standing(fold(waiting(call("call_1"))).case())) or "")
    assert "still" in (why_not_start(standing(fold(Log().open().tells("in_progress")).case())) or "")
    assert why_not_start(standing(fold(Log().open().tells("in_progress").end("cut")).case())) is None
    assert "open" in (why_not_start(standing(fold(Log().ask()).case())) or "")
    assert why_not_start(standing(fold(Log().ask().end("closed", "client")).case())) is None
    assert "refresh" in (why_not_start(standing(fold(Log().request("GET", "/responses/resp_1")).case())) or "")
    gone = Log().get("/responses/resp_1", {"error": {"message": "no resp_1"}}, 404)
    assert "does not know" in (why_not_start(standing(fold(gone).case())) or "")
