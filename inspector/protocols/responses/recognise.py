"""What a pasted text points at: a URL, a curl line, an id, a JSON body, an error message, a line of a log."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from inspector.domain.adapter import Target
from inspector.protocols.responses.routes import route_of

NAME = "responses"

_LIMIT = 200_000
_URL = re.compile(r"(?:https?|wss?)://[^\s'\"<>\\]+")
_RESPONSE = re.compile(r"(?<![\w-])resp[_-](?!id\b)[A-Za-z0-9_-]{4,}")
_CONVERSATION = re.compile(r"(?<![\w-])conv[_-](?!id\b)[A-Za-z0-9_-]{4,}")
_QUOTED = re.compile(r"\bResponse with id [\"'](?P<id>[^\"']+)[\"'] not found", re.IGNORECASE)
_CALL = re.compile(
    r"No tool output found for (?:function|custom tool|computer|shell)? ?call (?P<id>[\w-]+)", re.IGNORECASE
)
_CONSOLES = ("platform.openai.com", "ai.azure.com", "oai.azure.com")
"""Pages for people: what they show is served elsewhere."""
_SOCKETS = {"ws": "http", "wss": "https"}


def recognise(text: str) -> Target | None:
    """What the text points at, or None."""
    text = text.strip()[:_LIMIT]
    if not text:
        return None
    base, run, thread, query = _from_url(text)
    quoted = _QUOTED.search(text)
    run = run or (quoted["id"] if quoted is not None else None) or _first(_RESPONSE, text)
    thread = thread or _first(_CONVERSATION, text)
    call = _CALL.search(text)
    if run is None and thread is None and base is None and call is None:
        return None
    return Target(NAME, run, thread, base, query, _said(run, thread, base, call))


def _said(run: str | None, thread: str | None, base: str | None, call: re.Match[str] | None) -> str:
    if call is not None:
        return (
            f"The server refused because call {call['id']} of the response before has no output: every call of a "
            "response has to be answered in the next request. "
            + (f"Response {run}." if run else "Give that response's id.")
        )
    if run is not None:
        return f"Response {run}" + (f" of conversation {thread}." if thread else ".")
    return f"Conversation {thread}." if thread is not None else f"A server at {base}."


def _from_url(text: str) -> tuple[str | None, str | None, str | None, tuple[tuple[str, str], ...]]:
    """Base, response, conversation and query of the first URL of this API."""
    for match in _URL.finditer(text):
        try:
            parts = urlsplit(match.group().rstrip(".,;)"))
        except ValueError:
            continue
        route = route_of(parts.path)
        if route is None or "/threads/" in parts.path:
            continue
        if (parts.hostname or "") in _CONSOLES:
            return None, route.id if route.about == "response" else None, None, ()
        scheme = _SOCKETS.get(parts.scheme, parts.scheme)
        base = urlunsplit((scheme, parts.netloc.rpartition("@")[2], unquote(route.base), "", ""))
        kept = tuple((name, value) for name, value in parse_qsl(parts.query) if name == "api-version")
        if route.about in ("conversation", "items"):
            return base, None, route.id, kept
        return base, route.id, None, kept
    return None, None, None, ()


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return None if found is None else found.group()
