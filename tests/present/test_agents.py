"""What is wrong with agents, as sentences."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.present.agents import FINDINGS, within

SPAN = {"id": "s1", "name": "response", "kind": "response"}
OPEN: dict[str, Any] = {"spans": [SPAN], "agent": "Aide", "span": "s1", "name": "response", "age": 41_000.0}
HELD = {"link": 7, "run": None, "quiet": 12_000.0, "headers": False, "sure": True}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (OPEN, "Agent “Aide” is stuck: response (span s1) has been open for 41 s and never ended."),
        (
            {**OPEN, "agent": None, "spans": [SPAN, {**SPAN, "id": "s2", "name": "turn 1"}]},
            "Stuck: response (span s1) has been open for 41 s and never ended. Open around it: turn 1.",
        ),
        (
            {**OPEN, "exchange": HELD},
            "Agent “Aide” is stuck: response (span s1) has been open for 41 s and never ended. "
            "It waits for exchange 7, which has had no answer for 12 s.",
        ),
        (
            {**OPEN, "exchange": {**HELD, "run": "resp_1", "headers": True, "sure": False}},
            "Agent “Aide” is stuck: response (span s1) has been open for 41 s and never ended. "
            "It probably waits for response resp_1, which has sent nothing for 12 s.",
        ),
        (
            {"spans": [], "handoffs": [{"from": "A", "to": "B"}], "inferred": ["a span", "agent A"]},
            "A handed over to B, and no agent B was reported since: it hangs, or the program was killed (inferred). "
            "Still open (inferred): a span and agent A, which were never reported, only named as a parent.",
        ),
    ],
)
def test_an_open_span_is_told_with_its_agent_and_its_exchange(values: dict[str, Any], said: str) -> None:
    assert FINDINGS["agents.open_span"](values) == said


def test_an_answer_that_never_came() -> None:
    say = FINDINGS["agents.no_response"]
    assert say({"agent": "Aide", "message": "Request timed out.", "times": 2}) == (
        "A model call of agent “Aide” ended without a response id (2 such calls): “Request timed out.”"
    )
    assert say({}) == (
        "A model call ended without a response id, and no error says why: its answer never arrived whole."
    )


def test_a_failure_that_was_swallowed() -> None:
    say = FINDINGS["agents.hidden_failure"]
    assert say({"tool": "ask", "agent": None, "message": None}) == (
        "The failure of a nested agent came back as the ordinary output of the tool ask."
    )


def test_an_exchange_says_whose_call_it_is() -> None:
    inside = {"agent": "Aide", "span": "s1", "run": "trace_1", "age": 12_000.0, "sure": True}
    assert within({"inside": inside}) == " It is the model call of agent “Aide” (span s1, open for 12 s)."
    assert within({"inside": {**inside, "agent": None, "age": None, "sure": False}}) == (
        " It is probably the model call of an agent (span s1)."
    )
    assert within({}) == ""
