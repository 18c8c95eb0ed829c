"""Reads around an act: how things stand before, and how they come to stand after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Reply, Script, Sleep
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.bodies import at, reads
from inspector.protocols.langgraph.standing import ACTIVE, Answer, Standing, stand
from inspector.protocols.langgraph.words import nodes, said

_LOCATION = re.compile(r"/threads/[^/]+/runs/([^/?]+)")


def pauses() -> Iterator[float]:
    """Seconds between two looks: short at first, then no more than every two seconds."""
    yield from (0.2, 0.3, 0.5, 0.5, 1.0, 1.0)
    while True:
        yield 2.0


def read(run: str | None, thread: str, *, subgraphs: bool = False, metrics: bool = False) -> Script[Standing]:
    """Ask the server how a run and its thread stand now."""
    answers: dict[str, Answer] = {}
    problem: str | None = None
    for about, call in reads(run, thread, subgraphs=subgraphs, metrics=metrics):
        reply = yield call
        assert reply is not None
        answers[about] = (reply.status, reply.body)
        if not reply.ok and reply.status != 404 and about in ("run", "thread", "state"):
            problem = problem or said(reply)
    return replace(stand(run, thread, answers), problem=problem)


class Watch:
    """Looks again and again until something holds or the driver's deadline throws ``TimeoutError``.

    ``last`` is what was seen last, also after the deadline.
    """

    def __init__(self, run: str | None, thread: str, first: Standing, metrics: bool) -> None:
        self.run, self.thread, self.last, self._metrics = run, thread, first, metrics

    def until(self, holds: Callable[[Standing], bool]) -> Script[bool]:
        """True once it holds (in two looks in a row where workers had to be counted); false when time is up."""
        before = False
        try:
            for pause in pauses():
                count = self._metrics and self.last.thread_status == "busy"
                now = yield from read(self.run, self.thread, metrics=count)
                if now.problem is None:
                    self.last = now
                    if holds(now) and (before or now.thread_status != "busy"):
                        return True
                    before = holds(now)
                yield Sleep(pause)
        except TimeoutError:
            pass
        return False


def stopped(now: Standing) -> bool:
    """Whether nothing of the run goes on: it is over and its thread is free, or busy with somebody else's run.

    The thread's row alone does not do. It stays ``busy`` after the rollback of a run that nobody streamed; then the
    server's count of workers tells. Where it is not told, the row is believed.
    """
    if now.status in ACTIVE or now.status is None:
        return False
    if now.thread_status != "busy":
        return True
    return now.workers_free is True or (now.workers_free is None and bool(now.others))


def started(reply: Reply, before: Standing, after: Standing | None = None) -> str | None:
    """The id of the run that a request began. A proxy may have taken the header away: then the thread's new run."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    place = _LOCATION.search(headers.get("content-location") or headers.get("location") or "")
    if place is not None:
        return place[1]
    if (told := text(reply.body, "run_id")) is not None:
        return told
    known = {run for run, _ in before.active}
    return next((run for run, _ in after.active if run not in known), None) if after is not None else None


def no_way_back(thread: str, checkpoint: str) -> Script[str | None]:
    """Why a checkpoint is no place to run from. Servers answer an unknown one with an empty state, not with 404."""
    reply = yield Call("GET", at(thread, "state", checkpoint), label="the checkpoint")
    assert reply is not None
    if reply.status == 404 or (reply.ok and obj(reply.body).get("created_at") is None):
        return f"The thread has no checkpoint {checkpoint}."
    if not reply.ok:
        return f"The checkpoint {checkpoint} cannot be read: {said(reply)}."
    if "next" in obj(reply.body) and not items(reply.body, "next"):
        return "Nothing runs after this checkpoint; the server would accept it and do nothing."
    return None


def refused(reply: Reply, before: Standing, next: tuple[str, ...] = ("refresh",)) -> Outcome:
    """The server did not take it."""
    if reply.status == 0:
        return Outcome(Effect.NOT_SEEN, f"No answer came: {said(reply)}.", None, before.facts(), {}, ("refresh",))
    why = f"The server refused: {said(reply)}."
    if obj(before.facts()).get("thread") == "busy" or reply.status == 409:
        next = ("refresh", "cancel")
    return Outcome(Effect.REFUSED, why, None, before.facts(), {}, next)


def stands(now: Standing) -> str:
    """How things stand, as the second half of a sentence."""
    if now.gone:
        return "the thread does not exist any more"
    parts = [f"the thread is {now.thread_status}"] if now.thread_status is not None else []
    if now.pending:
        where = nodes(each.node for each in now.pending if each.node)
        parts.append(
            f"{len(now.pending)} interrupt{'s' * (len(now.pending) > 1)} pending" + (f" in {where}" if where else "")
        )
    elif now.next:
        parts.append(f"next is {nodes(now.next)}")
    elif now.next is not None:
        parts.append("nothing is left to run")
    return ", ".join(parts) or "nothing is known of the thread"
