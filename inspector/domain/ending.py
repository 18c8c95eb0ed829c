"""How a run stands: one word, from the joint state of the run and of the link that carries its events.

A terminal or waiting state of the run decides by itself; for an active one the condition of the link does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inspector.domain.case import Case
from inspector.domain.charts import Ending, State, StateKind
from inspector.domain.events import ErrorSeen, Purpose, Witness
from inspector.domain.inside import asked_within, stirred_at
from inspector.domain.link import Condition, Link
from inspector.domain.run import Run, Word

NOBODY = "lost.nobody"
"""The sentence about a run that is there, and that nobody executes."""


UNANSWERED = "waiting"
"""The first state of what is in no queue: a request that has no answer yet."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An ending with the id of the sentence that says why, and that sentence's values."""

    ending: Ending
    why: str
    values: dict[str, Any] = field(default_factory=dict)


def quiet_since(case: Case) -> float | None:
    """The log time of the last progress: content of the stream, or else the last change that the server reported.

    A link that joined in the middle saw nothing of what was before, so there the server's own word is the start.
    """
    run, link = case.run, case.link
    if link is not None and awaited(case):
        return link.last_byte_at
    times = [t for t in (run.content_at, changed_at(case), stirred_at(case)) if t is not None]
    word = run.server_word
    if word is not None and word.status.since is not None and run.content_at is None:
        return max([word.status.since] + [t for t in (_moved(case),) if t is not None])
    if link is not None and not times:
        return link.headers_at if link.headers_at is not None else link.opened_at
    if link is not None and link.headers_at is not None and run.content_at is None:
        times.append(link.headers_at)
    return max(times) if times else None


def _moved(case: Case) -> float | None:
    """The last change of state that happened while somebody looked: the first sight of a state is none."""
    return case.run.transitions[-1].at if len(case.run.transitions) > 1 else None


def changed_at(case: Case) -> float | None:
    """The log time of the last change of state. One that was found, not seen to begin, is as old as the server says."""
    run, word = case.run, case.run.server_word
    if _moved(case) is None and _found(run) and word is not None and word.status.since is not None:
        return word.status.since
    return run.changed_at


def _found(run: Run) -> bool:
    """Whether its state is known from asking the server, and not from seeing it begin."""
    return all(change.witness is Witness.SERVER for change in run.transitions)


def awaited(case: Case) -> bool:
    """Whether the server took a request that is answered only when the run is over, and nobody told anything of it.

    Bytes are the only sign of life there.
    """
    run, link = case.run, case.link
    if link is None or link.opened.purpose is not Purpose.WAIT or not link.ok:
        return False
    return run.state is None and run.begun_at is None and link.first_event_at is None


def silence(case: Case, now: float) -> float:
    """Milliseconds without progress, up to ``now``, or up to the moment at which the client gave up."""
    since = quiet_since(case)
    link = case.link
    until = now
    if link is not None and link.last is not None and case.run.source is None and not link.not_a_stream:
        until = link.last.at
    return 0.0 if since is None else max(0.0, until - since)


def word_after(case: Case, link: Link) -> Word | None:
    """What the server said after this link ended, if it was asked."""
    word = case.run.server_word
    return word if word is not None and link.end is not None and word.seq > link.end.seq else None


def judge_ending(case: Case, now: float, has_terminal_event: bool) -> Judged:
    """The ending of a run at log time ``now`` (ms)."""
    run = case.run
    state = run.declared_state
    if state is not None and state.terminal:
        ending = state.ending or Ending.UNKNOWN
        if ending is Ending.COMPLETED and asked_within(case) is not None:
            return Judged(Ending.WAITING, "waiting")
        return Judged(ending, f"state.{ending.value}", {"state": state.id})
    if _missing(case):
        return Judged(Ending.LOST, "lost.missing")
    if state is not None and state.kind is StateKind.WAITS:
        if run.answered_by is not None:
            return Judged(Ending.COMPLETED, "answered", {"by": case.book.runs[run.answered_by].id})
        gone = _carrier_gone(case, now)
        if gone is not None:
            return gone
        return Judged(Ending.WAITING, "waiting")
    link = case.link
    if link is None or (link.not_a_stream and state is not None):
        return _unwatched(case, now, state)
    if awaited(case):
        return _awaited(case, now, link, has_terminal_event)
    if run.begun_at is None if state is None else state.kind is StateKind.START:
        return _not_begun(case, now, link, has_terminal_event)
    return _active(case, now, link, has_terminal_event)


def _carrier_gone(case: Case, now: float) -> Judged | None:
    """A wait whose connection was the run itself is over with it."""
    link = case.link
    if link is None or not link.socket or not link.opened.cancels_on_close or link.last is None:
        return None
    if link.ended_by == "client":
        return Judged(Ending.CANCELLED, "cancelled.closed")
    return Judged(Ending.CUT, "cut.carrier")


def _missing(case: Case) -> bool:
    said = case.said("run")
    return said is not None and said.status == 404


