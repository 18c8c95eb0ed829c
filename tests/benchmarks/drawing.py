"""G12, G13: laying out graphs beside Graphviz, and what a live graph of fifty nodes costs a frame."""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise

from inspector.domain.errors import UserError
from inspector.present.curves import Curve
from inspector.present.layered import Layout, layered
from tests.benchmarks.bench import Measured, Setting, goal, interleaved, wall
from tests.benchmarks.processes import told

SIZES = (50, 200)
STEPS = 12
"""Straight pieces that a curve is taken for when crossings are counted."""

FRAME_MS = 2.0

Point = tuple[float, float]
Line = list[Point]
Names = tuple[list[str], list[tuple[str, str]]]


def graph(count: int, seed: int = 7) -> Names:
    """A graph as agents have them: a chain of stages with a few branches each, joins, and some ways back."""
    rng = random.Random(seed)
    names, edges = ["n0"], []
    last = ["n0"]
    while len(names) < count:
        stage = [f"n{number}" for number in range(len(names), min(count, len(names) + rng.choice((1, 1, 2, 3))))]
        names += stage
        edges += [(source, target) for source in last for target in stage]
        if rng.random() < 0.2 and len(names) > 6:
            edges.append((stage[0], names[len(names) - rng.randrange(3, 7)]))
        last = stage
    return names, list(dict.fromkeys(pair for pair in edges if pair[0] != pair[1]))


def crossings(lines: Sequence[tuple[tuple[str, str], Line]]) -> int:
    """How many pairs of edges without a common node cross."""
    boxes = [(min(x for x, _ in line), max(x for x, _ in line)) for _, line in lines]
    heights = [(min(y for _, y in line), max(y for _, y in line)) for _, line in lines]
    found = 0
    for one, (ends, line) in enumerate(lines):
        for other in range(one):
            if set(ends) & set(lines[other][0]) or not (_meet(boxes, one, other) and _meet(heights, one, other)):
                continue
            found += _cross(line, lines[other][1])
    return found


def _meet(spans: Sequence[tuple[float, float]], one: int, other: int) -> bool:
    return spans[one][0] <= spans[other][1] and spans[other][0] <= spans[one][1]


def _cross(a: Line, b: Line) -> bool:
    pieces = [(p, q) for p, q in pairwise(b)]
    return any(_cut(p, q, r, s) for p, q in pairwise(a) for r, s in pieces)


def _cut(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _ours(layout: Layout) -> list[tuple[tuple[str, str], Line]]:
    return [(pair, list(_points(curve))) for pair, curve in layout.curves.items()]


def _points(curve: Curve) -> Iterator[Point]:
    for x, y in curve.points(STEPS):
        yield float(x), float(y)


def _dot(names: Names) -> str:
    lines = [f"{name} [shape=box width=1.2 height=0.5 fixedsize=true];" for name in names[0]]
    return "digraph {" + "".join(lines) + "".join(f"{source}->{target};" for source, target in names[1]) + "}"


def _theirs(text: str) -> list[tuple[tuple[str, str], Line]]:
    """Edges of ``dot -Tplain``: the control points of B-splines."""
    found = []
    for words in (line.split() for line in text.replace("\\\n", "").splitlines()):
        if words[:1] == ["edge"]:
            numbers = list(map(float, words[4 : 4 + 2 * int(words[3])]))
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            found.append(((words[1], words[2]), _bezier(points)))
    return found


def _bezier(points: Line) -> Line:
    line = points[:1]
    for start in range(0, len(points) - 3, 3):
        a, b, c, d = points[start : start + 4]
        for step in range(1, STEPS + 1):
            t = step / STEPS
            k = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = k[0] * a[0] + k[1] * b[0] + k[2] * c[0] + k[3] * d[0]
            line.append((x, k[0] * a[1] + k[1] * b[1] + k[2] * c[1] + k[3] * d[1]))
    return line


@goal("G12")
def layout(setting: Setting) -> Iterator[Measured]:
    """Our layout and ``dot`` on the same graphs, called as a program, which is how it can be had without linking it."""
    if shutil.which("dot") is None:
        raise UserError("Graphviz is not installed: apt install graphviz.")
    for count in SIZES:
        names = graph(count)
        source, sizes = _dot(names), dict.fromkeys(names[0], (84.0, 40.0))

        def dot(source: str = source) -> str:
            return subprocess.run(["dot", "-Tplain"], input=source, capture_output=True, text=True, check=True).stdout

        def own(sizes: dict[str, tuple[float, float]] = sizes, edges: list[tuple[str, str]] = names[1]) -> Layout:
            return layered(sizes, edges)

        ours, theirs = interleaved(setting, [own, dot], wall)
        what = f"layout of {count} nodes, {len(names[1])} edges"
        yield Measured(what, f"{ours * 1000:.1f} ms", f"dot {theirs * 1000:.1f} ms", ours / theirs, 0.3)
        mine, other = crossings(_ours(own())), crossings(_theirs(dot()))
        yield Measured(f"{what}: crossings", f"{mine}", f"dot {other}", (mine + 1) / (other + 1), 1.0)


@goal("G13")
def frames(setting: Setting) -> Iterator[Measured]:
    """CPU for each frame of the Graph tab with fifty nodes, fitted, three lights going on in every frame."""
    names, edges = graph(50)
    found = [told(setting, "graph", [names, edges])["frame_ms"] for _ in range(setting.repeats)]
    ours = statistics.median(found)
    yield Measured("graph of 50 nodes, a frame", f"{ours:.2f} ms", f"at most {FRAME_MS:g} ms", ours / FRAME_MS, 1.0)
