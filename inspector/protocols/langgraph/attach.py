"""How a run or a thread is watched: the reads that tell how it stands, and the streams, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.adapter import Source, Target
from inspector.domain.calls import Answer, Call
from inspector.protocols.langgraph.bodies import at, reads

CHANNELS = ("lifecycle", "values", "updates", "messages", "tools", "custom", "input", "tasks")
"""All channels of the v2 event stream that langgraph-api 0.16 accepts by name."""

_KNOWN = ("python", "js")
_CANCELLING = ("aegra",)
"""Servers that may end a run when the reader of its stream leaves: Aegra's ``on_disconnect`` is ``cancel``."""


def look(target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
    """Run, thread, state, the thread's runs, and where the server tells them its workers."""
    if target.thread is None:
        return ()
    metrics = capabilities.get("metrics") is True
    return tuple(call for _, call in reads(target.run, target.thread, metrics=metrics))


def attach(target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
    """Best first. Streams that the server is known not to have are left out; unknown ones are tried.

    Where a run ends with the connection of who watches it, it is asked for instead: watching must do no harm.
    """
    sources: list[Source] = []
    thread, run = target.thread, target.run
    if thread is not None and capabilities.get("v2") is not False:
        sources.append(Source("v2 event stream of the thread", _events(thread), ends=False))
    if thread is not None and capabilities.get("thread_stream") is not False:
        sources.append(Source("stream of the thread", _thread(thread), "Last-Event-ID", ends=False))
    if thread is not None and run is not None and capabilities.get("flavour") not in _CANCELLING:
        known = capabilities.get("flavour") in _KNOWN
        join = _join(thread, run, replay=known)
        closing = "passive" if known else "unknown"
        sources.append(Source("stream of the run", join, "Last-Event-ID", closing=closing))
    sources.append(Source("asking again and again"))
    return tuple(sources)


def poll_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a ``Retry-After``; a date in it is nothing to count by without a clock."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    return float(value) if value.isdecimal() else None


def _events(thread: str) -> Call:
    """A POST that changes nothing: the body holds the filter, and closing it leaves no trace on the server."""
    body = {"channels": list(CHANNELS)}
    return Call("POST", at(thread, "stream", "events"), json=body, answer=Answer.STREAM, label="events of the thread")


def _thread(thread: str) -> Call:
    query = (("stream_modes", "run_modes,lifecycle,state_update"),)
    return Call("GET", at(thread, "stream"), query, answer=Answer.STREAM, label="stream of the thread")


def _join(thread: str, run: str, replay: bool) -> Call:
    """``-1`` replays a resumable run from its start (Python and JS); where nothing was kept, the stream starts live."""
    path, headers = at(thread, "runs", run, "stream"), {"Last-Event-ID": "-1"} if replay else {}
    return Call("GET", path, headers=headers, answer=Answer.STREAM, label="stream of the run")
