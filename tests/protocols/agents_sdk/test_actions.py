"""What can be done about a trace."""

from __future__ import annotations

import pytest

from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.protocols.agents_sdk.actions import NO_STATE, NOT_WAITING, actions, plan, resume_lines, state_of
from tests.protocols.agents_sdk.spans import started
from tests.protocols.agents_sdk.test_saved import CALL, TRACE, state


def test_without_a_saved_state_there_is_nothing_to_decide_in() -> None:
    (action,) = actions(started().case(), 0.0)
    assert action.why_not == NO_STATE
    with pytest.raises(Refused, match="save it"):
        plan("decide", started().case(), {})


def test_each_call_is_shown_with_what_was_decided_about_it() -> None:
    (action,) = actions(state("approval_interrupted").case(TRACE), 0.0)
    assert action.possible
    (call,) = action.context["calls"]
    assert (call["id"], call["name"], call["arguments"]) == (CALL, "delete_branch", '{"branch":"x"}')
    assert call["decided"] is None


def test_the_plan_is_what_is_decided() -> None:
    case = state("approval_interrupted").case(TRACE)
    (call,) = plan("decide", case, {CALL: {"approve": False, "reason": "no"}})
    assert call.json == {CALL: {"approve": False, "reason": "no"}}
    with pytest.raises(UserError, match="Say what is decided"):
        plan("decide", case, {})
    with pytest.raises(UserError, match="no action cancel"):
        plan("cancel", case, None)


def test_a_state_that_does_not_wait_refuses() -> None:
    case = state("approval_interrupted", current_step=None).case(TRACE)
    assert actions(case, 0.0)[0].why_not == NOT_WAITING


def test_two_lines_go_on_with_it_in_either_language() -> None:
    python = state_of(state("approval_interrupted").case(TRACE))
    story = state("approval_interrupted_js")
    (run,) = story.book.runs.values()
    node = state_of(Case(run, story.book))
    assert python is not None
    assert node is not None
    assert resume_lines(python, "a.json")[0] == 'state = await RunState.from_string(agent, open("a.json").read())'
    assert resume_lines(node, "a.json")[1] == "const result = await run(agent, state);"
