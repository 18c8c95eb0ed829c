"""Situations that nobody recorded: other versions, other programs, reports that lack this or that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.domain.charts import Ending
from tests.protocols.agents_sdk.spans import (
    TIMEOUT,
    Story,
    agent,
    finished,
    function,
    handoff,
    iso,
    response,
    span,
    started,
    task,
    trace,
    turn,
)

GUARD = {"type": "guardrail", "name": "no_homework", "triggered": True}
TRIPPED = {"message": "Guardrail tripwire triggered", "data": {"guardrail": "no_homework"}}
TURNS = {"message": "Max turns exceeded", "data": {"max_turns": 1}}


def answered(at: float = 2) -> Story:
    return started().end(at, "r1", "a1", response("resp_1", 5), 1)


def guardrail() -> Story:
    story = answered().begin(1, "g", "a", {**GUARD, "triggered": False}).end(2, "g", "a", GUARD, 1)
    return finished(story, 3, TRIPPED)


def guardrail_without_error() -> Story:
    return finished(answered().begin(1, "g", "a", GUARD).end(2, "g", "a", GUARD, 1), 3)


def guardrail_before_its_model() -> Story:
    """The guardrail stops the agent while its model call goes on beside it, and that ends when all else is over."""
    story = Story().tap(1, "trace_start", trace()).begin(1, "a", None, agent("Boss")).begin(1, "g", "a", GUARD)
    story.end(2, "g", "a", GUARD, 1).end(2, "a", None, agent("Boss"), 1, error=TRIPPED).tap(2, "trace_end", trace())
    return story.begin(2.1, "r", "a", response()).end(3, "r", "a", response("resp_1", 5), 2.1)


def tool_error_and_on() -> Story:
    """A failed tool whose failure the model was told, and answered to."""
    error = {"message": "Error running tool (non-fatal)", "data": {"tool_name": "f", "error": "boom"}}
    story = answered().begin(2, "f", "a1", function("f")).end(3, "f", "a1", function("f", "sorry"), 2, error=error)
    story.begin(3, "a2", "a", turn(2, "Boss")).begin(3, "r2", "a2", response()).end(
        4, "r2", "a2", response("resp_2"), 3
    )
    return finished(story.end(4, "a2", "a", turn(2, "Boss"), 3), 4)


def tool_error_fatal() -> Story:
    error = {"message": "Error running tool", "data": {"tool_name": "f", "error": "boom"}}
    story = answered().begin(2, "f", "a1", function("f")).end(3, "f", "a1", function("f"), 2, error=error)
    return finished(story, 3)


def retried_call() -> Story:
    """A model call that failed and was made again within the same turn."""
    story = started().end(2, "r1", "a1", response(), 1, error=TIMEOUT)
    return finished(story.begin(2, "r2", "a1", response()).end(3, "r2", "a1", response("resp_2"), 2), 3)


def stop_on_tool() -> Story:
    """The output of a tool is the answer: no turn follows it."""
    return finished(answered().begin(2, "f", "a1", function("f")).end(3, "f", "a1", function("f", "42"), 2), 3)


def withheld() -> Story:
    """A program that keeps its contents to itself: no outputs, no ids, only tokens."""
    story = started().end(2, "r1", "a1", response(None, 7), 1)
    return finished(story, 2)


def withheld_js() -> Story:
    """JavaScript tells not even tokens then, except of the turn."""
    bare: dict[str, Any] = {"type": "response"}
    used = {**turn(1, "Boss")["data"], "usage": {"input_tokens": 3, "output_tokens": 4}}
    story = started().end(2, "r1", "a1", bare, 1)
    story.end(3, "a1", "a", {"type": "custom", "name": "turn", "data": used}, 1)
    return finished(story, 3)


def cancelled_js() -> Story:
    """The same shape without tokens anywhere: the answer never came."""
    return finished(started().end(2, "r1", "a1", {"type": "response"}, 1), 3)


def generations() -> Story:
    """A model of another maker: generation spans, which have no ids."""
    data = {"type": "generation", "model": "llama", "input": [], "output": [{"role": "assistant", "content": "hi"}]}
    story = Story().tap(1, "trace_start", trace()).begin(1, "a", None, agent("Boss")).begin(1, "r", "a", data)
    return story.end(2, "r", "a", data, 1).end(2, "a", None, agent("Boss"), 1).tap(2, "trace_end", trace())


def js_approval() -> Story:
    """JavaScript writes an empty text where Python writes null."""
    story = answered().begin(2, "f", "a1", function("rm", "", "{}")).end(2, "f", "a1", function("rm", "", "{}"), 2)
    return finished(story, 2)


def resumed() -> Story:
    """After the approval the program goes on with the same trace, in another process."""
    story = (
        js_approval().tap(60, "trace_start", trace()).begin(60, "t2", None, task()).begin(60, "b", "t2", agent("Boss"))
    )
    story.begin(60, "f2", "b", function("rm")).end(61, "f2", "b", function("rm", "gone"), 60)
    story.begin(61, "r2", "b", response()).end(62, "r2", "b", response("resp_2"), 61)
    return story.end(62, "b", "t2", agent("Boss"), 60).end(62, "t2", None, task(), 60).tap(62, "trace_end", trace())


def max_turns() -> Story:
    return finished(answered().begin(2, "f", "a1", function("f")).end(3, "f", "a1", function("f", "x"), 2), 3, TURNS)


def shut_down() -> Story:
    """The program was ended in good order while its agent waited for the model."""
    return started().tap(5, "shutdown")


def late_end() -> Story:
    """One span ends after its trace, the others never."""
    story = started().tap(3, "trace_end", trace())
    return story.end(3.1, "r1", "a1", response("resp_1", 4), 1)


def js_failure() -> Story:
    """JavaScript tells no end of a trace whose run failed: the outermost span is the last that comes."""
    error = {"message": "Error in agent run", "data": {"error": "Error: boom"}}
    story = started().end(2, "r1", "a1", response(), 1, error=error).end(2, "a1", "a", turn(1, "Boss"), 1, error=error)
    return story.end(2, "a", "t", agent("Boss"), 1, error=error).end(2, "t", None, task(), 1, error=error)


def js_failure_and_again() -> Story:
    """The program tries once more within the same trace."""
    story = js_failure().begin(3, "t2", None, task()).begin(3, "r2", "t2", response())
    return story.end(4, "r2", "t2", response("resp_2"), 3).end(4, "t2", None, task(), 3).tap(4, "trace_end", trace())


def no_model_spans() -> Story:
    """A model of the program's own, which reports nothing: only the next turn shows that it went on after a failure."""
    used = {**turn(2, "Boss")["data"], "usage": {"input_tokens": 3, "output_tokens": 4}}
    error = {"message": "Error running tool (non-fatal)", "data": {}}
    story = Story().tap(1, "trace_start", trace()).begin(1, "a", None, agent("Boss")).begin(1, "f", "a", function("f"))
    story.end(2, "f", "a", function("f", "sorry"), 1, error=error)
    story.end(3, "a2", "a", {"type": "custom", "name": "turn", "data": used}, 2)
    return story.end(3, "a", None, agent("Boss"), 1).tap(3, "trace_end", trace())


