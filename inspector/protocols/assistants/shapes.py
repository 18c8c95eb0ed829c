"""Reading the objects of the API, whatever a server makes of them.

Tolerated: ISO and Unix times, ids that are UUIDs, message text as a bare string, four shapes of errors and a fifth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from inspector.domain.events import Ask
from inspector.protocols.assistants.deltas import Pieces, plain
from inspector.protocols.jsons import items, obj, page_title, short, text

_ID = r"[A-Za-z0-9][\w-]*"
_BLOCKED = (
    re.compile(
        rf"thread\s+(?P<thread>{_ID})\s+already\s+has\s+an?\s+active\s+run(?:\s+(?P<run>{_ID}))?", re.IGNORECASE
    ),
    re.compile(
        rf"add\s+messages\s+to\s+(?P<thread>{_ID})\s+while\s+(?:an?\s+|the\s+)?run\s+(?P<run>{_ID})\s+is\s+active",
        re.IGNORECASE,
    ),
)
_REFUSED_IN = re.compile(
    r"(?:runs? in status|cancel run with status|update run with status)\s+[\"'“‘`]?(?P<status>[a-z_]+)", re.IGNORECASE
)
_TIMES = ("created_at", "started_at", "completed_at", "cancelled_at", "failed_at", "expired_at", "incomplete_at")


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call as an object of the API has it. ``hosted``: the server runs the tool itself."""

    id: str | None
    name: str
    arguments: str
    output: str | None
    hosted: bool


@dataclass(frozen=True, slots=True)
class Blocking:
    """What an error message says about the run that holds a thread. ``run`` None = it names none."""

    thread: str
    run: str | None
    message: str


def unix(value: Any) -> float | None:
    """Unix seconds of a time stamp: seconds, milliseconds, or ISO text (without a zone: UTC)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        if not math.isfinite(value) or not 0 < value < 1e14:
            return None
        return value / 1000 if value > 1e11 else float(value)
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value.strip())
        return (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def http_date(value: str | None) -> float | None:
    """Unix seconds of a ``date`` header."""
    if not value:
        return None
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def changed_at(payload: Mapping[str, Any], until: float) -> float | None:
    """The newest of an object's own times, as Unix seconds, that is not after ``until``."""
    times = [time for name in _TIMES if (time := unix(payload.get(name))) is not None and time <= until + 1]
    return max(times, default=None)


def message_text(payload: Mapping[str, Any]) -> str:
    """The text of a message: its text parts in order. Snapshots with growing strings are fine."""
    content = payload.get("content")
    if isinstance(content, str | Pieces):
        return str(content)
    return "".join(part_text(part) for part in items(content if isinstance(content, list) else []))


def part_text(part: Any) -> str:
    """The text of one content part: ``{"text": {"value": …}}``, ``{"text": …}``, a refusal, or a bare string."""
    if isinstance(part, str):
        return part
    value = obj(part).get("text")
    if isinstance(value, Mapping):
        value = value.get("value")
    if value is None:
        value = obj(part).get("refusal")
    return str(value) if isinstance(value, str | Pieces) else ""


def tool_uses(payload: Mapping[str, Any]) -> Iterator[ToolUse]:
    """The tool calls of a run step."""
    for entry in items(obj(payload, "step_details"), "tool_calls"):
        if isinstance(entry, Mapping):
            yield tool_use(entry)


def tool_use(entry: Mapping[str, Any]) -> ToolUse:
    """One tool call. Everything that is no function is run by the server."""
    kind = text(entry, "type") or next((key for key, value in entry.items() if isinstance(value, Mapping)), "function")
    body = obj(entry, kind)
    if kind == "function":
        name, arguments = body.get("name") or entry.get("name"), body.get("arguments", entry.get("arguments"))
        output = body.get("output", entry.get("output"))
        return ToolUse(text(entry, "id"), _string(name), _string(arguments), _output(output), False)
    arguments = next((body[key] for key in ("input", "arguments", "requesturl", "query") if body.get(key)), None)
    if arguments is None:
        arguments = entry.get("arguments") or entry.get("input")
    output = next((body[key] for key in ("outputs", "output", "results") if body.get(key)), None) or entry.get("output")
    name = text(entry, "name") or kind
    return ToolUse(text(entry, "id"), name, _string(arguments), _hosted_output(output), True)


def asks_of(payload: Mapping[str, Any]) -> tuple[str | None, tuple[Ask, ...]]:
    """The type of a run's ``required_action``, and what is asked: tool calls, or approvals of such calls."""
    action = obj(payload, "required_action")
    kind = text(action, "type")
    if kind is None and action:
        kind = next((key for key in action if key.startswith("submit_tool_")), None)
    if kind is None:
        return None, ()
    word = "approval" if "approval" in kind else "tool"
    if not kind.startswith("submit_tool_"):
        return kind, (Ask("confirmation", None, kind, obj(action, kind) or action),)
    asks = []
    for entry in items(obj(action, kind), "tool_calls"):
        if not isinstance(entry, Mapping):
            continue
        use = tool_use(entry)
        node = text(entry, "server_label")
        asks.append(Ask(word, use.id, use.name or None, use.arguments, node))
    return kind, tuple(asks)


def error_of(body: Any) -> tuple[str, str | None]:
    """Message and code of an error in any of its shapes; an empty message where there is none."""
    if isinstance(body, str):
        return page_title(body) or short(body, 500), None
    whole = obj(body)
    inner: Any = whole.get("error", whole.get("detail"))
    if isinstance(inner, Mapping):
        code = _code(inner.get("code")) or _code(inner.get("type")) or _code(whole.get("code"))
        return _string(inner.get("message")) or _string(inner.get("msg")) or short(inner, 500), code
    if isinstance(inner, str) and inner:
        message = _string(whole.get("message"))
        return (message, inner) if message else (inner, _code(whole.get("code")))
    if isinstance(inner, list) and inner:
        return short("; ".join(_string(obj(entry).get("msg")) or short(entry) for entry in inner[:5]), 500), None
    return _string(whole.get("message")), _code(whole.get("code")) or _code(whole.get("type"))


def blocking(message: str) -> Blocking | None:
    """Who holds the thread, if this message says that somebody does."""
    for pattern in _BLOCKED:
        found = pattern.search(message)
        if found is not None:
            return Blocking(found["thread"], found["run"], message)
    return None


def refused_in(message: str) -> str | None:
    """The run's status, where an error message names it as the reason: the server's own word about that run."""
    found = _REFUSED_IN.search(message)
    return None if found is None else found["status"].lower()


def _code(value: Any) -> str | None:
    if isinstance(value, str) and value:
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _string(value: Any) -> str:
    """As text: a string as it is, a missing one empty, any other value as JSON."""
    if value is None:
        return ""
    if isinstance(value, str | Pieces):
        return str(value)
    return short(plain(value), 10_000)


def _output(value: Any) -> str | None:
    return None if value is None else _string(value)


def _hosted_output(value: Any) -> str | None:
    """What a hosted tool gave: the logs of a code interpreter, else the JSON."""
    if value is None:
        return None
    logs = [_string(obj(entry).get("logs")) for entry in items(value if isinstance(value, list) else [])]
    return "".join(logs) if any(logs) else _string(value)
