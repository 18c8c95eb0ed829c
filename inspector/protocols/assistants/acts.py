"""The scripts of the actions: a look before, exactly the planned writes, and reads until the effect is proved.

The driver throws TimeoutError at its deadline; then a script says what it has proved by that time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.adapter import Target
from inspector.domain.calls import Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.protocols.asking import ask
from inspector.protocols.assistants.chart import ACTIVE, REQUIRES_ACTION, TERMINAL
from inspector.protocols.assistants.discover import get, look, poll_after
from inspector.protocols.assistants.routes import run_path, runs_path
from inspector.protocols.assistants.shapes import asks_of, blocking, error_of
from inspector.protocols.jsons import items, obj, text

_PAUSES = (0.3, 0.5, 1.0, 1.0, 2.0)


@dataclass(slots=True)
class Progress:
    """How far a script has come, for the moment at which its time is over."""

    why: str = "The server did not answer in time; nothing was sent."
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def act(action: str, case: Case, calls: Sequence[Call]) -> Script[Outcome]:
    """The script of an action whose planned writes are ``calls``."""
    done = Progress()
    try:
        if action == "cancel":
            return (yield from _cancel(case, calls[0], done))
        if action == "start_new_run":
            return (yield from _start(case, calls, done))
        if action == "refresh":
            return (yield from _refresh(case))
        return (yield from _answer(case, calls[0], done))
    except TimeoutError:
        return Outcome(Effect.NOT_SEEN, done.why, before=done.before, after=done.after, next=("refresh",))


def _cancel(case: Case, call: Call, done: Progress) -> Script[Outcome]:
    reply = yield from ask(_read(case))
    status = _status(reply)
    done.before["status"] = status
    if reply.status == 404:
        return Outcome(Effect.REFUSED, "The server does not know this run: it answered 404. Nothing was sent.")
    if reply.status == 0:
        return _unreachable(reply)
    if status in TERMINAL:
        why = f"The run had already ended: it is {status}. Nothing was sent."
        return Outcome(Effect.REFUSED, why, before=done.before, next=("start_new_run",))
    done.why = "The cancel was sent, and the server has not answered it."
    reply = yield from ask(call)
    if not reply.ok:
        return _refused(reply, done)
    status = _status(reply) or status
    tries = 0
    while status not in TERMINAL:
        done.why = f"The cancel was accepted, but the run is still {status or 'not over'}."
        done.after["status"] = status
        yield Sleep(_pause(reply, tries))
        tries += 1
        reply = yield from ask(_read(case))
        if reply.status == 404:
            return Outcome(Effect.SEEN, "The server does not know the run any more.", before=done.before)
        status = _status(reply) or status
    done.after["status"] = status
    why = "The server says that the run is cancelled."
    if status != "cancelled":
        why = f"The run is over, but it is {status}: it ended before the cancel took effect."
    return Outcome(Effect.SEEN, why, before=done.before, after=done.after, next=("start_new_run",))


def _answer(case: Case, call: Call, done: Progress) -> Script[Outcome]:
    """Tool outputs or approvals: only to a run that still waits for just these calls."""
    body = obj(call.json)
    sent = _ids([*items(body, "tool_outputs"), *items(body, "tool_approvals")])
    reply = yield from ask(_read(case))
    status, asked = _status(reply), _asked(reply)
    done.before |= {"status": status, "calls": sorted(asked or sent)}
    if status is not None and status != REQUIRES_ACTION:
        why = f"The run does not wait any more: it is {status}. Nothing was sent."
        return Outcome(Effect.REFUSED, why, before=done.before, next=("refresh",))
    if reply.status == 404:
        return Outcome(Effect.REFUSED, "The server does not know this run: it answered 404. Nothing was sent.")
    if status is None:
        return _unreachable(reply)
    if asked and asked != sent:
        why = f"The run waits for other calls by now: {', '.join(sorted(asked))}. Nothing was sent."
        return Outcome(Effect.REFUSED, why, before=done.before, next=("refresh", "submit_tool_outputs"))
    done.why = "The answer was sent, and the server has not taken it yet."
    reply = yield from ask(call)
    if not reply.ok:
        return _refused(reply, done)
    tries = 0
    while True:
        if tries or _status(reply) is None:
            reply = yield from ask(_read(case))
        status, asked = _status(reply), _asked(reply)
        done.after |= {"status": status, "calls": sorted(asked)}
        if status is not None and (status != REQUIRES_ACTION or (asked and asked != sent)):
            return _went_on(status, done)
        done.why = f"The server took the answer, but the run is still {status or 'without a status'}."
        yield Sleep(_pause(reply, tries))
        tries += 1


def _went_on(status: str, done: Progress) -> Outcome:
    why = f"The run went on: it is {status}."
    if status == REQUIRES_ACTION:
        why = f"The run went on and waits again: for {', '.join(done.after['calls'])}."
    elif status in TERMINAL and status != "completed":
        why = f"The server took the answer, and the run ended: it is {status}."
    return Outcome(Effect.SEEN, why, before=done.before, after=done.after, next=("refresh",))


def _start(case: Case, calls: Sequence[Call], done: Progress) -> Script[Outcome]:
    """A new run on the thread, unless another one holds it."""
    listing = get(runs_path(case.run.thread), "runs of the thread", limit=20, order="desc")
    reply = yield from ask(listing)
    known = {text(row, "id") for row in items(reply.body, "data")}
    held = next((row for row in items(reply.body, "data") if text(row, "status") in ACTIVE), None)
    if held is not None:
        why = f"Run {text(held, 'id')} is {text(held, 'status')} and holds the thread. Nothing was sent."
        return Outcome(Effect.REFUSED, why, next=("refresh", "cancel"))
    for number, call in enumerate(calls):
        done.why = f"The request to {call.label} was sent, and the server has not answered it."
        reply = yield from ask(call)
        if not reply.ok:
            return _refused(reply, done, "The message was added, but no run was started: " if number else "")
    tries = 0
    ident = text(reply.body, "id")
    while ident is None:
        done.why = "The server took the request, but shows no new run on the thread."
        reply = yield from ask(listing)
        ident = next((name for row in items(reply.body, "data") if (name := text(row, "id")) not in known), None)
        if ident is None:
            yield Sleep(_pause(reply, tries))
            tries += 1
    status = _status(reply) or next(
        (text(r, "status") for r in items(reply.body, "data") if text(r, "id") == ident), None
    )
    return Outcome(Effect.SEEN, f"Run {ident} was started.", started=ident, after={"status": status})


def _refresh(case: Case) -> Script[Outcome]:
    replies = []
    for call in look(Target("assistants", case.run.id, case.run.thread)):
        reply = yield from ask(call)
        replies.append(reply)
    first = replies[0]
    if first.status == 0:
        return Outcome(Effect.NOT_SEEN, first.error or "The server cannot be reached.")
    what = "run" if case.run.id is not None else "thread"
    if first.status == 404:
        return Outcome(Effect.SEEN, f"The server does not know this {what}: it answered 404.")
    if not first.ok:
        return Outcome(Effect.NOT_SEEN, f"The server answered {first.status}: {error_of(first.body)[0]}".rstrip(": "))
    status = _status(first)
    why = f"The server says: {status}." if status else f"The server knows this {what}."
    return Outcome(Effect.SEEN, why, before={"status": case.run.state}, after={"status": status})


def _read(case: Case) -> Call:
    return get(run_path(case.run.thread or "", case.run.id or ""), "run")


def _status(reply: Reply) -> str | None:
    return text(reply.body, "status") if reply.ok and isinstance(reply.body, Mapping) else None


def _asked(reply: Reply) -> set[str]:
    return {ask.id for ask in asks_of(obj(reply.body))[1] if ask.id is not None}


def _ids(entries: Sequence[Any]) -> set[str]:
    return {name for entry in entries if (name := text(entry, "tool_call_id")) is not None}


def _unreachable(reply: Reply) -> Outcome:
    """The look before the act failed, so nobody knows whether the act still fits."""
    why = reply.error or f"The server answered {reply.status} when it was asked for the run."
    return Outcome(Effect.NOT_SEEN, f"{why.rstrip('.')}. Nothing was sent.", next=("refresh",))


def _pause(reply: Reply, tries: int) -> float:
    return poll_after(reply.headers) or _PAUSES[min(tries, len(_PAUSES) - 1)]


def _refused(reply: Reply, done: Progress, lead: str = "") -> Outcome:
    """What the server said instead; a run that it names as the one in the way is named."""
    if reply.status == 0:
        why = f"{lead}{reply.error or 'The server did not answer.'} Whether the request arrived is not known."
        return Outcome(Effect.NOT_SEEN, why, before=done.before, next=("refresh",))
    message = error_of(reply.body)[0]
    held = blocking(message)
    why = f"{lead}The server refused ({reply.status}): {message or 'without a word'}"
    return Outcome(
        Effect.REFUSED,
        why,
        before=done.before,
        after={"blocked_by": held.run} if held is not None else {},
        next=("refresh",),
    )
