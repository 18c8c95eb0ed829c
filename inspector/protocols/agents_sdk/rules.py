"""Findings that only traces have: who hangs, what was never answered, which failure was swallowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from inspector.domain import rules_run
from inspector.domain.adapter import Rule
from inspector.domain.case import Case
from inspector.domain.charts import Ending, StateKind
from inspector.domain.ending import silence
from inspector.domain.findings import Evidence
from inspector.domain.inside import agent_of, asked_within, hanging, hanging_due, inmost, to_nobody, up, waited_for
from inspector.domain.rules_stream import noticed
from inspector.domain.run import Node, Run
from inspector.protocols.agents_sdk.actions import state_of
from inspector.protocols.agents_sdk.spans import TOOLS
from inspector.protocols.agents_sdk.telling import INFERRED


def open_span(case: Case, now: float) -> Evidence | None:
    """Spans that began and never ended. While the trace goes on they are at work, unless it has gone quiet."""
    run, state = case.run, case.run.declared_state
    if state is None or state.kind is StateKind.WAITS:
        return None
    going = not state.terminal
    hung = hanging(case, now) if going else ()
    if going and not hung and silence(case, now) < case.thresholds.silence_ms:
        return None
    found = [node for node in run.nodes.values() if node.ended_at is None]
    lost = to_nobody(run) if state.id in ("cut", "running", "begun") else []
    if state.id in ("completed", "failed", "unclear"):
        found = [node for node in found if node.note != INFERRED]
    if not found and not lost:
        return None
    deepest = run.nodes.get(str(hung[0]["span"])) if hung else None
    deepest = deepest or inmost(run, [node for node in found if node.note != INFERRED])
    values = {
        "spans": [{"id": n.task, "name": n.name, "kind": n.kind} for n in found if n.note != INFERRED][:20],
        "agent": None if deepest is None else agent_of(run, deepest),
        "span": None if deepest is None else deepest.task,
        "name": None if deepest is None else deepest.name,
        "age": None if deepest is None else now - deepest.started_at,
        "inferred": [_unseen(node) for node in found if node.note == INFERRED],
        "handoffs": [{"from": source, "to": target} for source, target, _ in lost],
        "exchange": _exchange(case, deepest, hung, now),
    }
    frames = [node.seq for node in found] + [seq for _, _, seq in lost]
    return Evidence(tuple(dict.fromkeys(frames))[:50], values)


def _exchange(case: Case, node: Node | None, hung: Sequence[Mapping[str, Any]], now: float) -> Mapping[str, Any] | None:
    """The exchange that it waits for, or waited for until it stopped."""
    if hung:
        return hung[0]
    return waited_for(case, node, now) if node is not None and case.run.over else None


def _unseen(node: Node) -> str:
    return f"a {node.kind}" if node.name == node.kind else f"{node.kind} {node.name}"


def open_span_due(case: Case, now: float) -> float | None:
    """When an exchange that a span waits for becomes a hanging one. Silence itself is looked at anyway."""
    return None if case.run.over else hanging_due(case, now)


def failed(case: Case, now: float) -> Evidence | None:
    """As everywhere; named are the agents in which it failed."""
    evidence = rules_run.failed(case, now)
    if evidence is None:
        return None
    run = case.run
    wrong = [node for node in run.nodes.values() if node.phase == "error" and not _swallowed(run, node)]
    agents = [agent_of(run, node) for node in wrong]
    return replace(evidence, values={**evidence.values, "nodes": list(dict.fromkeys(a for a in agents if a))[-3:]})


def _swallowed(run: Run, node: Node) -> bool:
    """Whether it happened within a tool call that ended: its caller went on with whatever came back."""
    return any(above.kind in TOOLS and above.ended_at is not None for above in (node, *up(run, node)))


def waiting(case: Case, now: float) -> Evidence | None:
    """As everywhere; what can be done is to decide in the saved state of the run, where that is here.

    JavaScript reports no span of a call that needs an approval: then only the model's answer tells, where it was seen.
    """
    evidence = rules_run.waiting(case, now)
    ended_well = rules_run.ended_as(case, Ending.COMPLETED) is not None
    inner = asked_within(case) if evidence is None and ended_well else None
    if inner is not None:
        evidence = rules_run.waiting(replace(case, run=inner), now)
    return None if evidence is None else replace(evidence, next=("decide",) if state_of(case) is not None else ())


def _noticed(finding: str) -> Rule:
    """What the decoder noticed about a span, with the agent as far as it is known by now."""
    found = noticed(finding).check

    def check(case: Case, now: float) -> Evidence | None:
        evidence = found(case, now)
        node = None if evidence is None else case.run.nodes.get(str(evidence.values.get("span")))
        if evidence is None or node is None:
            return evidence
        return replace(evidence, values={**evidence.values, "agent": agent_of(case.run, node)})

    return Rule(finding, check)


RULES: tuple[Rule, ...] = (
    Rule("agents.open_span", open_span, open_span_due),
    _noticed("agents.no_response"),
    _noticed("agents.hidden_failure"),
    Rule("run.failed", failed),
    Rule("run.waiting_for_input", waiting),
)
