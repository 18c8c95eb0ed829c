"""A run over time: lanes of bars for its exchanges, steps and tool calls, and marks for what changed. Values only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from inspector.domain.bygone import Stream
from inspector.domain.case import Case, Thresholds
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import RANK, Verdict
from inspector.domain.ending import silence
from inspector.domain.events import Purpose
from inspector.domain.findings import Severity
from inspector.domain.link import Condition, Link
from inspector.domain.rows import Rows
from inspector.domain.run import Node, ToolCall
from inspector.present.drawing import look_of_condition, look_of_state
from inspector.present.sentences import sentence

ROWS = 4
"""Bars of one lane that overlap are stacked in so many rows; what overlaps even then is painted over each other."""

GOING = (Ending.RUNNING, Ending.NOT_STARTED, Ending.WAITING)
"""Endings of runs whose present state is still lived in."""


class Part(StrEnum):
    """What a lane tells of."""

    STATE = "state"
    LINK = "link"
    STEP = "step"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted, from ``start`` to ``end`` in ms of the log; ``open``: it goes on.

    Frame ``seq`` told of it first and frame ``last`` last. Up to ``pale`` it was asked for and not answered.
    """

    start: float
    end: float
    title: str
    look: Ending
    seq: int
    last: int
    open: bool = False
    note: str = ""
    pale: float = 0.0


@dataclass(frozen=True, slots=True)
class Silence:
    """A time without content on an exchange, with the keep-alives that came in it."""

    start: float
    end: float
    beats: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the picture: bars in the order of their beginnings. An empty title continues the lane above.

    ``links`` are the exchanges that it stands for, for the traffic painted into their bars.
    """

    part: Part
    title: str
    bars: tuple[Bar, ...]
    depth: int = 0
    silences: tuple[Silence, ...] = ()
    links: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, and the frame that proves it. ``severity`` is that of a finding; a change of state has a ``look``."""

    at: float
    seq: int
    title: str
    look: Ending = Ending.UNKNOWN
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it. ``live``: something goes on, so that ``end`` is the present."""

    start: float
    end: float
    lanes: tuple[Lane, ...]
    changes: tuple[Mark, ...] = ()
    findings: tuple[Mark, ...] = ()
    live: bool = False


def timeline(case: Case, verdict: Verdict, rows: Rows, now: float) -> Timeline:
    """The run as it went up to ``now``, ms of the log."""
    stuck = case.run.over or silence(case, now) >= case.thresholds.silence_ms
    quiet = case.link is not None and case.link.last is not None
    going = verdict.ending in GOING or (verdict.ending is Ending.STALLED and not quiet)
    lanes = [_states(case, now, going), *_links(case, rows, now), *_steps(case, now, stuck), *_tools(case, now)]
    lanes = [lane for lane in lanes if lane.bars]
    changes = [Mark(t.at, t.seq, _change(t.source, t.target), _look(case, t.target)) for t in case.run.transitions]
    findings = _findings(verdict, rows)
    live = any(bar.open for lane in lanes for bar in lane.bars)
    moments = [mark.at for mark in (*changes, *findings)]
    start = min([bar.start for lane in lanes for bar in lane.bars] + moments, default=case.run.first_at)
    end = max([bar.end for lane in lanes for bar in lane.bars] + moments, default=now)
    return Timeline(start, max(end, start + 1.0), tuple(lanes), tuple(changes), findings, live)


def _change(source: str | None, target: str) -> str:
    return f"{source} → {target}" if source else target


def _look(case: Case, state: str) -> Ending:
    return look_of_state(case.run.chart.by_id.get(state))


def _states(case: Case, now: float, going: bool) -> Lane:
    """The run's states, each up to the next one."""
    changes, bars = case.run.transitions, []
    for change, after in zip(changes, [*changes[1:], None], strict=False):
        state = case.run.chart.by_id.get(change.target)
        over = state is not None and state.terminal
        goes_on = going and after is None and not over and case.run.answered_by is None
        end = after.at if after else max(change.at, now if goes_on else case.run.last_at)
        look = look_of_state(state)
        bars.append(Bar(change.at, end, change.target, look, change.seq, after.seq if after else change.seq, goes_on))
    return Lane(Part.STATE, "state", tuple(bars))


