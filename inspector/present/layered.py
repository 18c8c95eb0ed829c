"""A layered layout (Sugiyama) of a directed graph, cycles allowed, with few crossings.

Steps: reverse the edges that close a cycle, rank by longest paths, put a bend into every rank that an edge passes,
order the ranks by medians and swaps, then place every node near its neighbours without overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from inspector.present.curves import Box, Curve, bow, downwards

GAP_X, GAP_Y, BEND = 28.0, 46.0, 10.0
ASIDE = 7.0
"""How far the lines of there and back stand from the middle."""

SWEEPS, SETTLE = 16, 12

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: boxes by node, curves by (source, target)."""

    boxes: Mapping[str, Box]
    curves: Mapping[Pair, Curve]


@dataclass(slots=True)
class _Work:
    """The graph while it is laid out. Nodes are numbers; those from ``real`` on are bends."""

    names: list[str]
    widths: list[float]
    heights: list[float]
    rank: list[int] = field(default_factory=list)
    up: list[list[int]] = field(default_factory=list)
    down: list[list[int]] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)
    chains: dict[Pair, list[int]] = field(default_factory=dict)
    x: list[float] = field(default_factory=list)


def layered(sizes: Mapping[str, tuple[float, float]], edges: Iterable[Pair], across: bool = False) -> Layout:
    """Lay out nodes of these sizes (width, height), downwards, or with ``across`` to the right.

    Edges to unknown nodes are left out. The same graph always gives the same layout.
    """
    if across:
        return _turned(layered({name: (h, w) for name, (w, h) in sizes.items()}, edges))
    pairs = list(dict.fromkeys(pair for pair in edges if pair[0] in sizes and pair[1] in sizes))
    work = _Work(list(sizes), [sizes[n][0] for n in sizes], [sizes[n][1] for n in sizes])
    if not work.names:
        return Layout({}, {})
    forward = _acyclic(work.names, pairs)
    _ranks(work, forward)
    _bends(work, forward)
    _order(work)
    _places(work)
    return _result(work, pairs)


def _turned(layout: Layout) -> Layout:
    boxes = {name: Box(box.y, box.x, box.h, box.w) for name, box in layout.boxes.items()}
    return Layout(boxes, {pair: curve.turned() for pair, curve in layout.curves.items()})


def _acyclic(names: Sequence[str], pairs: Sequence[Pair]) -> dict[Pair, Pair]:
    """Each edge in the direction in which it runs downwards; loops on one node are left out."""
    out: dict[str, list[str]] = {name: [] for name in names}
    for source, target in pairs:
        if source != target:
            out[source].append(target)
    back: set[Pair] = set()
    state = dict.fromkeys(names, 0)
    entered = {target for source, target in pairs if source != target}
    for root in sorted(names, key=lambda name: name in entered):
        stack = [(root, iter(out[root]))] if not state[root] else []
        state[root] = state[root] or 1
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[name] = 2
                stack.pop()
            elif state[following] == 1:
                back.add((name, following))
            elif state[following] == 0:
                state[following] = 1
                stack.append((following, iter(out[following])))
    return {(a, b): (b, a) if (a, b) in back else (a, b) for a, b in pairs if a != b}


def _ranks(work: _Work, forward: Mapping[Pair, Pair]) -> None:
    """Longest path from above; a node with no way in stands right above the first that it leads to."""
    number = {name: n for n, name in enumerate(work.names)}
    count = len(work.names)
    after: list[set[int]] = [set() for _ in range(count)]
    before: list[set[int]] = [set() for _ in range(count)]
    for a, b in forward.values():
        after[number[a]].add(number[b])
        before[number[b]].add(number[a])
    work.rank = [0] * count
    waiting = [len(found) for found in before]
    todo = [n for n in range(count) if not waiting[n]]
    while todo:
        here = todo.pop(0)
        for there in sorted(after[here]):
            work.rank[there] = max(work.rank[there], work.rank[here] + 1)
            waiting[there] -= 1
            if not waiting[there]:
                todo.append(there)
    for n in range(count):
        if not before[n] and after[n]:
            work.rank[n] = min(work.rank[m] for m in after[n]) - 1
    lowest = min(work.rank)
    work.rank = [rank - lowest for rank in work.rank]


def _bends(work: _Work, forward: Mapping[Pair, Pair]) -> None:
    number = {name: n for n, name in enumerate(work.names)}
    work.up, work.down = [[] for _ in work.names], [[] for _ in work.names]
    chains: dict[Pair, list[int]] = {}
    for pair, (a, b) in forward.items():
        here, end = number[a], number[b]
        chain = chains.get((a, b))
        if chain is None:
            chain = []
            for rank in range(work.rank[here] + 1, work.rank[end]):
                chain.append(_bend(work, rank))
            line = [here, *chain, end]
            for one, two in pairwise(line):
                work.down[one].append(two)
                work.up[two].append(one)
            chains[a, b] = chain
        work.chains[pair] = chain if pair == (a, b) else chain[::-1]


def _bend(work: _Work, rank: int) -> int:
    work.rank.append(rank)
    work.widths.append(BEND)
    work.heights.append(0.0)
    work.up.append([])
    work.down.append([])
    return len(work.rank) - 1


