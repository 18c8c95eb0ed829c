"""Findings about the run: what it waits for, how it ended, and where its witnesses disagree."""

from __future__ import annotations

from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.charts import Ending, State, StateKind
from inspector.domain.ending import silence
from inspector.domain.events import Ask, ErrorSeen
from inspector.domain.findings import Evidence
from inspector.domain.run import Run, Word

EXPIRING_SHARE, EXPIRING_S = 0.2, 60.0
"""A wait is about to end when less than this share of it, or fewer seconds than this, are left."""


def ended_as(case: Case, ending: Ending) -> State | None:
    """The terminal state of the run, if it has this ending."""
    state = case.run.declared_state
    return state if state is not None and state.terminal and state.ending is ending else None


def waits(case: Case) -> bool:
    """Whether it waits for somebody, nobody has answered, and an answer could still reach it."""
    state, link = case.run.declared_state, case.link
    gone = link is not None and link.socket and link.last is not None and link.opened.cancels_on_close is True
    return state is not None and state.kind is StateKind.WAITS and case.run.answered_by is None and not gone


def last_word(run: Run) -> Word | None:
    """The newest word about the present state, the server's before the stream's."""
    words = [w for w in (run.server_word, run.stream_word) if w is not None and w.status.state == run.state]
    return words[0] if words else run.server_word or run.stream_word


def reason(run: Run) -> tuple[str | None, str | None]:
    """Code and message of the failure, from whoever told them."""
    for word in (run.server_word, run.stream_word):
        if word is not None and word.status.state == run.state and (word.status.code or word.status.message):
            return word.status.code, word.status.message
    for seen in reversed(run.errors):
        if isinstance(seen.fact, ErrorSeen):
            return seen.fact.code, seen.fact.message
    return None, None


def _frames(case: Case) -> tuple[int, ...]:
    word = last_word(case.run)
    return () if word is None else (word.seq,)


def waiting(case: Case, now: float) -> Evidence | None:
    """Somebody has to act."""
    run = case.run
    if not waits(case):
        return None
    asks = run.wanted.asks if run.wanted is not None else ()
    frames = tuple(dict.fromkeys(seq for seq in (run.wanted_seq, *_frames(case)) if seq))
    values = {"asks": [_ask(ask) for ask in asks], "until": run.wanted.until if run.wanted is not None else None}
    return Evidence(frames, values, _answers(asks))


def _ask(ask: Ask) -> dict[str, object]:
    return {"kind": ask.kind, "id": ask.id, "name": ask.name, "value": ask.value, "node": ask.node}


def _answers(asks: tuple[Ask, ...]) -> tuple[str, ...]:
    kinds = {ask.kind for ask in asks}
    if "tool" in kinds:
        return ("submit_tool_outputs", "cancel")
    if "approval" in kinds:
        return ("approve", "cancel")
    if "interrupt" in kinds:
        return ("resume", "give_up")
    if "plan" in kinds:
        return ("answer_plan",)
    return ("continue", "give_up")


def left(case: Case, now: float) -> tuple[float, float] | None:
    """Seconds left of the wait, and seconds that it lasts in all; None where there is no deadline or no clock."""
    wanted = case.run.wanted
    if wanted is None or wanted.until is None or case.wall_ms is None or not waits(case):
        return None
    return wanted.until - (case.wall_ms + now) / 1000, wanted.until - (case.wall_ms + case.run.wanted_at) / 1000


def expiring(case: Case, now: float) -> Evidence | None:
    """The wait ends soon."""
    time = left(case, now)
    if time is None or time[0] >= max(EXPIRING_S, EXPIRING_SHARE * time[1]):
        return None
    return Evidence((case.run.wanted_seq,), {"left": time[0], "whole": time[1]}, ("submit_tool_outputs", "cancel"))


def expiring_due(case: Case, now: float) -> float | None:
    """When the last stretch of the wait begins, and then its end."""
    time = left(case, now)
    if time is None:
        return None
    warn = time[0] - max(EXPIRING_S, EXPIRING_SHARE * time[1])
    seconds = warn if warn > 0 else time[0]
    return now + seconds * 1000 + 1 if seconds > 0 else None


