"""Places of the states."""

from __future__ import annotations

from itertools import combinations

import pytest

from inspector.domain.charts import Chart
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
        assert abs(one.x - two.x) >= one.w or abs(one.y - two.y) >= one.h + 12, "room for the line below a box"
    assert placed.main <= chart.edges


def test_states_that_nobody_declared_stand_below() -> None:
    placed = place(CHART, ("pondering", "musing"))
    lowest = max(placed.boxes[state.id].bottom for state in CHART.states)
    assert placed.boxes["pondering"].top > lowest
    assert placed.boxes["pondering"] != placed.boxes["musing"]
