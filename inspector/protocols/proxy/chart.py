"""The life of one exchange as the proxy tells it."""

from __future__ import annotations

from inspector.domain.charts import Chart, Ending, State, StateKind

_ENDS = (
    State("answered", StateKind.GOOD_END, Ending.COMPLETED),
    State("broken", StateKind.BAD_END, Ending.FAILED),
    State("left", StateKind.BAD_END, Ending.CANCELLED),
    State("ended_by_hand", StateKind.BAD_END, Ending.CANCELLED),
    State("missing", StateKind.BAD_END, Ending.LOST),
)

CHART = Chart(
    "proxy",
    (State("waiting", StateKind.START), State("relaying", StateKind.BUSY), *_ENDS),
    frozenset({("waiting", "relaying")} | {(before, end.id) for before in ("waiting", "relaying") for end in _ENDS}),
)

_HOW = {"eof": "answered", "the app left": "left", "failed by hand": "ended_by_hand"}


def state_of(state: str | None, how: str | None) -> str | None:
    """The state of the chart for the proxy's own words; None where it said nothing."""
    if state == "over":
        return _HOW.get(how or "", "broken")
    return state
