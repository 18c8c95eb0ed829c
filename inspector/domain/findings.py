"""The catalogue of findings: stable ids with their severity and their meaning.

Saved sessions and scripts rely on the ids. The sentences that a user reads are made in
:mod:`inspector.present.sentences` from the id and the values of the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad it is: ``error`` = the run will not get further by itself, or its result is wrong."""

    ERROR = "error"
    WARN = "warn"
    NOTE = "note"


ERROR, WARN, NOTE = Severity.ERROR, Severity.WARN, Severity.NOTE

CATALOGUE: Mapping[str, Severity] = {
    "stream.no_terminal": ERROR,
    "stream.cut": ERROR,
    "stream.no_headers": ERROR,
    "stream.no_events": ERROR,
    "stream.silent": ERROR,
    "stream.was_silent": NOTE,
    "client.gave_up": WARN,
    "stream.half_event": WARN,
    "stream.bad_data": WARN,
    "stream.not_a_stream": ERROR,
    "stream.http_error": ERROR,
    "stream.error_event": ERROR,
    "stream.after_terminal": WARN,
    "stream.sequence": WARN,
    "stream.attempts": NOTE,
    "run.status_mismatch": WARN,
    "run.illegal_transition": WARN,
    "run.unknown_word": NOTE,
    "run.waiting_for_input": WARN,
    "run.expiring": WARN,
    "run.incomplete": WARN,
    "run.failed": ERROR,
    "run.expired": ERROR,
    "run.timeout": ERROR,
    "run.cancel_pending": WARN,
    "run.still_executing": WARN,
    "run.final_event_lost": ERROR,
    "run.blocked": ERROR,
    "run.not_started": WARN,
    "run.lost": ERROR,
    "tool.unanswered": ERROR,
    "message.incomplete": WARN,
    "langgraph.hidden_wait": WARN,
    "langgraph.half_finished": WARN,
    "langgraph.mode_mismatch": WARN,
    "langgraph.nothing_done": WARN,
    "langgraph.input_dropped": WARN,
    "langgraph.concurrent_overwrite": WARN,
    "langgraph.replay_lossy": WARN,
    "gpt_researcher.no_report": ERROR,
    "gpt_researcher.report_restarted": ERROR,
    "gpt_researcher.report_differs": WARN,
    "gpt_researcher.busy": WARN,
    "gpt_researcher.answer_swallowed": WARN,
    "socket.closed_while_running": ERROR,
    "socket.frames_after_close": WARN,
    "socket.deaf": ERROR,
    "agents.open_span": ERROR,
    "agents.no_response": ERROR,
    "agents.hidden_failure": WARN,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule returns when it fires: the frames that prove it and the values of its sentence.

    ``next`` are ids of actions, the likeliest first. ``severity`` overrides the catalogue's, for rules with two levels.
    """

    frames: tuple[int, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    next: tuple[str, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a verdict."""

    id: str
    severity: Severity
    frames: tuple[int, ...]
    values: Mapping[str, Any]
    next: tuple[str, ...] = ()
