"""What a server said, and what an act came to, in words for the user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inspector.domain.calls import Reply
from inspector.protocols.jsons import items, obj, short, text

_MEANING = {
    400: "it could not use the request",
    401: "the key was refused",
    403: "access was refused",
    404: "there is no such thing",
    409: "the thread is in use",
    422: "it could not use the request",
    429: "too many requests",
}


def said(reply: Reply) -> str:
    """One line of what the server answered, with its status; or why no answer came."""
    if reply.status == 0:
        return reply.error or "no answer came"
    detail = detail_of(reply.body) or _MEANING.get(reply.status, "")
    return f"{reply.status}: {detail}" if detail else str(reply.status)


def detail_of(body: Any) -> str:
    """The message of an error body: ``{"detail": text}``; a list of faults (Aegra); plain text (JS)."""
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else short(body, 200)
    faults = [text(fault, "msg") or short(fault) for fault in items(body, "detail")]
    if faults:
        return short("; ".join(faults), 200)
    for name in ("detail", "message", "error"):
        value = obj(body).get(name)
        if isinstance(value, str) and value:
            return short(value, 200)
        if isinstance(value, Mapping):
            return detail_of(value)
    return ""


def nodes(names: Iterable[str]) -> str:
    """Names of nodes as a list in a sentence."""
    found = list(dict.fromkeys(names))
    if len(found) < 2:
        return "".join(found)
    return ", ".join(found[:-1]) + " and " + found[-1]
