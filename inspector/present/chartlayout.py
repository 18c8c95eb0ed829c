"""Where the states of the built-in charts stand, and which way their changes run: set by hand, in pixels.

A change leaves its state, runs along lanes, and enters the other state, with straight lines and round corners; the
changes into the ends share one trunk. A change that nobody planned is a bowed line; a chart that nobody planned is laid
out in layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from inspector.domain.charts import Chart, StateKind
from inspector.present.curves import Box, Curve, Point, bow, rounded
from inspector.present.layered import layered

HEIGHT, END_HEIGHT, BELOW = 38.0, 32.0, 56.0
TOP = -38.0
"""The lane above everything."""

RADIUS, ASIDE = 9.0, 18.0
Pair = tuple[str, str]
Way = tuple[str, float, tuple[float, ...], str, float]
"""Side and offset at which a change leaves, the lanes (x and y in turn), side and offset at which it enters.

Sides are l, r, t, b; an offset counts from the middle of the side, to the right or downwards.
"""


@dataclass(frozen=True, slots=True)
class _Plan:
    """``leave``: how a state's changes into the ends set out. ``enter``: the lanes from the trunk to each end.

    ``hidden`` changes are drawn only once they were seen.
    """

    boxes: Mapping[str, Box]
    ways: Mapping[Pair, Way]
    leave: Mapping[str, tuple[str, float, tuple[float, ...]]] = field(default_factory=dict)
    enter: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    hidden: frozenset[Pair] = frozenset()
    curves: Mapping[Pair, Curve] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """The boxes of the states, the curve of every change, and the changes that are always drawn.

    ``start`` is the line from the dot at which a run's life begins.
    """

    boxes: Mapping[str, Box]
    main: frozenset[Pair]
    curves: Mapping[Pair, Curve] = field(default_factory=dict)
    start: Curve | None = None


@lru_cache(maxsize=64)
def place(chart: Chart, extra: tuple[str, ...] = (), seen: frozenset[Pair] = frozenset()) -> Placed:
    """Places for all states; ``extra`` are states that nobody declared, which stand below.

    ``seen`` are changes that need a line whether the chart has them or not.
    """
    plan = _PLANS.get(chart.name) or _layers(chart)
    boxes = {state.id: plan.boxes[state.id] for state in chart.states if state.id in plan.boxes}
    bottom, left = max(box.bottom for box in boxes.values()), min(box.left for box in boxes.values())
    x, y = left, bottom + BELOW
    for name in (*(state.id for state in chart.states), *extra):
        if name not in boxes:
            boxes[name] = Box(x + _width(name) / 2, y, _width(name), HEIGHT)
            x += _width(name) + 28
    main = chart.edges - plan.hidden
    curves = {}
    for pair in sorted(main | seen):
        if pair[0] in boxes and pair[1] in boxes:
            curves[pair] = _declared(plan, boxes, pair) if pair in chart.edges else _around(boxes, pair)
    begins = next((boxes[state.id] for state in chart.states if state.kind is StateKind.START), None)
    start = None if begins is None else rounded([(begins.left - 26, begins.y), (begins.left, begins.y)])
    return Placed(boxes, main, curves, start)


def _declared(plan: _Plan, boxes: Mapping[str, Box], pair: Pair) -> Curve:
    if pair in plan.curves:
        return plan.curves[pair]
    way = _way(plan, pair)
    return _around(boxes, pair) if way is None else _routed(boxes[pair[0]], boxes[pair[1]], way)


def _around(boxes: Mapping[str, Box], pair: Pair) -> Curve:
    """The first of several bows and ways around that runs through the fewest other states."""
    source, target = boxes[pair[0]], boxes[pair[1]]
    others = [box for name, box in boxes.items() if name not in pair]
    curves = [bow(source, target, bend) for bend in (0.24, -0.24, 0.45, -0.45)]
    if source != target:
        top, left = min(box.top for box in boxes.values()), min(box.left for box in boxes.values())
        outside: Way = ("t", ASIDE / 2, (top - 1.5 * ASIDE, left - ASIDE), "l", 0.0)
        curves += [_routed(source, target, way) for way in (*_ways_around(source, target), outside)]
    return min(curves, key=lambda curve: sum(box.holds(point, 1) for point in curve.points() for box in others))


def _ways_around(source: Box, target: Box) -> Iterator[Way]:
    """Across the gap between the two; else out at a side, along it, and in from above, from below or at the side."""
    if target.right < source.left:
        yield "l", ASIDE / 2, ((target.right + source.left) / 2,), "r", ASIDE / 2
    elif source.right < target.left:
        yield "r", -ASIDE / 2, ((source.right + target.left) / 2,), "l", -ASIDE / 2
    for side, lane in (("l", source.left - ASIDE), ("r", source.right + ASIDE)):
        yield side, ASIDE / 2, (lane, target.top - ASIDE), "t", 0.0
        yield side, -ASIDE / 2, (lane, target.bottom + ASIDE), "b", 0.0
    yield "r", ASIDE / 2, (max(source.right, target.right) + ASIDE,), "r", ASIDE / 2
    yield "l", ASIDE / 2, (min(source.left, target.left) - ASIDE,), "l", ASIDE / 2


def _way(plan: _Plan, pair: Pair) -> Way | None:
    source, target = pair
    if pair in plan.ways:
        return plan.ways[pair]
    if source in plan.leave and target in plan.enter:
        side, offset, lanes = plan.leave[source]
        return side, offset, (*lanes, *plan.enter[target]), "l", 0
    return None


def _port(box: Box, side: str, offset: float) -> Point:
    if side in "lr":
        return box.left if side == "l" else box.right, box.y + offset
    return box.x + offset, box.top if side == "t" else box.bottom


def _routed(source: Box, target: Box, way: Way) -> Curve:
    side, offset, lanes, into, shift = way
    here, end = _port(source, side, offset), _port(target, into, shift)
    points, across = [here], side in "lr"
    for lane in lanes:
        here = (lane, here[1]) if across else (here[0], lane)
        points.append(here)
        across = not across
    points += [(end[0], here[1]) if across else (here[0], end[1]), end]
    return rounded(points, RADIUS)


def _width(name: str) -> float:
    """Room for the shape and about so many letters."""
    return max(88.0, 36 + 7.4 * len(name))


def _layers(chart: Chart) -> _Plan:
    sizes = {s.id: (_width(s.id), END_HEIGHT if s.terminal else HEIGHT) for s in chart.states}
    found = layered(sizes, sorted(chart.edges), across=True)
    return _Plan(found.boxes, {}, curves=found.curves)


def _row(y: float, *cells: tuple[str, float, float], height: float = HEIGHT) -> dict[str, Box]:
    """Boxes beside each other: name, left side, width."""
    return {name: Box(left + width / 2, y, width, height) for name, left, width in cells}


def _stack(names: str, left: float, width: float, ys: tuple[float, ...], height: float = END_HEIGHT) -> dict[str, Box]:
    """Boxes below each other."""
    return {name: Box(left + width / 2, y, width, height) for name, y in zip(names.split(), ys, strict=True)}


def _both(one: str, two: str, offset: float, back: float) -> dict[Pair, Way]:
    """Down and up again between two states that stand below each other."""
    return {(one, two): ("b", offset, (), "t", offset), (two, one): ("t", back, (), "b", back)}


ROWS = (0.0, 66.0, 132.0)
GAP = 33.0
"""The lane between the first two rows, for what goes to the second column of ends."""

_LANGGRAPH = _Plan(
    _row(0, ("pending", 0, 96), ("running", 138, 124))
    | _row(66, ("ended", 196, 92), height=END_HEIGHT)
    | _row(132, ("waiting", 138, 124))
    | _stack("success error timeout", 334, 108, ROWS)
    | _stack("interrupted rolled_back missing", 490, 122, ROWS),
    {
        ("pending", "running"): ("r", -7, (), "l", -7),
        ("running", "pending"): ("l", 7, (), "r", 7),
        ("running", "ended"): ("b", 26, (), "t", -16),
        ("ended", "running"): ("t", 6, (), "b", 48),
        ("waiting", "ended"): ("t", 48, (), "b", 6),
        ("ended", "waiting"): ("b", -16, (), "t", 26),
        **{(end, "missing"): ("r", 0.0, (466.0,), "l", 0.0) for end in ("success", "error", "timeout")},
        **{(end, "missing"): ("r", 0.0, (630.0,), "r", 0.0) for end in ("interrupted", "rolled_back")},
    }
    | _both("running", "waiting", -40, -22),
    {"pending": ("t", 0, (TOP,)), "running": ("r", 0, ()), "waiting": ("r", 0, ()), "ended": ("r", 0, ())},
    dict.fromkeys(("success", "error", "timeout"), (310.0,))
    | dict.fromkeys(("interrupted", "rolled_back", "missing"), (310.0, GAP, 466.0)),
)
_ASSISTANTS = _Plan(
    _row(0, ("queued", 0, 96), ("in_progress", 138, 148))
    | _row(66, ("cancelling", 200, 112))
    | _row(132, ("requires_action", 138, 148))
    | _stack("completed cancelled failed", 358, 112, ROWS)
    | _stack("incomplete expired", 518, 112, ROWS[:2]),
    {
        ("queued", "in_progress"): ("r", 0, (), "l", 0),
        ("requires_action", "queued"): ("l", 0, (), "b", 0),
        ("queued", "cancelling"): ("b", 20, (66,), "l", 0),
        ("in_progress", "cancelling"): ("b", 44, (), "t", 0),
        ("requires_action", "cancelling"): ("t", 44, (), "b", 0),
    }
    | _both("in_progress", "requires_action", -52, -32),
    {
        "queued": ("t", 0, (TOP,)),
        "in_progress": ("r", 0, ()),
        "requires_action": ("r", 0, ()),
        "cancelling": ("r", 0, ()),
    },
    dict.fromkeys(("completed", "cancelled", "failed"), (334.0,))
    | dict.fromkeys(("incomplete", "expired"), (334.0, GAP, 494.0)),
)
_RESPONSES = _Plan(
    _row(0, ("queued", 0, 96), ("in_progress", 138, 124))
    | _row(132, ("waiting", 138, 124))
    | _stack("completed incomplete failed", 334, 112, ROWS)
    | _stack("cancelled", 494, 112, ROWS[:1]),
    {
        ("queued", "in_progress"): ("r", 0, (), "l", 0),
        ("in_progress", "waiting"): ("b", 0, (), "t", 0),
    },
    {"queued": ("t", 0, (TOP,)), "in_progress": ("r", 0, ()), "waiting": ("r", 0, ())},
    dict.fromkeys(("completed", "incomplete", "failed"), (310.0,)) | {"cancelled": (310.0, GAP, 470.0)},
)
_AGENTS = _Plan(
    _row(0, ("begun", 0, 96), ("running", 138, 104))
    | _row(132, ("waiting", 138, 104))
    | _stack("completed failed", 334, 112, ROWS[:2])
    | _stack("unclear cut", 494, 112, ROWS[:2]),
    {("begun", "running"): ("r", 0, (), "l", 0)} | _both("running", "waiting", -12, 12),
    {"begun": ("t", 0, (TOP,)), "running": ("r", 0, ()), "waiting": ("r", 0, ())},
    dict.fromkeys(("completed", "failed"), (310.0,)) | dict.fromkeys(("unclear", "cut"), (310.0, GAP, 470.0)),
)
_STEPS = ("accepted", "planning", "searching", "context_ready", "writing", "publishing")
_WORK = frozenset((a, b) for a in _STEPS for b in _STEPS if a != b)
_RESEARCHER = _Plan(
    _row(0, ("requested", 0, 104), ("accepted", 146, 104), ("planning", 292, 104), ("searching", 438, 124))
    | _row(66, ("awaiting_human", 292, 140))
    | _row(132, ("context_ready", 146, 140), ("writing", 326, 104), ("publishing", 468, 112))
    | _stack("completed no_report failed", 634, 108, ROWS)
    | _row(132, ("refused", 0, 104), height=END_HEIGHT),
    {
        ("requested", "accepted"): ("r", 0, (), "l", 0),
        ("requested", "refused"): ("b", 0, (), "t", 0),
        ("accepted", "planning"): ("r", 0, (), "l", 0),
        ("planning", "searching"): ("r", 0, (), "l", 0),
        ("searching", "context_ready"): ("b", 0, (98,), "t", 30),
        ("context_ready", "planning"): ("t", -36, (44,), "b", -34),
        ("context_ready", "searching"): ("t", -50, (30,), "b", -30),
        ("context_ready", "writing"): ("r", 0, (), "l", 0),
        ("writing", "publishing"): ("r", 0, (), "l", 0),
        ("planning", "awaiting_human"): ("b", -10, (), "t", -28),
        ("awaiting_human", "planning"): ("t", -8, (), "b", 10),
    },
    dict.fromkeys(("requested", "accepted", "planning"), ("t", 0.0, (TOP,)))
    | dict.fromkeys(("context_ready", "writing"), ("b", 0.0, (168.0,)))
    | dict.fromkeys(("searching", "awaiting_human", "publishing"), ("r", 0.0, ())),
    dict.fromkeys(("completed", "no_report", "failed"), (604.0,)),
    hidden=(_WORK - frozenset(pairwise(_STEPS)))
    | {(a, "awaiting_human") for a in _STEPS if a != "planning"}
    | {("awaiting_human", a) for a in _STEPS if a != "planning"}
    | {(a, end) for a in ("accepted", "planning", "context_ready", "writing") for end in ("completed", "no_report")}
    | {(a, "failed") for a in ("accepted", "planning", "context_ready", "writing")},
)
_DOWN = (0.0, 54.0, 108.0, 162.0)
_LINK = _Plan(
    _stack("connecting open live silent", 0, 116, _DOWN, 36) | _stack("refused ended closed broken", 172, 100, _DOWN),
    {
        ("connecting", "open"): ("b", 0, (), "t", 0),
        ("open", "live"): ("b", 0, (), "t", 0),
        ("open", "silent"): ("l", 0, (-18,), "l", 0),
    }
    | _both("live", "silent", -10, 10),
    dict.fromkeys(("connecting", "open", "live", "silent"), ("r", 0.0, ())),
    dict.fromkeys(("refused", "ended", "closed", "broken"), (144.0,)),
)
_PROXY = _Plan(
    _row(0, ("waiting", 0, 104), ("relaying", 146, 112))
    | _stack("answered broken", 334, 112, ROWS[:2])
    | _stack("left ended_by_hand missing", 494, 136, ROWS),
    {("waiting", "relaying"): ("r", 0, (), "l", 0)},
    {"waiting": ("t", 0, (TOP,)), "relaying": ("r", 0, ())},
    dict.fromkeys(("answered", "broken"), (310.0,))
    | dict.fromkeys(("left", "ended_by_hand", "missing"), (310.0, GAP, 470.0)),
)
_PLANS: Mapping[str, _Plan] = {
    "proxy": _PROXY,
    "langgraph": _LANGGRAPH,
    "assistants": _ASSISTANTS,
    "responses": _RESPONSES,
    "agents_sdk": _AGENTS,
    "gpt_researcher": _RESEARCHER,
    "link": _LINK,
}
