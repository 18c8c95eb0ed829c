"""Asking a server what it is and what it has: all of it reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.adapter import Page, Probe, Query, RunRef, Source, Target, ThreadRef
from inspector.domain.calls import Call, Reply, Script
from inspector.domain.errors import UserError
from inspector.protocols.asking import try_out
from inspector.protocols.assistants.routes import messages_path, run_path, runs_path, thread_path
from inspector.protocols.assistants.shapes import error_of, unix
from inspector.protocols.jsons import items, obj, text

HEADERS: Mapping[str, str] = {"OpenAI-Beta": "assistants=v2"}
"""Some servers demand it, the others do not mind."""

NO_THREADS = (
    "This server does not list its threads: paste the id of a thread, or a URL, an error message or a log line with it."
)
NEEDS_THREAD = "Runs are found by their thread here: give the id of the thread too."
_NOWHERE = "thread_000000000000000000000000"
_PAGE = 100


def get(path: str, label: str, **query: str | int | None) -> Call:
    """A read."""
    given = tuple((name, str(value)) for name, value in query.items() if value is not None)
    return Call("GET", path, given, headers=HEADERS, label=label)


def probe() -> Script[Probe]:
    """What kind of server it is: does it list assistants, threads, or know at least what a thread is?"""
    tried: list[tuple[str, str]] = []
    assistants = yield from try_out(get("/assistants", "its assistants", limit=20), tried, _said)
    if assistants.status == 0:
        return Probe(0.0, tried=tuple(tried), problem=assistants.error or "The server cannot be reached.")
    threads = yield from try_out(get("/threads", "its threads", limit=1), tried, _said)
    nothing = yield from try_out(
        get(runs_path(_NOWHERE), "the runs of a thread that is not there", limit=1), tried, _said
    )
    lists_threads = threads.ok and isinstance(obj(threads.body).get("data"), list)
    sure = max(_sure_of_list(assistants), 0.8 if lists_threads else 0.0, _sure_of_nothing(nothing))
    refused = next((reply for reply in (assistants, threads, nothing) if reply.status in (401, 403)), None)
    problem = None
    if refused is not None:
        problem = f"The server answered {refused.status}: {error_of(refused.body)[0] or 'it wants another key'}"
        sure = max(sure, 0.3)
    known = [
        (ident, text(entry, "name") or ident)
        for entry in items(assistants.body, "data")
        if (ident := text(entry, "id")) is not None
    ]
    return Probe(
        sure,
        server=_server(assistants, nothing),
        tried=tuple(tried),
        capabilities={"threads": lists_threads, "assistants": bool(assistants.ok)},
        assistants=tuple(known),
        problem=problem,
        shares=True,
    )


def _said(reply: Reply) -> str:
    return "" if reply.ok else error_of(reply.body)[0]


def _sure_of_list(reply: Reply) -> float:
    """A list of assistants says it; an empty list of something still hints at it."""
    if not reply.ok or not isinstance(obj(reply.body).get("data"), list):
        return 0.0
    listed = items(reply.body, "data")
    if any(text(entry, "object") == "assistant" for entry in listed):
        return 0.95
    return 0.6 if text(reply.body, "object") == "list" else 0.3


def _sure_of_nothing(reply: Reply) -> float:
    """How it denies a thread that is not there: only who knows threads says so."""
    if reply.ok and text(reply.body, "object") == "list":
        return 0.6
    message = error_of(reply.body)[0].lower()
    if reply.status in (400, 404) and "thread" in message:
        return 0.7 if isinstance(obj(reply.body).get("error"), Mapping) else 0.5
    return 0.0


def _server(*replies: Reply) -> str:
    for reply in replies:
        names = {name.lower(): value for name, value in reply.headers.items()}
        if "apim-request-id" in names or "azureml-model-session" in names or "x-ms-region" in names:
            return "Azure"
        if "openai-version" in names:
            return "OpenAI"
    return "Assistants-compatible server"


def discover(query: Query) -> Script[Page]:
    """A page of threads or of a thread's runs. What the server cannot filter is filtered here, within the page."""
    limit = max(1, min(query.limit, _PAGE))
    if query.kind == "threads":
        call = get("/threads", "threads", limit=limit, order="desc", after=query.after)
    elif query.thread is None:
        return Page(error=NEEDS_THREAD)
    else:
        call = get(runs_path(query.thread), "runs", limit=limit, order="desc", after=query.after)
    reply = yield call
    if reply is None or not reply.ok:
        return Page(error=_why_not(query, reply))
    listed = [entry for entry in items(reply.body, "data") if isinstance(entry, Mapping)]
    refs = [_thread(entry) if query.kind == "threads" else _run(entry, query.thread) for entry in listed]
    wanted = tuple(ref for ref, entry in zip(refs, listed, strict=True) if ref.id and _fits(entry, query))
    last = text(reply.body, "last_id") or (text(listed[-1], "id") if listed else None)
    more = obj(reply.body).get("has_more") is True and last is not None and last != query.after
    return Page(wanted, last if more else None)


