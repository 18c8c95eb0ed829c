"""Values in words: ages, counts, lists, and what a run asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.charts import Ending

ENDING_WORDS: Mapping[Ending, str] = {
    Ending.RUNNING: "Running",
    Ending.NOT_STARTED: "Not started",
    Ending.WAITING: "Waiting",
    Ending.STALLED: "Stalled",
    Ending.CUT: "Cut off",
    Ending.COMPLETED: "Completed",
    Ending.INCOMPLETE: "Incomplete",
    Ending.FAILED: "Failed",
    Ending.CANCELLED: "Cancelled",
    Ending.EXPIRED: "Expired",
    Ending.LOST: "Lost",
    Ending.UNKNOWN: "Unknown",
}


def age(ms: float | None) -> str:
    """A duration in ms, to two digits that matter: ``0.4 s``, ``41 s``, ``3 min 5 s``, ``2 h 10 min``, ``3 d 4 h``."""
    if ms is None:
        return "never"
    seconds = max(0.0, ms / 1000)
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def times(count: int, thing: str) -> str:
    """``1 keep-alive``, ``3 keep-alives``."""
    return f"{count} {thing}" + ("" if count == 1 else "s")


def listed(words: Sequence[Any]) -> str:
    """``a``, ``a and b``, ``a, b and 3 more``."""
    names = [str(word) for word in words]
    if len(names) <= 1:
        return names[0] if names else "nothing"
    if len(names) <= 3:
        return ", ".join(names[:-1]) + " and " + names[-1]
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"


def quoted(text: Any, limit: int = 300) -> str:
    """A foreign text on one line, cut where it is long."""
    line = " ".join(str(text if text is not None else "").split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    return f"“{line}”" if line else "no words."


def plain(value: Any, limit: int = 120) -> str:
    """A JSON value as somebody would say it: the question of an interrupt, if it has one."""
    if isinstance(value, Mapping):
        for name in ("question", "prompt", "message", "text", "title", "query", "description"):
            if isinstance(value.get(name), str) and value[name].strip():
                return quoted(value[name], limit)
    if calls := called(value):
        return f"{times(len(calls), 'call')}: {listed(calls)}"
    if isinstance(value, Mapping) and len(value) == 1:
        return plain(next(iter(value.values())), limit)
    if isinstance(value, str):
        return quoted(value, limit) if value.strip() else "an empty text"
    try:
        line = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        line = str(value)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def called(value: Any) -> list[str]:
    """The names of the calls that a question carries; none where one has no name, or where it carries none.

    Tool calls of a message, requests of the human-in-the-loop middleware, and entries of an agent inbox.
    """
    found: list[Any] = value if isinstance(value, list) else []
    if isinstance(value, Mapping):
        lists = (value[name] for name in ("tool_calls", "action_requests") if isinstance(value.get(name), list))
        found = next(lists, [value])
    names = [_call(each) for each in found]
    return names if all(names) else []


def _call(value: Any) -> str:
    """The name of what is called."""
    if not isinstance(value, Mapping):
        return ""
    inner = next((value[key] for key in ("action_request", "function") if isinstance(value.get(key), Mapping)), value)
    name = inner.get("name") or inner.get("action")
    return name if isinstance(name, str) and ("args" in inner or "arguments" in inner) else ""


def _group(asked: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], str]:
    kinds = [str(ask.get("kind")) for ask in asked]
    return list(asked), kinds[0] if len(set(kinds)) == 1 else "mixed"


def _names(some: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(ask.get("name") or ask.get("id") or "a call without a name") for ask in some]


def ask_line(asked: Sequence[Mapping[str, Any]]) -> str:
    """What it waits for, in one line for the header and the list."""
    some, kind = _group(asked)
    if not some:
        return "It waits for somebody."
    if kind == "tool":
        return f"It waits for {times(len(some), 'tool output')}: {listed(_names(some))}."
    if kind == "approval":
        return f"It waits for approval of {listed(_names(some))}."
    if kind == "breakpoint":
        nodes = [a["node"] for a in some if a.get("node")]
        return f"It stopped at a breakpoint before {listed(nodes)}." if nodes else "It stopped at a breakpoint."
    if len(some) > 1:
        asked_for = [plain(a["value"], 60) if a.get("value") else "one without a question" for a in some]
        return f"It waits for {len(some)} answers: {listed(asked_for)}."
    question = some[0].get("value")
    return f"It waits for your answer to {plain(question)}." if question else "It waits for your answer."


def asks(asked: Sequence[Mapping[str, Any]]) -> str:
    """The finding's sentence: what is asked, and what gives it."""
    _, kind = _group(asked)
    how = {
        "tool": " Submit the outputs, all at once.",
        "approval": " Approve or reject.",
        "breakpoint": " Continue lets it go on.",
        "interrupt": " Resume it with the answer.",
    }
    return ask_line(asked) + how.get(kind, "")
