"""Curves of diagrams as cubic pieces: the window paints them and the SVG export writes them from the same values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point]
"""The two control points and the end of a piece; it begins where the one before ends."""

_ROUND = 0.5523
"""How far the control points of a quarter circle lie along its tangents."""


class Box(NamedTuple):
    """A rectangle by its centre and its size."""

    x: float
    y: float
    w: float
    h: float

    @property
    def left(self) -> float:
        """Its left side."""
        return self.x - self.w / 2

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.w / 2

    @property
    def top(self) -> float:
        """Its upper side."""
        return self.y - self.h / 2

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.y + self.h / 2

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether a point lies in it, or at most ``margin`` beside it."""
        return abs(point[0] - self.x) <= self.w / 2 + margin and abs(point[1] - self.y) <= self.h / 2 + margin


class Curve(NamedTuple):
    """A curve: where it starts, and its pieces."""

    start: Point
    pieces: tuple[Cubic, ...]

    @property
    def end(self) -> Point:
        """Where it ends."""
        return self.pieces[-1][2] if self.pieces else self.start

    def points(self, each: int = 12) -> list[Point]:
        """Points along it, ``each`` a piece."""
        found, here = [self.start], self.start
        for piece in self.pieces:
            found += [_at(here, piece, step / each) for step in range(1, each + 1)]
            here = piece[2]
        return found

    def middle(self) -> Point:
        """The point half way along it."""
        points = self.points()
        lengths = [_distance(a, b) for a, b in pairwise(points)]
        rest = sum(lengths) / 2
        for (a, b), length in zip(pairwise(points), lengths, strict=True):
            if rest <= length:
                part = rest / length if length else 0.0
                return _between(a, b, part)
            rest -= length
        return self.end

    def moved(self, dx: float, dy: float) -> Curve:
        """The same curve elsewhere."""
        pieces = tuple(
            ((a[0] + dx, a[1] + dy), (b[0] + dx, b[1] + dy), (c[0] + dx, c[1] + dy)) for a, b, c in self.pieces
        )
        return Curve((self.start[0] + dx, self.start[1] + dy), pieces)

    def turned(self) -> Curve:
        """Mirrored at the diagonal: what ran downwards runs to the right."""
        pieces = tuple((_turn(a), _turn(b), _turn(c)) for a, b, c in self.pieces)
        return Curve(_turn(self.start), pieces)

    def back(self) -> Curve:
        """The same curve from its end to its start."""
        ends = [self.start, *(piece[2] for piece in self.pieces)]
        pieces = [(b, a, start) for start, (a, b, _) in zip(ends, self.pieces, strict=False)]
        return Curve(self.end, tuple(reversed(pieces)))


def rounded(points: Sequence[Point], radius: float = 12.0) -> Curve:
    """Straight lines through the points, with corners as round as the lines beside them allow."""
    corners = [point for i, point in enumerate(points) if i == 0 or _distance(point, points[i - 1]) > 0.01]
    pieces: list[Cubic] = []
    here = corners[0]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _towards(corner, before, reach), _towards(corner, after, reach)
        pieces.append(_straight(here, enter))
        pieces.append((_between(enter, corner, _ROUND), _between(leave, corner, _ROUND), leave))
        here = leave
    if len(corners) > 1:
        pieces.append(_straight(here, corners[-1]))
    return Curve(corners[0], tuple(pieces))


def downwards(points: Sequence[Point]) -> Curve:
    """A smooth curve that passes every point vertically."""
    pieces = []
    for a, b in pairwise(points):
        half = (b[1] - a[1]) / 2
        pieces.append(_straight(a, b) if a[0] == b[0] else ((a[0], a[1] + half), (b[0], b[1] - half), b))
    return Curve(points[0], tuple(pieces))


def bow(source: Box, target: Box, bend: float = 0.22) -> Curve:
    """A bowed line from the border of one box to that of another; a loop where they are the same."""
    if source == target:
        x, y = source.right - 14, source.top
        return Curve((x, y), (((x, y - 34), (source.right + 34, source.y), (source.right, source.y)),))
    a, b = (source.x, source.y), (target.x, target.y)
    dx, dy = b[0] - a[0], b[1] - a[1]
    first = (a[0] + dx * 0.3 + dy * bend, a[1] + dy * 0.3 - dx * bend)
    second = (a[0] + dx * 0.7 + dy * bend, a[1] + dy * 0.7 - dx * bend)
    whole: Cubic = (first, second, b)
    steps = [step / 256 for step in range(257)]
    leaves = next((t for t in steps if not source.holds(_at(a, whole, t))), 0.0)
    enters = next((t for t in reversed(steps) if not target.holds(_at(a, whole, t), 1.0)), 1.0)
    return _cut(a, whole, leaves, enters) if leaves < enters else Curve(a, (whole,))


def path_text(curve: Curve) -> str:
    """The curve as the ``d`` of an SVG path."""
    parts = [f"M{_pair(curve.start)}"]
    parts += [f"C{_pair(a)} {_pair(b)} {_pair(c)}" for a, b, c in curve.pieces]
    return "".join(parts)


def arrow(curve: Curve, length: float = 8.0, width: float = 7.0) -> tuple[Point, Point, Point]:
    """The three corners of the arrow head at the end of a curve."""
    end = curve.end
    before = next((p for p in reversed(curve.points()) if _distance(p, end) >= length * 0.6), curve.start)
    distance = _distance(before, end) or 1.0
    ux, uy = (end[0] - before[0]) / distance, (end[1] - before[1]) / distance
    bx, by = end[0] - ux * length, end[1] - uy * length
    return end, (bx - uy * width / 2, by + ux * width / 2), (bx + uy * width / 2, by - ux * width / 2)


def _pair(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _turn(point: Point) -> Point:
    return point[1], point[0]


def _distance(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _between(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _towards(a: Point, b: Point, reach: float) -> Point:
    return _between(a, b, reach / (_distance(a, b) or 1.0))


def _straight(a: Point, b: Point) -> Cubic:
    return _between(a, b, 1 / 3), _between(a, b, 2 / 3), b


def _at(start: Point, piece: Cubic, t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), s = *piece, 1 - t
    p, q, r, u = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return p * start[0] + q * ax + r * bx + u * cx, p * start[1] + q * ay + r * by + u * cy


def _cut(start: Point, piece: Cubic, low: float, high: float) -> Curve:
    """The part of a piece between two of its parameters (de Casteljau, twice)."""
    after = _split(start, piece, low)[1]
    origin = _at(start, piece, low)
    return Curve(origin, (_split(origin, after, (high - low) / (1 - low))[0],))


def _split(start: Point, piece: Cubic, t: float) -> tuple[Cubic, Cubic]:
    a, b, c = piece
    d, e, f = _between(start, a, t), _between(a, b, t), _between(b, c, t)
    g, h = _between(d, e, t), _between(e, f, t)
    middle = _between(g, h, t)
    return (d, g, middle), (h, f, c)
