"""How sure it is, from the first frames of a link, that they speak this protocol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from inspector.domain.frames import Frame, Kind
from inspector.protocols.jsons import obj, parse, text
from inspector.protocols.responses.routes import route_of

_OURS = re.compile(
    rb"(?:^|[\r\n])event: ?response\.[a-z_]+|\"type\" ?: ?\"response\.[a-z_]+|\"object\" ?: ?\"response\""
)
_PREFIXED = re.compile(r"^(?:resp|conv)[_-]")


def claims(frames: Sequence[Frame]) -> float:
    """0 to 1."""
    sure = 0.0
    for frame in frames:
        if frame.kind is Kind.REQUEST:
            sure = max(sure, _request(frame))
        elif frame.kind in (Kind.DATA, Kind.SOCKET) and _OURS.search(frame.body[:20_000]):
            sure = max(sure, 0.9)
    return sure


def _request(frame: Frame) -> float:
    try:
        path = urlsplit(str(frame.head.get("url", ""))).path
    except ValueError:
        return 0.0
    route = route_of(path)
    if route is None or "/threads/" in path or route.about == "other":
        return 0.0
    if route.id is not None:
        return 0.9 if _PREFIXED.match(route.id) else 0.4
    body = obj(parse(frame.body)) if frame.body else {}
    if route.about == "responses" and ("input" in body or "model" in body or text(body, "previous_response_id")):
        return 0.9
    return 0.6 if route.base.endswith("/v1") else 0.3
