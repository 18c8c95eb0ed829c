"""The tree of a trace: agents with their turns, what each turn called, and where handoffs led; lit as it stands."""

from __future__ import annotations

from inspector.domain.adapter import Drawing
from inspector.domain.case import Case
from inspector.domain.charts import StateKind
from inspector.domain.ending import silence
from inspector.domain.inside import agent_of, hanging, to_nobody, up
from inspector.domain.run import Node, Run
from inspector.protocols.agents_sdk.spans import MODEL_CALLS
from inspector.protocols.agents_sdk.telling import INFERRED

MOST = 120
"""From so many steps on, model calls and turns that ended well are left out: the picture is to be read."""

_THROUGH = frozenset(["task"])


def draw(case: Case, now: float) -> Drawing | None:
    """The tree at log time ``now`` (ms); None before the first span."""
    run = case.run
    steps = [node for node in run.nodes.values() if node.kind not in _THROUGH] or list(run.nodes.values())
    if not steps:
        return None
    if len(steps) > MOST:
        steps = [node for node in steps if not _plain(node)] or steps[:MOST]
    shown = {node.task for node in steps}
    nodes = [(node.task, _label(node)) for node in steps]
    edges = [(above, node.task, False) for node in steps if (above := _above(run, node, shown)) is not None]
    edges += _handed(run, steps, shown)
    lit = {node.task: light for node in steps if (light := _light(case, node, now)) is not None}
    for source, target, _ in to_nobody(run):
        ident = f"handoff to {target}"
        nodes.append((ident, f"{target}\nnever began (inferred)"))
        lit[ident] = "stuck"
        handoff = next((n for n in steps if n.kind == "handoff" and n.name == f"{source} → {target}"), None)
        if handoff is not None:
            edges.append((handoff.task, ident, True))
    return Drawing(tuple(dict(nodes).items()), tuple(dict.fromkeys(edges)), lit)


def _plain(node: Node) -> bool:
    return (node.kind in MODEL_CALLS or node.kind == "turn") and node.phase == "end"


def _label(node: Node) -> str:
    if node.note == INFERRED:
        return f"{node.name} (inferred)"
    return node.name if node.kind in ("turn", *MODEL_CALLS, "handoff") else f"{node.kind.replace('_', ' ')} {node.name}"


def _above(run: Run, node: Node, shown: set[str]) -> str | None:
    return next((above.task for above in up(run, node) if above.task in shown), None)


def _handed(run: Run, steps: list[Node], shown: set[str]) -> list[tuple[str, str, bool]]:
    """From each handoff to the agent that began next under that name."""
    agents = sorted((node for node in steps if node.kind == "agent"), key=lambda node: node.started_at)
    found = []
    for node in steps:
        if node.kind == "handoff":
            target = node.name.partition(" → ")[2]
            led = next((a for a in agents if a.name == target and a.started_at >= node.started_at), None)
            if led is not None and led.task in shown:
                found.append((node.task, led.task, True))
    return found


def _light(case: Case, node: Node, now: float) -> str | None:
    state = case.run.declared_state
    if node.phase == "error":
        return "failed"
    asked = {ask.id for ask in case.run.wanted.asks} if case.run.wanted is not None else set()
    if node.phase == "wait" or (node.task in asked and state is not None and state.kind is StateKind.WAITS):
        return "waiting"
    if node.ended_at is not None:
        return "done"
    if case.run.over or silence(case, now) >= case.thresholds.silence_ms:
        return "stuck"
    hung = {str(each["span"]) for each in hanging(case, now)}
    inner = [case.run.nodes[span] for span in hung if span in case.run.nodes]
    within = {above.task for each in inner for above in up(case.run, each)}
    return "stuck" if node.task in hung or (node.task in within and agent_of(case.run, node) == node.name) else "active"
