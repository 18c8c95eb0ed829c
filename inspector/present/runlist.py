"""The watch list as values: which group a run belongs to, and what its row says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from inspector.domain.case import Case
from inspector.domain.charts import Ending
from inspector.domain.deadlines import CLIENT
from inspector.domain.diagnosis import Verdict
from inspector.domain.findings import Severity
from inspector.present.times import clock
from inspector.present.words import ENDING_WORDS, age, listed, plain, quoted, times


class Group(StrEnum):
    """The groups of the list, in their order."""

    NEEDS_YOU = "needs_you"
    LIVE = "live"
    ENDED_BADLY = "ended_badly"
    ENDED_WELL = "ended_well"


GROUP_TITLES = {
    Group.NEEDS_YOU: "Needs you",
    Group.LIVE: "Live",
    Group.ENDED_BADLY: "Ended badly",
    Group.ENDED_WELL: "Ended well",
}

_GROUPS = {
    Ending.WAITING: Group.NEEDS_YOU,
    Ending.STALLED: Group.NEEDS_YOU,
    Ending.RUNNING: Group.LIVE,
    Ending.NOT_STARTED: Group.LIVE,
    Ending.COMPLETED: Group.ENDED_WELL,
}


SHORT = {
    "stream.no_terminal": "no final event",
    "stream.cut": "connection broke",
    "stream.no_headers": "no answer",
    "stream.no_events": "no events",
    "stream.silent": "silent",
    "client.gave_up": "the client left",
    "stream.half_event": "half an event",
    "stream.bad_data": "bad data",
    "stream.not_a_stream": "not a stream",
    "stream.http_error": "refused",
    "stream.error_event": "error in the stream",
    "run.status_mismatch": "witnesses disagree",
    "run.illegal_transition": "odd change of state",
    "run.expiring": "expires soon",
    "run.incomplete": "cut short",
    "run.failed": "error",
    "run.expired": "nobody answered in time",
    "run.timeout": "time limit",
    "run.cancel_pending": "cancel pending",
    "run.still_executing": "still executing",
    "run.final_event_lost": "final event lost",
    "run.blocked": "blocked by another run",
    "run.not_started": "not started",
    "run.lost": "nobody executes it",
    "tool.unanswered": "tool never answered",
    "message.incomplete": "message cut short",
    "agents.open_span": "a step hangs",
    "agents.no_response": "no whole answer",
    "agents.hidden_failure": "hidden failure",
    "gpt_researcher.no_report": "no report",
    "gpt_researcher.report_restarted": "report written twice",
    "gpt_researcher.report_differs": "the file differs",
    "gpt_researcher.busy": "another task was running",
    "socket.closed_while_running": "the socket ended",
    "socket.deaf": "it hears nothing",
    "langgraph.hidden_wait": "hidden wait",
    "langgraph.half_finished": "stopped half way",
    "langgraph.mode_mismatch": "stream modes carry nothing",
    "langgraph.nothing_done": "changed nothing",
    "langgraph.input_dropped": "input not used",
    "langgraph.concurrent_overwrite": "overwritten",
    "langgraph.replay_lossy": "replay lacks the error",
}
"""A finding in a few words, for a row of the list."""


STUCK = ("agents.open_span", "stream.no_headers", "stream.no_events", "run.blocked")
"""Findings, as errors, of a run that is called live and goes nowhere."""


def group_of(verdict: Verdict) -> Group:
    """Where a run that stands so is listed."""
    group = _GROUPS.get(verdict.ending, Group.ENDED_BADLY)
    if verdict.why == "not_started.gave_up":
        return Group.ENDED_BADLY
    if group is Group.LIVE and any(each.id in STUCK and each.severity is Severity.ERROR for each in verdict.findings):
        return Group.NEEDS_YOU
    return group


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row. ``title`` is what people call the run: its graph, assistant or model.

    ``since`` is the log time, in ms, from which its age counts; ``detail`` what it waits for or why not.
    ``deadline`` is Unix seconds, ``lapses`` who gives up then.
    ``full`` is the whole id, for the tooltip and the clipboard.
    """

    group: Group
    ending: Ending
    word: str
    name: str
    full: str
    detail: str
    title: str
    since: float
    deadline: float | None
    lapses: str
    worst: Severity | None
    thread: str | None
    protocol: str


def short_id(text: str | None, limit: int = 14) -> str:
    """An id with its middle left out: the ends are what people compare."""
    if not text:
        return "(no id)"
    return text if len(text) <= limit else f"{text[:8]}…{text[-4:]}"


def countdown(lapses: str, left_ms: float) -> str:
    """How long until the server, or the app, gives up."""
    left = clock(left_ms) if left_ms >= 60_000 else age(left_ms)
    if lapses == CLIENT:
        return f"app gives up in {left}" if left_ms > 0 else "app should have given up"
    return f"{left} left" if left_ms > 0 else "overdue"


def row_of(case: Case, verdict: Verdict) -> RunRow:
    """The row of a run as it stands."""
    run = case.run
    since = run.changed_at if run.changed_at is not None else run.first_at
    return RunRow(
        group_of(verdict),
        verdict.ending,
        ENDING_WORDS[verdict.ending],
        short_id(run.id),
        run.id or "",
        detail(verdict),
        run.name or (f"thread {short_id(run.thread)}" if run.thread and run.thread != run.id else ""),
        since,
        verdict.deadline,
        verdict.lapses,
        verdict.worst,
        run.thread,
        run.protocol,
    )


def detail(verdict: Verdict) -> str:
    """A few words: what is asked, how long it has been silent, or the worst finding."""
    for finding in verdict.findings:
        if finding.id == "run.waiting_for_input":
            return waits_for(finding.values.get("asks") or [])
    if verdict.ending is Ending.STALLED and isinstance(verdict.values.get("silence"), int | float):
        return f"silent {age(verdict.values['silence'])}"
    loud = [finding for finding in verdict.findings if finding.severity is not Severity.NOTE]
    for finding in loud:
        if finding.id == "run.failed" and finding.values.get("message"):
            return quoted(finding.values["message"], 60)
    return next((SHORT[finding.id] for finding in loud if finding.id in SHORT), "")


def waits_for(asks: list[dict[str, object]]) -> str:
    """What is asked, in a few words."""
    if not asks:
        return "somebody"
    kind = asks[0].get("kind")
    names = [str(ask.get("name") or ask.get("node") or ask.get("id") or "?") for ask in asks]
    if kind == "tool":
        return f"{times(len(asks), 'tool output')}: {listed(names)}"
    if kind == "approval":
        return f"approval: {listed(names)}"
    if kind == "breakpoint":
        return f"breakpoint: {listed(names)}" if names != ["?"] else "breakpoint"
    return plain(asks[0].get("value"), 48) if len(asks) == 1 else f"{len(asks)} answers"