def _why_not(query: Query, reply: Reply | None) -> str:
    if reply is None or reply.status == 0:
        return (reply.error if reply is not None else None) or "The server did not answer."
    message = error_of(reply.body)[0]
    if query.kind == "threads" and reply.status in (400, 404, 405, 501):
        return NO_THREADS
    if reply.status == 404:
        return f"The server does not know thread {query.thread}: {message or 'it answered 404'}"
    return f"The server answered {reply.status}: {message or 'without a word'}"


def _fits(entry: Mapping[str, Any], query: Query) -> bool:
    if query.status is not None and text(entry, "status") != query.status:
        return False
    metadata = obj(entry, "metadata")
    return all(str(metadata.get(name)) == value for name, value in query.metadata.items())


def _run(entry: Mapping[str, Any], thread: str | None) -> RunRef:
    made = entry.get("created_at")
    title = " · ".join(p for p in (text(entry, "assistant_id"), text(entry, "model")) if p)
    created = made if isinstance(made, str) else unix(made)
    return RunRef(text(entry, "id") or "", text(entry, "thread_id") or thread, text(entry, "status"), created, title)


def _thread(entry: Mapping[str, Any]) -> ThreadRef:
    made = entry.get("created_at")
    metadata = obj(entry, "metadata")
    title = text(metadata, "title") or text(metadata, "name") or ""
    return ThreadRef(text(entry, "id") or "", None, made if isinstance(made, str) else unix(made), title, metadata)


def look(target: Target) -> Sequence[Call]:
    """The reads that tell how a run, or a thread, stands. The run comes first."""
    if target.thread is None:
        raise UserError(NEEDS_THREAD)
    thread = target.thread
    if target.run is None:
        return (
            get(thread_path(thread), "thread"),
            get(runs_path(thread), "runs of the thread", limit=20, order="desc"),
            get(messages_path(thread), "messages", limit=_PAGE, order="desc"),
        )
    return (
        get(run_path(thread, target.run), "run"),
        get(run_path(thread, target.run, "steps"), "steps", limit=_PAGE, order="asc"),
        get(messages_path(thread), "messages", limit=_PAGE, order="desc", run_id=target.run),
    )


def attach(target: Target) -> Sequence[Source]:
    """Nothing can join a run's events here: they exist only on the connection that started it."""
    return (Source("asking for run, steps and messages again and again"),)


def poll_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from ``openai-poll-after-ms``; at most a minute."""
    value = next((value for name, value in headers.items() if name.lower() == "openai-poll-after-ms"), None)
    try:
        seconds = float(value or "nan") / 1000
    except ValueError:
        return None
    return min(max(seconds, 0.2), 60.0) if math.isfinite(seconds) else None
