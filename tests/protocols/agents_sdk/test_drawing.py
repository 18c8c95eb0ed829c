"""The tree of a trace, lit as it stands."""

from __future__ import annotations

from inspector.protocols.agents_sdk.drawing import MOST, draw
from tests.protocols.agents_sdk.spans import Story, agent, finished, function, handoff, response, span, started, trace
from tests.protocols.agents_sdk.test_saved import CALL, TRACE, state


def test_before_the_first_span_there_is_nothing_to_draw() -> None:
    assert draw(Story().tap(1, "trace_start", trace()).case(), 0.0) is None


def test_agents_turns_calls_and_where_a_handoff_led() -> None:
    story = started().end(2, "r1", "a1", response("resp_1"), 1)
    story.begin(2, "h", "a1", handoff("Boss", None)).end(2.1, "h", "a1", handoff("Boss", "Aide"), 2)
    drawing = draw(story.begin(2.2, "b", "t", agent("Aide")).case(), 2300.0)
    assert drawing is not None
    assert drawing.nodes == (
        ("a", "agent Boss"),
        ("a1", "turn 1"),
        ("r1", "response"),
        ("h", "Boss → Aide"),
        ("b", "agent Aide"),
    )
    assert drawing.edges == (("a", "a1", False), ("a1", "r1", False), ("a1", "h", False), ("h", "b", True))
    assert drawing.lit == {"a": "active", "a1": "active", "r1": "done", "h": "done", "b": "active"}


def test_a_hung_call_is_marked_and_with_it_its_agent() -> None:
    drawing = draw(started().post(1.1).case(), 12_000.0)
    assert drawing is not None
    assert (drawing.lit["r1"], drawing.lit["a"], drawing.lit["a1"]) == ("stuck", "stuck", "active")


def test_failures_approvals_and_agents_that_never_came() -> None:
    failed = draw(finished(started().end(2, "r1", "a1", response(), 1, error={"message": "no"}), 3).case(), 3000.0)
    assert failed is not None
    assert failed.lit["r1"] == "failed"
    waits = draw(state("approval_interrupted").case(TRACE), 0.0)
    assert waits is not None
    assert waits.lit[CALL] == "waiting"
    asked = started().end(2, "r1", "a1", response("x"), 1)
    asked.begin(2, "f", "a1", function("rm")).end(2, "f", "a1", function("rm"), 2)
    drawing = draw(finished(asked, 2).case(), 2000.0)
    assert drawing is not None
    assert drawing.lit["f"] == "waiting"


def test_what_is_inferred_says_so() -> None:
    done = [span("h", "a1", handoff("Boss", "Aide"), 2, 2), span("a1", "a", {"type": "custom", "name": "x"}, 1, 2)]
    drawing = draw(Story().export(3, trace(), *done).case(), 3000.0)
    assert drawing is not None
    labels = dict(drawing.nodes)
    assert labels["handoff to Aide"] == "Aide\nnever began (inferred)"
    assert labels["a"] == "span (inferred)"
    assert ("h", "handoff to Aide", True) in drawing.edges


def test_of_a_long_trace_the_plain_calls_are_left_out() -> None:
    story = started()
    for number in range(MOST + 10):
        story.export(2, span(f"x{number}", "a", response(f"resp_{number}"), 1, 2))
    drawing = draw(story.case(), 2000.0)
    assert drawing is not None
    assert [name for name, _ in drawing.nodes] == ["a", "a1", "r1"]
