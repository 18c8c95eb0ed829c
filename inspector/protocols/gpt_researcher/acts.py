"""The scripts of the actions. There is nothing to ask: the proof of an act is what comes over the socket after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Reply, Script, Sleep, filled
from inspector.domain.case import Case
from inspector.domain.run import Run
from inspector.protocols.gpt_researcher import artefacts, reports
from inspector.protocols.gpt_researcher.actions import standing

LOOK_S = 0.1
ACCEPT_TRIES = 50
SWALLOWED = "gpt_researcher.answer_swallowed"


@dataclass(slots=True)
class Progress:
    """How far a script has come, for the moment at which its time is over."""

    why: str = "Nothing was sent in time."
    before: dict[str, Any] = field(default_factory=dict)
    next: tuple[str, ...] = ()


def act(action: str, case: Case, calls: Sequence[Call]) -> Script[Outcome]:
    """The script of an action whose planned frames are ``calls``."""
    done = Progress(before={"state": case.run.state})
    try:
        if action == "answer_plan":
            return (yield from _answer(case, calls, done))
        if action == "chat":
            return (yield from _chat(case, calls[0], done))
        if action == "cancel":
            return (yield from _cancel(calls[0], done))
        if action == "start_again":
            return (yield from _start_again(case, calls, done))
        return (yield from _refresh(case, done))
    except TimeoutError:
        return _outcome(Effect.NOT_SEEN, done.why, case.run, done, *done.next)


def _answer(case: Case, calls: Sequence[Call], done: Progress) -> Script[Outcome]:
    run, asked = case.run, case.run.wanted_seq
    thrown, sent = _times(run, SWALLOWED), 0
    while True:
        reply = yield from _send(calls[sent])
        sent += 1
        if not reply.ok:
            return _outcome(Effect.NOT_SEEN, reply.error or "The answer could not be sent.", run, done, "start_again")
        done.why = f"The answer was sent ({sent} of at most {len(calls)} times), and the run still asks."
        done.next = ("answer_plan",)
        while _times(run, SWALLOWED) == thrown:
            if run.state != "awaiting_human":
                return _outcome(Effect.SEEN, f"The plan is answered: the run is {run.state}.", run, done)
            if run.wanted_seq != asked:
                return _outcome(Effect.SEEN, "The server asks again, about a changed plan.", run, done)
            if not standing(case).open:
                why = "The socket was closed before the answer had any effect."
                return _outcome(Effect.NOT_SEEN, why, run, done, "start_again")
            yield Sleep(LOOK_S)
        thrown = _times(run, SWALLOWED)
        if sent == len(calls):
            why = "The server threw the answer away each time."
            return _outcome(Effect.NOT_SEEN, why, run, done, "answer_plan")


def _chat(case: Case, call: Call, done: Progress) -> Script[Outcome]:
    run, had = case.run, _answers(case.run)
    reply = yield from _send(call)
    if not reply.ok:
        return _outcome(Effect.NOT_SEEN, reply.error or "The question could not be sent.", run, done, "start_again")
    done.why = "The question was sent, and no answer has come yet."
    while len(_answers(run)) == len(had):
        if not standing(case).open:
            return _outcome(Effect.NOT_SEEN, "The socket was closed before an answer came.", run, done)
        yield Sleep(LOOK_S)
    words = run.messages[_answers(run)[-1]].text
    return _outcome(Effect.SEEN, f"It answered: {artefacts.first_line(words)}", run, done)


def _cancel(call: Call, done: Progress) -> Script[Outcome]:
    done.why = "The close was sent, and the server has not answered it."
    done.next = ("start_again",)
    reply = yield from _send(call)
    why = "The server answered our close: it has heard, and cancels the task (from 3.2.4 on)."
    if not reply.ok:
        why = f"{reply.error or done.why} Whether the task was cancelled there is not known."
    effect = Effect.SEEN if reply.ok else Effect.NOT_SEEN
    return Outcome(effect, why, before=done.before, after={"socket": "closed"}, next=done.next)


def _start_again(case: Case, calls: Sequence[Call], done: Progress) -> Script[Outcome]:
    reply = yield from _send(calls[0])
    if not reply.ok:
        why = reply.error or f"The server answered {reply.status} instead of opening a socket."
        return _outcome(Effect.NOT_SEEN if reply.status == 0 else Effect.REFUSED, why, case.run, done)
    reply = yield from _send(filled(calls[1], reply))
    done.why = "The command was sent, and the server has not accepted it: it refuses without a word."
    new: Run | None = None
    for _ in range(ACCEPT_TRIES):
        new = _newest(case, reply.link)
        if new is not None and new.state not in (None, "requested"):
            break
        yield Sleep(LOOK_S)
    if new is None or new.state in (None, "requested"):
        return _outcome(Effect.NOT_SEEN, done.why, case.run, done)
    if new.state == "refused":
        return _outcome(Effect.REFUSED, "The server refused the command: a task is running.", case.run, done)
    return Outcome(Effect.SEEN, "The server accepted the command.", before=done.before, after={"state": new.state})


def _refresh(case: Case, done: Progress) -> Script[Outcome]:
    if case.run.id is not None:
        reply = yield from _send(reports.one(case.run.id))
        why = f"The server answered {reply.status}." if reply.status else reply.error or "The server did not answer."
        return _outcome(Effect.SEEN if reply.ok else Effect.NOT_SEEN, why, case.run, done)
    told = []
    done.why = "The server did not answer in time."
    for kind, path in standing(case).files.items():
        if path and kind in ("md", "json"):
            reply = yield from _send(artefacts.fetch(path, f"the {kind} file"))
            told.append(f"{artefacts.file_name(path)}: {_size(reply)}")
        elif not path:
            told.append(f"{kind}: not made")
    return _outcome(Effect.SEEN if told else Effect.NOT_SEEN, "; ".join(told) or done.why, case.run, done)


def _size(reply: Reply) -> str:
    if not reply.ok:
        return reply.error or f"the server answered {reply.status}"
    return f"{len(reply.body):,} characters" if isinstance(reply.body, str) else "fetched"


def _send(call: Call) -> Script[Reply]:
    reply = yield call
    return reply if reply is not None else Reply(0, error="The server did not answer.")


def _newest(case: Case, link: int) -> Run | None:
    """The run that the newest command on a socket began."""
    known = case.book.links.get(link)
    return case.book.runs.get(known.runs[-1]) if known is not None and known.runs else None


def _times(run: Run, finding: str) -> int:
    return sum(1 for _ in run.notices(finding))


def _answers(run: Run) -> list[str]:
    return [name for name in run.messages if name.startswith("answer ")]


def _outcome(effect: Effect, why: str, run: Run, done: Progress, *next_: str) -> Outcome:
    return Outcome(effect, why, before=done.before, after={"state": run.state}, next=next_)
