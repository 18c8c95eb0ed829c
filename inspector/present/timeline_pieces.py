"""Bars as pieces of a picture: no more of them than there are pixels, however many bars a lane has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity
from inspector.present.timeline import Bar, Mark
from inspector.present.timeline_scale import Scale

LEAST = 3.0
"""Pixels of the shortest piece: what took no time is seen, too."""

ALARM = (Ending.FAILED, Ending.CUT, Ending.STALLED, Ending.WAITING, Ending.UNKNOWN, Ending.RUNNING)
"""Where several bars share a piece, it looks like the first of these that is among them."""

_RANK = {look: place for place, look in enumerate(ALARM)}


@dataclass(slots=True)
class Piece:
    """A rectangle from ``x0`` to ``x1`` that stands for ``count`` bars; ``bar`` is the one that it looks like."""

    x0: float
    x1: float
    bar: Bar
    count: int = 1


@dataclass(slots=True)
class Flag:
    """``count`` marks at one place; ``mark`` is the worst of them."""

    x: float
    mark: Mark
    count: int = 1


def pieces(bars: Sequence[Bar], scale: Scale) -> list[Piece]:
    """What is to be painted of a lane, from left to right. ``bars`` are in the order of their beginnings."""
    found: list[Piece] = []
    last = bisect_left(bars, scale.end, key=lambda bar: bar.start)
    start, unit, width = scale.start, scale.unit, scale.width
    for bar in bars[:last]:
        if bar.end < start:
            continue
        x0, x1 = (bar.start - start) / unit, min(width, (bar.end - start) / unit)
        x0 = max(-LEAST, x0)
        x1 = max(x1, x0 + LEAST)
        if found and x0 < found[-1].x0 + LEAST and x1 <= found[-1].x1 + 1.0:
            before = found[-1]
            before.count += 1
            before.x1 = max(before.x1, x1)
            if _RANK.get(bar.look, len(ALARM)) < _RANK.get(before.bar.look, len(ALARM)):
                before.bar = bar
        else:
            found.append(Piece(x0, x1, bar))
    return found


def flags(marks: Sequence[Mark], scale: Scale, apart: float) -> list[Flag]:
    """The marks that can be seen, those closer than ``apart`` pixels as one."""
    found: list[Flag] = []
    order = list(Severity)
    for mark in marks:
        x = scale.x(mark.at)
        if not -apart <= x <= scale.width + apart:
            continue
        if not found or x - found[-1].x >= apart:
            found.append(Flag(x, mark))
            continue
        before = found[-1]
        before.count += 1
        if mark.severity and before.mark.severity and order.index(mark.severity) < order.index(before.mark.severity):
            before.mark = mark
    return found
