"""The layered layout: nothing overlaps, everything flows, few crossings, always the same."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.present.curves import Box, Curve, Point
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


def test_there_and_back_are_two_lines_that_do_not_meet() -> None:
    edges = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "b")]
    curves = layered(SIZES, edges).curves
    there, back = curves["a", "b"], curves["b", "a"]
    assert abs(there.middle()[0] - back.middle()[0]) > 4
    assert crossings(list(curves.values())) == 0


def test_the_way_ahead_runs_straight_and_the_way_back_beside_it() -> None:
    sizes = dict.fromkeys("abcde", (60.0, 40.0))
    edges = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("c", "a"), ("d", "b"), ("a", "e")]
    boxes = layered(sizes, edges, across=True).boxes
    assert len({round(boxes[name].y) for name in "abcde"}) == 1


def test_the_shortest_way_from_the_beginning_decides_what_is_ahead() -> None:
    """As in a retrieval graph that may rewrite its question: the rewriting leads back, wherever the walk began."""
    edges = [("ask", "web"), ("ask", "retrieve"), ("web", "write"), ("retrieve", "grade"), ("write", "rewrite")]
    edges += [("grade", "write"), ("grade", "rewrite"), ("rewrite", "retrieve")]
    boxes = layered(dict.fromkeys({name for edge in edges for name in edge}, (60.0, 40.0)), edges).boxes
    assert [boxes[n].y for n in ("ask", "retrieve", "grade", "write", "rewrite")] == sorted(
        boxes[n].y for n in ("ask", "retrieve", "grade", "write", "rewrite")
    )


def agents(seed: int, count: int) -> list[tuple[str, str]]:
    """A graph as people build them: a main way, branches in parallel that join again, steps that lead back."""
    rng = Random(seed)
    edges, last = [], "start"
    for step in range(count):
        branches = [f"{step}.{n}" for n in range(rng.choice((1, 1, 2, 3)))]
        join = f"{step}.join"
        edges += [(last, branch) for branch in branches] + [(branch, join) for branch in branches]
        if rng.random() < 0.4:
            edges.append((join, last))
        last = join
    return edges


@pytest.mark.parametrize("seed", range(12))
def test_graphs_as_people_build_them_have_no_crossings_and_no_line_through_a_box(seed: int) -> None:
    edges = agents(seed, 3 + seed)
    layout = layered(dict.fromkeys([name for edge in edges for name in edge], (90.0, 40.0)), edges, across=True)
    assert crossings(list(layout.curves.values())) == 0
    for pair, curve in layout.curves.items():
        for name, box in layout.boxes.items():
            assert name in pair or not any(box.holds(point) for point in curve.points())


def crossings(curves: list[Curve]) -> int:
    """Places at which two of the curves cross; that they begin or end together is none."""
    lines = [list(pairwise(curve.points(6))) for curve in curves]
    return sum(_cross(*a, *b) for one, two in combinations(lines, 2) for a in one for b in two)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < -1e-6 and side(c, d, a) * side(c, d, b) < -1e-6


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
