"""Reading items."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import Ask
from inspector.protocols.responses.items import (
    answers_in,
    as_text,
    ask_of,
    error_of,
    message_text,
    node_of,
    part_text,
    phase_of,
    use_of,
)
from tests.protocols.responses.wire import approval, call, output


@pytest.mark.parametrize(
    ("item", "hosted"),
    [
        (call("call_1"), False),
        ({"type": "custom_tool_call", "call_id": "c", "name": "n", "input": "x"}, False),
        ({"type": "shell_call", "call_id": "c", "action": {}}, False),
        ({"type": "shell_call", "call_id": "c", "environment": {"type": "container_reference"}}, True),
        ({"type": "tool_search_call", "call_id": "c", "execution": "server"}, True),
        ({"type": "tool_search_call", "call_id": "c", "execution": "client"}, False),
        ({"type": "web_search_call", "id": "ws"}, True),
    ],
)
def test_who_makes_a_call(item: dict[str, Any], hosted: bool) -> None:
    use = use_of(item, "x")
    assert use is not None
    assert use.hosted is hosted
    assert (ask_of(item, "x") is None) is hosted


def test_no_call_is_none() -> None:
    assert use_of({"type": "message", "id": "m"}, "x") is None
    assert ask_of({"type": "reasoning"}, "x") is None


def test_an_approval_names_its_server() -> None:
    assert ask_of(approval("mcpr_1"), "x") == Ask("approval", "mcpr_1", "delete", "{}", "repo")


def test_the_error_of_a_hosted_call_is_its_output() -> None:
    use = use_of({"type": "mcp_call", "id": "m", "error": {"message": "no"}}, "x")
    assert use is not None
    assert use.output == '{"message": "no"}'


def test_answers_of_a_request() -> None:
    decided = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": False}
    body = {"input": [output("call_1", "21"), decided, {"role": "user", "content": "x"}, 7]}
    assert list(answers_in(body)) == [("call_1", "21"), ("mcpr_1", "denied")]
    assert list(answers_in({"input": "a text"})) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"error": {"message": "m", "code": "c"}}, ("m", "c")),
        ({"error": {"message": "m", "type": "t", "code": None}}, ("m", "t")),
        ({"error": "m"}, ("m", None)),
        ({"detail": [{"msg": "a"}, {"msg": "b"}]}, ("a; b", None)),
        ({"type": "error", "message": "m", "code": 7}, ("m", "7")),
        ("<html><title>Bad gateway</title>", ("an HTML page: Bad gateway", None)),
        ('data: {"error": {"message": "m"}}\n\n', ("m", None)),
        ("plain", ("plain", None)),
        (None, ("", None)),
    ],
)
def test_errors_in_all_their_shapes(body: Any, told: tuple[str, str | None]) -> None:
    assert error_of(body) == told


def test_texts_of_a_message() -> None:
    assert message_text({"content": [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "b"}]}) == {
        0: "a",
        1: "b",
    }
    assert message_text({"content": "whole"}) == {0: "whole"}
    assert part_text("bare") == "bare"
    assert as_text({"a": 1}) == '{"a": 1}'


def test_nodes_and_phases() -> None:
    assert node_of(call("c")) == ("get_weather", "function call")
    assert node_of({"type": "web_search_call"}) == ("web search call", "")
    assert phase_of({"status": "in_progress"}, False) == "start"
    assert phase_of({"status": "failed"}, True) == "error"
    assert phase_of({}, True) == "end"


def test_outputs_are_found_in_a_history_that_is_told_in_words() -> None:
    """As openai-agents 0.6 writes it for the next agent."""
    lines = [
        "<CONVERSATION HISTORY>",
        '2. function_call: {"call_id": "c", "name": "transfer_to_b"}',
        '3. function_call_output: {"call_id": "c", "output": "{\\"assistant\\": \\"B\\"}"}',
        "4. function_call_output: {half",
    ]
    told = {"input": [{"role": "assistant", "content": "\n".join(lines)}, {"role": "user", "content": "hi"}]}
    assert list(answers_in(told)) == [("c", '{"assistant": "B"}')]
