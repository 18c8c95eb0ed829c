"""The lifecycle of a response, as a table.

The API has six statuses, and no event for ``cancelled``. ``waiting`` is ours: the server calls a response ``completed``
that ends in calls which the client has to make, and nothing goes on until a later request carries their outputs.
"""

from __future__ import annotations

from inspector.domain.charts import Chart, Ending, State, StateKind

WAITING = "waiting"

STATES = (
    State("queued", StateKind.START),
    State("in_progress", StateKind.BUSY),
    State(WAITING, StateKind.WAITS),
    State("completed", StateKind.GOOD_END, Ending.COMPLETED),
    State("incomplete", StateKind.BAD_END, Ending.INCOMPLETE),
    State("failed", StateKind.BAD_END, Ending.FAILED),
    State("cancelled", StateKind.BAD_END, Ending.CANCELLED),
)

EDGES = frozenset(
    [("queued", to) for to in ("in_progress", "failed", "cancelled")]
    + [("in_progress", to) for to in (WAITING, "completed", "incomplete", "failed", "cancelled")]
    + [(WAITING, "completed")]
)

CHART = Chart("responses", STATES, EDGES)

ACTIVE = frozenset(["queued", "in_progress"])
TERMINAL = frozenset(state.id for state in STATES if state.terminal)
STATUSES = frozenset(state.id for state in STATES) - {WAITING}
