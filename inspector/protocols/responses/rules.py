"""Findings that need to know this protocol: they stand in for the common ones with the same id."""

from __future__ import annotations

from dataclasses import replace

from inspector.domain import rules_run, rules_socket, rules_stream
from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.events import Noticed
from inspector.domain.findings import Evidence
from inspector.protocols.responses.orphans import orphans, refusal
from inspector.protocols.responses.standing import standing

_SEQUENCE = rules_stream.noticed("stream.sequence")
_NO_TERMINAL = rules_stream.no_terminal(has_terminal_event=True)
_FINAL_LOST = rules_stream.final_event_lost(has_terminal_event=True)


def sequence(case: Case, now: float) -> Evidence | None:
    """As everywhere; but where some events bear no number, the others prove nothing."""
    for seen in case.run.notices("stream.sequence"):
        if isinstance(seen.fact, Noticed) and seen.fact.values.get("unnumbered"):
            return None
    return _SEQUENCE.check(case, now)


def attempts(case: Case, now: float) -> Evidence | None:
    """As everywhere; the client's own count knows of attempts that this log has not got."""
    evidence = rules_run.attempts(case, now)
    if evidence is None:
        return None
    counts = [
        seen.fact.values.get("attempt", 0)
        for seen in case.run.notices("stream.attempts")
        if isinstance(seen.fact, Noticed)
    ]
    return replace(evidence, values={**evidence.values, "times": max(evidence.values["times"], *counts)})


def waiting(case: Case, now: float) -> Evidence | None:
    """As everywhere; a response that waits is over for the server, so there is nothing to cancel."""
    evidence = rules_run.waiting(case, now)
    if evidence is None:
        return None
    kinds = {ask.kind for ask in case.run.wanted.asks} if case.run.wanted is not None else set()
    return replace(evidence, next=("submit_tool_outputs",) if "tool" in kinds else ("approve",))


def blocked(case: Case, now: float) -> Evidence | None:
    """Only what the server says: two responses of one chain do not hold each other up."""
    for seen in case.run.notices("run.blocked"):
        values = dict(seen.fact.values) if isinstance(seen.fact, Noticed) else {}
        return Evidence((seen.seq,), values, ("refresh", "start_new_run"))
    return None


def closed_while_running(case: Case, now: float) -> Evidence | None:
    """As everywhere; but a socket is a mere carrier here, and a response that waits has nothing more to say."""
    link = case.link
    if link is None or rules_stream.settled_at(case.run, link):
        return None
    return rules_socket.closed_while_running(case, now)


def error_event(case: Case, now: float) -> Evidence | None:
    """As everywhere, with the actions that there are here."""
    evidence = rules_stream.error_event(case, now)
    return None if evidence is None else replace(evidence, next=("start_new_run", "refresh"))


def failed(case: Case, now: float) -> Evidence | None:
    """As everywhere, with the actions that there are here."""
    evidence = rules_run.failed(case, now)
    return None if evidence is None else replace(evidence, next=("start_new_run",))


def no_terminal(case: Case, now: float) -> Evidence | None:
    """As everywhere; but no event tells of a cancel, so a stream that ended by one owes nothing."""
    return None if _cancelled(case) else _NO_TERMINAL.check(case, now)


def final_event_lost(case: Case, now: float) -> Evidence | None:
    """As everywhere; of a cancelled response there is no final event to be lost."""
    return None if _cancelled(case) else _FINAL_LOST.check(case, now)


def http_error(case: Case, now: float) -> Evidence | None:
    """As everywhere; a request that was refused because of its history goes through once that is in order."""
    evidence = rules_stream.http_error(case, now)
    if evidence is None or refusal(case, standing(case)) is None:
        return evidence
    return replace(evidence, next=("submit_tool_outputs", *evidence.next))


def unanswered(case: Case, now: float) -> Evidence | None:
    """As everywhere; in a conversation the open calls stay, and hold up whatever is asked next."""
    evidence = rules_run.unanswered(case, now)
    if evidence is None:
        return None
    first = ("submit_tool_outputs",) if orphans(case, standing(case)) else ()
    return replace(evidence, next=(*first, "start_new_run"))


def _cancelled(case: Case) -> bool:
    word = case.run.server_word
    return word is not None and word.status.state == "cancelled"


RULES: tuple[Rule, ...] = (
    Rule("stream.no_terminal", no_terminal, _NO_TERMINAL.due),
    Rule("run.final_event_lost", final_event_lost, _FINAL_LOST.due),
    Rule("stream.sequence", sequence),
    Rule("stream.attempts", attempts),
    Rule("stream.error_event", error_event),
    Rule("run.waiting_for_input", waiting),
    Rule("run.blocked", blocked),
    Rule("run.failed", failed),
    Rule("stream.http_error", http_error),
    Rule("tool.unanswered", unanswered),
    Rule("socket.closed_while_running", closed_while_running),
    *(rule for rule in rules_socket.RULES if rule.id != "socket.closed_while_running"),
)
