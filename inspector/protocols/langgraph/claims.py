"""Whether the first frames of a link speak LangGraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from inspector.domain.frames import Frame, Kind

_PATH = re.compile(
    r"/threads/[^/]+/(runs/(stream|wait)|runs/[^/]+/(stream|join)|stream(/events)?|state|history|commands)$"
    r"|/runs/(stream|wait|batch|cancel)$|/assistants/(search|[^/]+/graph)$|/threads/search$"
)
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = re.compile(rf"/threads/{_ID}(/runs(/{_ID}(/cancel)?)?)?$")
_FIRST = re.compile(rb"^event: ?(metadata|values|updates|tasks|lifecycle)(\|[^\r\n]*)?\r?$", re.MULTILINE)


def claims(frames: Sequence[Frame]) -> float:
    """By the path of the request, by the ids' shape, or by the first event of a bare stream."""
    for frame in frames:
        if frame.kind is Kind.REQUEST:
            try:
                path = urlsplit(str(frame.head.get("url", ""))).path
            except ValueError:
                continue
            if _PATH.search(path) and "/threads/thread_" not in path:
                return 0.9
            if _UUID.search(path) and "openai-beta" not in frame.headers:
                return 0.6
        elif frame.kind is Kind.RESPONSE and "/threads/" in str(frame.headers.get("content-location", "")):
            return 0.9
        elif frame.kind is Kind.DATA and _FIRST.search(frame.body):
            return 0.7
    return 0.0