def _order(work: _Work) -> None:
    """Medians down and up, neighbours swapped where that helps; the best order is kept."""
    work.layers = [[] for _ in range(max(work.rank) + 1)]
    for node in _depth_first(work):
        work.layers[work.rank[node]].append(node)
    best, kept = _crossings(work), [layer[:] for layer in work.layers]
    for sweep in range(SWEEPS):
        if not best:
            break
        downward = sweep % 2 == 0
        order = range(1, len(work.layers)) if downward else range(len(work.layers) - 2, -1, -1)
        for rank in order:
            _by_medians(work, rank, work.up if downward else work.down)
        _swap(work)
        now = _crossings(work)
        if now < best:
            best, kept = now, [layer[:] for layer in work.layers]
    work.layers = kept


def _depth_first(work: _Work) -> list[int]:
    seen: dict[int, None] = {}
    for root in sorted(range(len(work.rank)), key=lambda n: (bool(work.up[n]), n)):
        stack = [root]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen[node] = None
                stack += reversed(work.down[node])
    return list(seen)


def _positions(work: _Work) -> dict[int, int]:
    return {node: place for layer in work.layers for place, node in enumerate(layer)}


def _by_medians(work: _Work, rank: int, beside: Sequence[Sequence[int]]) -> None:
    place = _positions(work)

    def median(node: int) -> float:
        near = sorted(place[other] for other in beside[node])
        if not near:
            return float(place[node])
        middle = len(near) // 2
        return float(near[middle]) if len(near) % 2 else (near[middle - 1] + near[middle]) / 2

    work.layers[rank].sort(key=median)


def _swap(work: _Work) -> None:
    for _ in range(4):
        place, better = _positions(work), False
        for layer in work.layers:
            for left in range(len(layer) - 1):
                a, b = layer[left], layer[left + 1]
                if _gain(work.up, place, a, b) + _gain(work.down, place, a, b) > 0:
                    layer[left], layer[left + 1] = b, a
                    place[a], place[b] = place[b], place[a]
                    better = True
        if not better:
            return


def _gain(beside: Sequence[Sequence[int]], place: Mapping[int, int], a: int, b: int) -> int:
    """Crossings that go away when ``b`` stands left of ``a``, less those that come."""
    pairs = [(place[x], place[y]) for x in beside[a] for y in beside[b]]
    return sum((x > y) - (x < y) for x, y in pairs)


def _crossings(work: _Work) -> int:
    place, found = _positions(work), 0
    for layer in work.layers:
        ends = [place[other] for node in layer for other in sorted(work.down[node], key=place.__getitem__)]
        found += sum(ends[i] > later for i in range(len(ends)) for later in ends[i + 1 :])
    return found


def _places(work: _Work) -> None:
    """Every node to the middle of its neighbours, again and again; straight bends first; no overlaps at any time."""
    work.x = [0.0] * len(work.rank)
    for layer in work.layers:
        x = 0.0
        for node in layer:
            work.x[node] = x + work.widths[node] / 2
            x += work.widths[node] + GAP_X
    for turn in range(SETTLE):
        downward = turn % 2 == 0
        for layer in work.layers if downward else reversed(work.layers):
            _settle(work, layer, (work.up, work.down) if downward else (work.down, work.up))


def _settle(work: _Work, layer: Sequence[int], beside: tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]]) -> None:
    wanted = {}
    for node in layer:
        near = beside[0][node] or beside[1][node]
        wanted[node] = sum(work.x[other] for other in near) / len(near) if near else work.x[node]
    lows, low = [], float("-inf")
    for node in layer:
        low = max(low, wanted[node] - work.widths[node] / 2)
        lows.append(low + work.widths[node] / 2)
        low += work.widths[node] + GAP_X
    highs, high = [], float("inf")
    for node in reversed(layer):
        high = min(high, wanted[node] + work.widths[node] / 2)
        highs.append(high - work.widths[node] / 2)
        high -= work.widths[node] + GAP_X
    for node, one, two in zip(layer, lows, reversed(highs), strict=True):
        work.x[node] = (one + two) / 2


def _result(work: _Work, pairs: Sequence[Pair]) -> Layout:
    y, tops = 0.0, []
    for layer in work.layers:
        height = max((work.heights[node] for node in layer), default=0.0)
        tops.append((y + height / 2, height / 2))
        y += height + GAP_Y
    boxes = {}
    for n, name in enumerate(work.names):
        boxes[name] = Box(work.x[n], tops[work.rank[n]][0], work.widths[n], work.heights[n])
    curves = {}
    for source, target in pairs:
        a, b = boxes[source], boxes[target]
        if source == target:
            curves[source, target] = bow(a, b)
            continue
        falls = a.y < b.y
        aside = 0.0 if (target, source) not in pairs else -ASIDE if falls else ASIDE
        points = [(a.x + aside, a.bottom if falls else a.top)]
        for node in work.chains[source, target]:
            middle, half = tops[work.rank[node]]
            x = work.x[node] + aside
            points += [(x, middle - half), (x, middle + half)][:: 1 if falls else -1]
        points.append((b.x + aside, b.top if falls else b.bottom))
        curves[source, target] = downwards(points)
    return Layout(boxes, curves)