def _unwatched(case: Case, now: float, state: State | None) -> Judged:
    """Nothing ever streamed: the server was only asked, or answered with the run where its events were asked for."""
    run = case.run
    started = case.start
    if state is None and started is not None and (not started.ok or started.end is None):
        return _not_begun(case, now, started, True)
    if state is None:
        return Judged(Ending.UNKNOWN, "unknown.not_told", {"word": run.state})
    if state.kind is StateKind.START:
        why = "not_started.connecting" if state.id == UNANSWERED else "not_started.queued"
        return Judged(Ending.NOT_STARTED, why, {"word": run.state})
    if silence(case, now) >= case.thresholds.silence_ms:
        return Judged(Ending.STALLED, "stalled.polled", {"silence": silence(case, now), "word": run.state})
    return Judged(Ending.RUNNING, "running", {"word": run.state})


def _not_begun(case: Case, now: float, link: Link, has_terminal_event: bool) -> Judged:
    """Accepted or requested, and nothing has begun."""
    run, how = case.run, link.condition(now, case.thresholds.silence_ms)
    values = {"word": run.state, "status": link.status}
    word = word_after(case, link)
    if word is not None and _queued(case, word):
        return Judged(Ending.NOT_STARTED, "not_started.queued", values)
    if how is Condition.REFUSED and not link.not_a_stream and run.state is None:
        if link.opened.purpose is Purpose.JOIN:
            if link.status == 404:
                return Judged(Ending.LOST, "lost.missing", values)
            return Judged(Ending.UNKNOWN, "unknown.refused", values)
        return Judged(Ending.FAILED, "refused", values)
    if how is Condition.BROKEN:
        nowhere = link.status is None and link.end is not None and link.end.head.get("how") == "refused"
        if nowhere and link.opened.purpose is not Purpose.JOIN:
            return Judged(Ending.FAILED, "unreachable", values)
        return Judged(Ending.CUT, "cut.broken", values)
    if how is Condition.ENDED and link.ok and not link.not_a_stream:
        if has_terminal_event or run.state is not None:
            return Judged(Ending.CUT, "cut.ended", values)
        return Judged(Ending.UNKNOWN, "unknown.no_terminal", values)
    if how is Condition.CLOSED:
        return Judged(Ending.NOT_STARTED, "not_started.gave_up", values)
    why = "not_started.connecting" if link.status is None else "not_started.no_event"
    return Judged(Ending.NOT_STARTED, why, values)


def _awaited(case: Case, now: float, link: Link, has_terminal_event: bool) -> Judged:
    """Taken, and the answer is still to come; or its connection ended before."""
    judged = _active(case, now, link, has_terminal_event)
    if judged.ending is Ending.RUNNING:
        return Judged(Ending.RUNNING, "running.awaited", judged.values)
    return judged


def _queued(case: Case, word: Word) -> bool:
    state = case.run.chart.by_id.get(word.status.state)
    return state is not None and state.kind is StateKind.START


def _active(case: Case, now: float, link: Link, has_terminal_event: bool) -> Judged:
    """Begun and not over: the link decides, or the asking that took its place."""
    run, how = case.run, link.condition(now, case.thresholds.silence_ms)
    quiet = silence(case, now)
    values = {"word": run.state, "silence": quiet}
    over = how in (Condition.ENDED, Condition.BROKEN, Condition.CLOSED, Condition.REFUSED)
    if how is Condition.CLOSED and link.opened.cancels_on_close and quiet < case.thresholds.silence_ms:
        return Judged(Ending.CANCELLED, "cancelled.closed", values)
    if over and (not case.run.source or _unheard(case)):
        return _carried_away(case, link, how, quiet, has_terminal_event, values)
    if quiet >= case.thresholds.silence_ms:
        return Judged(Ending.STALLED, "stalled.polled" if over else "stalled", values)
    return Judged(Ending.RUNNING, "running.polled" if over else "running", values)


def _unheard(case: Case) -> bool:
    """Whether the last question how the run stands got no answer: then asking does not take the stream's place."""
    asked = [link for link in case.links() if link.opened.purpose is Purpose.READ]
    end = asked[-1].end if asked else None
    return end is not None and asked[-1].status is None and end.head.get("how", "eof") != "eof"


def _carried_away(
    case: Case, link: Link, how: Condition, quiet: float, has_terminal_event: bool, values: dict[str, Any]
) -> Judged:
    """The connection is gone, and nobody watches any more or hears anything."""
    if how is Condition.CLOSED and quiet >= case.thresholds.silence_ms:
        return Judged(Ending.STALLED, "stalled.gave_up", values)
    word = word_after(case, link)
    if how is Condition.ENDED and word is None and not has_terminal_event and not _broken_by_error(case):
        return Judged(Ending.UNKNOWN, "unknown.no_terminal", values)
    if word is not None:
        return Judged(Ending.CUT, "cut.alive", {**values, "word": word.status.raw})
    why = {Condition.CLOSED: "cut.left", Condition.BROKEN: "cut.broken"}.get(how, "cut.ended")
    why = "cut.carrier" if why == "cut.broken" and link.socket and link.opened.cancels_on_close else why
    return Judged(Ending.CUT, why, values)


def _broken_by_error(case: Case) -> bool:
    return any(isinstance(seen.fact, ErrorSeen) and seen.fact.where == "event" for seen in case.run.errors)
