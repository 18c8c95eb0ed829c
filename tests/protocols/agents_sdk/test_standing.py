"""How a trace ended, worked out."""

from __future__ import annotations

from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.chart import COMPLETED, CUT, FAILED, UNCLEAR, WAITING
from inspector.protocols.agents_sdk.spans import Span
from inspector.protocols.agents_sdk.standing import error_of, hidden, lost_answer, returned, standing
from inspector.protocols.agents_sdk.trace import Trace
from tests.protocols.agents_sdk.spans import TIMEOUT, agent, function, response, span, turn
from tests.protocols.agents_sdk.test_trace import made

BOSS = span("a", None, agent("Boss"), 1, 9)


def test_the_first_cause_is_the_reason() -> None:
    later = {"message": "Error in agent run", "data": {"error": "Request timed out."}}
    how = standing(made(span("r", "a", response(), 1, 2, error=TIMEOUT), {**BOSS, "error": later}))
    assert (how.state, how.message) == (FAILED, "Error getting response: Request timed out.")


def test_an_open_span_at_the_end_is_a_cut() -> None:
    trace = made(span("r", "a", response(), 1), over=False)
    assert standing(trace).state == CUT


def test_every_call_that_waits_is_asked_for() -> None:
    trace = made(span("r", "a", response("x"), 1, 2), *(span(f"f{n}", "a", function("rm"), 2, 3) for n in (1, 2)), BOSS)
    how = standing(trace)
    assert how.state == WAITING
    assert [(ask.kind, ask.id, ask.name, ask.node) for ask in how.asks] == [
        ("approval", "f1", "rm", "Boss"),
        ("approval", "f2", "rm", "Boss"),
    ]


def test_a_turn_after_it_says_that_a_call_has_returned() -> None:
    trace = made(span("f", "a", function("rm"), 2, 3), span("t", "a", turn(2, "Boss"), 4, 9), BOSS)
    assert standing(trace).state != WAITING


def test_an_error_that_nobody_overcame_is_never_a_success() -> None:
    odd = {"message": "cannot list tools", "data": None}
    tools = span("m", "a", {"type": "mcp_tools", "server": "s"}, 1, 2, error=odd)
    assert standing(made(tools, BOSS)).state == UNCLEAR
    assert standing(made(tools, span("r", "a", response("x"), 3, 4), BOSS)).state == COMPLETED


def test_a_lost_answer_is_one_of_which_nothing_came() -> None:
    bare = {"type": "response"}
    alone = made(span("r", "a", bare, 1, 2), BOSS)
    assert lost_answer(alone, alone.spans["r"])
    went_on = made(span("r", "a", bare, 1, 2), span("f", "a", function("f", "x"), 2, 3), BOSS)
    assert not lost_answer(went_on, went_on.spans["r"])


def test_a_plain_tool_hides_nothing() -> None:
    trace = made(span("f", None, function("f", "sorry"), 1, 2, error={"message": "boom"}))
    assert hidden(trace, trace.spans["f"]) is None


def test_a_nested_failure_that_was_overcome_is_none() -> None:
    nested = [
        span("i", "f", agent("I"), 1, 4),
        span("x", "i", response(), 1, 2, error=TIMEOUT),
        span("y", "i", response("resp_1"), 2, 3),
        span("f", None, function("ask", "fine"), 1, 4),
    ]
    assert hidden(made(*nested), made(*nested).spans["f"]) is None
    bad = made(*[item for item in nested if item["id"] != "y"])
    found = hidden(bad, bad.spans["f"])
    assert found is not None
    assert found.id == "x"


def test_a_guardrail_that_spoke_up_is_an_error() -> None:
    guard = Span("g", None, "guardrail", "no_homework", {"triggered": True})
    assert error_of(guard) == "The guardrail “no_homework” was triggered."
    assert not returned(Span("f", None, "function", "f", {"output": ""}))
    assert standing(Trace("t", RunKey(1))).state == UNCLEAR


def test_a_question_in_the_place_of_an_output_is_none() -> None:
    """As Python 0.13 to 0.20 write it."""
    asked = "FunctionToolResult(tool=FunctionTool(name='rm'), output=None, run_item=ToolApprovalItem(agent=Agent()))"
    trace = made(span("r", "a", response("x"), 1, 2), span("f", "a", function("rm", asked), 2, 3), BOSS)
    assert standing(trace).state == WAITING
    given = made(span("f", "a", function("f", "FunctionToolResult(output='ToolApprovalItem')"), 2, 3))
    assert returned(given.spans["f"])


def test_a_last_turn_without_a_step_or_a_token_has_no_answer() -> None:
    first, last = span("t1", "a", turn(1, "Boss"), 1, 2), span("t2", "a", turn(2, "Boss"), 3, 4)
    before = (span("r", "t1", response("x"), 1, 2), first)
    assert standing(made(*before, last, BOSS)).state == UNCLEAR
    assert standing(made(*before, BOSS)).state == COMPLETED
    used = {"type": "custom", "data": {"sdk_span_type": "turn", "turn": 2, "usage": {"output_tokens": 3}}}
    assert standing(made(*before, span("t2", "a", used, 3, 4), BOSS)).state == COMPLETED
