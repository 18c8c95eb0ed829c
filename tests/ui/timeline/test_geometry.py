"""Where the lanes stand."""

from __future__ import annotations

from inspector.domain.charts import Ending
from inspector.present.timeline import Bar, Lane, Part, Timeline
from inspector.present.timeline_scale import Scale
from inspector.ui.timeline.geometry import ROW, Geometry, Stop


def bar(start: float, end: float) -> Bar:
    return Bar(start, end, "x", Ending.RUNNING, 1, 1)


LANES = (
    Lane(Part.STATE, "state", (bar(0, 50), bar(50, 100))),
    Lane(Part.STEP, "a", (bar(0, 10), bar(60, 70))),
    Lane(Part.STEP, "b", (bar(80, 90),)),
)


def test_places_lead_to_lanes_and_bars() -> None:
    geometry = Geometry.of(Timeline(0, 100, LANES))
    assert len(geometry.captions) == 1
    scale = Scale(0.0, 1.0, 100.0)
    assert geometry.bar_at(85, geometry.tops[2] + 4, scale) == (2, LANES[2].bars[0])
    assert geometry.bar_at(30, geometry.tops[1] + 4, scale) is None
    assert geometry.lane_at(geometry.tops[2] + ROW + 1) is None


def test_the_keyboard_goes_along_a_lane_and_to_what_is_near_in_the_next() -> None:
    stop = Stop(0, 0).moved(1, 0, LANES)
    assert stop == Stop(0, 1)
    assert stop.moved(0, 1, LANES) == Stop(1, 1)
    assert Stop(1, 1).moved(0, 1, LANES) == Stop(2, 0)
    assert Stop(2, 0).moved(1, 1, LANES) == Stop(2, 0)
    assert Stop(7, 3).moved(1, 0, LANES) == Stop(0, 0)
