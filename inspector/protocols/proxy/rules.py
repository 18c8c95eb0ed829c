"""What is wrong with an exchange as the proxy tells of it: it knows for how long nothing has come."""

from __future__ import annotations

from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.findings import Evidence
from inspector.protocols.jsons import number

STEPS = ("kick", "fail")


def no_headers(case: Case, now: float) -> Evidence | None:
    """The app's request has no answer; as old as the newest attempt."""
    said = case.said("run")
    if said is None or said.status != 200 or case.run.state != "waiting":
        return None
    waited = (number(said.data, "silent_s") or 0.0) * 1000 + max(0.0, now - said.at)
    if waited < case.thresholds.no_headers * 1000:
        return None
    return Evidence((said.seq,), {"waited": waited, "left": False, "refused": False}, STEPS)


def no_headers_due(case: Case, now: float) -> float | None:
    """When it will have waited for too long."""
    said = case.said("run")
    if said is None or said.status != 200 or case.run.state != "waiting":
        return None
    due = said.at - (number(said.data, "silent_s") or 0.0) * 1000 + case.thresholds.no_headers * 1000
    return due if due > now else None


RULES = (
    Rule("stream.no_headers", no_headers, no_headers_due),
    Rule("run.not_started", lambda case, now: None),  # it is not in a queue: its request is unanswered
)