def incomplete(case: Case, now: float) -> Evidence | None:
    """Ended by itself without its whole result."""
    if ended_as(case, Ending.INCOMPLETE) is None:
        return None
    code, message = reason(case.run)
    return Evidence(_frames(case), {"reason": code or message}, ("start_new_run",))


def failed(case: Case, now: float) -> Evidence | None:
    """Ended by an error."""
    state = ended_as(case, Ending.FAILED)
    if state is None or state.id == "timeout":
        return None
    code, message = reason(case.run)
    open_nodes = [n.name for n in case.run.nodes.values() if n.phase == "error"]
    values = {"code": code, "message": message, "nodes": open_nodes[-3:]}
    return Evidence(_frames(case), values, ("continue", "rewind", "start_new_run"))


def timeout(case: Case, now: float) -> Evidence | None:
    """The server's own time limit ended it."""
    state = ended_as(case, Ending.FAILED)
    if state is None or state.id != "timeout":
        return None
    code, message = reason(case.run)
    return Evidence(_frames(case), {"message": message or code}, ("continue", "rewind"))


def expired(case: Case, now: float) -> Evidence | None:
    """The server gave up waiting."""
    if ended_as(case, Ending.EXPIRED) is None:
        return None
    calls = [call.name for call in case.run.tools.values() if call.output is None and not call.hosted]
    return Evidence(_frames(case), {"calls": calls}, ("start_new_run",))


def cancel_pending(case: Case, now: float) -> Evidence | None:
    """Cancel was accepted, and the run is still active."""
    run = case.run
    if run.over or waits(case):
        return None
    accepted = [seen for fact, seen in run.acted("cancel") if fact.accepted]
    if run.state != "cancelling" and not accepted:
        return None
    frames = tuple(seen.seq for seen in accepted) or _frames(case)
    since = accepted[0].at if accepted else run.changed_at
    return Evidence(frames, {"since": None if since is None else now - since, "word": run.state}, ("refresh", "cancel"))


def not_started(case: Case, now: float) -> Evidence | None:
    """Queued beyond the threshold."""
    run, state = case.run, case.run.declared_state
    if state is None or state.kind is not StateKind.START or not _in_line(case, now):
        return None
    waited = now - run.first_at
    if run.server_word is not None and run.server_word.status.since is not None:
        waited = max(waited, now - run.server_word.status.since)
    if waited < case.thresholds.not_started * 1000:
        return None
    return Evidence(_frames(case), {"waited": waited, "word": run.state}, ("refresh", "cancel"))


def _in_line(case: Case, now: float) -> bool:
    link = case.link
    return link is None or link.end is None or case.run.source is not None or silence(case, now) > 0


def not_started_due(case: Case, now: float) -> float | None:
    """When waiting in the queue becomes a finding."""
    state = case.run.declared_state
    if state is None or state.kind is not StateKind.START:
        return None
    due = case.run.first_at + case.thresholds.not_started * 1000
    return due if due > now else None


def lost(case: Case, now: float) -> Evidence | None:
    """The server does not know it."""
    said = case.said("run")
    if ended_as(case, Ending.LOST) is not None:
        return Evidence(_frames(case), {}, ("refresh", "start_new_run"))
    if said is None or said.status != 404 or case.run.over:
        return None
    return Evidence((said.seq,), {}, ("refresh", "start_new_run"))


def status_mismatch(case: Case, now: float) -> Evidence | None:
    """A name and its payload, or the stream's terminal word and the server's, disagree."""
    run = case.run
    for seen in run.notices("run.status_mismatch"):
        return Evidence((seen.seq,), {**getattr(seen.fact, "values", {}), "who": "payload"})
    told, asked = run.stream_word, run.server_word
    if told is None or asked is None or asked.seq < told.seq:
        return None
    one, two = run.chart.by_id.get(told.status.state), run.chart.by_id.get(asked.status.state)
    if one is None or two is None or not (one.terminal and two.terminal):
        return None
    if one.ending is two.ending or Ending.UNKNOWN in (one.ending, two.ending) or two.ending is Ending.LOST:
        return None
    return Evidence((told.seq, asked.seq), {"name": told.status.raw, "payload": asked.status.raw, "who": "server"})