def own_spans() -> Story:
    """A trace in which no agent ran, only the program's own steps."""
    data = {"type": "custom", "name": "load", "data": {}}
    story = Story().tap(1, "trace_start", trace()).begin(1, "c", None, data).end(2, "c", None, data, 1)
    return story.tap(2, "trace_end", trace())


def empty() -> Story:
    return Story().tap(1, "trace_start", trace()).tap(2, "trace_end", trace())


def nested_approval() -> Story:
    """An agent that is used as a tool asks for an approval."""
    story = answered().begin(2, "f", "a1", function("ask")).begin(2, "i", "f", agent("Inner"))
    story.begin(2, "x", "i", response()).end(3, "x", "i", response("resp_x"), 2)
    story.begin(3, "y", "i", function("rm")).end(3, "y", "i", function("rm"), 3).end(3, "i", "f", agent("Inner"), 2)
    return finished(story.end(3, "f", "a1", function("ask"), 2), 3)


def swallowed_eof() -> Story:
    """A nested agent whose answer never came whole, and a caller that never knew."""
    story = answered().begin(2, "f", "a1", function("ask")).begin(2, "i", "f", agent("Inner"))
    story.begin(2, "x", "i", response()).end(3, "x", "i", response(), 2).end(3, "i", "f", agent("Inner"), 2)
    story.end(3, "f", "a1", function("ask", "An error occurred"), 2)
    story.begin(3, "a2", "a", turn(2, "Boss")).begin(3, "r2", "a2", response()).end(
        4, "r2", "a2", response("resp_2"), 3
    )
    return finished(story.end(4, "a2", "a", turn(2, "Boss"), 3), 4)