def _links(case: Case, rows: Rows, now: float) -> list[Lane]:
    """Streams by what was asked for; the acts, and the many short reads, in a lane each."""
    groups: dict[tuple[int, str], list[tuple[Stream, list[Silence]]]] = {}
    for gone in case.run.bygone.gone:
        groups.setdefault((0, _name(gone, rows)), []).append((gone, _silences(gone, case.thresholds)))
    for link in case.links():
        one = Stream.of(link, now, case.thresholds.silence_ms)
        silences = _silences(one, case.thresholds) if link.streams or link.socket else []
        groups.setdefault(_group(link, one, rows), []).append((one, silences))
    lanes = []
    for (_, title), parts in sorted(groups.items(), key=lambda item: item[0][0]):
        bars, numbers = tuple(_exchange(one) for one, _ in parts), tuple(one.number for one, _ in parts)
        silent = tuple(chain.from_iterable(silences for _, silences in parts))
        lanes += _stacked(Lane(Part.LINK, title, bars, 0, silent, numbers))
    return lanes


def _group(link: Link, one: Stream, rows: Rows) -> tuple[int, str]:
    if link.streams or link.socket:
        name = "" if link.request is None else _name(one, rows)
        return 0, name or f"{link.method} {link.url}".strip() or f"exchange {link.number}"
    return (1, "acts") if link.opened.purpose in (Purpose.ACT, Purpose.BACKGROUND) else (2, "reads")


def _name(one: Stream, rows: Rows) -> str:
    row = rows.find_seq(one.first)
    return "" if row is None else rows.name(row)


def _exchange(one: Stream) -> Bar:
    pale = one.until if one.headers_at is None else one.headers_at
    title = f"{one.method} {one.status or ''}".strip() or f"exchange {one.number}"
    note = one.condition.value if one.ok or one.condition is not Condition.REFUSED else f"HTTP {one.status}"
    look = look_of_condition(one.condition)
    return Bar(one.opened_at, one.until, title, look, one.first, one.last, one.open, note, pale)


def _silences(one: Stream, limits: Thresholds) -> list[Silence]:
    """Those beyond the thresholds: before the headers, between contents, and the present one."""
    headers = one.until if one.headers_at is None else one.headers_at
    found = []
    if headers - one.opened_at >= limits.no_headers * 1000:
        found.append(Silence(one.opened_at, headers, 0, one.open and one.headers_at is None))
    found += [Silence(start, end, beats) for start, end, beats in one.gaps if end - start >= limits.silence_ms]
    if one.headers_at is not None and one.until - one.quiet_at >= limits.silence_ms:
        found.append(Silence(one.quiet_at, one.until, one.beats, one.open))
    return found


def _steps(case: Case, now: float, stuck: bool) -> list[Lane]:
    """A lane for each step by the names that lead to it, outer ones before what ran inside."""
    nodes = case.run.nodes
    paths: dict[str, tuple[str, ...]] = {}
    groups: dict[tuple[str, ...], list[Bar]] = {}
    for node in nodes.values():
        groups.setdefault(_path(node, nodes, paths), []).append(_step(case, node, now, stuck))
    order: dict[tuple[str, ...], int] = {path: place for place, path in enumerate(groups)}
    ranks = {path: tuple(order.get(path[: n + 1], order[path]) for n in range(len(path))) for path in groups}
    lanes = []
    for path in sorted(groups, key=ranks.__getitem__):
        depth = sum(path[:length] in groups for length in range(1, len(path)))
        lanes += _stacked(Lane(Part.STEP, path[-1], tuple(groups[path]), depth))
    return lanes


