"""The lifecycle of a LangGraph run as somebody who waits for it sees it.

The server knows ``pending running success error timeout interrupted`` (langgraph-api 0.16). Three states are ours:
``waiting`` (the server says ``success``, the thread waits), ``ended`` (the stream is over and nobody said how) and
``rolled_back`` / ``missing`` (the row is gone, by a rollback or for another reason).
"""

from __future__ import annotations

from inspector.domain.charts import Chart, Ending, State, StateKind

_STATES = (
    State("pending", StateKind.START),
    State("running", StateKind.BUSY),
    State("waiting", StateKind.WAITS),
    State("success", StateKind.GOOD_END, Ending.COMPLETED),
    State("error", StateKind.BAD_END, Ending.FAILED),
    State("timeout", StateKind.BAD_END, Ending.FAILED),
    State("interrupted", StateKind.BAD_END, Ending.CANCELLED),
    State("rolled_back", StateKind.BAD_END, Ending.CANCELLED),
    State("missing", StateKind.BAD_END, Ending.LOST),
    State("ended", StateKind.BAD_END, Ending.UNKNOWN),
)
_ENDS = ("success", "error", "timeout", "interrupted", "rolled_back", "missing")

CHART = Chart(
    "langgraph",
    _STATES,
    frozenset(
        [("pending", to) for to in ("running", "interrupted", "rolled_back", "error", "missing")]
        # a server that is stopped puts its running runs back into the queue
        + [("running", to) for to in ("pending", "waiting", "ended", *_ENDS)]
        # a wait that somebody else answered shows as a plain success afterwards
        + [("waiting", to) for to in ("running", "success", "error", "interrupted", "rolled_back", "missing", "ended")]
        + [("ended", to) for to in ("running", "waiting", *_ENDS)]
        # a row can be deleted at any time
        + [(end, "missing") for end in _ENDS if end != "missing"]
    ),
)

WORDS = {word: word for word in ("pending", "running", "success", "error", "timeout", "interrupted")}
"""The server's run statuses and the states they mean, before the thread is looked at."""
