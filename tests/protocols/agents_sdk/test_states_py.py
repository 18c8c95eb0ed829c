"""Decisions as the Python SDK records them. What is expected was written by openai-agents 0.24 itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.errors import Refused
from inspector.protocols.agents_sdk.runstate import Pending, run_state
from inspector.protocols.agents_sdk.states_py import python, record_decision, tool_key
from tests.protocols.agents_sdk.spans import FILES


def edits(name: str, yes: bool, reason: str | None = None, version: str = "1.21") -> list[tuple[Any, str, Any]]:
    value = json.loads((FILES / f"{name}.run_state.json").read_bytes()) | {"$schemaVersion": version}
    state = run_state(value)
    return python(state, [(one, yes, reason) for one in state.pending])


def test_a_nested_agent_has_its_decisions_in_its_own_state() -> None:
    ((path, name, value),) = edits("nested", True)
    assert path == ("last_processed_response", "functions", 0, "agent_run_state", "context")
    record = {"agent": {"name": "Inner"}, "tool_key": "delete_branch"}
    assert (name, value) == (
        "function_tool_approvals",
        [{**record, "decision": {"approved": ["call_in"], "rejected": []}}],
    )


def test_a_hosted_tool_is_named_by_its_server_and_by_the_request() -> None:
    ((_, name, value),) = edits("hosted_mcp", False, "no dice")
    decision = {"approved": [], "rejected": ["mcpr_1"], "rejection_messages": {"mcpr_1": "no dice"}}
    assert name == "hosted_mcp_approvals"
    assert value == [
        {"identity": {"type": "server_tool", "server_label": "dice", "tool_name": "roll"}, "decision": decision},
        {"identity": {"type": "query", "tool_name": "roll", "request_id": "mcpr_1"}, "decision": decision},
    ]


def test_an_older_schema_knows_functions_by_their_names() -> None:
    ((_, name, value),) = edits("approval_interrupted", True, version="1.10")
    assert (name, list(value)) == ("approvals", ["delete_branch"])
    with pytest.raises(Refused, match="no place for the reason"):
        edits("approval_interrupted", False, "no", version="1.5")


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({}, "wipe"),
        ({"tool_lookup_key": {"kind": "namespaced", "name": "wipe", "namespace": "disk"}}, "disk.wipe"),
        ({"tool_lookup_key": {"kind": "deferred_top_level", "name": "wipe"}}, "deferred_top_level:wipe"),
        ({"tool_namespace": "disk"}, "disk.wipe"),
        ({"raw_item": {"namespace": "wipe"}}, "deferred_top_level:wipe"),
    ],
)
def test_a_tool_has_the_key_that_the_sdk_gives_it(item: dict[str, Any], key: str) -> None:
    assert tool_key(Pending("c", "wipe", "", "A", "function_call", item)) == key


def test_a_decision_for_good_stays_and_a_changed_mind_moves() -> None:
    record: dict[str, Any] = {"approved": True, "rejected": []}
    record_decision(record, "c", True, None, "rejection_messages")
    assert record == {"approved": True, "rejected": []}
    record = {"approved": ["a", "c"], "rejected": False}
    record_decision(record, "c", False, "no", "rejection_messages")
    assert record == {"approved": ["a"], "rejected": ["c"], "rejection_messages": {"c": "no"}}
    record_decision(record, "c", True, None, "rejection_messages")
    assert record == {"approved": ["a", "c"], "rejected": []}
