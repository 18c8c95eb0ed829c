"""Whether the first frames of a link speak GPT-Researcher."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from inspector.domain.frames import Frame, Kind
from inspector.protocols.jsons import parse, text


def claims(frames: Sequence[Frame]) -> float:
    """By the first command or the first answer on a socket."""
    sure = 0.0
    for frame in frames:
        if frame.kind is Kind.REQUEST:
            try:
                parts = urlsplit(str(frame.head.get("url", "")))
            except ValueError:
                continue
            if parts.scheme in ("ws", "wss") and parts.path.rstrip("/").endswith("/ws"):
                sure = 0.4
        elif frame.kind is Kind.SOCKET and frame.head.get("op") == "text":
            if frame.body.startswith((b"start {", b"chat {")):
                return 0.9
            if text(parse(frame.body), "type") in ("logs", "report", "human_feedback"):
                return 0.8
    return sure
