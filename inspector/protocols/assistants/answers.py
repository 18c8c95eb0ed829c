"""Whole answers of the server: what it says of runs, steps and messages when it is asked, or asked to act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import Fact, Noticed, RunKey, ServerSaid, StatusSeen, Witness
from inspector.protocols.assistants.chart import ACTIVE, RUN_CHART
from inspector.protocols.assistants.known import Memory
from inspector.protocols.assistants.routes import Route
from inspector.protocols.assistants.shapes import changed_at, http_date, refused_in, unix
from inspector.protocols.assistants.stream import place
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.jsons import items, obj, short, text

_RUN_ANSWERS = ("runs", "run", "cancel", "submit_tool_outputs")
_NO_SUCH_ROUTE = ("not found", "http 404", "")


def refusal(x: Exchange, message: str) -> list[Fact]:
    """What an error answer says about the object that was asked for."""
    route: Route = x.memory.get("route") or Route("other")
    facts: list[Fact] = []
    if x.status == 404:
        acts = x.method == "POST" and route.about in ("cancel", "submit_tool_outputs", "run")
        missing = route.about == "run" or (acts and message.lower().strip(".") not in _NO_SUCH_ROUTE)
        if route.run is not None and missing:
            facts.append(ServerSaid("run", route.run, None, 404))
        if route.about in ("thread", "messages") or (route.about == "runs" and x.method == "GET"):
            facts.append(ServerSaid("thread", route.thread or "", None, 404))
    status = refused_in(message)
    if status is not None and status in RUN_CHART.by_id and x.run is not None and route.run is not None:
        facts.append(StatusSeen(status, status, Witness.SERVER))
    return facts


def read(x: Exchange, route: Route, body: Any, keys: Keys, memory: Memory) -> Iterator[Draft]:
    """The rows of a 2xx answer."""
    listed = items(body, "data")
    if route.about == "runs" and x.method == "GET":
        yield Draft("runs", f"{len(listed)} runs", x.run, facts=(ServerSaid("runs", route.thread or "", body),))
        yield from _rows(listed, keys, memory)
    elif route.about in _RUN_ANSWERS and isinstance(body, Mapping) and text(body, "status"):
        yield _run(x, route, body, keys, memory)
    elif route.about in _RUN_ANSWERS and body is not None and not x.wants_stream:
        values = {"what": "an answer that is no run", "text": short(body), "event": x.about}
        yield Draft("answer", short(body), x.run, facts=(Noticed("stream.bad_data", values),))
    elif route.about == "steps" and route.run is not None:
        yield Draft(
            "steps",
            "1 step" if len(listed) == 1 else f"{len(listed)} steps",
            x.run,
            facts=(ServerSaid("steps", route.run, body),),
        )
        yield from _steps(x, listed, keys, memory)
    elif route.about == "step" and route.run is not None and isinstance(body, Mapping):
        yield from _steps(x, [body], keys, memory)
    elif route.about == "messages" and x.method == "GET":
        said = ServerSaid("messages", route.thread or "", body)
        yield Draft("messages", f"{len(listed)} messages", facts=(said,))
        yield from _messages(x, listed, keys, memory)
    elif route.about in ("message", "messages") and isinstance(body, Mapping):
        yield from _messages(x, [body], keys, memory)
    elif route.about in ("thread", "threads") and isinstance(body, Mapping):
        name = text(body, "id") or route.thread or ""
        yield Draft(route.about, short(body), facts=(ServerSaid(route.about, name, body),))


def _run(x: Exchange, route: Route, body: Mapping[str, Any], keys: Keys, memory: Memory) -> Draft:
    ident = text(body, "id") or route.run
    if x.run is None:
        x.run = keys.new() if ident is None else keys.of(ident)
    key = x.run if ident is None else place(x, ident, keys, memory)
    facts: list[Fact] = list(memory.run(key, {"id": ident, **body}, Witness.SERVER, since=_since(x, body)))
    if ident is not None:
        facts.append(ServerSaid("run", ident, body))
    return Draft("run", str(body.get("status")), key, facts=tuple(facts))


def _since(x: Exchange, body: Mapping[str, Any]) -> float | None:
    """The log time of the object's last change, by the server's own clock: its ``date`` header is our now."""
    date = http_date(x.answer.get("date"))
    changed = None if date is None else changed_at(body, date)
    if date is None or changed is None:
        return None
    at = float(x.memory.get("at", 0.0))
    return at - max(0.0, date - changed) * 1000


def unnamed(x: Exchange, listed: Sequence[Any], keys: Keys) -> str | None:
    """Which row of its thread's list is the run that this request started and whose stream never said its id.

    It is the only row that nobody has named so far and that was made after the request was taken, by the server's own
    clock; where it shows no clock, the only such row that is active: a thread takes one run at a time.
    """
    date = http_date(x.answer.get("date"))
    found = []
    for row in listed:
        ident, made = text(row, "id"), unix(obj(row).get("created_at"))
        if ident is None or keys.find(ident) is not None:
            continue
        if made is not None and date is not None:
            fits = made >= date - 2
        else:
            fits = text(row, "status") in ACTIVE
        if fits:
            found.append(ident)
    return found[0] if len(found) == 1 else None


def _rows(listed: Sequence[Any], keys: Keys, memory: Memory) -> Iterator[Draft]:
    """A row tells the status of a run that was named elsewhere; by itself it names none."""
    for row in listed:
        ident = text(row, "id")
        key = None if ident is None else keys.find(ident)
        if key is not None and isinstance(row, Mapping):
            key = keys.canon(key)
            facts = tuple(memory.run(key, row, Witness.SERVER))
            yield Draft("run", f"{ident} {text(row, 'status') or ''}", key, facts=facts)


def _steps(x: Exchange, listed: Sequence[Any], keys: Keys, memory: Memory) -> Iterator[Draft]:
    """Steps that are new or changed. A change between two reads is progress; what a first read shows is not."""
    key = x.run if x.run is not None else _key(listed[0] if listed else None, keys)
    if key is None:
        return
    known, at = memory.known(key), None
    date = http_date(x.answer.get("date"))
    for step in sorted((s for s in listed if isinstance(s, Mapping)), key=lambda s: str(s.get("created_at"))):
        if date is not None and (changed := changed_at(step, date)) is not None:
            at = max(at or 0.0, changed)
        ident = text(step, "id") or ""
        if known.seen.get(ident) == step:
            continue
        news = "steps" in known.listed and known.steps.get(ident, {}).get("status") != step.get("status")
        known.seen[ident] = step
        summary = " · ".join(p for p in (text(step, "type"), text(step, "status")) if p)
        yield Draft("step", summary, key, news, tuple(memory.step(key, step, Witness.SERVER)))
    first = "steps" not in known.listed
    known.listed.add("steps")
    if first and at is not None and date is not None and known.status in ACTIVE and known.status is not None:
        since = float(x.memory.get("at", 0.0)) - max(0.0, date - at) * 1000
        fact = StatusSeen(known.status, known.status, Witness.SERVER, since=since)
        yield Draft("run", f"{known.status}, last step", key, facts=(fact,))


def _key(entry: Any, keys: Keys) -> RunKey | None:
    run = text(entry, "run_id")
    return None if run is None else keys.find(run)


def _messages(x: Exchange, listed: Sequence[Any], keys: Keys, memory: Memory) -> Iterator[Draft]:
    """Messages of runs that were named; the asker's belong to no run. A list for one run tells whose they are."""
    asked = x.query.get("run_id") or x.query.get("runId")
    read_now = {key} if asked is not None and (key := keys.find(asked)) is not None else set()
    fresh = {key for key in read_now if "messages" not in memory.known(key).listed}
    for entry in reversed(list(listed)) if x.query.get("order") != "asc" else listed:
        if not isinstance(entry, Mapping):
            continue
        run = text(entry, "run_id")
        if run is None and asked is not None and entry.get("role") != "user":
            run = _of_step(text(entry, "id"), keys.find(asked), memory, asked)
        key = None if run is None else keys.find(run)
        if key is None:
            continue
        key = keys.canon(key)
        known, ident = memory.known(key), text(entry, "id") or ""
        if known.seen.get(ident) == entry:
            continue
        if "messages" not in known.listed:
            fresh.add(key)
        news = key not in fresh
        read_now.add(key)
        known.seen[ident] = entry
        facts = tuple(memory.message(key, entry))
        yield Draft("message", short(text(entry, "status") or ""), key, news, facts)
    for key in read_now:
        memory.known(key).listed.add("messages")


def _of_step(message: str | None, key: RunKey | None, memory: Memory, asked: str) -> str | None:
    """A message without a run's id is of the run that was asked for, if one of that run's steps made it."""
    if message is None or key is None:
        return None
    steps = memory.known(key).steps.values()
    made = any(text(obj(step, "step_details", "message_creation"), "message_id") == message for step in steps)
    return asked if made else None
