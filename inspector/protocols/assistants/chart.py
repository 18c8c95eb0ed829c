"""The lifecycle of a run on an Assistants-compatible server, as a table, and the words that its API declares.

Source: the run lifecycle of the Assistants API (v2) and its list of stream events; what real servers do beside it is
declared too where it is harmless (a cancel without the stop at ``cancelling``).
"""

from __future__ import annotations

from inspector.domain.charts import Chart, Ending, State, StateKind

REQUIRES_ACTION = "requires_action"
CANCELLING = "cancelling"

STATES = (
    State("queued", StateKind.START),
    State("in_progress", StateKind.BUSY),
    State(REQUIRES_ACTION, StateKind.WAITS),
    State(CANCELLING, StateKind.BUSY),
    State("completed", StateKind.GOOD_END, Ending.COMPLETED),
    State("incomplete", StateKind.BAD_END, Ending.INCOMPLETE),
    State("failed", StateKind.BAD_END, Ending.FAILED),
    State("cancelled", StateKind.BAD_END, Ending.CANCELLED),
    State("expired", StateKind.BAD_END, Ending.EXPIRED),
)

EDGES = frozenset(
    [("queued", to) for to in ("in_progress", CANCELLING, "cancelled", "failed", "expired")]
    + [("in_progress", to) for to in (REQUIRES_ACTION, CANCELLING)]
    + [("in_progress", to) for to in ("completed", "incomplete", "failed", "cancelled", "expired")]
    + [(REQUIRES_ACTION, to) for to in ("queued", "in_progress", CANCELLING, "cancelled", "failed", "expired")]
    + [(CANCELLING, to) for to in ("cancelled", "completed", "incomplete", "failed", "expired")]
)

RUN_CHART = Chart("assistants", STATES, EDGES)

ACTIVE = frozenset(state.id for state in STATES if not state.terminal)
TERMINAL = frozenset(state.id for state in STATES if state.terminal)

RUN_EVENTS = {f"thread.run.{state.id}": state.id for state in STATES} | {"thread.run.created": "queued"}
"""Event name to the status that it stands for; the payload's ``status`` is the better witness."""

STEP_PHASES = {
    "created": "start",
    "in_progress": "start",
    "completed": "end",
    "failed": "error",
    "cancelled": "error",
    "expired": "error",
}
"""Last word of a step event's name, or a step's status, to the phase of a node."""

STEP_EVENTS = frozenset(f"thread.run.step.{word}" for word in (*STEP_PHASES, "delta"))
MESSAGE_EVENTS = frozenset(
    f"thread.message.{word}" for word in ("created", "in_progress", "delta", "completed", "incomplete")
)

CODES = {
    "error code": frozenset(["server_error", "rate_limit_exceeded", "invalid_prompt"]),
    "reason": frozenset(["max_completion_tokens", "max_prompt_tokens", "content_filter"]),
    "message reason": frozenset(["content_filter", "max_tokens", "run_cancelled", "run_expired", "run_failed"]),
    "step status": frozenset(STEP_PHASES) - {"created"},
    "required action": frozenset(["submit_tool_outputs", "submit_tool_approval"]),
}
"""By kind, the words that the API description declares, or that its own service is known to send."""
