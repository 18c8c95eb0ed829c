"""The store of reports that the web UI fills by itself: what it says, and nothing about the sockets that made them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from inspector.domain.adapter import RunRef
from inspector.domain.calls import Call
from inspector.domain.events import Fact, MessageSeen, ServerSaid
from inspector.protocols.jsons import items, number, obj, short, text

_PATH = re.compile(r"/api/reports/([^/?]+)/?$")


def id_in(path: str) -> str | None:
    """The report that a path is about."""
    found = _PATH.search(path)
    return None if found is None else found[1]


def listing() -> Call:
    """The read of all of them."""
    return Call("GET", "/api/reports", label="saved reports")


def one(ident: str) -> Call:
    """The read of one of them."""
    return Call("GET", f"/api/reports/{ident}", label="saved report")


def rows(body: Any) -> list[RunRef]:
    """The store as rows, the newest first."""
    listed = [entry for entry in items(body, "reports") if text(entry, "id") is not None]
    listed.sort(key=lambda entry: number(entry, "timestamp") or 0.0, reverse=True)
    return [_row(entry) for entry in listed]


def _row(entry: Any) -> RunRef:
    """The web UI counts in milliseconds."""
    made = number(entry, "timestamp")
    seconds = made / 1000 if made is not None and made > 1e11 else made
    return RunRef(text(entry, "id") or "", None, "saved", seconds, short(entry.get("question") or "", 80))


def told(ident: str, body: Any, status: int) -> Iterator[Fact]:
    """What the store has of one report: question, answer, and the talk about it. How its run ended is not in it."""
    yield ServerSaid("run", ident, body if status == 200 else None, status)
    report = obj(body).get("report") if isinstance(obj(body).get("report"), dict) else body
    for name, role in (("question", "user"), ("answer", "assistant")):
        words = text(report, name)
        if words is not None:
            yield MessageSeen(name, role, words)
    for place, message in enumerate(items(report, "chatMessages")):
        yield MessageSeen(f"chat {place}", text(message, "role") or "assistant", text(message, "content") or "")
