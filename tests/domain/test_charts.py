"""Charts as tables."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Chart, Ending, State, StateKind
from inspector.domain.link import LINK_CHART
from inspector.protocols.registry import ADAPTERS
from tests.domain.toy import CHART

CHARTS = [LINK_CHART, CHART, *(chart for adapter in ADAPTERS.values() for chart in adapter.charts)]


def test_staying_and_a_first_sight_are_always_declared() -> None:
    assert CHART.declares(None, "done")
    assert CHART.declares("busy", "busy")
    assert not CHART.declares("done", "busy")
    assert not CHART.declares("busy", "nonsense")


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_is_sound(chart: Chart) -> None:
    ids = [state.id for state in chart.states]
    assert len(set(ids)) == len(ids)
    assert {end for edge in chart.edges for end in edge} <= set(ids)
    starts = [state.id for state in chart.states if state.kind is StateKind.START]
    assert starts
    reached, todo = set(starts), list(starts)
    while todo:
        here = todo.pop()
        for source, target in chart.edges:
            if source == here and target not in reached:
                reached.add(target)
                todo.append(target)
    assert reached == set(ids), "every state can be reached"


@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=lambda adapter: adapter.name)
def test_every_end_of_a_run_has_an_ending_and_nothing_else_has(adapter: object) -> None:
    for chart in adapter.charts:  # type: ignore[attr-defined]
        for state in chart.states:
            assert (state.ending is not None) is state.terminal, state.id


def test_terminal_is_a_matter_of_kind() -> None:
    assert State("x", StateKind.BAD_END, Ending.FAILED).terminal
    assert not State("x", StateKind.WAITS).terminal
