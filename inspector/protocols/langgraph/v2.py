"""The v2 event stream of a thread: events with ``method``, ``params.namespace`` and a lifecycle of their own.

It belongs to the thread: it replays history when it is opened, carries several runs, and never ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from inspector.domain.events import Ask, ErrorSeen, Fact, MessageSeen, NodeSeen, StatusSeen, ToolCallSeen
from inspector.protocols.jsons import items, number, obj, short, text
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.streams import asking, facts, going_on

_LONGEST_MS = 30 * 24 * 3_600_000.0
"""A number that would make an event older than this is no time of this server's."""


@dataclass(frozen=True, slots=True)
class V2Event:
    """One event of the wire. ``run_id`` where the event tells it; ``told_at`` Unix ms, of the server's clock."""

    method: str
    namespace: str
    data: Any
    run_id: str | None
    text: str
    told_at: float | None = None


def read(value: Any) -> V2Event | None:
    """The event of a payload, or None where it is none (a reply to a command)."""
    body = obj(value)
    method = text(body, "method")
    if text(body, "type") != "event" or method is None:
        return None
    params = obj(body, "params")
    data: Any = params.get("data")
    if method == "updates" and isinstance(params.get("node"), str):
        data = {params["node"]: data}
    namespace = "|".join(str(part) for part in items(params, "namespace"))
    name = f"{method}|{namespace}" if namespace else method
    return V2Event(method, namespace, data, _run_id(body, data), name, number(params, "timestamp"))


def happened(event: V2Event, opened: str, opened_at: float) -> float | None:
    """The log time of an event that is older than the stream that replays it; None for one that happens now.

    ``opened`` is the ``Date`` of the stream's answer, which came at log time ``opened_at``: the same clock as that of
    the events, so that it tells by how much they are older. It counts whole seconds.
    """
    try:
        date = parsedate_to_datetime(opened).timestamp() * 1000
    except (ValueError, TypeError, IndexError):
        return None
    if event.told_at is None or not 0 < date - event.told_at < _LONGEST_MS:
        return None
    return opened_at - (date - event.told_at)


def _run_id(body: Mapping[str, Any], data: Any) -> str | None:
    """Synthesized events carry it in their id (``synth:<run>:…``), tasks in their metadata."""
    event_id = text(body, "event_id") or ""
    if event_id.startswith("synth:") and event_id.count(":") >= 2:
        return event_id.split(":")[1] or None
    return text(data, "metadata", "run_id") or text(data, "run_id")


def begins(event: V2Event) -> bool:
    """Whether it is the first word of a run."""
    return event.method == "lifecycle" and not event.namespace and text(event.data, "event") in ("started", "running")


def asks_left_out(body: Any) -> bool:
    """Whether the request for the events names its channels, and the one that tells what is asked is not among them."""
    channels = items(body, "channels")
    return bool(channels) and not {"input", "input.requested"} & {str(name) for name in channels}


def v2_facts(run: RunMemory, event: V2Event) -> list[Fact]:
    """The facts of one event of this run."""
    if event.method == "lifecycle":
        return _lifecycle(run, event)
    if event.method == "input.requested":
        data = obj(event.data)
        return asking(run, [Ask("interrupt", text(data, "interrupt_id"), None, data.get("payload"))])
    if event.method == "messages":
        return _message(run, event)
    return facts(run, event.method, event.namespace, event.data)


def _lifecycle(run: RunMemory, event: V2Event) -> list[Fact]:
    word = text(event.data, "event") or ""
    if event.namespace:
        name = event.namespace.rsplit("|", 1)[-1].split(":")[0]
        phase = {"completed": "end", "failed": "error", "interrupted": "wait"}.get(word, "start")
        return [NodeSeen(event.namespace, name, phase, "subgraph", note=text(event.data, "error") or "")]
    if run.settled and word != "failed":
        return []  # replayed at connect: the server has told how it ended, and whether that is a wait
    if word in ("started", "running"):
        return going_on(run)
    if word == "interrupted":
        if run.pending():
            return [StatusSeen("waiting", word)]
        run.state = "ended" if run.blind and not run.cancelled else "interrupted"
        return [StatusSeen(run.state, word)]
    if word == "failed":
        run.state = "error"
        error = short(obj(event.data).get("error") or "", 400)
        return [StatusSeen("error", word, message=error or None), ErrorSeen("run", error)]
    if word == "completed":
        run.state = "success"
        return [StatusSeen("success", word)]
    return [StatusSeen(word, word)] if word else []


def _message(run: RunMemory, event: V2Event) -> list[Fact]:
    """message-start, content-block-delta with a text, message-finish. The id is told at the start only."""
    data = obj(event.data)
    kind = text(data, "event") or text(data, "type") or ""
    message_id = text(data, "id") or text(data, "message_id") or text(data, "message", "id")
    if kind == "message-start" and message_id is not None:
        run.speaking[event.namespace] = message_id
        return [MessageSeen(message_id, text(data, "role") or "assistant", "")]
    known = message_id or run.speaking.get(event.namespace)
    if kind == "content-block-finish":
        return list(_called(run, obj(data, "content")))
    if kind == "content-block-delta" and known is not None:
        block = obj(data, "content_block") or obj(data, "delta") or obj(data, "content")
        piece = text(block, "text")
        return [MessageSeen(known, "assistant", piece, append=True)] if piece else []
    return []


def _called(run: RunMemory, block: Mapping[str, Any]) -> Iterator[Fact]:
    call_id = text(block, "id")
    if text(block, "type") == "tool_call" and call_id is not None and call_id not in run.tools:
        run.tools.add(call_id)
        yield ToolCallSeen(call_id, text(block, "name"), short(block.get("args"), 100_000))
