"""A lifecycle as values to paint: which states were visited, how long, by which changes, and where it stands now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspector.domain.case import Case
from inspector.domain.charts import Chart, Ending, State, StateKind
from inspector.domain.link import LINK_CHART, Condition, Link
from inspector.domain.run import Run
from inspector.present.chartlayout import Placed, place
from inspector.present.curves import Box, Curve

Change = tuple[str | None, str, float]
"""From, to, and when, in ms of the log."""


@dataclass(frozen=True, slots=True)
class Node:
    """One state. ``dwell`` is the time spent there in ms, up to now; ``known`` false: nobody declared it.

    ``first``: the log's first word was this state, though no life begins there.
    """

    id: str
    box: Box
    kind: StateKind | None
    ending: Ending | None
    visits: int = 0
    dwell: float = 0.0
    current: bool = False
    known: bool = True
    first: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One change of state. ``declared`` false: the lifecycle does not have it.

    ``skipped``: the lifecycle has a way there, of which asking now and then did not see the states in between.
    ``latest``: it led to the present state. ``ahead``: it could be the next one.
    """

    source: str
    target: str
    curve: Curve
    count: int = 0
    declared: bool = True
    latest: bool = False
    ahead: bool = False
    skipped: bool = False

    @property
    def odd(self) -> bool:
        """Whether the lifecycle does not allow it."""
        return not self.declared and not self.skipped


@dataclass(frozen=True, slots=True)
class Diagram:
    """A chart to paint. ``live``: the present state is still being lived in.

    ``start`` is the line from the dot at which a life begins, ``begun`` whether it was seen to begin there.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    live: bool = False
    start: Curve | None = None
    begun: bool = False

    @property
    def frame(self) -> Box:
        """What it covers, without its title."""
        left = min((node.box.left for node in self.nodes), default=0.0)
        right = max((node.box.right for node in self.nodes), default=0.0)
        top = min((node.box.top for node in self.nodes), default=0.0)
        bottom = max((node.box.bottom for node in self.nodes), default=0.0)
        lines = [edge.curve for edge in self.edges if edge.declared] + ([self.start] if self.start else [])
        for x, y in (point for line in lines for point in line.points(4)):
            left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
        return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)


_KINDS = {
    StateKind.START: Ending.NOT_STARTED,
    StateKind.BUSY: Ending.RUNNING,
    StateKind.WAITS: Ending.WAITING,
    StateKind.GOOD_END: Ending.COMPLETED,
    StateKind.BAD_END: Ending.FAILED,
}


def look_of(node: Node) -> Ending:
    """The ending whose colour and shape a state has."""
    if node.kind is None:
        return Ending.UNKNOWN
    return node.ending or _KINDS[node.kind]


def look_of_state(state: State | None) -> Ending:
    """The same of a chart's own state; None is one that nobody declared."""
    return Ending.UNKNOWN if state is None else state.ending or _KINDS[state.kind]


def look_of_condition(condition: Condition) -> Ending:
    """The same of how an exchange stands."""
    return _LINK_ENDINGS.get(condition) or _KINDS[LINK_CHART.by_id[condition.value].kind]


_LINK_ENDINGS = {
    Condition.OPEN: Ending.NOT_STARTED,
    Condition.SILENT: Ending.STALLED,
    Condition.ENDED: Ending.CANCELLED,
    Condition.CLOSED: Ending.CANCELLED,
    Condition.BROKEN: Ending.CUT,
}
"""How a connection's states look where their kind says too much: a clean end of it is neither good nor bad."""


def run_diagram(run: Run, now: float) -> Diagram:
    """The lifecycle of a run as it went."""
    changes = [(t.source, t.target, t.at) for t in run.transitions]
    state = run.declared_state
    live = state is None or not state.terminal
    drawn = diagram("Run", run.chart, changes, run.state, now if live else run.last_at, live and run.state is not None)
    ways = {(t.source, t.target) for t in run.transitions if t.declared}
    edges = tuple(replace(e, skipped=not e.declared and (e.source, e.target) in ways) for e in drawn.edges)
    return replace(drawn, edges=edges)


def link_diagram(case: Case, now: float) -> Diagram:
    """The life of the connection that carries the run's events."""
    link = case.link
    if link is None:
        return diagram("Connection", LINK_CHART, [], None, now, False)
    word = case.run.stream_word
    told = word is not None and word.link == link.number and case.run.over and word.status.state == case.run.state
    # What told the end of its run owes nothing more: a connection that stays open behind it is not silent.
    heard = word.at if word is not None and told and link.end is None else now
    changes = link_changes(link, heard, case.thresholds.silence_ms)
    condition = link.condition(heard, case.thresholds.silence_ms)
    return diagram("Connection", LINK_CHART, changes, condition.value, now, link.end is None)


def link_changes(link: Link, now: float, silent_ms: float) -> list[Change]:
    """The conditions that a link went through, told by its times."""
    found: list[Change] = [(None, Condition.CONNECTING.value, link.opened_at)]

    def to(condition: Condition, at: float) -> None:
        if found[-1][1] != condition.value:
            found.append((found[-1][1], condition.value, at))

    if link.headers_at is not None and link.ok:
        to(Condition.OPEN, link.headers_at)
    if link.first_event_at is not None:
        to(Condition.LIVE, link.first_event_at)
    for start, end, _ in link.gaps:
        if end - start >= silent_ms and start >= (link.first_event_at or 0.0):
            to(Condition.SILENT, start + silent_ms)
            to(Condition.LIVE, end)
    last = link.condition(now, silent_ms)
    until = link.end.at if link.end is not None else now
    if link.silence(until) >= silent_ms and link.ok:
        to(Condition.SILENT, until - link.silence(until) + silent_ms)
    to(last, until if link.end is not None or last is not Condition.SILENT else found[-1][2])
    return found


def diagram(title: str, chart: Chart, changes: Sequence[Change], state: str | None, now: float, live: bool) -> Diagram:
    """The chart with what was seen of it."""
    extra = tuple(dict.fromkeys(name for _, name, _ in changes if name not in chart.by_id))
    placed = place(chart, extra, frozenset((a, b) for a, b, _ in changes if a is not None))
    visits = Counter(target for _, target, _ in changes)
    dwell: Counter[str] = Counter()
    for (_, target, at), following in zip(changes, [*changes[1:], (None, "", now)], strict=False):
        dwell[target] += max(0, int(following[2] - at))
    first = changes[0][1] if changes and changes[0][0] is None else None
    nodes, begun = [], False
    for name, box in placed.boxes.items():
        known = chart.by_id.get(name)
        kind = None if known is None else known.kind
        ending = None if known is None else known.ending
        if chart is LINK_CHART:
            ending = _LINK_ENDINGS.get(Condition(name)) if known is not None else None
        shown = dwell[name] if known is None or not known.terminal else 0
        begins = kind is StateKind.START
        begun |= begins and name == first
        odd = name == first and not begins
        nodes.append(Node(name, box, kind, ending, visits[name], shown, name == state, known is not None, odd))
    return Diagram(title, tuple(nodes), _edges(chart, placed, changes, state), live, placed.start, begun)


def _edges(chart: Chart, placed: Placed, changes: Sequence[Change], state: str | None) -> tuple[Edge, ...]:
    counts = Counter((source, target) for source, target, _ in changes if source is not None)
    last = changes[-1][:2] if changes and changes[-1][1] == state else (None, None)
    return tuple(
        Edge(*pair, curve, counts[pair], pair in chart.edges, pair == last, pair[0] == state)
        for pair, curve in sorted(placed.curves.items())
    )
