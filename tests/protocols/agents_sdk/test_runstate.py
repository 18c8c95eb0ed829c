"""What a saved run state says, whoever wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.protocols.agents_sdk.runstate import call_id, is_run_state, member, run_state
from tests.protocols.agents_sdk.spans import FILES


def of_file(name: str) -> Any:
    return json.loads((FILES / f"{name}.run_state.json").read_bytes())


@pytest.mark.parametrize(
    ("name", "snake", "calls", "agent"),
    [
        ("approval_interrupted", True, ["call_d52232f1bf499721cb1617b3"], "Keeper"),
        ("approval_interrupted_js", False, ["call_0", "call_1"], "Keeper"),
        ("nested", True, ["call_in"], "Inner"),
        ("hosted_mcp", True, ["mcpr_1"], "M"),
    ],
)
def test_what_waits_is_found(name: str, snake: bool, calls: list[str], agent: str) -> None:
    value = of_file(name)
    assert is_run_state(value)
    state = run_state(value)
    assert (state.snake, state.waits, state.decided) == (snake, True, {})
    assert [one.call for one in state.pending] == calls
    assert {one.agent for one in state.pending} == {agent}


def test_a_nested_call_is_owned_by_the_state_of_its_agent() -> None:
    (one,) = run_state(of_file("nested")).pending
    assert one.state[:2] == ("last_processed_response", "functions")
    assert one.state[-1] == "agent_run_state"


def test_what_is_decided_already_is_known() -> None:
    value = of_file("approval_interrupted_js")
    record = {"approved": ["call_0"], "rejected": ["call_1"], "messages": {"call_1": "no"}}
    value["context"]["functionApprovals"] = [{"agentIdentity": "Keeper", "approvals": {"x": record}}]
    assert run_state(value).decided == {"call_0": (True, None), "call_1": (False, "no")}


def test_names_are_read_in_both_spellings() -> None:
    assert member({"current_step": 1}, "current_step") == member({"currentStep": 1}, "current_step") == 1
    assert member("text", "current_step") is None


@pytest.mark.parametrize("value", [None, [], {}, {"$schemaVersion": "1.21"}, {"current_agent": {}}])
def test_other_json_is_none(value: Any) -> None:
    assert not is_run_state(value)


def test_a_call_is_named_by_what_decisions_name_it_by() -> None:
    assert call_id({"type": "function_call", "callId": "c", "id": "fc"}) == "c"
    hosted = {"type": "hosted_tool_call", "id": "h", "providerData": {"type": "mcp_approval_request", "id": "mcpr"}}
    assert call_id(hosted) == "mcpr"
    assert call_id({"type": "function_call"}) is None


@pytest.mark.parametrize(
    "broken", [{"current_step": 5}, {"context": []}, {"last_processed_response": {"functions": [1]}}]
)
def test_a_state_that_lacks_parts_is_read_as_far_as_it_goes(broken: dict[str, Any]) -> None:
    state = run_state({"$schemaVersion": "x.1", "current_agent": {"name": "A"}, **broken})
    assert (state.pending, state.waits, state.agent) == ((), False, "A")
