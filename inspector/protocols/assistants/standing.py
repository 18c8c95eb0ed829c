"""Where a run stands when somebody wants to act on it: what can be done, and why the rest cannot, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inspector.domain.case import Case
from inspector.domain.events import Ask, Noticed, Purpose
from inspector.protocols.assistants.chart import ACTIVE, CANCELLING, REQUIRES_ACTION, TERMINAL
from inspector.protocols.jsons import items, obj, parse, text


@dataclass(frozen=True, slots=True)
class Standing:
    """``missing``: the server said 404 to it. ``passed``: the deadline of its wait, where that is over."""

    run: str | None
    thread: str | None
    status: str | None
    missing: bool
    asks: tuple[Ask, ...]
    passed: float | None

    def of_kind(self, kind: str) -> tuple[Ask, ...]:
        """What it waits for, of this kind and with an id to answer to."""
        return tuple(ask for ask in self.asks if ask.kind == kind and ask.id is not None)


def standing(case: Case, now: float) -> Standing:
    """How the run stands at log time ``now`` (ms)."""
    run = case.run
    said = case.said("run") if run.id is not None else None
    asks = run.wanted.asks if run.wanted is not None and run.state == REQUIRES_ACTION else ()
    missing = said is not None and said.status == 404
    return Standing(run.id, run.thread, run.state, missing, asks, _passed(case, now))


def _passed(case: Case, now: float) -> float | None:
    """The deadline, once it is over by our clock; the server's word after it, that it still waits, counts more."""
    run = case.run
    until = run.wanted.until if run.wanted is not None else None
    if until is None or case.wall_ms is None or (case.wall_ms + now) / 1000 < until:
        return None
    word = run.server_word
    if word is not None and word.status.state == REQUIRES_ACTION and (case.wall_ms + word.at) / 1000 >= until:
        return None
    return until


def _unaddressed(s: Standing) -> str | None:
    if s.run is None:
        return "The server never named this run, so there is nothing to address."
    if s.thread is None:
        return "The thread of this run is not known, and the server finds runs only by their thread."
    return "The server does not know this run: it answered 404." if s.missing else None


def why_not_cancel(s: Standing) -> str | None:
    """The reason against a cancel, or None."""
    why = _unaddressed(s)
    if why is not None:
        return why
    if s.status in TERMINAL:
        return f"The run is over: it is {s.status}."
    if s.status == CANCELLING:
        return "A cancel was accepted already, and the server is still at it: refresh to see how that ends."
    return None


def why_not_submit(s: Standing) -> str | None:
    """The reason against tool outputs, or None."""
    why = _unaddressed(s) or _not_waiting(s, "tool outputs")
    if why is None and s.of_kind("approval") and not s.of_kind("tool"):
        return "The run waits for an approval, not for tool outputs."
    if why is None and not s.of_kind("tool"):
        return "The server did not say which tool calls it waits for: refresh to ask again."
    return why


def why_not_approve(s: Standing) -> str | None:
    """The reason against an approval, or None."""
    why = _unaddressed(s) or _not_waiting(s, "an approval")
    if why is None and s.of_kind("tool"):
        return "The run waits for tool outputs, not for an approval."
    if why is None and not s.of_kind("approval"):
        return "The server did not say what it wants to have approved: refresh to ask again."
    return why


def _not_waiting(s: Standing, what: str) -> str | None:
    if s.status in TERMINAL:
        return f"The run is over: it is {s.status}."
    if s.status != REQUIRES_ACTION:
        return f"The run is {s.status or 'in no known state'}: it does not wait for {what}."
    if s.passed is not None:
        when = datetime.fromtimestamp(s.passed, UTC).strftime("%H:%M:%S")
        return f"The server's wait ended at {when} UTC, so it would refuse: refresh to see what became of the run."
    foreign = next((ask.name for ask in s.asks if ask.kind not in ("tool", "approval")), None)
    if foreign is not None:
        return f"The run waits for {foreign}, which only the program that started it knows how to answer."
    return None


def why_not_start(case: Case, s: Standing) -> str | None:
    """The reason against a new run on the thread, or None. A run that holds the thread is named."""
    if s.thread is None:
        return "The thread of this run is not known, so there is nowhere to start a new one."
    said = case.said("thread")
    if said is not None and said.status == 404:
        return f"The server does not know thread {s.thread}: it answered 404."
    if s.status in ACTIVE and not s.missing:
        return f"This run is still {s.status} and holds the thread: let it end, or cancel it first."
    for other, status in holders(case):
        if other != s.run:
            told = f"is {status} and" if status else "was in the way when the server was asked, and perhaps still"
            return f"Run {other} {told} holds the thread: cancel it or let it end first; refresh asks again."
    return None


def holders(case: Case) -> Iterator[tuple[str, str | None]]:
    """Active runs of the thread as far as they are known: id and status. None = only an error message named it."""
    told: dict[str, str | None] = {}
    for seen in case.run.notices("run.blocked"):
        name = seen.fact.values.get("run") if isinstance(seen.fact, Noticed) else None
        if isinstance(name, str):
            told[name] = None
    said = case.said("runs")
    for row in items(said.data, "data") if said is not None else ():
        if (ident := text(row, "id")) is not None:
            told[ident] = text(row, "status")
    for run in case.siblings():
        if run.id is not None and run.state is not None:
            lost = case.said("run", run.id)
            told[run.id] = "gone" if lost is not None and lost.status == 404 else run.state
    return ((ident, status) for ident, status in told.items() if status is None or status in ACTIVE)


def assistant_of(case: Case) -> str | None:
    """The assistant that the run belongs to, from the run object or from the request that started it."""
    said = case.said("run") if case.run.id is not None else None
    if said is not None and (name := text(said.data, "assistant_id")) is not None:
        return name
    for link in case.links():
        if link.opened.purpose in (Purpose.CREATE, Purpose.BACKGROUND) and link.request is not None:
            body: Mapping[str, Any] = obj(parse(link.request.body)) if link.request.body else {}
            if (name := text(body, "assistant_id")) is not None:
                return name
    return None
