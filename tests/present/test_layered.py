"""The layered layout: nothing overlaps, everything flows, few crossings, always the same."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.present.curves import Box
from inspector.present.layered import GAP_Y, layered

NAMES = "abcdefghij"
GRAPHS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=24)
SIZES = {name: (40.0 + 10 * number, 30.0) for number, name in enumerate(NAMES)}


def overlap(one: Box, two: Box) -> bool:
    return abs(one.x - two.x) < (one.w + two.w) / 2 - 0.01 and abs(one.y - two.y) < (one.h + two.h) / 2 - 0.01


@settings(max_examples=60)
@given(GRAPHS, st.booleans())
def test_any_graph_is_laid_out_without_overlaps(edges: list[tuple[str, str]], across: bool) -> None:
    layout = layered(SIZES, edges, across)
    assert set(layout.boxes) == set(SIZES)
    assert set(layout.curves) == set(edges)
    for one, two in combinations(layout.boxes.values(), 2):
        assert not overlap(one, two)
    for (source, target), curve in layout.curves.items():
        assert layout.boxes[source].holds(curve.start, 6)
        assert layout.boxes[target].holds(curve.end, 6)
    assert layered(SIZES, edges, across) == layout


def test_what_follows_stands_below_or_to_the_right() -> None:
    chain = list(zip("abcd", "bcde", strict=True))
    down = layered(SIZES, chain).boxes
    assert [down[name].y for name in "abcde"] == sorted(down[name].y for name in "abcde")
    assert down["b"].y - down["a"].y == 30 + GAP_Y
    right = layered(SIZES, chain, across=True).boxes
    assert [right[name].x for name in "abcde"] == sorted(right[name].x for name in "abcde")
    assert (right["a"].w, right["a"].h) == SIZES["a"]


def test_there_and_back_are_two_lines() -> None:
    curves = layered(SIZES, [("a", "b"), ("b", "a")]).curves
    there, back = curves["a", "b"].middle(), curves["b", "a"].middle()
    assert abs(there[0] - back[0]) > 4


def test_a_fan_does_not_cross_and_is_centred() -> None:
    boxes = layered(dict.fromkeys("abcde", (60.0, 30.0)), [("a", x) for x in "bcd"] + [(x, "e") for x in "bcd"]).boxes
    assert sorted("bcd", key=lambda n: boxes[n].x) == list("bcd")
    assert boxes["a"].x == pytest.approx(boxes["c"].x, abs=1)
    assert boxes["e"].x == pytest.approx(boxes["c"].x, abs=1)


def test_two_lines_that_need_not_cross_do_not() -> None:
    boxes = layered(dict.fromkeys("abcd", (60.0, 30.0)), [("a", "d"), ("b", "c")]).boxes
    assert (boxes["a"].x < boxes["b"].x) == (boxes["d"].x < boxes["c"].x)


def test_a_loop_on_one_node_and_unknown_ends() -> None:
    layout = layered(SIZES, [("a", "a"), ("a", "nowhere")])
    assert set(layout.curves) == {("a", "a")}
    assert not layered({}, []).boxes


def test_an_edge_past_a_rank_bends_around_it() -> None:
    layout = layered(dict.fromkeys("abc", (80.0, 30.0)), [("a", "b"), ("b", "c"), ("a", "c")])
    assert not any(layout.boxes["b"].holds(point, -1) for point in layout.curves["a", "c"].points())


def test_there_and_back_past_a_rank_are_two_lines_too() -> None:
    curves = layered(dict.fromkeys("abc", (80.0, 30.0)), [("a", "b"), ("b", "c"), ("a", "c"), ("c", "a")]).curves
    for (x, _), (other, _) in zip(curves["a", "c"].points(), reversed(curves["c", "a"].points()), strict=True):
        assert abs(x - other) > 8
