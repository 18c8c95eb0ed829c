"""The steps that a run was seen to take, as a graph: for logs in which no server told its own."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from inspector.domain.adapter import Drawing
from inspector.domain.case import Case
from inspector.domain.ending import silence
from inspector.domain.run import Node
from inspector.present.times import since_start, span


@dataclass(frozen=True, slots=True)
class Taken:
    """All executions of one step. ``worked`` is the time in ms that those which ended took together."""

    path: str
    executions: tuple[Node, ...]

    @property
    def last(self) -> Node:
        """The newest execution, which speaks for the step."""
        return self.executions[-1]

    @property
    def worked(self) -> float:
        """Milliseconds, executions that run beside each other counted one by one."""
        return sum(node.ended_at - node.started_at for node in self.executions if node.ended_at is not None)


def taken(nodes: Iterable[Node]) -> dict[str, Taken]:
    """The steps by their path; those within another one are ``outer:inner``."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        found.setdefault(path_of(node), []).append(node)
    return {path: Taken(path, tuple(each)) for path, each in found.items()}


def named(nodes: Iterable[Node], names: Container[str] = ()) -> dict[str, Taken]:
    """Steps by their name and by their path, and single executions by their task where it is one of ``names``."""
    nodes = list(nodes)
    steps = taken(nodes)
    found = {path.rpartition(":")[2]: step for path, step in steps.items()}
    found |= {node.task: Taken(path_of(node), (node,)) for node in nodes if node.task in names}
    return found | steps


def path_of(node: Node) -> str:
    """The names of the steps that it runs within, and its own. A parent is ``name:id|name:id…``; the ids go."""
    if not node.parent:
        return node.name
    within = [part.partition(":")[0] for part in node.parent.split("|") if part]
    return ":".join([*within, node.name])


def seen(case: Case, now: float) -> Drawing | None:
    """The steps, each joined to those that ended last before it began, lit as they stand; None before the first."""
    steps = taken(case.run.nodes.values())
    outer = {path[:end] for path in steps for end in range(len(path)) if path[end] == ":"}
    steps = {path: step for path, step in steps.items() if path not in outer}
    if not steps:
        return None
    nodes = tuple((path, path.rpartition(":")[2]) for path in steps)
    return Drawing(nodes, tuple(_joined(steps)), {path: _light(case, step, now) for path, step in steps.items()})


def note(step: Taken, light: str, now: float) -> str:
    """A few words for its box: how often it ran, how long it has taken or took, after what time it failed."""
    times = f"{len(step.executions)}×" if len(step.executions) > 1 else ""
    if light == "failed" and step.last.ended_at is not None:
        return f"after {span(step.last.ended_at - step.last.started_at)}"
    time = span(step.worked) if step.worked else ""
    if light in ("active", "stuck", "waiting"):
        time = span(now - step.last.started_at)
    return " · ".join(part for part in (times, time) if part)


def tip(step: Taken, now: float) -> str:
    """Lines with all there is: when it began, how long it took, how often, its question or error."""
    last = step.last
    until, took = (now, "for") if last.ended_at is None else (last.ended_at, "took")
    lines = [f"began at {since_start(last.started_at)} s, {took} {span(until - last.started_at)}"]
    if len(step.executions) > 1:
        lines.append(f"{len(step.executions)} times, {span(step.worked)} in all")
    return "\n".join([*lines, last.note] if last.note else lines)


def _joined(steps: Mapping[str, Taken]) -> list[tuple[str, str, bool]]:
    """Edges from what ended to what began next. Steps that ran at the same time are not joined to each other."""
    executions = [(node, path) for path, step in steps.items() for node in step.executions]
    executions.sort(key=lambda execution: execution[0].started_at)
    found: dict[tuple[str, str, bool], None] = {}
    running: list[tuple[float, int]] = []
    before: list[int] = []
    for number, (node, path) in enumerate(executions):
        ended = len(before)
        while running and running[0][0] <= node.started_at:
            before.append(heappop(running)[1])
        if len(before) > ended:
            before = _newest(executions, before)
        found |= dict.fromkeys((executions[earlier][1], path, False) for earlier in before)
        if node.ended_at is not None:
            heappush(running, (node.ended_at, number))
    return list(found)


def _newest(executions: Sequence[tuple[Node, str]], ended: Sequence[int]) -> list[int]:
    """Without those after whose end another of them began."""
    last = max(ended)
    began = executions[last][0].started_at
    return [number for number in ended if number == last or (executions[number][0].ended_at or 0.0) > began]


def _light(case: Case, step: Taken, now: float) -> str:
    phase = step.last.phase
    if phase == "error":
        return "failed"
    if phase == "wait":
        return "done" if case.run.answered_by is not None else "waiting"
    if all(node.ended_at is not None for node in step.executions):
        return "done"
    return "stuck" if case.run.over or silence(case, now) >= case.thresholds.silence_ms else "active"
