"""Spans as they are written, whoever wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocols.agents_sdk.spans import error_of, name_of, span_of, when
from tests.protocols.agents_sdk.spans import agent, response, span, turn


def test_tasks_and_turns_are_told_from_other_custom_spans() -> None:
    one = span_of(span("a1", "a", turn(2, "Boss"), 1, 2), True)
    assert one is not None
    assert (one.kind, one.name, one.data["agent_name"]) == ("turn", "turn 2", "Boss")
    own = span_of(span("c", None, {"type": "custom", "name": "load", "data": {"x": 1}}, 1), False)
    assert own is not None
    assert (own.kind, own.name, own.over) == ("custom", "load", False)


def test_a_span_without_an_id_is_none() -> None:
    assert span_of({"object": "trace.span"}, True) is None


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [
        ("agent", {"name": "Boss"}, "Boss"),
        ("handoff", {"from_agent": "A", "to_agent": None}, "A → ?"),
        ("mcp_tools", {"server": "dice"}, "tools of dice"),
        ("mcp_tools", {}, "tools of an MCP server"),
        ("generation", {"model": "llama"}, "generation (llama)"),
        ("response", {}, "response"),
        ("turn", {}, "turn"),
        ("speech_group", {}, "speech group"),
    ],
)
def test_every_kind_has_a_name(kind: str, data: dict[str, Any], name: str) -> None:
    assert name_of(kind, data) == name


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, None),
        ({}, None),
        ({"message": "Error in agent run", "data": {"error": "boom"}}, "Error in agent run: boom"),
        ({"message": "Max turns exceeded", "data": {"max_turns": 1}}, 'Max turns exceeded: {"max_turns": 1}'),
        ({"message": "Error", "data": None}, "Error"),
        ("plain words", "plain words"),
        ({"data": {"error": {"code": 5}}}, '{"code": 5}'),
    ],
)
def test_an_error_reads_like_one(error: Any, said: str | None) -> None:
    assert error_of(error) == said


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        ("2023-11-14T22:13:20+00:00", 1_700_000_000_000.0),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000.0),
        ("2023-11-14T22:13:20", 1_700_000_000_000.0),
        (1_700_000_000, 1_700_000_000_000.0),
        (1_700_000_000_000, 1_700_000_000_000.0),
        ("soon", None),
        (-1, None),
        (None, None),
        (True, None),
    ],
)
def test_times_are_read_however_they_are_written(value: Any, ms: float | None) -> None:
    assert when(value) == ms


def test_an_answer_shows_by_its_id_or_by_its_tokens() -> None:
    def call(data: dict[str, Any], **more: Any) -> bool:
        one = span_of(span("r", None, data, 1, 2, **more), True)
        assert one is not None
        return one.answered

    assert call(response("resp_1"))
    assert call(response(None, tokens=3))
    assert call({"type": "generation"})
    assert not call(response())
    assert not call(response("resp_1"), error={"message": "no"})
    assert agent("x")["type"] == "agent"
