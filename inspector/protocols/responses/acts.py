"""The scripts of the actions: a look before, exactly the planned writes, and reads until the effect is proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Answer, Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.protocols.asking import ask
from inspector.protocols.jsons import items, text
from inspector.protocols.responses.chart import TERMINAL
from inspector.protocols.responses.discover import get, poll_after
from inspector.protocols.responses.items import answer_of, error_of
from inspector.protocols.responses.orphans import history, look_at_history, open_calls, orphans
from inspector.protocols.responses.routes import response_path
from inspector.protocols.responses.standing import standing

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
        if action == "cancel" and calls[0].answer is Answer.CLOSED:
            return (yield from _close(case, calls[0], done))
        if action == "cancel":
            return (yield from _cancel(case, calls[0], done))
        if action == "resume_stream":
            return (yield from _resume(calls[0], done))
        if action == "refresh":
            return (yield from _refresh(case))
        if action == "submit_tool_outputs":
            return (yield from _submit(case, calls[0], done))
        return (yield from _ask_anew(action, case, calls[0], done))
    except TimeoutError:
        return Outcome(Effect.NOT_SEEN, done.why, before=done.before, after=done.after, next=("refresh",))


def _cancel(case: Case, call: Call, done: Progress) -> Script[Outcome]:
    reply = yield from ask(_read(case))
    status = done.before["status"] = _status(reply)
    if status in TERMINAL:
        why = f"The response had already ended: it is {status}. Nothing was sent."
        return Outcome(Effect.REFUSED, why, before=done.before, next=("start_new_run",))
    if reply.status == 0:
        return Outcome(Effect.NOT_SEEN, f"{reply.error or 'The server cannot be reached.'} Nothing was sent.")
    done.why = "The cancel was sent, and the server has not answered it."
    reply = yield from ask(call)
    if not reply.ok:
        return _refused(reply, done)
    status, tries = _status(reply) or status, 0
    while status not in TERMINAL:
        done.why = f"The cancel was accepted, but the response is still {status or 'not over'}."
        done.after["status"] = status
        yield Sleep(_pause(reply, tries))
        tries += 1
        reply = yield from ask(_read(case))
        if reply.status == 404:
            return Outcome(Effect.SEEN, "The server does not know the response any more.", before=done.before)
        status = _status(reply) or status
    done.after["status"] = status
    why = "The server says that the response is cancelled."
    if status != "cancelled":
        why = f"The response is over, but it is {status}: it ended before the cancel took effect."
    return Outcome(Effect.SEEN, why, before=done.before, after=done.after, next=("start_new_run",))


def _close(case: Case, call: Call, done: Progress) -> Script[Outcome]:
    """Ends what lives on a connection of ours; the server is asked whether it took it so."""
    done.before["status"] = case.run.state
    reply = yield from ask(call)
    if not reply.ok:
        return Outcome(Effect.NOT_SEEN, reply.error or "The connection could not be closed.", before=done.before)
    if case.run.id is None:
        why = "The connection is closed. The request was never answered, so there is nothing to ask the server for."
        return Outcome(Effect.SEEN, why, before=done.before, next=("start_new_run",))
    reply, status, tries = Reply(0), None, 0
    while status not in TERMINAL:
        done.why = f"The connection is closed, but the server says that the response is {status or 'not over'}."
        done.after["status"] = status
        yield Sleep(_pause(reply, tries))
        tries += 1
        reply = yield from ask(_read(case))
        if reply.status in (404, 405):
            why = "The connection is closed, and the server knows nothing of the response."
            return Outcome(Effect.SEEN, why, before=done.before, next=("start_new_run",))
        status = _status(reply) or status
    done.after["status"] = status
    why = f"The connection is closed, and the server says that the response is {status}."
    return Outcome(Effect.SEEN, why, before=done.before, after=done.after, next=("start_new_run",))


def _submit(case: Case, call: Call, done: Progress) -> Script[Outcome]:
    """The history is looked at before: the server wants all of its calls answered, and nobody to have answered them."""
    s = standing(case)
    before = orphans(case, s)
    lookup = yield from look_at_history(case, s)
    now = {ask.id: ask.name or ask.id for ask in orphans(case, s, lookup)}
    given = {ident for item in items(call.json, "input") for ident, _ in answer_of(item)}
    more = [str(told) for ident, told in now.items() if ident not in given]
    gone = [ask.name or str(ask.id) for ask in before if ask.id not in now]
    if more or gone:
        why = f"{', '.join(more)} of its history {_has(more)} no output either." if more else ""
        why = why or f"{', '.join(gone)} {_has(gone)} an output by now."
        return Outcome(Effect.REFUSED, f"{why} Nothing was sent: look at it again.", next=("refresh",))
    outcome = yield from _ask_anew("submit_tool_outputs", case, call, done)
    left = open_calls([*history(case, s, lookup), *items(call.json, "input")])
    if outcome.effect is not Effect.SEEN or left:
        return outcome
    return replace(outcome, why=f"{outcome.why} Every call of the history has its output.")


def _has(calls: Sequence[object]) -> str:
    return "has" if len(calls) == 1 else "have"


def _ask_anew(action: str, case: Case, call: Call, done: Progress) -> Script[Outcome]:
    """A new response: proved by the server's 2xx answer, which is the response itself or its stream."""
    done.before["response"] = case.run.id
    done.why = "The request was sent, and the server has not answered it yet."
    reply = yield from ask(call)
    if not reply.ok:
        return _refused(reply, done)
    ident, status = text(reply.body, "id"), _status(reply)
    done.after |= {"response": ident, "status": status}
    what = "the answer" if action in ("submit_tool_outputs", "approve") else "the request"
    if ident is None and reply.body is not None:
        message = error_of(reply.body)[0] or "something that is no response"
        return Outcome(Effect.NOT_SEEN, f"The server answered {message}", before=done.before, after=done.after)
    how = f"response {ident} is {status}" if ident is not None else "its new response is being streamed"
    why = f"The server took {what}: {how}."
    return Outcome(Effect.SEEN, why, started=ident, before=done.before, after=done.after, next=("refresh",))


