"""Findings that need to know this protocol."""

from __future__ import annotations

from inspector.protocols.responses.rules import RULES
from tests.protocols.responses.wire import Log, call, fold, response, waiting


def test_two_responses_of_one_chain_do_not_block_each_other() -> None:
    log = Log().open({"background": True}).tells("in_progress", "resp_1")
    log.post("/responses", {"previous_response_id": "resp_1", "background": True}, response("queued", "resp_2"))
    seen = fold(log)
    assert seen.runs[0].thread == seen.runs[1].thread
    assert "run.blocked" not in seen.found(1)


def test_an_unnumbered_event_takes_the_proof_from_the_others() -> None:
    log = Log().open().tells("in_progress", sequence_number=None)
    log.says("response.output_text.delta", sequence_number=0, delta="a")
    log.says("response.output_text.delta", sequence_number=5, delta="a")
    assert "stream.sequence" not in fold(log).found()


def test_what_to_do_next_is_what_there_is() -> None:
    log = Log().open().tells("in_progress").says("error", message="no")
    seen = fold(log)
    assert seen.finding("stream.error_event").next == ("start_new_run", "refresh")
    assert seen.finding("run.failed").next == ("start_new_run",)


def test_a_wait_is_no_reason_to_cancel() -> None:
    rule = next(rule for rule in RULES if rule.id == "run.waiting_for_input")
    seen = fold(waiting(call("call_1")))
    evidence = rule.check(seen.case(), seen.book.now)
    assert evidence is not None
    assert evidence.next == ("submit_tool_outputs",)


def test_a_stream_that_ended_by_a_cancel_owes_no_word() -> None:
    log = Log().open({"background": True}).tells("in_progress").end()
    assert "stream.no_terminal" in fold(log).found()
    cancelled = fold(log.get("/responses/resp_1", response("cancelled", background=True)))
    assert cancelled.ending() == "cancelled"
    assert not cancelled.found() & {"stream.no_terminal", "run.final_event_lost"}
    log = Log().open({"background": True}).tells("in_progress").end()
    done = fold(log.get("/responses/resp_1", response("completed", background=True)))
    assert "run.final_event_lost" in done.found()
