"""Spans as both SDKs write them. Shapes: ``tracing/span_data.py`` of openai-agents 0.24 and ``tracing/spans.ts`` of
@openai/agents 0.20. Tasks and turns come as ``custom`` with ``data.sdk_span_type``; JavaScript leaves out what is not
known, Python writes null. Any field may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inspector.protocols.jsons import number, obj, short, text

MODEL_CALLS = frozenset(["response", "generation"])
"""Kinds of spans that wait for a model."""

TOOLS = frozenset(["function"])
"""Kinds of spans that an agent calls; what happens beneath one is a nested run."""

KINDS = MODEL_CALLS | TOOLS | {"agent", "task", "turn", "handoff", "guardrail", "custom", "mcp_tools"}
KINDS |= {"transcription", "speech", "speech_group"}


@dataclass(slots=True)
class Span:
    """One span, as far as it was told. Times are Unix ms. ``place`` counts spans in the order in which they came.

    ``began`` is false for one that was only reported when it had ended.
    """

    id: str
    parent: str | None
    kind: str
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    started: float | None = None
    ended: float | None = None
    began: bool = False
    over: bool = False
    place: int = 0

    @property
    def response(self) -> str | None:
        """The id of the response that it brought."""
        return text(self.data, "response_id")

    @property
    def used(self) -> bool:
        """Whether it tells tokens of an answer, which it cannot have without one."""
        usage = obj(self.data, "usage")
        return any((number(usage, key) or 0) > 0 for key in ("output_tokens", "total_tokens", "requests"))

    @property
    def answered(self) -> bool:
        """Of a model call or a turn: it ended with an answer, though its id or text may have been withheld."""
        if not self.over or self.error is not None:
            return False
        return self.kind == "generation" or self.response is not None or self.used

    @property
    def output(self) -> Any:
        """What a function returned; None where it returned nothing, or nothing is told."""
        return self.data.get("output")


def span_of(item: Mapping[str, Any], over: bool) -> Span | None:
    """The span that this object tells of; None where it has no id. ``over``: it was told as ended."""
    ident = text(item, "id") or text(item, "span_id")
    if ident is None:
        return None
    data = obj(item, "span_data") or obj(item, "spanData")
    kind = text(data, "type") or "custom"
    if kind == "custom":
        inner = text(data, "data", "sdk_span_type")
        if inner is not None:
            kind, data = inner, obj(data, "data")
    span = Span(ident, text(item, "parent_id") or text(item, "parentId"), kind, name_of(kind, data), data)
    span.error = error_of(item.get("error"))
    span.started, span.ended = when(item.get("started_at")), when(item.get("ended_at"))
    span.over = over
    return span


def name_of(kind: str, data: Mapping[str, Any]) -> str:
    """What to call it."""
    if kind == "turn":
        turn = number(data, "turn")
        return "turn" if turn is None else f"turn {turn:g}"
    if kind == "handoff":
        return f"{text(data, 'from_agent') or '?'} → {text(data, 'to_agent') or '?'}"
    if kind == "mcp_tools":
        return f"tools of {text(data, 'server') or 'an MCP server'}"
    if kind in MODEL_CALLS:
        model = text(data, "model")
        return kind if model is None else f"{kind} ({model})"
    return text(data, "name") or kind.replace("_", " ")


def error_of(value: Any) -> str | None:
    """An error in words, with what its data adds; None where there is none."""
    if value in (None, "", {}, [], False):
        return None
    message = text(value, "message") or (value if isinstance(value, str) else "")
    inner = obj(value, "data")
    more = inner.get("error") or inner.get("message") or inner.get("reason")
    if more is None and inner:
        more = short(inner, 300)
    if not more:
        return message or short(value, 300)
    told = more if isinstance(more, str) else short(more, 300)
    return f"{message}: {told}" if message else told


def when(value: Any) -> float | None:
    """Unix ms of an ISO time, or of Unix seconds; None where it is neither."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        try:
            return moment.timestamp() * 1000.0
        except (OverflowError, ValueError, OSError):
            return None
    seconds = number({"at": value}, "at")
    if seconds is None or not 0 < seconds < 1e14:
        return None
    return seconds if seconds > 1e11 else seconds * 1000.0
