"""The spans of one trace as they fold."""

from __future__ import annotations

from typing import Any

from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.spans import Span, span_of
from inspector.protocols.agents_sdk.trace import Trace, after, before
from tests.protocols.agents_sdk.spans import agent, function, handoff, response, span, turn


def made(*items: dict[str, Any], over: bool = True) -> Trace:
    trace = Trace("trace_1", RunKey(1))
    for item in items:
        one = span_of(item, over)
        assert one is not None
        trace.take(one)
    return trace


def test_a_parent_that_never_came_is_missing_until_it_comes() -> None:
    trace = made(span("r", "turn", response("x"), 1, 2), span("f", "turn", function("f", "y"), 2, 3))
    assert trace.missing == {"turn": "r"}
    assert not trace.whole
    trace.take(_of(span("turn", None, turn(1, "A"), 1, 3)))
    assert trace.missing == {}
    assert trace.whole


def _of(item: dict[str, Any], over: bool = True) -> Span:
    one = span_of(item, over)
    assert one is not None
    return one


def test_what_is_told_twice_says_nothing_new() -> None:
    trace = made(span("a", None, agent("A"), 1), over=False)
    assert list(trace.open) == ["a"]
    ended = trace.take(_of(span("a", None, agent("A"), 1, 2)))
    assert ended is not None
    assert (ended.over, list(trace.open)) == (True, [])
    assert trace.take(_of(span("a", None, agent("A"), 1, 2))) is None
    assert trace.take(_of(span("a", None, agent("A"), 1), over=False)) is None


def test_what_a_tool_contains_is_not_the_runs_own() -> None:
    trace = made(
        span("a", None, agent("A"), 1, 9),
        span("f", "a", function("ask", "x"), 2, 5),
        span("i", "f", agent("I"), 2, 5),
        span("r", "i", response("x"), 2, 4),
    )
    assert [each.id for each in trace.outer()] == ["a", "f"]
    assert {each.id for each in trace.within(trace.spans["f"])} == {"i", "r"}
    assert trace.agent_of(trace.spans["r"]) == "I"
    assert trace.agent_of(trace.spans["f"]) == "A"


def test_an_agent_is_known_by_its_turn_where_its_span_did_not_come() -> None:
    trace = made(span("r", "t", response("x"), 1, 2), span("t", "gone", turn(1, "Aide"), 1, 2))
    assert trace.agent_of(trace.spans["r"]) == "Aide"


def test_a_handoff_leads_to_somebody_or_to_nobody() -> None:
    items = [span("a", None, agent("A"), 1, 3), span("h", "a", handoff("A", "B"), 2, 2)]
    assert [each.id for each in made(*items).to_nobody()] == ["h"]
    assert not made(*items, span("b", None, agent("B"), 2.1, 3)).to_nobody()
    earlier = made(*items, span("b", None, agent("B"), 1, 1.5))
    assert [each.id for each in earlier.to_nobody()] == ["h"]


def test_without_times_the_order_tells() -> None:
    trace = made({"id": "x", "object": "trace.span"}, {"id": "y", "object": "trace.span"})
    x, y = trace.spans["x"], trace.spans["y"]
    assert after(y, x)
    assert before(x, y)
    assert not after(x, y)