def old_export() -> Story:
    """An older SDK: no tasks, no turns; agents are roots. In two batches, the second one after a handoff."""
    first = [trace(), span("r1", "a", response("resp_1"), 1, 2), span("h", "a", handoff("Boss", "Aide"), 2, 2)]
    story = Story().export(3, *first, span("a", None, agent("Boss"), 1, 2))
    second = [span("r2", "b", response("resp_2"), 2, 4), span("b", None, agent("Aide"), 2, 4)]
    return story.export(6, *second)


def half_an_export() -> Story:
    first = [trace(), span("r1", "a", response("resp_1"), 1, 2), span("h", "a", handoff("Boss", "Aide"), 2, 2)]
    return Story().export(3, *first, span("a", None, agent("Boss"), 1, 2), saved=True)


def told_twice() -> Story:
    """A tap and the exporter report the same trace to the same place."""
    story = finished(answered(), 3)
    done = [span("r1", "a1", response("resp_1", 5), 1, 2), span("a1", "a", turn(1, "Boss"), 1, 3)]
    return story.export(8, trace(), *done, span("a", "t", agent("Boss"), 1, 3), span("t", None, task(), 1, 3))


def unknown_type() -> Story:
    data = {"type": "telepathy", "name": "guess"}
    return finished(answered().begin(2, "z", "a1", data).end(2, "z", "a1", data, 2), 3)


def missing_fields() -> Story:
    """Spans that say next to nothing."""
    story = Story().export(1, trace(), {"object": "trace.span", "id": "s", "trace_id": "trace_1"}, "what?", {"id": 7})
    return story.export(2, {"trace_id": "trace_1", "span_data": None}, {"object": "trace.span", "trace_id": "trace_1"})


def loops() -> Story:
    """Spans that are each other's parents."""
    one, two = span("x", "y", agent("A"), 1, 2), span("y", "x", agent("B"), 1, 2)
    return Story().export(3, trace(), one, two, span("z", "z", agent("C"), 1, 2))


