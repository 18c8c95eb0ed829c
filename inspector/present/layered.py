"""A layered layout (Sugiyama) of a directed graph, cycles allowed, with few crossings.

Steps: turn the edges around that close a cycle, rank by longest paths, put a bend into every layer that an edge passes,
order the layers by medians and swaps, line the nodes up, and spread the ends of the edges over the sides of the boxes.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inspector.present.alignment import Levels, coordinates
from inspector.present.curves import Box, Curve, downwards

GAP_Y, BEND, PORT, EDGE = 44.0, 2.0, 9.0, 6.0
SLOPE, MOST_DRIFT = 0.16, 240.0
"""A gap between layers grows with how far its edges have to go aside, so that none is too steep."""

SWEEPS, SWAPS = 12, 4

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: boxes by node, curves by (source, target)."""

    boxes: Mapping[str, Box]
    curves: Mapping[Pair, Curve]


@dataclass(frozen=True, slots=True)
class _Graph:
    """``lines``: for each edge the nodes and bends that it passes, from the upper end to the lower."""

    names: list[str]
    heights: list[float]
    levels: Levels
    lines: dict[Pair, list[int]]


def layered(sizes: Mapping[str, tuple[float, float]], edges: Iterable[Pair], across: bool = False) -> Layout:
    """Lay out nodes of these sizes (width, height), downwards, or with ``across`` to the right.

    Edges to unknown nodes are left out. The same graph always gives the same layout.
    """
    if across:
        return _turned(layered({name: (h, w) for name, (w, h) in sizes.items()}, edges))
    pairs = list(dict.fromkeys(pair for pair in edges if pair[0] in sizes and pair[1] in sizes))
    names = list(sizes)
    if not names:
        return Layout({}, {})
    number = {name: n for n, name in enumerate(names)}
    down = _acyclic(len(names), [(number[a], number[b]) for a, b in pairs])
    levels = Levels(len(names), [sizes[n][0] for n in names], _ranks(len(names), list(down.values())))
    levels.up, levels.down = [[] for _ in names], [[] for _ in names]
    graph = _Graph(names, [sizes[name][1] for name in names], levels, {})
    for pair in pairs:
        if pair[0] != pair[1]:
            graph.lines[pair] = _line(graph, *down[number[pair[0]], number[pair[1]]])
    _order(graph.levels)
    return _result(graph, pairs)


def _turned(layout: Layout) -> Layout:
    boxes = {name: Box(box.y, box.x, box.h, box.w) for name, box in layout.boxes.items()}
    return Layout(boxes, {pair: curve.turned() for pair, curve in layout.curves.items()})


