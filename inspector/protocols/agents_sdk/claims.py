"""How sure it is that the first frames of a link carry traces, or a saved run state."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from inspector.domain.frames import Frame, Kind

PATHS = {"/traces/ingest": "ingest", "/traces/tap": "tap", "/run_state": "state", "/sessions": "session"}
"""How a path ends, and what is sent there: finished spans, starts and ends as they happen, files of the SDK."""


def route_of(url: str) -> str | None:
    """What a request carries: ingest | tap | state | session; None for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    if parts.scheme != "agents-sdk" and path.endswith(("/run_state", "/sessions")):
        return None
    return next((route for end, route in PATHS.items() if path.endswith(end)), None)


def claims(frames: Sequence[Frame]) -> float:
    """0 to 1: by where the request goes."""
    for frame in frames:
        if frame.kind is Kind.REQUEST and route_of(str(frame.head.get("url", ""))) is not None:
            return 0.95
    return 0.0
