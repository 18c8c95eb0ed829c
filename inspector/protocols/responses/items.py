"""Reading the items of a response or of a request, whatever a server makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.events import Ask
from inspector.protocols.jsons import items, obj, page_title, parse, short, text
from inspector.protocols.responses.words import HOSTED, OUTPUT_OF, OUTPUTS

_ARGUMENTS = ("arguments", "input", "action", "actions", "operation", "queries", "code")
_RESULTS = ("output", "results", "outputs", "result")
_OPEN = re.compile(
    r"No tool output found for|do(?:es)? not have an approval|must be followed by tool|did not have response",
    re.IGNORECASE,
)
_UNASKED = re.compile(r"No tool call found for", re.IGNORECASE)
_CALL_ID = re.compile(r"\b(?:call|ctc|fc|tooluse|toolu)[_-](?!ids?\b)[\w-]+")
_BAD = frozenset(["failed", "incomplete"])
_RETOLD = re.compile(r"^[0-9]+\. ([a-z_]+_output): (\{.*\})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Use:
    """A call as an item has it. ``id`` is what its output has to name. ``hosted``: the server makes it."""

    id: str
    kind: str
    name: str
    arguments: str
    output: str | None
    hosted: bool


def use_of(item: Mapping[str, Any], fallback: str) -> Use | None:
    """The call that this item is, or None where it is none. ``fallback`` is its id where it has none."""
    kind = text(item, "type") or ""
    if kind not in OUTPUT_OF and kind not in HOSTED:
        return None
    given = next((item[key] for key in _ARGUMENTS if item.get(key) not in (None, "")), None)
    result = next((item[key] for key in _RESULTS if item.get(key) not in (None, [])), None)
    ident = text(item, "call_id") or text(item, "id") or fallback
    hosted = kind in HOSTED or _by_server(kind, item)
    if hosted and result is None:
        result = item.get("error")
    return Use(
        ident, kind, text(item, "name") or kind, as_text(given), None if result is None else as_text(result), hosted
    )


def _by_server(kind: str, item: Mapping[str, Any]) -> bool:
    if kind == "shell_call":
        return (text(item, "environment", "type") or "local") != "local"
    return kind == "tool_search_call" and item.get("execution") == "server"


def ask_of(item: Mapping[str, Any], fallback: str) -> Ask | None:
    """What somebody has to do before the conversation can go on past this item."""
    if item.get("type") == "mcp_approval_request":
        ident = text(item, "id") or fallback
        return Ask("approval", ident, text(item, "name"), as_text(item.get("arguments")), text(item, "server_label"))
    use = use_of(item, fallback)
    if use is None or use.hosted:
        return None
    return Ask("tool", use.id, use.name, use.arguments)


def answers_in(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The outputs and decisions that a request carries: (id of the call or of the approval request, as text)."""
    for item in items(body, "input"):
        yield from answer_of(item)
        yield from _retold(text(item, "content"))


def _retold(words: str | None) -> Iterator[tuple[str, str]]:
    """The same where the Agents SDK tells the next agent in words what was before (``nest_handoff_history``)."""
    if words is not None and "_output: {" in words:
        for kind, value in _RETOLD.findall(words):
            yield from answer_of({**obj(parse(value)), "type": kind})


def answer_of(item: Any) -> Iterator[tuple[str, str]]:
    """The same of one item."""
    kind = text(item, "type")
    if kind == "mcp_approval_response":
        ident = text(item, "approval_request_id")
        if ident is not None:
            yield ident, "approved" if obj(item).get("approve") is True else "denied"
    elif kind in OUTPUTS:
        ident = text(item, "call_id") or text(item, "id")
        if ident is not None:
            result = obj(item).get("output", obj(item).get("tools"))
            yield ident, as_text(result)


def message_text(item: Mapping[str, Any]) -> dict[int, str]:
    """The text of a message, by the index of its parts."""
    content = item.get("content")
    if isinstance(content, str):
        return {0: content}
    found: dict[int, str] = {}
    for index, part in enumerate(items(content)):
        found[index] = part_text(part)
    return found


def part_text(part: Any) -> str:
    """The text of one part: output text, a refusal, or a bare string."""
    if isinstance(part, str):
        return part
    return text(part, "text") or text(part, "refusal") or ""


def node_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """Name and note of an item, for the drawing."""
    kind = text(item, "type") or "item"
    name = text(item, "name")
    if name is None:
        return kind.replace("_", " "), ""
    return name, kind.replace("_", " ")


def phase_of(item: Mapping[str, Any], done: bool) -> str:
    """The phase of an item by its own status, else by the event that brought it."""
    status = text(item, "status")
    if status in _BAD:
        return "error"
    if status == "in_progress" and not done:
        return "start"
    return "end" if done or status == "completed" else "start"


def error_of(body: Any) -> tuple[str, str | None]:
    """Message and code of an error in any of its shapes; an empty message where there is none.

    Some proxies answer an error status with a body that is shaped like an event stream.
    """
    if isinstance(body, str):
        for line in body.splitlines():
            value = parse(line.removeprefix("data:").strip()) if line.startswith("data:") else None
            if isinstance(value, Mapping):
                return error_of(value)
        return page_title(body) or short(body, 500), None
    whole = obj(body)
    inner: Any = whole.get("error", whole.get("detail"))
    if isinstance(inner, Mapping):
        message = text(inner, "message") or text(inner, "msg") or short(inner, 500)
        return message, _code(inner) or _code(whole)
    if isinstance(inner, str) and inner:
        return inner, _code(whole)
    if isinstance(inner, list) and inner:
        return short("; ".join(text(entry, "msg") or short(entry) for entry in inner[:5]), 500), None
    return text(whole, "message") or "", _code(whole)


def names_open(message: str) -> bool:
    """Whether a refusal is because of calls in the history without an output."""
    return _OPEN.search(message) is not None


def names_answers(message: str) -> bool:
    """Whether a refusal is because of the outputs that came, too few of them or too many."""
    return names_open(message) or _UNASKED.search(message) is not None


def named_open(message: str) -> list[str]:
    """The ids of the calls that such a refusal names as open."""
    return list(dict.fromkeys(_CALL_ID.findall(message))) if names_open(message) else []


def _code(value: Mapping[str, Any]) -> str | None:
    for name in ("code", "type"):
        code = value.get(name)
        if isinstance(code, str) and code and code != "error":
            return code
        if isinstance(code, int) and not isinstance(code, bool):
            return str(code)
    return None


def as_text(value: Any) -> str:
    """As text: a string as it is, nothing as an empty one, any other value as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else short(value, 10_000)
