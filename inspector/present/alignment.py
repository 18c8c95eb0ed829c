"""Coordinates along the layers of a layered graph.

After Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001).
Four times, once from each corner, every node is lined up with a median neighbour of the layer before, lines of bends
first; the four answers are laid over each other, and each node takes the mean of its two middle ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

GAP, NARROW = 28.0, 14.0


@dataclass(slots=True)
class Levels:
    """Nodes are numbers; those from ``real`` on are bends of long edges. ``layers`` are in order, and so is each.

    ``up`` and ``down`` are the neighbours of each node in the layers before and after; ``sizes`` run along the layer.
    """

    real: int
    sizes: list[float]
    rank: list[int]
    up: list[list[int]] = field(default_factory=list)
    down: list[list[int]] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)

    def apart(self, one: int, two: int) -> float:
        """How far the centres of neighbours have to be from each other."""
        gap = GAP if one < self.real and two < self.real else NARROW
        return (self.sizes[one] + self.sizes[two]) / 2 + gap

    def places(self) -> list[int]:
        """The place of each node in its layer."""
        found = [0] * len(self.rank)
        for layer in self.layers:
            for place, node in enumerate(layer):
                found[node] = place
        return found


def coordinates(levels: Levels) -> list[float]:
    """The centre of each node along its layer; nothing overlaps."""
    if not levels.rank:
        return []
    crossed, (up, down) = _crossed(levels), _liked(levels)
    answers = []
    for layers, beside, upward in ((levels.layers, up, False), (levels.layers[::-1], down, True)):
        answers.append(_packed(levels, layers, _blocks(layers, beside, crossed, upward)))
        mirrored = [layer[::-1] for layer in layers]
        answers.append([-x for x in _packed(levels, mirrored, _blocks(mirrored, beside, crossed, upward))])
    lows = [min(x - size / 2 for x, size in zip(answer, levels.sizes, strict=True)) for answer in answers]
    highs = [max(x + size / 2 for x, size in zip(answer, levels.sizes, strict=True)) for answer in answers]
    narrowest = min(range(4), key=lambda n: highs[n] - lows[n])
    for n, answer in enumerate(answers):
        shift = highs[narrowest] - highs[n] if n % 2 else lows[narrowest] - lows[n]
        answers[n] = [x + shift for x in answer]
    found = [sum(sorted(xs)[1:3]) / 2 for xs in zip(*answers, strict=True)]
    for layer in levels.layers:
        for left, right in pairwise(layer):
            found[right] = max(found[right], found[left] + levels.apart(left, right))
    return found


def _crossed(levels: Levels) -> set[tuple[int, int]]:
    """Edges (from the upper node to the lower) that cross a line of bends: those do not align, so that the line can."""
    found: set[tuple[int, int]] = set()
    place = levels.places()
    for upper, lower in pairwise(levels.layers):
        low, done = 0, 0
        for here, node in enumerate(lower):
            inner = next((u for u in levels.up[node] if node >= levels.real and u >= levels.real), None)
            if inner is None and here < len(lower) - 1:
                continue
            high = len(upper) - 1 if inner is None else place[inner]
            for other in lower[done : here + 1]:
                for above in levels.up[other]:
                    bends = above >= levels.real and other >= levels.real
                    if not low <= place[above] <= high and not bends:
                        found.add((above, other))
            low, done = high, here + 1
    return found


def _liked(levels: Levels) -> tuple[list[list[int]], list[list[int]]]:
    """The neighbours before and after that a node may line up with: rather a node than the bend of an edge."""
    both = []
    for beside in (levels.up, levels.down):
        both.append([[other for other in others if other < levels.real] or others for others in beside])
    for liked, back in (both, both[::-1]):
        for node in range(levels.real, len(liked)):
            liked[node] = [other for other in liked[node] if other >= levels.real or node in back[other]]
    return both[0], both[1]


def _blocks(
    layers: Sequence[Sequence[int]], beside: Sequence[Sequence[int]], crossed: set[tuple[int, int]], upward: bool
) -> list[int]:
    """The first node of the line that each node stands in."""
    count = len(beside)
    place = [0] * count
    for layer in layers:
        for n, node in enumerate(layer):
            place[node] = n
    root = list(range(count))
    for layer in layers[1:]:
        last = -1
        for node in layer:
            near = sorted(beside[node], key=place.__getitem__)
            for middle in sorted({(len(near) - 1) // 2, len(near) // 2}) if near else ():
                other = near[middle]
                edge = (node, other) if upward else (other, node)
                if root[node] == node and last < place[other] and edge not in crossed:
                    root[node], last = root[other], place[other]
    return root


def _packed(levels: Levels, layers: Sequence[Sequence[int]], root: Sequence[int]) -> list[float]:
    """Every line as far to the left as its neighbours allow, then as far to the right as costs no room."""
    after: dict[int, list[tuple[int, float]]] = {}
    waiting = dict.fromkeys(root, 0)
    for layer in layers:
        for left, right in pairwise(layer):
            after.setdefault(root[left], []).append((root[right], levels.apart(left, right)))
            waiting[root[right]] += 1
    x = dict.fromkeys(waiting, 0.0)
    todo, order = [line for line, count in waiting.items() if not count], []
    while todo:
        line = todo.pop()
        order.append(line)
        for other, apart in after.get(line, ()):
            x[other] = max(x[other], x[line] + apart)
            waiting[other] -= 1
            if not waiting[other]:
                todo.append(other)
    for line in reversed(order):
        if line in after:
            x[line] = max(x[line], min(x[other] - apart for other, apart in after[line]))
    return [x[line] for line in root]
