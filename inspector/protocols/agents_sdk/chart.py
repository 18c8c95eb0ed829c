"""The lifecycle of a trace, inferred: the SDK tells when spans begin and end, and never how the whole of it ended.

``begun`` is a trace without a span, ``unclear`` one that ended although the answer that its last model call waited for
never came, ``cut`` one whose record stops while spans are open. What comes late takes the place of these two.
"""

from __future__ import annotations

from inspector.domain.charts import Chart, Ending, State, StateKind

BEGUN, RUNNING, WAITING, COMPLETED, FAILED, UNCLEAR, CUT = (
    "begun",
    "running",
    "waiting",
    "completed",
    "failed",
    "unclear",
    "cut",
)

STATES = (
    State(BEGUN, StateKind.START),
    State(RUNNING, StateKind.BUSY),
    State(WAITING, StateKind.WAITS),
    State(COMPLETED, StateKind.GOOD_END, Ending.COMPLETED),
    State(FAILED, StateKind.BAD_END, Ending.FAILED),
    State(UNCLEAR, StateKind.BAD_END, Ending.UNKNOWN),
    State(CUT, StateKind.BAD_END, Ending.CUT),
)

_ENDS = (COMPLETED, FAILED, UNCLEAR, CUT)

EDGES = frozenset(
    [(BEGUN, to) for to in (RUNNING, UNCLEAR, CUT)]
    + [(RUNNING, to) for to in (WAITING, *_ENDS)]
    + [(WAITING, to) for to in (RUNNING, *_ENDS)]
)

CHART = Chart("agents_sdk", STATES, EDGES)

TERMINAL = frozenset(_ENDS)

PROVISIONAL = frozenset([UNCLEAR, CUT])
"""Ends that somebody only concluded, until more is told."""
