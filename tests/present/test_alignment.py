"""Coordinates along the layers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.present.alignment import GAP, NARROW, Levels, coordinates

SHAPES = st.lists(st.lists(st.tuples(st.floats(2, 200), st.booleans()), min_size=1, max_size=6), max_size=6)


def levels(layers: list[list[float]], edges: list[tuple[int, int]], real: int) -> Levels:
    """Nodes are numbered through the layers; edges are (upper, lower)."""
    sizes = [size for layer in layers for size in layer]
    rank = [n for n, layer in enumerate(layers) for _ in layer]
    found = Levels(real, sizes, rank, [[] for _ in sizes], [[] for _ in sizes])
    found.layers = [[node for node, r in enumerate(rank) if r == n] for n in range(len(layers))]
    for one, two in edges:
        found.down[one].append(two)
        found.up[two].append(one)
    return found


@given(SHAPES)
def test_neighbours_never_overlap_whatever_is_joined(shape: list[list[tuple[float, bool]]]) -> None:
    layers = [[size for size, _ in layer] for layer in shape]
    joined = [joins for layer in shape for _, joins in layer]
    graph = levels(layers, [], sum(map(len, layers)))
    for upper, lower in pairwise(graph.layers):
        for n, node in enumerate(lower):
            if joined[node]:
                above = upper[(n * 7 + node) % len(upper)]
                graph.down[above].append(node)
                graph.up[node].append(above)
    x = coordinates(graph)
    for layer in graph.layers:
        for left, right in pairwise(layer):
            assert x[right] - x[left] >= (graph.sizes[left] + graph.sizes[right]) / 2 + GAP - 0.01


def test_a_chain_is_straight_and_a_fan_is_centred() -> None:
    x = coordinates(
        levels(
            [[50], [80], [30], [30, 30, 30], [60]],
            [(0, 1), (1, 2), *((2, n) for n in (3, 4, 5))] + [(n, 6) for n in (3, 4, 5)],
            7,
        )
    )
    assert x[0] == x[1] == x[2] == x[4] == x[6]
    assert x[4] - x[3] == x[5] - x[4] == 30 + GAP


def test_a_long_edge_is_straight_and_gives_way_to_the_chain_beside_it() -> None:
    # 0 → 1 → 2 → 3 with the edge 0 → 3 past them as the bends 4 and 5
    graph = levels([[40], [40], [40], [40]], [(0, 1), (1, 2), (2, 3)], 4)
    for rank, beside in ((1, (0,)), (2, (4,))):
        node = len(graph.rank)
        graph.rank.append(rank)
        graph.sizes.append(2)
        graph.up.append(list(beside))
        graph.down.append([])
        graph.layers[rank].append(node)
        graph.down[beside[0]].append(node)
    graph.down[5].append(3)
    graph.up[3].append(5)
    x = coordinates(graph)
    assert x[0] == x[1] == x[2] == x[3]
    assert x[4] == x[5] == pytest.approx(x[1] + 20 + 1 + NARROW)


def test_nothing_has_no_places() -> None:
    assert coordinates(Levels(0, [], [])) == []
