"""How sure it is, from the first frames of a link, that they speak this protocol.

LangGraph servers have ``/threads/<uuid>/runs`` too, so a path alone decides only where its ids or its tail are ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from inspector.domain.frames import Frame, Kind
from inspector.protocols.assistants.routes import base_of, route_of
from inspector.protocols.jsons import obj, parse

_OURS = re.compile(
    rb"(?:^|[\r\n])event: ?thread\.(?:run|message|created)|\"(?:object|event)\" ?: ?\"thread\.(?:run|message)\b"
)
_PREFIXED = re.compile(r"^(?:thread|run|asst)_")
_ONLY_OURS = ("steps", "step", "messages", "message", "submit_tool_outputs")
_FOREIGN_BODY = ("input", "command", "stream_mode", "checkpoint", "multitask_strategy", "on_disconnect")


def claims(frames: Sequence[Frame]) -> float:
    """0 to 1."""
    sure = 0.0
    for frame in frames:
        if frame.kind is Kind.REQUEST:
            sure = max(sure, _request(frame))
        elif frame.kind is Kind.DATA and _OURS.search(frame.body[:20_000]):
            sure = max(sure, 0.95)
    return sure


def _request(frame: Frame) -> float:
    beta = str(frame.headers.get("openai-beta", ""))
    if "assistants" in beta:
        return 0.95
    try:
        parts = urlsplit(str(frame.head.get("url", "")))
    except ValueError:
        return 0.0
    route = route_of(parts.path)
    if route is None or beta:
        return 0.0
    if route.about == "runs" and route.thread is None:
        return 0.9
    if route.about in _ONLY_OURS or any(_PREFIXED.match(part or "") for part in (route.thread, route.run)):
        return 0.9
    if route.about == "other":
        return 0.0
    body = obj(parse(frame.body)) if frame.body else {}
    if any(name in body for name in _FOREIGN_BODY):
        return 0.0
    base = base_of(parts.path) or ""
    if "api-version" in parse_qs(parts.query) or "/api/projects/" in base or base.endswith("/openai"):
        return 0.85
    if base.endswith("/v1"):
        return 0.7
    return 0.4 if str(body.get("assistant_id", "")).startswith("asst_") or "tool_outputs" in body else 0.2
