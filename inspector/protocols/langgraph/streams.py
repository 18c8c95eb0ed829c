"""Events of a run's stream to facts: ``values``, ``updates``, ``tasks``, ``messages`` and their kin.

Both wires share them: the v1 run stream names the mode in the SSE event (``mode|namespace``), the v2 event stream in
``method`` with ``params.namespace``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from inspector.domain.events import (
    Ask,
    Fact,
    MessageSeen,
    NodeSeen,
    Noticed,
    StatusSeen,
    ToolCallSeen,
    Wanted,
)
from inspector.protocols.jsons import NOT_JSON, items, number, obj, short, text
from inspector.protocols.langgraph.memory import RunMemory, interrupts

MODES = frozenset(
    (
        "values",
        "updates",
        "tasks",
        "checkpoints",
        "debug",
        "messages",
        "messages/metadata",
        "messages/partial",
        "messages/complete",
        "events",
        "custom",
        "feedback",
        "metadata",
        "error",
        "end",
        "state_update",
        "lifecycle",
        "tools",
        "input.requested",
        "input",
    )
)

CACHED = "cached"
"""The note of a step whose result is that of an earlier run, told again."""


def facts(run: RunMemory, mode: str, namespace: str, data: Any) -> list[Fact]:
    """The facts of one event of a run. ``namespace`` is empty for the root graph."""
    found: list[Fact] = []
    if mode == "values":
        found += _values(run, namespace, data)
    elif mode == "updates":
        found += _updates(run, namespace, data)
    elif mode == "tasks":
        found += _task(run, namespace, data)
    elif mode == "debug":
        kind = text(data, "type") or ""
        if kind.startswith("task"):
            found += _task(run, namespace, obj(data, "payload"))
    elif mode == "messages":
        found += _chunk(data)
    elif mode in ("messages/partial", "messages/complete"):
        for message in items(data):
            found += _message(run, message)
    return found


def going_on(run: RunMemory) -> list[Fact]:
    """It does something: running, and whatever it waited for is over."""
    found: list[Fact] = [StatusSeen("running", "running")] if run.state != "running" else []
    if run.pending():
        run.asks.clear()
        run.breakpoint = False
        found.append(Wanted(()))
    run.state = "running"
    return found


def asking(run: RunMemory, asks: list[Ask]) -> list[Fact]:
    """It waits for somebody: several questions of one step come one by one and add up.

    Nodes of the same step may go on and end after that. The wait stays: nothing but a further run answers it.
    """
    for ask in asks:
        run.asks[ask.id or repr(ask.value)] = ask
    if not asks:
        run.breakpoint = True
    run.state = "waiting"
    return [StatusSeen("waiting", "__interrupt__"), Wanted(run.pending())]


def numbering(memory: dict[str, Any], event_id: str | None) -> list[Fact]:
    """Ids of a resumable stream: repeated ones lose events on a rejoin. JS counts, so there a gap shows too.

    ``memory`` is the stream's own and keeps what was seen.
    """
    if event_id is None:
        return []
    seen: set[str] = memory.setdefault("ids", set())
    last: int | None = memory.get("last")
    what = "repeated" if event_id in seen else None
    if event_id.isdecimal() and len(event_id) < 19:
        now = int(event_id)
        if what is None and last is not None and now != last + 1:
            what = "missing" if now > last else "out of order"
        memory["last"] = now
    seen.add(event_id)
    if what is None:
        return []
    return [Noticed("stream.sequence", {"what": what, "id": event_id})]


def _values(run: RunMemory, namespace: str, data: Any) -> Iterator[Fact]:
    values = obj(data)
    if namespace:
        return
    if "__interrupt__" in values:
        yield from asking(run, list(interrupts(values["__interrupt__"], None)))
    run.values += 1
    if run.values == 1:
        yield from _dropped(run, values)
    elif "__interrupt__" not in values:
        run.moved = True
    for message in items(values, "messages"):
        yield from _message(run, message)


def _dropped(run: RunMemory, values: Any) -> Iterator[Fact]:
    """The first values are the state with the input in it and no node run yet: a text of the input that is not there
    was not used. A reducer may have joined it to what was there, so being a part is enough."""
    given = obj(run.body).get("input")
    for name, value in obj(given).items():
        there = values.get(name)
        if isinstance(value, str) and value and isinstance(there, str) and there and value not in there:
            yield Noticed(
                "langgraph.input_dropped", {"field": name, "sent": short(value, 40), "kept": short(there, 40)}
            )
            return


def _updates(run: RunMemory, namespace: str, data: Any) -> Iterator[Fact]:
    update = obj(data)
    if "__interrupt__" in update:
        if not namespace:
            yield from asking(run, list(interrupts(update["__interrupt__"], None)))
        return
    cached = obj(update, "__metadata__").get("cached") is True
    names = [name for name in update if name != "__metadata__"]
    run.moved = run.moved or (bool(names) and not cached)
    if not run.tasks:
        for name in names:
            run.steps += 1
            note = CACHED if cached else ""
            yield NodeSeen(f"{namespace}|{name}#{run.steps}", str(name), "end", parent=namespace or None, note=note)


def _task(run: RunMemory, namespace: str, data: Any) -> Iterator[Fact]:
    task = obj(data)
    task_id, name = text(task, "id"), text(task, "name") or "?"
    if task_id is None:
        return
    run.tasks = True
    if "result" not in task and "error" not in task:
        yield NodeSeen(task_id, name, "start", parent=namespace or None)
        return
    asked = list(interrupts(task.get("interrupts"), name))
    error = task.get("error")
    if asked:
        yield NodeSeen(task_id, name, "wait", parent=namespace or None, note=short(asked[0].value))
        if not namespace:
            yield from asking(run, asked)
    elif error:
        run.moved = True
        yield NodeSeen(task_id, name, "error", parent=namespace or None, note=short(error))
    else:
        run.moved = True
        yield NodeSeen(task_id, name, "end", parent=namespace or None)


def _chunk(data: Any) -> Iterator[Fact]:
    """``messages-tuple``: ``[chunk, metadata]``, chunks add up."""
    pair = items(data)
    chunk = obj(pair[0]) if pair else {}
    message_id, piece = text(chunk, "id"), flat(chunk.get("content"))
    if message_id is not None and piece:
        partial = (text(chunk, "type") or "").endswith("Chunk")
        yield MessageSeen(message_id, _role(chunk), piece, append=partial)


def _message(run: RunMemory, value: Any) -> Iterator[Fact]:
    """A whole message of the state; tool calls and the tools' answers among them."""
    message = obj(value)
    message_id = text(message, "id")
    for call in items(message, "tool_calls"):
        call_id = text(obj(call), "id")
        if call_id is not None and call_id not in run.tools:
            run.tools.add(call_id)
            yield ToolCallSeen(call_id, text(obj(call), "name"), short(obj(call).get("args"), 100_000))
    answered = text(message, "tool_call_id")
    if answered is not None and answered in run.tools and answered not in run.answered:
        run.answered.add(answered)
        yield ToolCallSeen(answered, output=flat(message.get("content")))
    if message_id is not None:
        yield MessageSeen(message_id, _role(message), flat(message.get("content")))


def _role(message: Any) -> str:
    return role_of(text(message, "type") or text(message, "role") or "")


@lru_cache(64)
def role_of(kind: str) -> str:
    """The role of whoever wrote a message, by the message's type."""
    kind = kind.removesuffix("MessageChunk").lower()
    return {"human": "user", "ai": "assistant"}.get(kind, kind or "assistant")


def flat(content: Any) -> str:
    """The text of a message's content: a string, or parts with a text."""
    if isinstance(content, str):
        return content
    return "".join(text(obj(part), "text") or (part if isinstance(part, str) else "") for part in items(content))


def summary(mode: str, data: Any) -> str:
    """One line for the log."""
    if data is NOT_JSON:
        return ""
    if mode == "tasks":
        task = obj(data)
        name = text(task, "name") or "?"
        if "result" not in task and "error" not in task:
            return f"{name} started"
        if items(task, "interrupts"):
            return f"{name} waits"
        return f"{name} failed: {short(task['error'])}" if task.get("error") else f"{name} ended"
    if mode == "messages" and items(data):
        return short(flat(obj(items(data)[0]).get("content")))
    if mode == "metadata" and number(data, "attempt") is not None:
        return f"attempt {short(obj(data).get('attempt'))}"
    return short(data)
