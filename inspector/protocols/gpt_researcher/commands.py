"""The words that this server takes over its socket, made of what a person gave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inspector.domain.calls import Answer, Call
from inspector.domain.errors import UserError
from inspector.protocols.given import object_of
from inspector.protocols.jsons import parse

SOCKET = "/ws"
REPORT_TYPES = (
    "research_report",
    "detailed_report",
    "deep",
    "multi_agents",
    "resource_report",
    "outline_report",
    "custom_report",
    "subtopic_report",
)
SOURCES = ("web", "local", "hybrid", "azure", "langchain_documents", "langchain_vectorstore", "static")
TONES = (
    *("Objective", "Formal", "Analytical", "Persuasive", "Informative", "Explanatory", "Descriptive", "Critical"),
    *("Comparative", "Speculative", "Reflective", "Narrative", "Humorous", "Optimistic", "Pessimistic", "Casual"),
)
DEFAULTS: Mapping[str, Any] = {
    "report_type": REPORT_TYPES[0],
    "report_source": SOURCES[0],
    "tone": TONES[0],
    "query_domains": [],
}
NO_OBJECT = "The data of a research is a JSON object with its task."
NEEDS_TASK = "A research needs its task: what is to be found out."
NEEDS_TONE = "The tone is the name of one (such as Objective or Formal), without its explanation."
NEEDS_ANSWER = "Give the answer to the plan: what to change about it, or no to accept it."
NO_PING = "The server would take “ping” as the answer to its plan; the connection is checked without it."
NEEDS_MESSAGE = "Give the message: a question about the report."


def opened() -> Call:
    """The socket. That it is opened changes nothing, and yet it is a part of what a start sends."""
    return Call("GET", SOCKET, reads=False, answer=Answer.SOCKET, label="open the socket")


def said(text: str, label: str, link: int = 0) -> Call:
    """One text frame."""
    return Call("SEND", SOCKET, json=text, reads=False, answer=Answer.FRAME, label=label, link=link)


def closed(link: int) -> Call:
    """The close of a socket, which cancels what runs on it."""
    return Call("CLOSE", SOCKET, reads=False, answer=Answer.FRAME, label="close the socket", link=link)


def start(data: Any) -> str:
    """The command that begins a research. What is left out has the web UI's defaults; what is unknown goes along."""
    given = {name: value for name, value in object_of(data, NO_OBJECT).items() if name != "thread_id"}
    task = given.get("task")
    if not isinstance(task, str) or not task.strip():
        raise UserError(NEEDS_TASK)
    tone = given.get("tone", DEFAULTS["tone"])
    if not isinstance(tone, str) or not tone.isidentifier():
        raise UserError(NEEDS_TONE)
    return "start " + _json({"task": task, **DEFAULTS, **given})


def again(command: Any) -> str:
    """A command that was sent before, to the letter of its values."""
    return "start " + (command if isinstance(command, str) else _json(command))


def answer(data: Any) -> str:
    """The answer to the plan question. Any text is one, so that a text ping would be taken for it."""
    words = data.get("content") if isinstance(data, Mapping) else data
    words = "no" if words is False else words
    if not isinstance(words, str) or not words.strip():
        raise UserError(NEEDS_ANSWER)
    if words.strip().lower() == "ping":
        raise UserError(NO_PING)
    return _json({"type": "human_feedback", "content": words})


def chat(data: Any, report: str, talk: list[dict[str, str]]) -> str:
    """A question about the report, with the report and what was said before; or the object as it was given."""
    given = parse(data) if isinstance(data, str) and data.lstrip().startswith("{") else data
    if isinstance(given, Mapping) and "messages" in given:
        return "chat " + _json(dict(given))
    words = given.get("message") if isinstance(given, Mapping) else data
    if not isinstance(words, str) or not words.strip():
        raise UserError(NEEDS_MESSAGE)
    if not report:
        return "chat " + _json({"message": words})
    return "chat " + _json({"report": report, "messages": [*talk, {"role": "user", "content": words}]})


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise UserError("What is to be sent is no JSON value.") from None
