"""Who hangs, and with which exchange."""

from __future__ import annotations

from inspector.domain.charts import Ending
from inspector.domain.frames import Kind
from inspector.present.sentences import sentence
from inspector.protocols.agents_sdk.rules import RULES, open_span_due
from tests.protocols.agents_sdk.spans import (
    TIMEOUT,
    Story,
    agent,
    finished,
    function,
    handoff,
    response,
    span,
    started,
    task,
    trace,
)


def test_what_is_at_work_is_no_finding() -> None:
    assert started().ending() == Ending.RUNNING
    assert not started().found()


def test_a_hung_agent_is_named_when_its_trace_has_gone_quiet() -> None:
    story = started()
    finding = story.found(now=32)["agents.open_span"]
    assert story.ending(now=32) == Ending.STALLED
    assert sentence(finding) == (
        "Agent “Boss” is stuck: response (span r1) has been open for 31 s and never ended. "
        "Open around it: work, Boss and turn 1."
    )


def test_a_hung_exchange_is_told_on_both_sides_before_the_trace_is_quiet() -> None:
    story = started().post(1.1).note(12)
    found = sentence(story.found()["agents.open_span"])
    assert "Agent “Boss” is stuck: response (span r1)" in found
    assert "It waits for exchange 6, which has had no answer for 11 s." in found
    exchange = next(run for run in story.book.runs.values() if run.protocol == "responses")
    said = {finding.id: sentence(finding) for finding in story.judged(exchange).findings}
    assert said["stream.no_headers"] == (
        "The request has had no answer for 11 s: not even headers. "
        "It is the model call of agent “Boss” (span r1, open for 11 s)."
    )


def test_an_exchange_that_streams_keeps_its_trace_alive() -> None:
    story = started().post(1.1).responds(1.2, "resp_1", "in_progress")
    delta = {"type": "response.output_text.delta", "item_id": "m", "delta": "x", "output_index": 0, "content_index": 0}
    for second in range(10, 60, 10):
        story.streams(second, delta)
    assert story.ending(now=55) == Ending.RUNNING
    assert "agents.open_span" not in story.found(now=55)
    assert "agents.open_span" in story.found(now=85)


def test_it_is_looked_at_again_when_an_exchange_begins_to_hang() -> None:
    case = started().post(1.1).case()
    assert open_span_due(case, 2_000.0) == 11_100.0
    assert open_span_due(case, 12_000.0) is None


def test_a_handoff_to_nobody_is_told_as_inferred() -> None:
    done = [span("r", "a", response("resp_1"), 1, 2), span("h", "a", handoff("Boss", "Aide"), 2, 2)]
    story = Story().export(3, trace(), *done, span("a", "t", agent("Boss"), 1, 2), saved=True)
    found = sentence(story.found()["agents.open_span"])
    assert found == (
        "Boss handed over to Aide, and no agent Aide was reported since: it hangs, or the program was killed "
        "(inferred). "
        "Still open (inferred): a span, which was never reported, only named as a parent."
    )


def test_a_failure_names_the_agents_that_had_it_and_not_those_whose_it_was_kept_from() -> None:
    story = started().end(2, "r1", "a1", response("resp_1"), 1).begin(2, "f", "a1", function("ask"))
    story.begin(2, "i", "f", agent("Inner")).begin(2, "x", "i", response())
    story.end(4, "x", "i", response(), 2, error=TIMEOUT).end(4, "i", "f", agent("Inner"), 2, error=TIMEOUT)
    story.end(4, "f", "a1", function("ask", "An error occurred"), 2)
    story.begin(4, "r2", "a1", response()).end(6, "r2", "a1", response(), 4, error=TIMEOUT)
    found = finished(story, 6).found()
    assert found["run.failed"].values["nodes"] == ["Boss"]
    assert sentence(found["agents.hidden_failure"]) == (
        "The failure of agent “Inner” came back as the ordinary output of the tool ask: "
        "“Error getting response: Request timed out.”"
    )
    assert sentence(found["agents.no_response"]).startswith("A model call of agent “Inner” ended without a response id")


def test_an_approval_offers_a_decision_only_where_there_is_a_state_to_decide_in() -> None:
    story = started().end(2, "r1", "a1", response("resp_1"), 1)
    story.begin(2, "f", "a1", function("rm")).end(2, "f", "a1", function("rm"), 2)
    assert finished(story, 2).found()["run.waiting_for_input"].next == ()
    assert {rule.id for rule in RULES} >= {"agents.open_span", "agents.no_response", "agents.hidden_failure"}


def test_what_the_model_asked_for_shows_where_no_span_tells_of_the_call() -> None:
    """JavaScript reports nothing of a call that needs an approval; the proxy saw that it is not answered."""
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "rm", "arguments": "{}"}
    done = {"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "output": [call]}}
    story = finished(started().post(1.1).streams(1.2, done).end(2, "r1", "a1", response("resp_1"), 1), 2)
    assert story.ending() == Ending.WAITING
    assert sentence(story.found()["run.waiting_for_input"]).startswith("It waits for ")
    alone = finished(started().end(2, "r1", "a1", response("resp_1"), 1), 2)
    assert alone.ending() == Ending.COMPLETED


def test_silence_counts_from_what_happened_and_not_from_when_it_was_reported() -> None:
    """The exporter reports every five seconds; what is silent since then was silent before."""
    story = Story().export(5, trace(), span("r", "a", response("resp_1"), 0.5, 1))
    assert story.export(6, span("x", "b", task(), 0, 6)).run().content_at == 6000.0
    late = Story().export(6, trace(), span("x", "b", task(), 5, 6)).export(40, span("r", "b", response("resp_1"), 5, 7))
    assert late.ending() == Ending.STALLED


def test_of_a_program_that_is_gone_the_exchange_is_told_that_it_waited_for() -> None:
    story = started().post(1.1)
    story.add(21.1, Kind.END, {"how": "closed", "by": "client"})
    found = sentence(story.tap(21.2, "shutdown").found()["agents.open_span"])
    assert "It waits for exchange 6, which has had no answer for 20 s." in found
    assert story.ending() == Ending.CUT


def test_of_two_agents_at_work_the_one_that_hangs_is_named() -> None:
    story = started().post(1.1).responds(1.2, "resp_1", "in_progress")
    story.begin(5, "b", "t", agent("Aide")).begin(5, "r2", "b", response()).post(5.1)
    delta = {"type": "response.output_text.delta", "item_id": "m", "delta": "x", "output_index": 0, "content_index": 0}
    found = sentence(story.streams(16, delta, link=6).note(17).found()["agents.open_span"])
    assert found.startswith("Agent “Aide” is stuck: response (span r2)")
