"""Lists what a server has: threads by status and metadata, runs of a thread or of all threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.domain.adapter import Page, Query, RunRef, ThreadRef
from inspector.domain.calls import Call, Reply, Script
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.bodies import at
from inspector.protocols.langgraph.words import said

_COLUMNS = ["thread_id", "status", "created_at", "updated_at", "metadata"]
_RUN_COLUMNS = ("run_id", "thread_id", "status", "created_at", "metadata")
_THREADS_A_PAGE = 20


def discover(query: Query) -> Script[Page]:
    """One page. ``query.after`` is an offset."""
    if query.kind == "threads" and query.thread is not None:
        return (yield from _one_thread(query.thread))
    if query.kind == "threads":
        return (yield from _threads(query))
    if query.thread is not None:
        return (yield from _runs(query, query.thread))
    return (yield from _runs_of_all(query))


def _one_thread(thread: str) -> Script[Page]:
    reply = yield Call("GET", at(thread), label="the thread")
    assert reply is not None
    if not reply.ok:
        return Page(error=f"The thread {thread} cannot be read: {said(reply)}.")
    return Page((_thread(obj(reply.body)),), None, 1)


def _threads(query: Query) -> Script[Page]:
    reply = yield from _search(query, query.limit, query.status, query.metadata)
    if not reply.ok:
        return Page(error=f"The threads cannot be listed: {said(reply)}.")
    rows = [row for row in items(reply.body) if isinstance(row, Mapping)]
    after, total = _paging(reply, query, len(rows))
    if after is not None and query.after is None:
        counted = yield from _count(query)
        total = total if counted is None else counted
    return Page(tuple(_thread(row) for row in rows if text(row, "thread_id")), after, total)


def _search(query: Query, limit: int, status: str | None, metadata: Mapping[str, str]) -> Script[Reply]:
    """Newest first and without the values, which can be large; a server that does not know how is asked plainly."""
    plain: dict[str, Any] = {"limit": limit, "offset": _offset(query)}
    if status is not None:
        plain["status"] = status
    if metadata:
        plain["metadata"] = dict(metadata)
    sorted_ = {**plain, "sort_by": "updated_at", "sort_order": "desc"}
    reply = Reply(0)
    for body in ({**sorted_, "select": _COLUMNS}, sorted_, plain):
        answer = yield Call("POST", "/threads/search", json=body, label="threads")
        assert answer is not None
        reply = answer
        if reply.status not in (400, 422):
            break
    return reply


def _count(query: Query) -> Script[int | None]:
    body: dict[str, Any] = {"metadata": dict(query.metadata)} if query.metadata else {}
    if query.status is not None:
        body["status"] = query.status
    reply = yield Call("POST", "/threads/count", json=body, label="how many threads")
    return reply.body if reply is not None and reply.ok and isinstance(reply.body, int) else None


def _runs(query: Query, thread: str) -> Script[Page]:
    asked = [("limit", str(query.limit)), ("offset", str(_offset(query)))]
    if query.status is not None:
        asked.append(("status", query.status))
    reply = yield Call("GET", at(thread, "runs"), tuple(asked), label="runs of the thread")
    assert reply is not None
    if not reply.ok:
        return Page(error=f"The runs of thread {thread} cannot be listed: {said(reply)}.")
    rows = [row for row in items(reply.body) if isinstance(row, Mapping)]
    after, total = _paging(reply, query, len(rows))
    return Page(tuple(_refs(rows, thread, query.status)), after, total)


def _runs_of_all(query: Query) -> Script[Page]:
    """No server lists runs across threads: the threads that changed last are gone through, some at a time."""
    reply = yield from _search(query, _THREADS_A_PAGE, None, query.metadata)
    if not reply.ok:
        return Page(error=f"The threads cannot be listed: {said(reply)}.")
    threads = [name for row in items(reply.body) if (name := text(row, "thread_id"))]
    found: list[RunRef] = []
    for thread in threads:
        asked = [("limit", str(query.limit)), *((("select", name)) for name in _RUN_COLUMNS)]
        if query.status is not None:
            asked.append(("status", query.status))
        answer = yield Call("GET", at(thread, "runs"), tuple(asked), label="runs of a thread")
        if answer is not None and answer.ok:
            found += _refs([row for row in items(answer.body) if isinstance(row, Mapping)], thread, query.status)
    more = len(threads) == _THREADS_A_PAGE
    return Page(tuple(found), str(_offset(query) + len(threads)) if more else None)


def _refs(rows: list[Mapping[str, Any]], thread: str, status: str | None) -> list[RunRef]:
    """The rows as references; a server that ignores the wanted status is helped out."""
    return [
        RunRef(
            run,
            text(row, "thread_id") or thread,
            text(row, "status"),
            text(row, "created_at"),
            text(row, "metadata", "graph_id") or "",
        )
        for row in rows
        if (run := text(row, "run_id")) is not None and status in (None, text(row, "status"))
    ]


def _thread(row: Mapping[str, Any]) -> ThreadRef:
    metadata = row.get("metadata")
    about = dict(metadata) if isinstance(metadata, Mapping) else {}
    title = text(about, "title") or text(about, "thread_name") or text(about, "graph_id") or ""
    changed = text(row, "updated_at") or text(row, "created_at")
    return ThreadRef(text(row, "thread_id") or "", text(row, "status"), changed, title, about)


def _offset(query: Query) -> int:
    return int(query.after) if query.after is not None and query.after.isdecimal() else 0


def _paging(reply: Reply, query: Query, rows: int) -> tuple[str | None, int | None]:
    """The next offset and the total. Python's total is only "at least one more" while there is a next page."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    total = headers.get("x-pagination-total", "")
    known = int(total) if total.isdecimal() else None
    after = headers.get("x-pagination-next")
    here = _offset(query) + rows
    if after is None and rows >= query.limit > 0 and (known is None or known > here):
        after = str(here)
    if after is not None and known is not None and known <= here + 1:
        known = None
    return after, known