def _path(node: Node, nodes: dict[str, Node], known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names from the outermost step to this one. ``parent`` is a task, or names with ids: ``name:id|name:id``."""
    chain, here = [node], node
    while here.task not in known and here.parent in nodes and len(chain) < len(nodes):
        here = nodes[here.parent]
        chain.append(here)
    for each in reversed(chain):
        if each.task not in known:
            outer = known.get(each.parent or "")
            if outer is None:
                outer = tuple(part.partition(":")[0] for part in (each.parent or "").split("|") if part)
                outer = () if ":" not in (each.parent or "") else outer
            known[each.task] = (*outer, each.name)
    return known[node.task]


def _step(case: Case, node: Node, now: float, stuck: bool) -> Bar:
    run = case.run
    looks = {"error": Ending.FAILED, "end": Ending.COMPLETED, "wait": Ending.WAITING}
    look, end, open_ = looks.get(node.phase, Ending.RUNNING), node.ended_at, False
    if end is None:
        open_ = not run.over and run.answered_by is None
        end = now if open_ else run.terminal_at if run.terminal_at is not None else run.last_at
        if node.phase == "wait":
            look = Ending.WAITING if run.answered_by is None else Ending.COMPLETED
        elif stuck:
            look = Ending.STALLED
    return Bar(node.started_at, max(end, node.started_at), node.name, look, node.first_seq, node.seq, open_, node.note)


def _tools(case: Case, now: float) -> list[Lane]:
    groups: dict[str, list[Bar]] = {}
    for call in case.run.tools.values():
        groups.setdefault(call.name or "a tool", []).append(_call(case, call, now))
    return [row for name, bars in groups.items() for row in _stacked(Lane(Part.TOOL, name, tuple(bars)))]


def _call(case: Case, call: ToolCall, now: float) -> Bar:
    run, name = case.run, call.name or call.id
    if call.answered_at is not None:
        look, end = Ending.COMPLETED, call.answered_at
    elif call.output is not None or call.hosted:
        return Bar(call.started_at, call.started_at, name, Ending.COMPLETED, call.first_seq, call.seq)
    else:
        look, end = (Ending.FAILED, run.last_at) if run.over else (Ending.WAITING, now)
    open_ = look is Ending.WAITING
    note = call.id if call.answered_at is not None else f"{call.id}, no output"
    return Bar(call.started_at, max(end, call.started_at), name, look, call.first_seq, call.seq, open_, note)


def _stacked(lane: Lane) -> list[Lane]:
    """The lane in as many rows as its bars need so that none covers another, but no more than ROWS."""
    bars = sorted(lane.bars, key=lambda bar: (bar.start, -bar.end))
    rows: list[list[Bar]] = [[]]
    ends = [float("-inf")]
    for bar in bars:
        free = next((place for place, end in enumerate(ends) if end <= bar.start), None)
        if free is None and len(rows) < ROWS:
            rows.append([])
            ends.append(0.0)
            free = len(rows) - 1
        if free is None:
            free = ends.index(min(ends))
        rows[free].append(bar)
        ends[free] = max(bar.end, bar.start)
    first = replace(lane, bars=tuple(rows[0]))
    return [first, *(replace(lane, title="", bars=tuple(row), silences=(), links=()) for row in rows[1:])]


def _findings(verdict: Verdict, rows: Rows) -> tuple[Mark, ...]:
    """A mark at the time of each frame that proves something; the worst first among those of one frame."""
    found = []
    for finding in sorted(verdict.findings, key=lambda finding: RANK[finding.severity]):
        text = sentence(finding)
        for seq in finding.frames:
            row = rows.find_seq(seq)
            if row is None and len(rows):
                row = len(rows) - 1
            if row is not None:
                found.append(Mark(rows.at[row], seq, text, severity=finding.severity))
    return tuple(sorted(found, key=lambda mark: mark.at))


def nearest(marks: Sequence[Mark], at: float, within: float) -> Mark | None:
    """The mark closest to a moment, no farther than ``within`` ms."""
    place = bisect_left(marks, at, key=lambda mark: mark.at)
    near = [mark for mark in marks[max(0, place - 1) : place + 1] if abs(mark.at - at) <= within]
    return min(near, key=lambda mark: abs(mark.at - at), default=None)


def covered(lane: Lane, at: float, within: float) -> Bar | None:
    """The bar of a lane at a moment; a short one also from a little aside."""
    found = [bar for bar in _before(lane.bars, at + within) if bar.end + within >= at]
    return min(found, key=lambda bar: (max(bar.start - at, at - bar.end, 0.0), bar.end - bar.start), default=None)


def _before(bars: Sequence[Bar], at: float) -> Iterable[Bar]:
    return bars[: bisect_left(bars, at, key=lambda bar: bar.start)]
