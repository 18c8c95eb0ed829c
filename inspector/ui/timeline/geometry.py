"""Where the lanes of a timeline stand: heights, captions, and what is below the mouse."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from inspector.present.timeline import Bar, Lane, Mark, Part, Timeline, covered, nearest
from inspector.present.timeline_scale import Scale

AXIS, FLAGS, ROW, CAPTION, PAD = 26, 18, 22, 18, 3
"""Heights in pixels: of the axis, of the findings below it, of a lane, of a part's title; and around a bar."""

NEAR = 5.0
"""Pixels beside something short that still count as on it."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """``tops`` are where the lanes begin below the head, ``height`` where the last one ends."""

    timeline: Timeline
    tops: tuple[float, ...]
    captions: tuple[tuple[float, Part], ...]
    height: float

    @classmethod
    def of(cls, timeline: Timeline) -> Geometry:
        """A title above each part but the states."""
        y, part, tops, captions = 0.0, Part.STATE, [], []
        for lane in timeline.lanes:
            if lane.part is not part:
                part = lane.part
                captions.append((y, part))
                y += CAPTION
            tops.append(y)
            y += ROW
        return cls(timeline, tuple(tops), tuple(captions), y + PAD)

    def lane_at(self, y: float) -> int | None:
        """The lane at a height below the head."""
        place = bisect_right(self.tops, y) - 1
        return place if place >= 0 and y < self.tops[place] + ROW else None

    def bar_at(self, x: float, y: float, scale: Scale) -> tuple[int, Bar] | None:
        """The lane and the bar at a place beside the titles and below the head."""
        lane = self.lane_at(y)
        if lane is None:
            return None
        bar = covered(self.timeline.lanes[lane], scale.at(x), NEAR * scale.unit)
        return None if bar is None else (lane, bar)

    def flag_at(self, x: float, scale: Scale) -> Mark | None:
        """The finding at this place of its row."""
        return nearest(self.timeline.findings, scale.at(x), 8.0 * scale.unit)


@dataclass(frozen=True, slots=True)
class Stop:
    """The bar on which the keyboard stands: number of its lane, and of the bar in it."""

    lane: int
    bar: int

    def bar_of(self, lanes: tuple[Lane, ...]) -> Bar | None:
        """The bar, if it is there still."""
        if self.lane < len(lanes) and self.bar < len(lanes[self.lane].bars):
            return lanes[self.lane].bars[self.bar]
        return None

    def moved(self, dx: int, dy: int, lanes: tuple[Lane, ...]) -> Stop:
        """The next bar of the lane that way, or the one of the next lane that is nearest in time."""
        here = self.bar_of(lanes)
        if here is None:
            return Stop(0, 0)
        if dx:
            return Stop(self.lane, max(0, min(len(lanes[self.lane].bars) - 1, self.bar + dx)))
        lane = max(0, min(len(lanes) - 1, self.lane + dy))
        if lane == self.lane:
            return self
        bars = lanes[lane].bars
        return Stop(lane, min(range(len(bars)), key=lambda number: _apart(bars[number], here)))


def _apart(one: Bar, other: Bar) -> tuple[float, float]:
    gap = max(one.start - other.end, other.start - one.end, 0.0)
    return gap, abs(one.start - other.start)
