"""The items of a response's output as a chain, in the order in which they were first seen."""

from __future__ import annotations

from itertools import pairwise

from inspector.domain.adapter import Drawing
from inspector.domain.case import Case
from inspector.domain.ending import silence
from inspector.domain.run import Node
from inspector.protocols.responses.chart import WAITING


def draw(case: Case, now: float) -> Drawing | None:
    """The chain, lit as it stands at log time ``now`` (ms); None before the first item."""
    steps = list(case.run.nodes.values())
    if not steps:
        return None
    nodes = tuple((step.task, f"{step.name}: {step.note}" if step.note else step.name) for step in steps)
    edges = tuple((one.task, two.task, False) for one, two in pairwise(steps))
    return Drawing(nodes, edges, {step.task: _light(case, step, now) for step in steps})


def _light(case: Case, step: Node, now: float) -> str:
    run = case.run
    if step.phase == "error":
        return "failed"
    asked = {ask.id for ask in run.wanted.asks} if run.wanted is not None and run.answered_by is None else set()
    if run.state == WAITING and step.task in asked:
        return "waiting"
    if step.phase == "end":
        return "done"
    return "stuck" if run.over or silence(case, now) >= case.thresholds.silence_ms else "active"
