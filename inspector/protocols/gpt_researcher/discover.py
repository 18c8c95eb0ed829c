"""Asking a server whether it is one, and what it has in its store: all of it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.domain.adapter import Page, Probe, Query, Target
from inspector.domain.calls import Answer, Call, Reply, Script
from inspector.protocols.asking import try_out
from inspector.protocols.gpt_researcher import commands, reports
from inspector.protocols.jsons import obj, page_title, short, text

NAME = "gpt_researcher"
ALONE = (
    "A GPT-Researcher run lives on the socket that started it and on no other: start it here to watch it, or open a "
    "recording. The server lists only the reports that its web page saved."
)
NO_THREADS = "GPT-Researcher has no threads: its socket is the run."


def probe() -> Script[Probe]:
    """Its store of reports and its page tell what it is; only then a socket is tried, and closed again."""
    tried: list[tuple[str, str]] = []
    store = yield from try_out(reports.listing(), tried, _said)
    if store.status == 0:
        return Probe(0.0, tried=tuple(tried), problem=store.error or "The server cannot be reached.")
    page = yield from try_out(Call("GET", "/", label="its page"), tried, _said)
    title = page_title(page.body) if isinstance(page.body, str) else None
    named = "gpt researcher" in (title or short(page.body)).lower().replace("-", " ")
    stored = store.ok and isinstance(obj(store.body).get("reports"), list)
    sure = 0.95 if stored and named else 0.8 if stored else 0.6 if named else 0.0
    problem = None
    if sure:
        socket = yield from try_out(
            Call("GET", commands.SOCKET, answer=Answer.SOCKET, label="its socket"), tried, _said
        )
        if socket.ok:
            yield Call("CLOSE", commands.SOCKET, answer=Answer.FRAME, label="close it again", link=socket.link)
        else:
            why = socket.error or f"it answered {socket.status}"
            problem = f"The server is there, but opens no socket at {commands.SOCKET}, over which all runs go: {why}"
    return Probe(sure, "GPT-Researcher" if sure else "", tuple(tried), _known(stored), problem=problem)


def _known(stored: bool) -> dict[str, Any]:
    """What the forms offer. Servers differ, and tell none of it."""
    known = {"report_types": commands.REPORT_TYPES, "sources": commands.SOURCES, "tones": commands.TONES}
    return {"store": stored, "threads": "none", **{name: list(values) for name, values in known.items()}}


def discover(query: Query) -> Script[Page]:
    """The reports of the store; runs on sockets are not among them."""
    if query.kind == "threads":
        return Page(error=NO_THREADS)
    if query.thread is not None:
        return Page(error=ALONE)
    reply = yield reports.listing()
    if reply is None or reply.status == 0:
        return Page(error=(reply.error if reply is not None else None) or "The server did not answer.")
    if not reply.ok or not isinstance(obj(reply.body).get("reports"), list):
        return Page(error=ALONE)
    rows = reports.rows(reply.body)
    first = int(query.after) if query.after is not None and query.after.isdecimal() else 0
    shown = rows[first : first + query.limit]
    after = str(first + query.limit) if len(rows) > first + query.limit else None
    return Page(tuple(shown), after, len(rows))


def look(target: Target) -> Sequence[Call]:
    """A report of the store can be asked for; a run on a socket cannot."""
    return () if target.run is None else (reports.one(target.run),)


def _said(reply: Reply) -> str:
    page = page_title(reply.body) if isinstance(reply.body, str) else None
    return text(reply.body, "detail") or page or ""
