"""Findings that need to know this protocol: they stand in for the common ones with the same id."""

from __future__ import annotations

from dataclasses import replace

from inspector.domain import rules_run, rules_stream
from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.findings import NOTE, Evidence

_NOT_A_STREAM = rules_stream.noticed("stream.not_a_stream", ("refresh",))


def _answer(case: Case) -> tuple[str, ...]:
    """The actions that fit what is asked for; where that is nothing that we know, only a look and an end."""
    kinds = {ask.kind for ask in case.run.wanted.asks} if case.run.wanted is not None else set()
    known = {"tool": "submit_tool_outputs", "approval": "approve"}
    return (*(action for kind, action in known.items() if kind in kinds), "refresh", "cancel")


def waiting(case: Case, now: float) -> Evidence | None:
    """As everywhere, with the answers that there are here."""
    evidence = rules_run.waiting(case, now)
    return None if evidence is None else replace(evidence, next=_answer(case))


def expiring(case: Case, now: float) -> Evidence | None:
    """As everywhere, with the answers that there are here."""
    evidence = rules_run.expiring(case, now)
    return None if evidence is None else replace(evidence, next=_answer(case))


def not_a_stream(case: Case, now: float) -> Evidence | None:
    """As everywhere; a note where the run ended well all the same."""
    evidence = _NOT_A_STREAM.check(case, now)
    if evidence is None:
        return None
    links = [case.book.links.get(seen.link) for seen in case.run.notices("stream.not_a_stream")]
    faded = [rules_stream.faded(case, link) for link in links if link is not None]
    return replace(evidence, severity=NOTE if faded and all(faded) else None)


def error_event(case: Case, now: float) -> Evidence | None:
    """As everywhere; nothing goes on with a run here but what it asks for."""
    evidence = rules_stream.error_event(case, now)
    return None if evidence is None else replace(evidence, next=("refresh", "start_new_run"))


def failed(case: Case, now: float) -> Evidence | None:
    """As everywhere, and whether it failed before it reached the model: then neither prompt nor tools are to blame."""
    evidence = rules_run.failed(case, now)
    if evidence is None:
        return None
    before = not case.run.nodes and any(True for _ in case.run.notices("run.failed"))
    return replace(evidence, values={**evidence.values, "before_model": before}, next=("start_new_run", "refresh"))


def unanswered(case: Case, now: float) -> Evidence | None:
    """As everywhere, but a run that went on was answered by somebody, even where this log lacks the answer."""
    evidence = rules_run.unanswered(case, now)
    if evidence is None:
        return None
    given = {
        call for fact, _ in case.run.acted("submit_tool_outputs") if fact.accepted for call in fact.detail["calls"]
    }
    calls = [
        call for call in case.run.tools.values() if call.output is None and not call.hosted and call.id not in given
    ]
    if not calls:
        return None
    frames = tuple(dict.fromkeys(call.seq for call in calls))
    values = {"calls": [{"id": call.id, "name": call.name} for call in calls]}
    return replace(evidence, frames=frames, values=values, next=("start_new_run",))


RULES: tuple[Rule, ...] = (
    Rule("stream.not_a_stream", not_a_stream),
    Rule("stream.error_event", error_event),
    Rule("run.waiting_for_input", waiting),
    Rule("run.expiring", expiring, rules_run.expiring_due),
    Rule("run.failed", failed),
    Rule("tool.unanswered", unanswered),
)