SITUATIONS: dict[str, tuple[Callable[[], Story], Ending, set[str], set[str]]] = {
    "a guardrail stopped it": (guardrail, Ending.FAILED, {"run.failed"}, set()),
    "a guardrail spoke and nobody wrote an error": (guardrail_without_error, Ending.FAILED, {"run.failed"}, set()),
    "a guardrail was faster than the model": (guardrail_before_its_model, Ending.FAILED, {"run.failed"}, set()),
    "a tool failed and the model went on": (tool_error_and_on, Ending.COMPLETED, set(), {"agents.hidden_failure"}),
    "a tool failed for good": (tool_error_fatal, Ending.FAILED, {"run.failed"}, {"run.waiting_for_input"}),
    "a model call was made again": (retried_call, Ending.COMPLETED, {"agents.no_response"}, {"run.failed"}),
    "a tool's output is the answer": (stop_on_tool, Ending.COMPLETED, set(), {"run.waiting_for_input"}),
    "ids are withheld": (withheld, Ending.COMPLETED, set(), {"agents.no_response"}),
    "ids are withheld in JavaScript": (withheld_js, Ending.COMPLETED, set(), {"agents.no_response"}),
    "cancelled in JavaScript": (cancelled_js, Ending.UNKNOWN, {"agents.no_response"}, {"run.failed"}),
    "another model": (generations, Ending.COMPLETED, set(), {"agents.no_response"}),
    "an approval in JavaScript": (js_approval, Ending.WAITING, {"run.waiting_for_input"}, {"agents.open_span"}),
    "approved and gone on": (resumed, Ending.COMPLETED, set(), {"run.waiting_for_input", "run.illegal_transition"}),
    "too many turns": (max_turns, Ending.FAILED, {"run.failed"}, set()),
    "shut down while it waited": (shut_down, Ending.CUT, {"agents.open_span"}, {"agents.no_response"}),
    "a trace ends over open spans": (late_end, Ending.CUT, {"agents.open_span"}, {"agents.no_response"}),
    "a failure in JavaScript": (js_failure, Ending.FAILED, {"run.failed"}, {"agents.open_span"}),
    "a failure in JavaScript, and again": (
        js_failure_and_again,
        Ending.COMPLETED,
        set(),
        {"run.failed", "run.illegal_transition"},
    ),
    "a model without spans": (no_model_spans, Ending.COMPLETED, set(), {"run.failed"}),
    "steps of the program's own": (own_spans, Ending.COMPLETED, set(), set()),
    "nothing in it": (empty, Ending.UNKNOWN, set(), set()),
    "a nested agent asks": (nested_approval, Ending.WAITING, {"run.waiting_for_input"}, {"agents.hidden_failure"}),
    "a nested answer was lost": (swallowed_eof, Ending.COMPLETED, {"agents.hidden_failure"}, {"run.failed"}),
    "an older SDK, in two batches": (old_export, Ending.COMPLETED, set(), {"agents.open_span"}),
    "an older SDK, half of it": (half_an_export, Ending.CUT, {"agents.open_span"}, set()),
    "told twice": (told_twice, Ending.COMPLETED, set(), {"agents.open_span", "run.illegal_transition"}),
    "a type of span of the future": (unknown_type, Ending.COMPLETED, {"run.unknown_word"}, set()),
    "spans that say next to nothing": (missing_fields, Ending.COMPLETED, set(), {"run.failed"}),
    "spans in a circle": (loops, Ending.COMPLETED, set(), set()),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_gets_its_verdict(name: str) -> None:
    tell, ending, must, never = SITUATIONS[name]
    story = tell()
    assert story.ending() == ending, story.verdict()
    found = set(story.found())
    assert must <= found, found
    assert not never & found, found


def test_traces_that_are_told_in_turns_stay_apart() -> None:
    story = Story()
    for number in (1, 2):
        story.tap(number, "trace_start", trace(f"trace_{number}"))
        story.begin(number, f"a{number}", None, agent(f"Agent {number}"), trace_id=f"trace_{number}")
    story.end(3, "a1", None, agent("Agent 1"), 1).tap(3, "trace_end", trace("trace_1"))
    assert [story.ending(f"trace_{number}") for number in (1, 2)] == [Ending.COMPLETED, Ending.RUNNING]
    assert [node.name for node in story.run("trace_2").nodes.values()] == ["Agent 2"]


def test_a_shutdown_ends_only_what_its_own_program_told() -> None:
    story = Story()
    for number, app in ((1, "one"), (2, "two")):
        item = span(f"a{number}", None, agent("A"), number, trace_id=f"trace_{number}")
        story.tap(number, "span_start", item, app=app)
    story.tap(3, "shutdown", app="two")
    assert [story.ending(f"trace_{number}") for number in (1, 2)] == [Ending.RUNNING, Ending.CUT]


def test_an_inferred_end_gives_way_when_the_trace_goes_on() -> None:
    """Two runs of agents in one trace: nothing pointed at the second when the first was reported."""
    story = Story().export(3, trace(), span("t", None, task(), 1, 2))
    assert story.ending() == Ending.COMPLETED
    story.export(8, span("x", "t2", agent("Late"), 3, 4))
    assert story.ending() == Ending.RUNNING
    assert story.ending(now=60) == Ending.STALLED
    assert "agents.open_span" in story.found(now=60)
    story.export(70, span("t2", None, task(), 3, 69))
    assert story.ending() == Ending.COMPLETED
    assert "run.illegal_transition" not in story.found()


def test_a_time_that_is_no_time_breaks_nothing() -> None:
    item = {**span("s", None, agent("A"), 1, 2), "started_at": "yesterday", "ended_at": 9e99}
    assert Story().export(1, trace(), item).ending() == Ending.COMPLETED
    assert iso(None) is None