def _resume(call: Call, done: Progress) -> Script[Outcome]:
    done.why = "The stream was asked for, and the server has not answered."
    reply = yield from ask(call)
    if not reply.ok:
        return _refused(reply, done)
    if reply.body is not None:
        status = _status(reply)
        why = f"The server does not stream it again; it says: {status or 'nothing about its status'}."
        return Outcome(Effect.NOT_SEEN, why, after={"status": status}, next=("refresh",))
    return Outcome(Effect.SEEN, "The server streams the response again.")


def _refresh(case: Case) -> Script[Outcome]:
    if case.run.id is None:
        return (yield from _refresh_history(case))
    reply = yield from ask(_read(case))
    if reply.status == 0:
        return Outcome(Effect.NOT_SEEN, reply.error or "The server cannot be reached.")
    if reply.status == 404:
        return Outcome(Effect.SEEN, "The server does not know this response: it answered 404.")
    if not reply.ok:
        return Outcome(Effect.NOT_SEEN, f"The server answered {reply.status}: {error_of(reply.body)[0]}".rstrip(": "))
    status = _status(reply)
    why = f"The server says: {status}." if status else "The server's answer has no status."
    return Outcome(Effect.SEEN, why, before={"status": case.run.state}, after={"status": status})


def _refresh_history(case: Case) -> Script[Outcome]:
    """Of a request that was refused there is only the history that it goes on from."""
    s = standing(case)
    found = orphans(case, s, (yield from look_at_history(case, s)))
    if not found:
        return Outcome(Effect.SEEN, "No call of its history is known to have no output.", next=("start_new_run",))
    names = ", ".join(f"{ask.name} ({ask.id})" if ask.name else str(ask.id) for ask in found)
    return Outcome(Effect.SEEN, f"Without an output in its history: {names}.", next=("submit_tool_outputs",))


def _read(case: Case) -> Call:
    return get(response_path(case.run.id or ""), "response")


def _status(reply: Reply) -> str | None:
    return text(reply.body, "status") if reply.ok else None


def _pause(reply: Reply, tries: int) -> float:
    return poll_after(reply.headers) or _PAUSES[min(tries, len(_PAUSES) - 1)]


def _refused(reply: Reply, done: Progress) -> Outcome:
    """What the server said instead."""
    if reply.status == 0:
        why = f"{reply.error or 'The server did not answer.'} Whether the request arrived is not known."
        return Outcome(Effect.NOT_SEEN, why, before=done.before, next=("refresh",))
    why = f"The server refused ({reply.status}): {error_of(reply.body)[0] or 'without a word'}"
    return Outcome(Effect.REFUSED, why, before=done.before, next=("refresh",))
