"""Places of the states."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from inspector.domain.charts import Chart, State, StateKind
from inspector.domain.link import LINK_CHART
from inspector.present.chartlayout import place
from inspector.protocols.registry import ADAPTERS
from tests.domain.toy import CHART

CHARTS = [LINK_CHART, CHART, *(chart for adapter in ADAPTERS.values() for chart in adapter.charts)]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_every_state_has_a_place_of_its_own(chart: Chart) -> None:
    placed = place(chart)
    assert set(placed.boxes) == set(chart.by_id)
    for one, two in combinations(placed.boxes.values(), 2):
        assert abs(one.x - two.x) >= one.w or abs(one.y - two.y) >= one.h + 8
    assert placed.main <= chart.edges


def test_states_that_nobody_declared_stand_below() -> None:
    placed = place(CHART, ("pondering", "musing"))
    lowest = max(placed.boxes[state.id].bottom for state in CHART.states)
    assert placed.boxes["pondering"].top > lowest
    assert placed.boxes["pondering"] != placed.boxes["musing"]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_every_change_runs_from_the_border_of_its_state_to_that_of_the_other(chart: Chart) -> None:
    placed = place(chart, seen=chart.edges)
    assert set(placed.curves) == chart.edges
    for (source, target), curve in placed.curves.items():
        assert placed.boxes[source].holds(curve.start, 6)
        assert not placed.boxes[source].holds(curve.start, -6)
        assert placed.boxes[target].holds(curve.end, 6)
        assert not placed.boxes[target].holds(curve.end, -6)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_what_is_always_drawn_runs_through_no_other_state(chart: Chart) -> None:
    placed = place(chart)
    for pair in placed.main:
        for name, box in placed.boxes.items():
            if name not in pair:
                assert not any(box.holds(point, 2) for point in placed.curves[pair].points()), (pair, name)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_there_and_back_do_not_share_a_line(chart: Chart) -> None:
    placed = place(chart)
    for one, two in placed.main:
        if (two, one) in placed.main:
            there, back = placed.curves[one, two].middle(), placed.curves[two, one].middle()
            assert abs(there[0] - back[0]) + abs(there[1] - back[1]) > 4


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_change_that_nobody_declared_finds_its_way_around_the_others(chart: Chart) -> None:
    for pair in permutations([*chart.by_id, "pondering"], 2):
        if pair not in chart.edges:
            placed = place(chart, ("pondering",), frozenset([pair]))
            assert pair not in placed.main
            others = [box for name, box in placed.boxes.items() if name not in pair]
            assert not any(box.holds(point) for point in placed.curves[pair].points() for box in others), pair


def test_a_change_with_nothing_in_its_way_is_bowed() -> None:
    placed = place(CHART, seen=frozenset([("busy", "queued")]))
    assert len(placed.curves["busy", "queued"].pieces) == 1


def test_the_beginning_leads_into_the_first_state() -> None:
    placed = place(LINK_CHART)
    assert placed.start is not None
    assert placed.boxes["connecting"].holds(placed.start.end, 1)


def test_a_state_that_the_plan_lacks_stands_below() -> None:
    newer = replace(LINK_CHART, states=(*LINK_CHART.states, State("resting", StateKind.WAITS)))
    placed = place(newer)
    assert placed.boxes["resting"].top > placed.boxes["silent"].bottom
