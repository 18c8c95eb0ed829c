"""A state chart as Mermaid text (``stateDiagram-v2``), for documents and issue trackers."""

from __future__ import annotations

from functools import lru_cache

from inspector.domain.charts import Chart, StateKind


@lru_cache(32)
def mermaid(chart: Chart) -> str:
    """The chart with its beginning, its changes and its ends."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state.id}" for state in chart.states if state.kind is StateKind.START]
    order = {state.id: number for number, state in enumerate(chart.states)}
    for source, target in sorted(chart.edges, key=lambda edge: (order[edge[0]], order[edge[1]])):
        lines.append(f"    {source} --> {target}")
    lines += [f"    {state.id} --> [*]" for state in chart.states if state.terminal]
    return "\n".join(lines)
