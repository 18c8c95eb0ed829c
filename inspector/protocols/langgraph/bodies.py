"""The requests that write: their paths, and the body of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from inspector.domain.calls import Answer, Call
from inspector.protocols.jsons import items, obj
from inspector.protocols.langgraph.standing import Standing

STREAM_MODES = ("values", "updates", "tasks", "messages-tuple", "custom")
"""What a run that we start records and streams. ``tasks`` lights the nodes of the diagram; a joiner sees only these."""

_OF_THE_SERVER = frozenset(
    ["run_id", "thread_id", "graph_id", "assistant_id", "user_id", "checkpoint_id", "checkpoint_ns", "checkpoint_map"]
)


def at(thread: str, *rest: str) -> str:
    """A path below a thread. A placeholder in braces stays as it is."""
    parts = [part if part.startswith("{") else quote(part, safe="", errors="surrogatepass") for part in (thread, *rest)]
    return "/threads/" + "/".join(parts)


def streaming(capabilities: Mapping[str, Any]) -> dict[str, Any]:
    """How a run is to be recorded and streamed, and what holds when the thread is busy or we leave.

    All of it is explicit, because the defaults of the servers differ. ``reject``: a run that cannot start now shall say
    so, not wait unseen in a queue.
    """
    known = [str(mode) for mode in items(capabilities.get("stream_modes"))]
    modes = [mode for mode in STREAM_MODES if not known or mode in known]
    return {
        "stream_mode": modes,
        "stream_subgraphs": True,
        "stream_resumable": True,
        "multitask_strategy": "reject",
        "on_disconnect": "continue",
    }


def taken_over(run: Mapping[str, Any]) -> dict[str, Any]:
    """What a further run takes over from the one that it continues: config, context and breakpoints.

    The server writes its own values into ``config.configurable``; they are left out. A server refuses ``configurable``
    beside ``context``, of which it is a copy.
    """
    asked = obj(run, "kwargs")
    config = obj(asked, "config")
    taken: dict[str, Any] = {}
    kept = {key: config[key] for key in ("recursion_limit", "tags") if config.get(key) is not None}
    own = {
        key: value
        for key, value in obj(config, "configurable").items()
        if key not in _OF_THE_SERVER and not key.startswith(("langgraph_", "__"))
    }
    context = obj(asked, "context")
    if own and not context:
        kept["configurable"] = own
    if kept:
        taken["config"] = kept
    if context:
        taken["context"] = dict(context)
    for key in ("interrupt_before", "interrupt_after"):
        if asked.get(key):
            taken[key] = asked[key]
    return taken


def further_run(
    standing: Standing, thread: str, what: Mapping[str, Any], capabilities: Mapping[str, Any], label: str
) -> Call:
    """A run that goes on with what is on the thread. ``what`` is its ``input``, ``command`` or checkpoint."""
    body = {"assistant_id": standing.assistant, **what, **taken_over(standing.created), **streaming(capabilities)}
    return Call("POST", at(thread, "runs", "stream"), json=body, reads=False, answer=Answer.STREAM, label=label)


def reads(run: str | None, thread: str, *, subgraphs: bool = True, metrics: bool = False) -> Iterable[tuple[str, Call]]:
    """The reads that tell how a run and its thread stand, by what they are about.

    What says that a run is over comes first: a thread that was read before the run ended says nothing of how.
    """
    if run is not None:
        yield "run", Call("GET", at(thread, "runs", run), label="the run")
    yield "runs", Call("GET", at(thread, "runs"), (("limit", "20"),), label="the thread's runs")
    yield "thread", Call("GET", at(thread), label="the thread")
    query = (("subgraphs", "true"),) if subgraphs else ()
    yield "state", Call("GET", at(thread, "state"), query, label="the thread's state")
    if metrics:
        yield "metrics", Call("GET", "/metrics", (("format", "json"),), label="the server's workers")


def history(thread: str) -> Call:
    """The checkpoints of a thread, newest first."""
    return Call("GET", at(thread, "history"), (("limit", "20"),), label="the thread's checkpoints")
