"""Waits, and who answered them."""

from __future__ import annotations

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Identified, RunKey, StatusSeen, Wanted, Witness
from inspector.protocols.responses.memory import Memory, conversation_of
from tests.protocols.responses.wire import Log, approval, call, fold, output, response, waiting


def test_a_response_that_ends_in_calls_waits_for_them() -> None:
    seen = fold(waiting(call("call_1"), call("call_2", "time")))
    assert seen.ending() == "waiting"
    wanted = seen.finding("run.waiting_for_input")
    assert [ask["id"] for ask in wanted.values["asks"]] == ["call_1", "call_2"]
    assert wanted.next == ("submit_tool_outputs",)


def test_only_all_answers_end_the_wait() -> None:
    log = waiting(call("call_1"), call("call_2"))
    log.open({"previous_response_id": "resp_1", "input": [output("call_1")]})
    assert fold(log).ending() == "waiting"
    log.open({"previous_response_id": "resp_1", "input": [output("call_1"), output("call_2")]})
    assert fold(log).ending() == "completed"


OPEN = {"error": {"message": "No tool output found for function call call_2."}}


def test_what_a_refused_request_brought_is_open_again() -> None:
    log = waiting(call("call_1"), call("call_2"))
    log.post("/responses", {"model": "m", "previous_response_id": "resp_1", "input": [output("call_1")]}, OPEN, 400)
    seen = fold(log)
    assert (seen.ending(0), seen.ending(1)) == ("waiting", "failed")
    assert [ask.id for ask in seen.runs[0].wanted.asks] == ["call_1", "call_2"]  # type: ignore[union-attr]
    assert [each.output for each in seen.runs[0].tools.values()] == [None, None]
    both = {"previous_response_id": "resp_1", "input": [output("call_1"), output("call_2")]}
    assert fold(log.open(both)).ending(0) == "completed"


def test_an_answer_that_was_taken_before_stays_taken() -> None:
    log = waiting(call("call_1")).open({"previous_response_id": "resp_1", "input": [output("call_1")]})
    log.tells("in_progress", "resp_2").item(call("call_2")).tells("completed", "resp_2", output=[call("call_2")]).end()
    whole = [call("call_1"), output("call_1"), call("call_2"), output("call_2"), call("call_3")]
    again = {"model": "m", "input": whole}
    log.post("/responses", again, OPEN, 400)
    seen = fold(log)
    assert (seen.ending(0), seen.ending(1)) == ("completed", "waiting")


def test_any_other_refusal_leaves_what_it_brought() -> None:
    log = waiting(call("call_1"))
    asked = {"model": "m", "previous_response_id": "resp_1", "input": [output("call_1")]}
    log.post("/responses", asked, {"error": {"message": "Rate limit reached"}}, 429)
    assert fold(log).ending(0) == "completed"


def test_a_history_sent_whole_answers_as_well_and_makes_the_thread() -> None:
    log = waiting(call("call_1"))
    log.open({"input": [{"role": "user", "content": "hi"}, call("call_1"), output("call_1")]})
    seen = fold(log.tells("in_progress", "resp_2"))
    assert seen.ending() == "completed"
    assert seen.runs[1].thread == "resp_1"


def test_an_approval_is_answered_by_a_decision() -> None:
    log = waiting(approval("mcpr_1"))
    assert fold(log).ending() == "waiting"
    assert fold(log).finding("run.waiting_for_input").next == ("approve",)
    decision = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    assert fold(log.open({"previous_response_id": "resp_1", "input": [decision]})).ending() == "completed"


def test_calls_of_a_response_that_failed_have_nobody_to_wait_for() -> None:
    log = Log().open().tells("in_progress").item(call("call_1")).tells("failed").end()
    assert fold(log).ending() == "failed"
    assert "tool.unanswered" in fold(log).found()


def test_an_output_within_the_response_is_an_answer() -> None:
    log = Log().open().tells("in_progress").item(call("call_1")).item(output("call_1", "found"), 1)
    seen = fold(log.tells("completed", output=[call("call_1"), output("call_1", "found")]))
    assert (seen.ending(), seen.run.tools["call_1"].output) == ("completed", "found")


@pytest.mark.parametrize("given", ["conv_1", {"id": "conv_1"}])
def test_a_conversation_is_the_thread(given: object) -> None:
    assert conversation_of({"conversation": given}) == "conv_1"
    seen = fold(Log().open({"conversation": given}).tells("in_progress", conversation={"id": "conv_1"}))
    assert seen.run.thread == "conv_1"


def test_ids_are_told_once() -> None:
    memory = Memory(Keys(lambda: RunKey(1)))
    assert memory.response(RunKey(1), response("in_progress"), Witness.STREAM)[0] == Identified("resp_1", "resp_1", "m")
    again = memory.response(RunKey(1), response("in_progress"), Witness.STREAM)
    assert not any(isinstance(fact, Identified) for fact in again)


def test_a_status_that_nobody_declared_is_kept_and_told() -> None:
    memory = Memory(Keys(lambda: RunKey(1)))
    facts = memory.response(RunKey(1), response("resting"), Witness.SERVER)
    assert [fact.state for fact in facts if isinstance(fact, StatusSeen)] == ["resting"]
    named = memory.response(RunKey(1), response("done"), Witness.STREAM, "completed")
    assert [fact.state for fact in named if isinstance(fact, StatusSeen)] == ["completed"]
    assert not any(isinstance(fact, Wanted) for fact in named)


def test_a_response_that_was_named_first_and_shown_later_is_called_by_its_model() -> None:
    seen = fold(Log().get("/responses/resp_1", response("in_progress", model="slow")))
    assert (seen.run.id, seen.run.name) == ("resp_1", "slow")


@pytest.mark.parametrize("answered", ["call_streamed", "call_final"])
def test_a_call_whose_id_is_another_in_the_last_word_is_one_call(answered: str) -> None:
    """As vLLM makes up the ids of a stream and of its end."""
    log = Log().open().tells("in_progress").item(call("call_streamed"))
    log.tells("completed", output=[call("call_final")]).end()
    wanted = fold(log).run.wanted
    assert wanted is not None
    assert [ask.id for ask in wanted.asks] == ["call_final"]
    log.open({"previous_response_id": "resp_1", "input": [output(answered)]})
    seen = fold(log.tells("completed", "resp_2").end())
    assert [seen.ending(0), seen.ending(1)] == ["completed", "completed"]


def test_calls_that_share_a_place_remain_two() -> None:
    log = Log().open().tells("in_progress").item(call("call_1"), 0).item(call("call_2"), 0)
    log.tells("completed", output=[call("call_1"), call("call_2")]).end()
    wanted = fold(log).run.wanted
    assert wanted is not None
    assert [ask.id for ask in wanted.asks] == ["call_1", "call_2"]
