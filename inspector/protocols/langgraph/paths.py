"""What a request to a LangGraph server is for, read from its method and path.

Paths are those of langgraph-api 0.16 (Python), 1.5 (JS) and aegra 0.6, below any mount prefix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.events import Opened, Purpose
from inspector.protocols.jsons import obj, text


@dataclass(frozen=True, slots=True)
class Route:
    """``about`` names the object or the act; ``thread``, ``run`` and ``item`` are ids in the path."""

    about: str
    opened: Opened
    thread: str | None = None
    run: str | None = None
    item: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


_ID = r"(?P<{}>[^/]+)"
_THREAD = "/threads/" + _ID.format("thread")
_RUN = _THREAD + "/runs/" + _ID.format("run")
_TABLE: tuple[tuple[str, str, str, Purpose], ...] = (
    ("POST", _THREAD + "/runs/stream", "run", Purpose.CREATE),
    ("POST", _THREAD + "/runs/wait", "run", Purpose.WAIT),
    ("POST", _THREAD + "/runs", "run", Purpose.BACKGROUND),
    ("POST", "/runs/stream", "run", Purpose.CREATE),
    ("POST", "/runs/wait", "run", Purpose.WAIT),
    ("POST", "/runs/cancel", "cancel", Purpose.ACT),
    ("POST", "/runs", "run", Purpose.BACKGROUND),
    ("GET", _RUN + "/stream", "run", Purpose.JOIN),
    ("GET", _RUN + "/join", "run", Purpose.WAIT),
    ("POST", _RUN + "/cancel", "cancel", Purpose.ACT),
    ("DELETE", _RUN, "delete_run", Purpose.ACT),
    ("GET", _RUN, "run", Purpose.READ),
    ("GET", _THREAD + "/runs", "runs", Purpose.READ),
    ("GET", _THREAD + "/stream", "thread_stream", Purpose.JOIN),
    ("POST", _THREAD + "/stream/events", "v2", Purpose.JOIN),
    ("GET", _THREAD + "/stream/events", "v2", Purpose.JOIN),
    ("POST", _THREAD + "/commands", "command", Purpose.ACT),
    ("POST", _THREAD + "/state", "set_state", Purpose.ACT),
    ("POST", _THREAD + "/state/checkpoint", "old_state", Purpose.READ),
    ("GET", _THREAD + "/state", "state", Purpose.READ),
    ("GET", _THREAD + "/state/" + _ID.format("item"), "old_state", Purpose.READ),
    ("POST", _THREAD + "/history", "history", Purpose.READ),
    ("GET", _THREAD + "/history", "history", Purpose.READ),
    ("POST", _THREAD + "/copy", "copy", Purpose.ACT),
    ("POST", "/threads/search", "threads", Purpose.READ),
    ("POST", "/threads/count", "count", Purpose.READ),
    ("POST", "/threads", "new_thread", Purpose.ACT),
    ("GET", _THREAD, "thread", Purpose.READ),
    ("PATCH", _THREAD, "patch_thread", Purpose.ACT),
    ("DELETE", _THREAD, "delete_thread", Purpose.ACT),
    ("GET", "/assistants/" + _ID.format("item") + "/graph", "graph", Purpose.READ),
    ("GET", "/assistants/" + _ID.format("item"), "assistant", Purpose.READ),
    ("POST", "/assistants/search", "assistants", Purpose.READ),
    ("GET", "/metrics", "metrics", Purpose.READ),
    ("GET", "/info", "info", Purpose.READ),
    ("GET", "/ok", "ok", Purpose.READ),
)
_ROUTES = tuple((method, re.compile(path + "/?$"), about, purpose) for method, path, about, purpose in _TABLE)


def route(method: str, path: str, body: Any, query: Mapping[str, str] | None = None) -> Route:
    """The meaning of a request. An unknown one is ``other``."""
    for wanted, pattern, about, purpose in _ROUTES:
        found = pattern.search(path) if wanted == method else None
        if found is None:
            continue
        ids = found.groupdict()
        watches = method == "GET" and purpose in (Purpose.JOIN, Purpose.WAIT)
        opened = Opened(purpose, watches or about == "v2", _cancels(purpose, watches, body, query or {}))
        return Route(about, opened, ids.get("thread"), ids.get("run"), ids.get("item"))
    return Route("other", Opened(Purpose.READ if method == "GET" else Purpose.OTHER))


def _cancels(purpose: Purpose, watches: bool, body: Any, query: Mapping[str, str]) -> bool | None:
    """Whether leaving cancels the run: asked for by who starts it (``on_disconnect``), or by who joins it."""
    if watches:
        return True if query.get("cancel_on_disconnect", "").lower() in ("true", "1", "yes", "on") else None
    if purpose not in (Purpose.CREATE, Purpose.WAIT):
        return None
    return {"cancel": True, "continue": False}.get(text(obj(body), "on_disconnect") or "")