def _acyclic(count: int, edges: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Each edge in the direction in which it runs downwards; loops on one node are left out.

    Edges that lead away from the beginning run downwards. Of the others, those that lead back the least are asked
    first, and one that would close a cycle is turned around.
    """
    out: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        out[a].append(b)
    depth = _depths(count, out, {b for a, b in edges if a != b})
    after: list[list[int]] = [[] for _ in range(count)]
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for a, b in sorted(edges, key=lambda edge: max(-1, depth[edge[0]] - depth[edge[1]])):
        if a == b:
            continue
        down = (b, a) if depth[b] <= depth[a] and _reaches(after, b, a) else (a, b)
        found[a, b] = down
        after[down[0]].append(down[1])
    return found


def _depths(count: int, out: Sequence[Sequence[int]], entered: set[int]) -> list[int]:
    """Steps from the nearest beginning: a node that no edge enters, else the first that was not reached yet."""
    depth = [-1] * count
    beginnings = [node for node in range(count) if node not in entered]
    for first in (beginnings, *([node] for node in range(count))):
        todo = [node for node in first if depth[node] < 0]
        for node in todo:
            depth[node] = 0
        for node in todo:
            for other in out[node]:
                if depth[other] < 0:
                    depth[other] = depth[node] + 1
                    todo.append(other)
    return depth


def _reaches(after: Sequence[Sequence[int]], start: int, end: int) -> bool:
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        if node == end:
            return True
        for other in after[node]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return False


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Longest path from above; then a node with more ways out than in goes down to where they lead."""
    after: list[list[int]] = [[] for _ in range(count)]
    before: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        after[a].append(b)
        before[b].append(a)
    rank, waiting = [0] * count, [len(found) for found in before]
    order = [node for node in range(count) if not waiting[node]]
    for node in order:
        for other in after[node]:
            rank[other] = max(rank[other], rank[node] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    for node in reversed(order):
        if len(after[node]) > len(before[node]):
            rank[node] = min(rank[other] for other in after[node]) - 1
    lowest = min(rank)
    return [each - lowest for each in rank]


def _line(graph: _Graph, start: int, end: int) -> list[int]:
    """A new line of bends between two nodes."""
    levels = graph.levels
    line = [start]
    for rank in range(levels.rank[start] + 1, levels.rank[end]):
        line.append(len(levels.rank))
        levels.rank.append(rank)
        levels.sizes.append(BEND)
        levels.up.append([])
        levels.down.append([])
    line.append(end)
    for one, two in pairwise(line):
        levels.down[one].append(two)
        levels.up[two].append(one)
    return line


def _order(levels: Levels) -> None:
    """Medians down and up, neighbours swapped where that helps; the best order is kept."""
    levels.layers = [[] for _ in range(max(levels.rank) + 1)]
    for node in _depth_first(levels):
        levels.layers[levels.rank[node]].append(node)
    place = levels.places()
    best, kept = _crossings(levels, place), [layer[:] for layer in levels.layers]
    before: list[list[int]] = []
    for sweep in range(SWEEPS):
        if not best or place in before[-2:-1]:
            break  # nothing is left to gain, or the last two sweeps have led back to where they began
        before.append(place[:])
        downward = sweep % 2 == 0
        layers = levels.layers[1:] if downward else levels.layers[-2::-1]
        for layer in layers:
            _by_medians(layer, levels.up if downward else levels.down, place)
        _swap(levels, place)
        now = _crossings(levels, place)
        if now < best:
            best, kept = now, [layer[:] for layer in levels.layers]
    levels.layers = kept


def _depth_first(levels: Levels) -> list[int]:
    seen: dict[int, None] = {}
    for root in sorted(range(len(levels.rank)), key=lambda node: (bool(levels.up[node]), node)):
        todo = [root]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen[node] = None
                todo += reversed(levels.down[node])
    return list(seen)


def _by_medians(layer: list[int], beside: Sequence[Sequence[int]], place: list[int]) -> None:
    if len(layer) == 1:
        return

    def median(node: int) -> float:
        near = [place[other] for other in beside[node]]
        if len(near) < 2:
            return near[0] if near else place[node]
        near.sort()
        middle = len(near) // 2
        return near[middle] if len(near) % 2 else (near[middle - 1] + near[middle]) / 2

    layer.sort(key=median)
    for n, node in enumerate(layer):
        place[node] = n


def _swap(levels: Levels, place: list[int]) -> None:
    """Neighbours change places wherever that leaves fewer crossings."""
    wide = [layer for layer in levels.layers if len(layer) > 1]
    for _ in range(SWAPS):
        better = False
        for layer in wide:
            # what stands before and after the layer keeps its places while the layer is gone through
            up, down = _places(levels.up, layer, place), _places(levels.down, layer, place)
            for left in range(len(layer) - 1):
                if _gain(up, left) + _gain(down, left) > 0:
                    layer[left : left + 2] = layer[left + 1], layer[left]
                    up[left : left + 2] = up[left + 1], up[left]
                    down[left : left + 2] = down[left + 1], down[left]
                    better = True
            for n, node in enumerate(layer):
                place[node] = n
        if not better:
            return


def _places(beside: Sequence[Sequence[int]], layer: Sequence[int], place: Sequence[int]) -> list[list[int]]:
    """The places of the neighbours of each node, in order."""
    return [sorted([place[other] for other in beside[node]]) for node in layer]


def _gain(places: Sequence[Sequence[int]], left: int) -> int:
    """Crossings that go away when the next node stands left of this one, less those that come."""
    a, b = places[left], places[left + 1]
    if not a or not b:
        return 0
    if a[-1] <= b[0]:  # the commonest case by far: no line of the one crosses one of the other
        return -(len(a) * len(b) - (a.count(b[0]) * b.count(b[0]) if a[-1] == b[0] else 0))
    found = 0
    for x in a:
        for y in b:
            found += (x > y) - (x < y)
    return found


def _crossings(levels: Levels, place: Sequence[int]) -> int:
    found = 0
    for layer in levels.layers:
        ends: list[int] = []
        for node in layer:
            ends += sorted([place[other] for other in levels.down[node]])
        if ends == sorted(ends):
            continue
        before: list[int] = []
        for count, end in enumerate(ends):
            found += count - bisect_right(before, end)
            insort(before, end)
    return found


def _result(graph: _Graph, pairs: Sequence[Pair]) -> Layout:
    levels = graph.levels
    x, halves = coordinates(levels), [0.0] * len(levels.layers)
    for node, height in enumerate(graph.heights):
        halves[levels.rank[node]] = max(halves[levels.rank[node]], height / 2)
    middles, y = [], 0.0
    for rank, layer in enumerate(levels.layers):
        middles.append(y + halves[rank])
        drift = max((abs(x[one] - x[two]) for one in layer for two in levels.down[one]), default=0.0)
        y = middles[rank] + halves[rank] + GAP_Y + min(drift, MOST_DRIFT) * SLOPE
    boxes = {
        name: Box(x[n], middles[levels.rank[n]], levels.sizes[n], graph.heights[n])
        for n, name in enumerate(graph.names)
    }
    ports = _ports(graph, x)
    curves = {}
    for pair in pairs:
        if pair[0] == pair[1]:
            curves[pair] = _loop(boxes[pair[0]])
            continue
        line = graph.lines[pair]
        turned = graph.names[line[0]] != pair[0]
        upper, lower = boxes[pair[turned]], boxes[pair[not turned]]
        begin, end = x[line[0]] + ports[pair][0], x[line[-1]] + ports[pair][1]
        passes = [(x[node], levels.rank[node]) for node in line[1:-1]]
        points = [(begin, upper.bottom), (begin, middles[levels.rank[line[0]]] + halves[levels.rank[line[0]]])]
        for at, rank in passes:
            points += [(at, middles[rank] - halves[rank]), (at, middles[rank] + halves[rank])]
        points += [(end, middles[levels.rank[line[-1]]] - halves[levels.rank[line[-1]]]), (end, lower.top)]
        curve = downwards([point for n, point in enumerate(points) if not n or point != points[n - 1]])
        curves[pair] = curve.back() if turned else curve
    return Layout(boxes, curves)


def _ports(graph: _Graph, x: Sequence[float]) -> dict[Pair, tuple[float, float]]:
    """How far from the middle of its side each edge leaves the upper box and enters the lower one.

    Where edges come as well as go, neighbours of one direction share a place, so that there and back are two lines;
    the place of what can run straight is nearest to the middle.
    """
    sides: dict[tuple[int, bool], list[tuple[float, Pair]]] = {}
    for pair, line in graph.lines.items():
        sides.setdefault((line[0], False), []).append((x[line[1]], pair))
        sides.setdefault((line[-1], True), []).append((x[line[-2]], pair))
    found: tuple[dict[Pair, float], dict[Pair, float]] = {}, {}
    for (node, into), ends in sides.items():
        groups: list[list[tuple[float, Pair]]] = []
        for end in sorted(ends, key=lambda end: (end[0], min(end[1]), end[1])):
            if not groups or (groups[-1][0][1][0] == graph.names[node]) != (end[1][0] == graph.names[node]):
                groups.append([])
            groups[-1].append(end)
        places = _spread(graph.levels.sizes[node], [min(abs(end[0] - x[node]) for end in group) for group in groups])
        for place, group in zip(places, groups, strict=True):
            for _, pair in group:
                found[into][pair] = place
    return {pair: (found[False][pair], found[True][pair]) for pair in graph.lines}


def _spread(size: float, drifts: Sequence[float]) -> list[float]:
    """Places on a side of this size for ends that have to go so far aside."""
    last = len(drifts) - 1
    if not last:
        return [0.0]
    room = size / 2 - EDGE
    step = min(PORT, 2 * room / last)
    straight = [n for n, drift in enumerate(drifts) if drift < step]
    middle = sum(straight) / len(straight) if straight else last / 2
    middle = min(max(middle, last - room / step), room / step)
    return [(n - middle) * step for n in range(last + 1)]


def _loop(box: Box) -> Curve:
    x, y = box.left, box.y
    return Curve((x, y - PORT), (((x - 26, y - 22), (x - 26, y + 22), (x, y + PORT)),))
