"""The steps of a run as a chain, in the order in which they were first seen."""

from __future__ import annotations

from itertools import pairwise

from inspector.domain.adapter import Drawing
from inspector.domain.case import Case
from inspector.domain.ending import silence
from inspector.domain.run import Node
from inspector.protocols.assistants.chart import REQUIRES_ACTION


def draw(case: Case, now: float) -> Drawing | None:
    """The chain, lit as it stands at log time ``now`` (ms); None before the first step."""
    steps = list(case.run.nodes.values())
    if not steps:
        return None
    nodes = tuple((step.task, _label(step)) for step in steps)
    edges = tuple((one.task, two.task, False) for one, two in pairwise(steps))
    return Drawing(nodes, edges, {step.task: _light(case, step, now) for step in steps})


def _label(step: Node) -> str:
    return f"{step.name}: {step.note}" if step.note else step.name


def _light(case: Case, step: Node, now: float) -> str:
    if step.phase == "error":
        return "failed"
    if step.phase == "end":
        return "done"
    if case.run.state == REQUIRES_ACTION:
        return "waiting"
    return "stuck" if case.run.over or silence(case, now) >= case.thresholds.silence_ms else "active"