def illegal(case: Case, now: float) -> Evidence | None:
    """A state change that the lifecycle does not have. Two witnesses that disagree on the end are no change."""
    known, changes = case.run.chart.by_id, case.run.transitions
    odd = []
    for before, t in zip([None, *changes], changes, strict=False):
        if t.declared or t.target not in known or t.source not in known:
            continue
        ends = known[t.source].terminal and known[t.target].terminal
        if not (ends and before is not None and before.witness is not t.witness):
            odd.append(t)
    if not odd:
        return None
    values = {"source": odd[0].source, "target": odd[0].target, "times": len(odd)}
    return Evidence(tuple(t.seq for t in odd[:20]), values)


def unknown_word(case: Case, now: float) -> Evidence | None:
    """A state, event or code that nobody declared."""
    words = [str(getattr(s.fact, "values", {}).get("word")) for s in case.run.notices("run.unknown_word")]
    frames = [s.seq for s in case.run.notices("run.unknown_word")]
    for change in case.run.transitions:
        if change.target not in case.run.chart.by_id:
            words.append(change.target)
            frames.append(change.seq)
    if not frames:
        return None
    return Evidence(tuple(dict.fromkeys(frames))[:20], {"words": list(dict.fromkeys(words))[:5], "times": len(frames)})


def blocked(case: Case, now: float) -> Evidence | None:
    """Refused or queued because another run holds the thread."""
    for seen in case.run.notices("run.blocked"):
        return Evidence((seen.seq,), dict(getattr(seen.fact, "values", {})), ("refresh", "cancel"))
    state = case.run.declared_state
    if state is None or state.kind is not StateKind.START:
        return None
    for other in case.siblings():
        theirs = other.declared_state
        if theirs is not None and theirs.kind is StateKind.BUSY and other.first_at <= case.run.first_at:
            values = {"run": other.id, "message": None, "queued": True}
            return Evidence(tuple(w.seq for w in (last_word(other),) if w), values, ("refresh", "cancel"))
    return None


def attempts(case: Case, now: float) -> Evidence | None:
    """The same request was sent again."""
    seen = list(case.run.notices("stream.attempts"))
    if not seen:
        return None
    return Evidence(tuple(s.seq for s in seen), {"times": len(seen) + 1})


def unanswered(case: Case, now: float) -> Evidence | None:
    """The run is over, and function calls have no output."""
    run, state = case.run, case.run.declared_state
    if state is None or not state.terminal or run.answered_by is not None or state.ending is Ending.UNKNOWN:
        return None
    calls = [call for call in run.tools.values() if call.output is None and not call.hosted]
    if not calls:
        return None
    values = {"calls": [{"id": c.id, "name": c.name} for c in calls]}
    return Evidence(tuple(dict.fromkeys(c.seq for c in calls)), values, ("set_state", "start_new_run"))


def message_incomplete(case: Case, now: float) -> Evidence | None:
    """A message ended truncated, though the run reports success."""
    if ended_as(case, Ending.COMPLETED) is None:
        return None
    short = [m for m in case.run.messages.values() if m.status == "incomplete"]
    if not short:
        return None
    return Evidence(tuple(m.seq for m in short), {"reason": short[0].reason, "times": len(short)}, ("start_new_run",))


RULES: tuple[Rule, ...] = (
    Rule("run.waiting_for_input", waiting),
    Rule("run.expiring", expiring, expiring_due),
    Rule("run.incomplete", incomplete),
    Rule("run.failed", failed),
    Rule("run.timeout", timeout),
    Rule("run.expired", expired),
    Rule("run.cancel_pending", cancel_pending),
    Rule("run.not_started", not_started, not_started_due),
    Rule("run.lost", lost),
    Rule("run.status_mismatch", status_mismatch),
    Rule("run.illegal_transition", illegal),
    Rule("run.unknown_word", unknown_word),
    Rule("run.blocked", blocked),
    Rule("stream.attempts", attempts),
    Rule("tool.unanswered", unanswered),
    Rule("message.incomplete", message_incomplete),
)
