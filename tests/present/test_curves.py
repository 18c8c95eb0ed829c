from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.present.curves import Box, Curve, arrow, bow, downwards, path_text, rounded

NEAR = st.floats(-300, 300)


def test_rounded_lines_keep_to_their_corners() -> None:
    curve = rounded([(0, 0), (100, 0), (100, 50)], radius=10)
    assert curve.start == pytest.approx((0, 0))
    assert curve.end == pytest.approx((100, 50))
    for x, y in curve.points():
        assert y == pytest.approx(0, abs=1e-6) or x == pytest.approx(100, abs=1e-6) or (x >= 90 and y <= 10)
    corner = min(((100 - x) ** 2 + y**2) ** 0.5 for x, y in curve.points())
    assert 3 < corner < 5  # the corner is cut by a quarter circle of radius 10


def test_a_corner_between_short_lines_is_as_round_as_they_allow() -> None:
    points = rounded([(0, 0), (6, 0), (6, 6)], radius=40).points()
    assert all(-1e-6 <= x <= 6.0001 and -1e-6 <= y <= 6.0001 for x, y in points)


def test_downwards_passes_every_point_vertically() -> None:
    curve = downwards([(0, 0), (40, 50), (40, 80), (10, 120)])
    assert (curve.start, curve.end) == ((0, 0), (10, 120))
    for a, b, end in curve.pieces:
        assert b[0] == pytest.approx(end[0])
        assert a[1] <= b[1] + 1e-9


@given(NEAR, NEAR)
def test_a_bow_runs_from_border_to_border(dx: float, dy: float) -> None:
    source, target = Box(0, 0, 60, 30), Box(dx, dy, 60, 30)
    if abs(dx) < 110 and abs(dy) < 80:
        return
    curve = bow(source, target)
    assert source.holds(curve.start, 8)
    assert target.holds(curve.end, 8)
    middle = curve.middle()
    assert not source.holds(middle)
    assert not target.holds(middle)


def test_there_and_back_are_two_different_bows() -> None:
    a, b = Box(0, 0, 60, 30), Box(200, 0, 60, 30)
    assert bow(a, b).middle()[1] * bow(b, a).middle()[1] < 0


def test_a_bow_to_itself_is_a_loop_outside_of_the_box() -> None:
    box = Box(0, 0, 60, 30)
    assert not box.holds(bow(box, box).middle())


def test_moving_turning_and_going_back() -> None:
    curve = rounded([(0, 0), (30, 0), (30, 40)])
    assert curve.moved(5, 7).end == (35, 47)
    assert curve.turned().end == (40, 30)
    assert curve.back().start == curve.end
    assert curve.back().end == curve.start
    assert curve.back().back() == curve
    assert curve.middle() == pytest.approx(curve.back().middle())


def test_the_middle_is_half_way() -> None:
    assert rounded([(0, 0), (100, 0)]).middle() == pytest.approx((50, 0))
    assert Curve((3, 4), ()).middle() == (3, 4)


def test_the_arrow_points_along_the_end() -> None:
    tip, left, right = arrow(rounded([(0, 0), (50, 0), (50, 60)]), length=8, width=6)
    assert tip == pytest.approx((50, 60))
    assert {round(left[0]), round(right[0])} == {47, 53}
    assert left[1] == pytest.approx(52)


def test_a_path_in_words() -> None:
    text = path_text(rounded([(0, 0), (30, 0)]))
    assert re.fullmatch(r"M0\.0,0\.0C10\.0,0\.0 20\.0,0\.0 30\.0,0\.0", text)
