from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.events import Ask
from inspector.protocols.assistants.deltas import Pieces
from inspector.protocols.assistants.shapes import (
    Blocking,
    ToolUse,
    asks_of,
    blocking,
    changed_at,
    error_of,
    http_date,
    message_text,
    refused_in,
    tool_use,
    tool_uses,
    unix,
)
from tests.protocols.assistants.test_deltas import JSON
from tests.protocols.assistants.wire import asking, call


@pytest.mark.parametrize(
    "value, seconds",
    [
        (1790000600, 1790000600.0),
        (1790000600000, 1790000600.0),
        ("2026-11-21T00:57:36.078Z", 1795222656.078),
        ("2026-11-21T00:57:36", 1795222656.0),
        ("soon", None),
        (True, None),
        (None, None),
        (float("inf"), None),
        (-1, None),
    ],
)
def test_a_time_stamp(value: Any, seconds: float | None) -> None:
    assert unix(value) == (None if seconds is None else pytest.approx(seconds))


def test_the_date_of_an_answer() -> None:
    assert http_date("Sat, 21 Nov 2026 00:57:36 GMT") == 1795222656
    assert http_date("yesterday") is None
    assert http_date(None) is None


def test_the_last_change_of_an_object_is_never_in_the_future() -> None:
    assert changed_at({"created_at": 100, "started_at": 110, "completed_at": 900, "expires_at": 120}, 200) == 110
    assert changed_at({}, 200) is None


@pytest.mark.parametrize(
    "content, text",
    [
        ([{"type": "text", "text": {"value": "a"}}, {"type": "text", "text": {"value": "b"}}], "ab"),
        ([{"type": "text", "text": "bare"}], "bare"),
        ([{"type": "image_file", "image_file": {"file_id": "f"}}, {"type": "refusal", "refusal": "no"}], "no"),
        ("whole", "whole"),
        (Pieces("gr", "own"), "grown"),
        (None, ""),
        ([3, {"text": {"value": 5}}], ""),
    ],
)
def test_the_text_of_a_message(content: Any, text: str) -> None:
    assert message_text({"content": content}) == text


def test_a_function_is_answered_by_us_and_a_hosted_tool_is_not() -> None:
    assert tool_use(call("c", "f", "{}", None)) == ToolUse("c", "f", "{}", None, False)
    code = {"id": "c", "type": "code_interpreter", "code_interpreter": {"input": "x=1", "outputs": []}}
    assert tool_use(code) == ToolUse("c", "code_interpreter", "x=1", None, True)
    code["code_interpreter"] = {"input": "x", "outputs": [{"type": "logs", "logs": "1\n"}, {"type": "image"}]}
    assert tool_use(code).output == "1\n"
    assert tool_use({"id": "c", "type": "retrieval", "retrieval": {}}) == ToolUse("c", "retrieval", "", None, True)
    mcp = {"id": "c", "type": "mcp", "name": "search", "arguments": '{"q":1}', "output": "found"}
    assert tool_use(mcp) == ToolUse("c", "search", '{"q":1}', "found", True)


def test_arguments_that_are_no_text_are_written_out() -> None:
    odd: dict[str, Any] = {"id": "c", "function": {"name": "f", "arguments": {"a": 1}}}
    assert tool_use(odd) == ToolUse("c", "f", '{"a": 1}', None, False)


def test_what_is_asked() -> None:
    kind, asks = asks_of({"required_action": asking(call("a", "f", "{}"), call("b", "g", "[]"))})
    assert (kind, asks) == ("submit_tool_outputs", (Ask("tool", "a", "f", "{}"), Ask("tool", "b", "g", "[]")))
    approval = {"tool_calls": [{"id": "m", "type": "mcp", "name": "s", "arguments": "{}", "server_label": "hub"}]}
    assert asks_of({"required_action": {"submit_tool_approval": approval}}) == (
        "submit_tool_approval",
        (Ask("approval", "m", "s", "{}", "hub"),),
    )
    assert asks_of({"required_action": None}) == (None, ())


@pytest.mark.parametrize(
    "body, told",
    [
        ({"type": "t", "code": "c", "message": "m", "param": None}, ("m", "c")),
        ({"error": {"type": "t", "code": None, "message": "m"}}, ("m", "t")),
        ({"error": "TimeoutError", "message": "m"}, ("m", "TimeoutError")),
        ({"error": "just words"}, ("just words", None)),
        ("plain text", ("plain text", None)),
        ({"detail": "Run not found."}, ("Run not found.", None)),
        ({"detail": [{"msg": "field required", "loc": ["x"]}]}, ("field required", None)),
        ({"error": {"message": "m", "code": 429}}, ("m", "429")),
        ({}, ("", None)),
        (None, ("", None)),
        (7, ("", None)),
    ],
)
def test_an_error_in_any_shape(body: Any, told: tuple[str, str | None]) -> None:
    assert error_of(body) == told


def test_the_run_in_the_way_is_named() -> None:
    one = "Thread thread_abc already has an active run run_xyz."
    two = "Can't add messages to thread_abc while a run run_xyz is active."
    assert blocking(one) == Blocking("thread_abc", "run_xyz", one)
    assert blocking(two) == Blocking("thread_abc", "run_xyz", two)
    three = "400: Thread thread_abc already has an active run."
    assert blocking(three) == Blocking("thread_abc", None, three)
    assert blocking("Thread thread_abc is fine.") is None


@pytest.mark.parametrize(
    "message, status",
    [
        ('Runs in status "in_progress" do not accept tool outputs.', "in_progress"),
        ("Cannot cancel run with status 'cancelled'.", "cancelled"),
        ("Cannot update run with status 'in_progress'.", "in_progress"),
        ("Run is not in 'requires_action' status.", None),
        ("Expected tool outputs for call_ids ['a'], got []", None),
    ],
)
def test_a_refusal_can_tell_the_status(message: str, status: str | None) -> None:
    assert refused_in(message) == status


@given(JSON)
def test_any_json_can_be_read(value: Any) -> None:
    body = value if isinstance(value, dict) else {"content": value, "required_action": value, "step_details": value}
    message_text(body)
    asks_of(body)
    list(tool_uses(body))
    error_of(value)
    tool_use(body)


@given(st.text(max_size=40))
def test_any_text_can_be_read(value: str) -> None:
    unix(value)
    http_date(value)
    blocking(value)
    refused_in(value)
