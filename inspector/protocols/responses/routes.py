"""What a path of the API is about, wherever it is mounted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_PATH = re.compile(
    r"^(?P<base>.*?)/(?P<what>responses|conversations)(?:/(?P<id>[^/]+))?(?:/(?P<tail>[^/]+)(?:/[^/]+)?)?/?$"
)
_VERBS = ("compact", "input_tokens")


@dataclass(frozen=True, slots=True)
class Route:
    """``about``: responses | response | cancel | input_items | conversation | items (of a conversation) | other."""

    about: str
    id: str | None = None
    base: str = ""


def route_of(path: str) -> Route | None:
    """The meaning of a path, or None where it is none of this API."""
    found = _PATH.match(path)
    if found is None:
        return None
    base, what, tail = found["base"], found["what"], found["tail"]
    ident = None if found["id"] is None else unquote(found["id"])
    if what == "conversations":
        return Route("items" if tail == "items" else "conversation", ident, base)
    if ident is None:
        return Route("responses", None, base)
    if ident in _VERBS:
        return Route("other", None, base)
    return Route({None: "response", "cancel": "cancel", "input_items": "input_items"}.get(tail, "other"), ident, base)


def conversation_path(ident: str, tail: str = "") -> str:
    """The path of one conversation, below the connection's base URL."""
    return f"/conversations/{quote(ident, safe='', errors='surrogatepass')}" + (f"/{tail}" if tail else "")


def response_path(ident: str, tail: str = "") -> str:
    """The path of one response, below the connection's base URL."""
    return f"/responses/{quote(ident, safe='', errors='surrogatepass')}" + (f"/{tail}" if tail else "")
