"""Where the states of the built-in charts stand, and which of their changes are always drawn.

The places are set by hand, on a grid, in pixels. Every chart is drawn from its table: a change that is not among the
main ones appears once it was seen. A chart that nobody placed is laid out in columns by what its states mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.domain.charts import Chart, State, StateKind
from inspector.present.curves import Box

WIDTH, HEIGHT = 108.0, 34.0
COLUMN, ROW = 168.0, 58.0

Cell = tuple[float, float]

_PLACES: Mapping[str, Mapping[str, Cell]] = {
    "langgraph": {
        "pending": (0, 1.5),
        "running": (1, 1.5),
        "waiting": (1, 3.2),
        "success": (2.15, 0),
        "error": (2.15, 1),
        "timeout": (2.15, 2),
        "interrupted": (2.15, 3),
        "ended": (2.15, 4),
        "rolled_back": (3.1, 3.5),
        "missing": (3.1, 1.5),
    },
    "assistants": {
        "queued": (0, 1.5),
        "in_progress": (1, 1.5),
        "requires_action": (1, 3.2),
        "cancelling": (2.15, 3),
        "completed": (2.15, 0),
        "incomplete": (2.15, 1),
        "failed": (2.15, 2),
        "cancelled": (3.1, 3),
        "expired": (2.15, 4),
    },
    "link": {
        "connecting": (0, 0),
        "open": (0, 1),
        "live": (0, 2.2),
        "silent": (0, 3.4),
        "refused": (0.95, 0.4),
        "ended": (0.95, 1.5),
        "closed": (0.95, 2.6),
        "broken": (0.95, 3.7),
    },
}
_MAIN: Mapping[str, frozenset[tuple[str, str]]] = {
    "langgraph": frozenset(
        [("pending", "running"), ("running", "waiting"), ("waiting", "running"), ("running", "ended")]
        + [("running", end) for end in ("success", "error", "timeout", "interrupted")]
        + [("interrupted", "rolled_back"), ("error", "missing")]
    )
    - {("interrupted", "rolled_back"), ("error", "missing")},
    "assistants": frozenset(
        [("queued", "in_progress"), ("in_progress", "requires_action"), ("requires_action", "in_progress")]
        + [("in_progress", end) for end in ("completed", "incomplete", "failed", "cancelling")]
        + [("cancelling", "cancelled"), ("requires_action", "expired"), ("requires_action", "cancelling")]
    ),
    "link": frozenset(
        [("connecting", "open"), ("open", "live"), ("live", "silent"), ("silent", "live"), ("connecting", "refused")]
        + [("live", end) for end in ("ended", "closed", "broken")]
    ),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """The boxes of a chart's states, and the changes that are always drawn."""

    boxes: Mapping[str, Box]
    main: frozenset[tuple[str, str]]


def place(chart: Chart, extra: tuple[str, ...] = ()) -> Placed:
    """Places for all states; ``extra`` are states that nobody declared, which stand below."""
    cells = _PLACES.get(chart.name) or _columns(chart)
    boxes = {name: _box(cells[name]) for name in cells}
    bottom = max((cell[1] for cell in cells.values()), default=0.0)
    for number, name in enumerate(name for name in extra if name not in boxes):
        boxes[name] = _box((number % 3, bottom + 1 + number // 3))
    return Placed(boxes, _MAIN.get(chart.name, chart.edges) & chart.edges)


def _box(cell: Cell) -> Box:
    return Box(cell[0] * COLUMN, cell[1] * ROW, WIDTH, HEIGHT)


def _columns(chart: Chart) -> dict[str, Cell]:
    """Begin, work, wait, end: one column each."""

    def column(state: State) -> int:
        if state.terminal:
            return 2
        return 0 if state.kind is StateKind.START else 1

    counts: dict[int, int] = {}
    cells: dict[str, Cell] = {}
    for state in chart.states:
        number = column(state)
        cells[state.id] = (number * 1.2, float(counts.get(number, 0)))
        counts[number] = counts.get(number, 0) + 1
    tallest = max(counts.values(), default=1)
    return {name: (x, y + (tallest - counts[column(chart.by_id[name])]) / 2) for name, (x, y) in cells.items()}
