"""The verdict: one ending, the findings that explain it, the three clocks, and when to look again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.charts import Ending
from inspector.domain.deadlines import deadline
from inspector.domain.ending import NOBODY, Judged, changed_at, judge_ending
from inspector.domain.findings import CATALOGUE, Finding, Severity
from inspector.domain.inside import told_inside
from inspector.domain.rules_run import RULES as RUN_RULES
from inspector.domain.rules_socket import RULES as SOCKET_RULES
from inspector.domain.rules_stream import RULES as STREAM_RULES
from inspector.domain.rules_stream import final_event_lost, no_terminal
from inspector.domain.truth import Reconciled, reconcile

OF_EXCHANGES = frozenset(
    ["stream.no_headers", "stream.no_events", "stream.silent", "stream.cut", "stream.no_terminal", "client.gave_up"]
)
"""Findings that say of an exchange also whose step of another run it is."""

RANK = {Severity.ERROR: 0, Severity.WARN: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Clocks:
    """Ages in ms at the moment of judging: of the last byte, the last content, the last state change. None = never."""

    byte: float | None
    content: float | None
    change: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run stands.

    ``why`` is the id of the sentence, filled with ``values``. ``state`` is the run's present state on its chart.
    ``deadline`` is Unix seconds; ``lapses``: wait (the server gives up) | client (the app does).
    ``due`` is the log time, in ms, at which the verdict could change by itself.
    ``stream`` and ``server`` are the two witnesses' last words, as they said them; ``truth`` what follows from both.
    """

    ending: Ending
    why: str
    values: Mapping[str, Any]
    state: str | None
    clocks: Clocks
    findings: tuple[Finding, ...] = ()
    deadline: float | None = None
    due: float | None = None
    stream: str | None = None
    server: str | None = None
    truth: Reconciled | None = None
    lapses: str = ""

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings."""
        return min((f.severity for f in self.findings), key=RANK.__getitem__, default=None)


@lru_cache(64)
def rules_for(has_terminal_event: bool, own: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """All rules that apply to a backend: the common ones, and its own."""
    common = (
        no_terminal(has_terminal_event),
        final_event_lost(has_terminal_event),
        *STREAM_RULES,
        *SOCKET_RULES,
        *RUN_RULES,
    )
    ids = {rule.id for rule in own}
    return tuple(rule for rule in common if rule.id not in ids) + tuple(own)


def judge(
    case: Case, now: float, rules: Sequence[Rule], has_terminal_event: bool, acts: Sequence[str] | None = None
) -> Verdict:
    """The verdict at log time ``now`` (ms). ``rules`` are the backend's own; the common ones are added.

    ``acts``: the ids of the backend's actions; findings propose no others. None = all.
    """
    wanted = rules_for(has_terminal_event, tuple(rules))
    judged = _abandoned(judge_ending(case, now, has_terminal_event), case, now, wanted)
    findings, dues = [], []
    inside = told_inside(case, now)
    for rule in wanted:
        evidence = rule.check(case, now)
        if evidence is not None:
            severity = evidence.severity or CATALOGUE[rule.id]
            possible = (step for step in evidence.next if acts is None or step in acts)
            steps = tuple(step for step in possible if rule.id == LEFT_OPEN or applies(step, judged))
            values = {**evidence.values, **inside} if rule.id in OF_EXCHANGES else evidence.values
            findings.append(Finding(rule.id, severity, evidence.frames, values, steps))
        due = rule.due(case, now) if rule.due is not None else None
        if due is not None and due > now:
            dues.append(due)
    findings.sort(key=lambda finding: RANK[finding.severity])
    run, ends = case.run, deadline(case)
    return Verdict(
        judged.ending,
        judged.why,
        judged.values,
        run.state,
        clocks(case, now),
        tuple(findings),
        None if ends is None else ends.at,
        min(dues, default=None),
        None if run.stream_word is None else run.stream_word.status.raw,
        None if run.server_word is None else run.server_word.status.raw,
        reconcile(case, now, judged, {finding.id: finding.values for finding in findings}),
        "" if ends is None else ends.kind,
    )


def _abandoned(judged: Judged, case: Case, now: float, rules: Sequence[Rule]) -> Judged:
    """A silent run that nobody executes is lost, however active it is shown; how that shows, its backend knows."""
    if judged.ending is not Ending.STALLED:
        return judged
    found = any(rule.id == "run.lost" and rule.check(case, now) is not None for rule in rules)
    return Judged(Ending.LOST, NOBODY, judged.values) if found else judged


LEFT_OPEN = "tool.unanswered"
"""What a run that is over left behind for whoever goes on from it: answering that is no answer to the run."""

_ANSWERS = ("resume", "submit_tool_outputs", "approve", "answer_plan")
_OVER = (Ending.COMPLETED, Ending.INCOMPLETE, Ending.FAILED, Ending.CANCELLED, Ending.EXPIRED, Ending.LOST)


def applies(step: str, judged: Judged) -> bool:
    """Whether a finding may propose this action: what is over cannot be cancelled, nor what nobody asked answered."""
    if step == "cancel" or step in _ANSWERS:
        return judged.ending not in _OVER or judged.why in ("refused", NOBODY)
    if judged.ending is Ending.LOST and judged.why != NOBODY:
        return step in ("refresh", "start_new_run", "start_again")
    return True


def clocks(case: Case, now: float) -> Clocks:
    """The three clocks. Keep-alives wind only the first."""
    bytes_at = [link.last_byte_at for link in case.streams() if link.last_byte_at is not None]

    def age(at: float | None) -> float | None:
        return None if at is None else max(0.0, now - at)

    return Clocks(age(max(bytes_at, default=None)), age(case.run.content_at), age(changed_at(case)))
