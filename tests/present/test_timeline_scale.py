"""Where moments stand in a timeline."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.present.timeline_scale import Scale, tick

MOMENTS = st.floats(0, 1e8)


@given(MOMENTS, st.floats(1, 1e8), st.floats(0.2, 50), st.floats(0, 800))
def test_zooming_keeps_what_is_below_the_mouse_and_never_leaves_the_whole(
    start: float, length: float, factor: float, x: float
) -> None:
    whole = Scale.fitted(start, start + length, 800)
    near = whole.zoomed(factor, x, whole)
    assert near.start >= whole.start - 1e-6
    assert near.end <= whole.end + max(1e-6, whole.end * 1e-9)
    assert near.at(x) == pytest.approx(whole.at(x), abs=max(1e-3, whole.unit))
    far = near.moved(1e9, whole)
    assert far.end == pytest.approx(whole.end)


@example(0.0, 750_558_452.0, 100)
@given(MOMENTS, st.floats(1, 1e12), st.integers(100, 2000))
def test_ticks_are_as_far_apart_as_asked_and_are_all_in_sight(start: float, length: float, width: int) -> None:
    scale = Scale.fitted(start, start + length, width)
    ticks = scale.ticks(80.0)
    places = [scale.x(at) for at, _ in ticks]
    assert all(-1 <= x <= width + 1 for x in places)
    assert all(b - a >= 79.0 for a, b in pairwise(places))


def test_a_tick_is_told_as_sharply_as_its_neighbours_need() -> None:
    assert [tick(250, 50), tick(1500, 500), tick(3000, 1000), tick(150_000, 30_000), tick(7_200_000, 3_600_000)] == [
        "250 ms",
        "1.5 s",
        "3 s",
        "2:30",
        "2 h",
    ]
