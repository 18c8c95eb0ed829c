"""Decisions as the JavaScript SDK records them. What is expected was written by @openai/agents 0.20 itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.errors import Refused
from inspector.protocols.agents_sdk.runstate import run_state
from inspector.protocols.agents_sdk.states_js import fingerprint, javascript
from tests.protocols.agents_sdk.spans import FILES

BARE = '["bare","delete_branch"]'


def edits(version: str = "1.22", **more: Any) -> dict[str, Any]:
    value = json.loads((FILES / "approval_interrupted_js.run_state.json").read_bytes())
    value |= {"$schemaVersion": version, **more}
    state = run_state(value)
    chosen = [(one, one.call == "call_0", None if one.call == "call_0" else "not on a Friday") for one in state.pending]
    return {name: new for _, name, new in javascript(state, chosen)}


def test_decisions_belong_to_the_agent_and_are_bound_to_the_very_call() -> None:
    def bound(branch: str) -> str:
        return (
            '{"caller":{"type":"direct"},"payload":{"format":"json","value":{"branch":"'
            + branch
            + '"}},"toolName":"[\\"bare\\",\\"delete_branch\\"]","type":"function_call"}'
        )

    record = {"approved": ["call_0"], "rejected": ["call_1"], "messages": {"call_1": "not on a Friday"}}
    assert edits() == {
        "functionApprovals": [{"agentIdentity": "Keeper", "approvals": {BARE: record}}],
        "approvalInvocations": [
            {
                "agentIdentity": "Keeper",
                "invocations": {"call_0": bound("x0"), "call_1": bound("x1")},
                "approvals": {},
            }
        ],
    }


def test_older_schemas_have_no_bindings_or_no_owners() -> None:
    assert list(edits("1.16")) == ["functionApprovals"]
    assert edits("1.9") == {
        "approvals": {
            "delete_branch": {
                "approved": ["call_0"],
                "rejected": ["call_1"],
                "messages": {"call_1": "not on a Friday"},
            }
        }
    }
    with pytest.raises(Refused, match="no place for the reason"):
        edits("1.6")


def test_what_a_nested_agent_asks_is_left_to_the_program() -> None:
    with pytest.raises(Refused, match="used as a tool"):
        edits(pendingAgentToolRuns={"Outer:call_9": "{}"}, lastModelResponse={"output": []})
    assert edits(pendingAgentToolRuns={"Outer:call_9": "{}"})


@pytest.mark.parametrize(
    ("arguments", "payload"),
    [
        (
            '{"z":1.50,"a":[1e3,-0,0.001,100,-12.5e-3],"c":"é\\u0001","k":{"y":true,"x":null}}',
            '{"format":"json","value":{"a":["\\u0000openai-agents-json:number:1e3",'
            '"\\u0000openai-agents-json:number:-0","\\u0000openai-agents-json:number:1e-3",'
            '"\\u0000openai-agents-json:number:1e2","\\u0000openai-agents-json:number:-125e-4"],'
            '"c":"é\\u0001","k":{"x":null,"y":true},"z":"\\u0000openai-agents-json:number:15e-1"}}',
        ),
        (
            '{"s":"\\u0000openai-agents-json:x"}',
            '{"format":"json","value":{"s":"\\u0000openai-agents-json:string:\\u0000openai-agents-json:x"}}',
        ),
        ("", '{"format":"raw","value":""}'),
        ("not json", '{"format":"raw","value":"not json"}'),
    ],
)
def test_a_call_is_bound_to_its_arguments_to_the_last_digit(arguments: str, payload: str) -> None:
    made = fingerprint("f", {"type": "function_call", "arguments": arguments})
    assert made == f'{{"caller":{{"type":"direct"}},"payload":{payload},"toolName":"f","type":"function_call"}}'


def test_other_kinds_of_calls_are_bound_by_what_they_do() -> None:
    shell = {"type": "shell_call", "action": {"commands": ["ls"]}, "caller": {"type": "program", "callerId": "p"}}
    assert fingerprint("shell", shell) == (
        '{"caller":{"callerId":"p","type":"program"},"payload":{"commands":["ls"]},'
        '"toolName":"shell","type":"shell_call"}'
    )
    request = {"type": "mcp_approval_request", "server_label": "dice", "arguments": "{}"}
    hosted = {"type": "hosted_tool_call", "name": "roll", "providerData": request}
    assert '"payload":{"arguments":{"format":"json","value":{}},"serverLabel":"dice"}' in fingerprint("x", hosted)
