"""What a pasted text points at: a URL, a curl line, an id, a JSON body, an error message, a line of a log."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from inspector.domain.adapter import Target
from inspector.protocols.assistants.routes import Route, base_of, route_of
from inspector.protocols.assistants.shapes import blocking, refused_in

NAME = "assistants"

_LIMIT = 200_000
_URL = re.compile(r"https?://[^\s'\"<>\\]+")
_THREAD = re.compile(r"\bthread_[A-Za-z0-9]{3,}\b")
_RUN = re.compile(r"\brun_[A-Za-z0-9]{3,}\b(?!\s*[:=])")
_NAMED = re.compile(
    r"[\"']?\b(?P<what>thread|run)[ _-]?id\b[\"']?\s*(?:[:=]|is)\s*[\"']?(?P<id>[A-Za-z0-9][\w-]{2,})", re.IGNORECASE
)
_QUOTED_ID = re.compile(r"\bNo (?P<what>thread|run) found with id [\"'](?P<id>[^\"']+)", re.IGNORECASE)
_FOREIGN_TAIL = re.compile(r"/(?:stream|join|wait|state|history|copy|search|threads/count)(?:[/?#]|$)")
_CONSOLES = ("platform.openai.com", "ai.azure.com", "oai.azure.com")


def recognise(text: str) -> Target | None:
    """What the text points at, or None."""
    text = text.strip()[:_LIMIT]
    if not text:
        return None
    found = _from_url(text) or Target(NAME)
    thread, run = found.thread or _first(_THREAD, text), found.run or _first(_RUN, text)
    named = {match["what"].lower(): match["id"] for match in (*_NAMED.finditer(text), *_QUOTED_ID.finditer(text))}
    thread, run = thread or named.get("thread"), run or named.get("run")
    held = blocking(text)
    if held is not None:
        thread = held.thread
        said = f"Run {held.run} holds thread {held.thread}: it has to end first." if held.run else ""
        said = said or f"Thread {held.thread} is held by a run that the message does not name."
        return replace(found, thread=thread, run=held.run, blocked_by=held.run or "", said=said)
    status = refused_in(text)
    if thread is None and run is None and found.base is None and status is None:
        return None
    said = _said(thread, run)
    if status is not None:
        said = f"The server refused because the run was {status}. {said}".strip()
    return replace(found, thread=thread, run=run, said=said or f"A server at {found.base}.")


def _from_url(text: str) -> Target | None:
    """The first URL that has a thread in it, else one that is a base of such a server."""
    for match in _URL.finditer(text):
        try:
            parts = urlsplit(match.group().rstrip(".,;)"))
            host = parts.hostname or ""
        except ValueError:
            continue
        query = parse_qsl(parts.query)
        if host in _CONSOLES:
            given = dict(query)
            told = route_of(parts.path) or Route("thread", given.get("thread") or given.get("thread_id"))
            if told.thread is None:
                continue
            return Target(NAME, thread=told.thread, run=told.run)
        route, below = route_of(parts.path), base_of(parts.path)
        bare = below is None and ("/api/projects/" in parts.path or parts.path.rstrip("/").endswith("/openai"))
        if bare:
            below = parts.path
        if below is None or _FOREIGN_TAIL.search(parts.path):
            continue
        base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], unquote(below).rstrip("/"), "", ""))
        kept = tuple((name, value) for name, value in query if name == "api-version")
        return Target(NAME, None if route is None else route.run, None if route is None else route.thread, base, kept)
    return None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return None if found is None else found.group()


def _said(thread: str | None, run: str | None) -> str:
    if run is not None and thread is not None:
        return f"Run {run} of thread {thread}."
    if run is not None:
        return f"Run {run}; such a server finds it only together with its thread's id."
    return f"Thread {thread}." if thread is not None else ""
