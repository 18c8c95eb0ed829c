"""Where moments stand in the picture of a timeline: zooming, moving, and the ticks of its axis. Pixels and ms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count

SECOND, MINUTE, HOUR, DAY = 1_000.0, 60_000.0, 3_600_000.0, 86_400_000.0
STEPS = (
    *(base * 10**power for power in range(-2, 3) for base in (1.0, 2.0, 5.0)),
    *(SECOND * times for times in (1, 2, 5, 10, 15, 30)),
    *(MINUTE * times for times in (1, 2, 5, 10, 15, 30)),
    *(HOUR * times for times in (1, 2, 3, 6, 12)),
    *(DAY * times for times in (1, 2, 7)),
)
"""Distances of ticks, in ms, that one can count in. Longer ones are twice as long as the one before."""

CLOSEST = 0.01
"""Ms for a pixel: nearer than that nothing can be told apart."""


@dataclass(frozen=True, slots=True)
class Scale:
    """``start`` is the moment at pixel 0, ``width`` how many pixels are seen, ``unit`` the ms of one pixel."""

    start: float
    unit: float
    width: float

    @classmethod
    def fitted(cls, start: float, end: float, width: float) -> Scale:
        """All from ``start`` to ``end``, with a little room behind it."""
        width = max(width, 1.0)
        return cls(start, max((end - start) * 1.02 / width, CLOSEST), width)

    @property
    def end(self) -> float:
        """The moment at the right edge."""
        return self.start + self.unit * self.width

    def x(self, at: float) -> float:
        """The pixel of a moment."""
        return (at - self.start) / self.unit

    def at(self, x: float) -> float:
        """The moment of a pixel."""
        return self.start + x * self.unit

    def zoomed(self, factor: float, x: float, whole: Scale) -> Scale:
        """Nearer (above 1) or farther, with the moment at ``x`` staying where it is; never farther than ``whole``."""
        unit = max(CLOSEST, self.unit / factor)
        if unit >= whole.unit:
            return whole
        return Scale(self.at(x) - x * unit, unit, self.width).within(whole)

    def moved(self, pixels: float, whole: Scale) -> Scale:
        """Later (above 0) or earlier, no farther than there is something."""
        return Scale(self.start + pixels * self.unit, self.unit, self.width).within(whole)

    def within(self, whole: Scale) -> Scale:
        """Moved so that it shows nothing outside of ``whole``."""
        latest = whole.end - self.unit * self.width
        return Scale(max(whole.start, min(self.start, latest)), self.unit, self.width)

    def sized(self, width: float) -> Scale:
        """The same moments at the left, on more or fewer pixels."""
        return Scale(self.start, self.unit, max(width, 1.0))

    def ticks(self, least: float, zero: float = 0.0) -> list[tuple[float, str]]:
        """Moments for the axis, at least so many pixels apart, each with its label: the time since ``zero``."""
        longer = (STEPS[-1] * 2**power for power in count(1))
        step = next(step for step in chain(STEPS, longer) if step / self.unit >= least)
        number = int((self.start - zero) // step)
        found = []
        while (at := zero + number * step) <= self.end:
            if at >= self.start:
                found.append((at, tick(at - zero, step)))
            number += 1
        return found


def tick(ms: float, step: float) -> str:
    """A time as a tick says it, as sharply as the distance of the ticks needs: ``250 ms``, ``1.5 s``, ``2:30``."""
    if step >= HOUR:
        days, rest = divmod(round(ms), int(DAY))
        return f"{days} d {rest // 3_600_000} h" if days else f"{rest // 3_600_000} h"
    if ms >= MINUTE and step >= SECOND:
        minutes, rest = divmod(round(ms), int(MINUTE))
        hours, minutes = divmod(minutes, 60)
        seconds = f"{rest // 1000:02}"
        return f"{hours}:{minutes:02}:{seconds}" if hours else f"{minutes}:{seconds}"
    if step < SECOND and ms < SECOND:
        return f"{ms:g} ms" if step >= 1 else f"{ms:.2f} ms"
    digits = 0 if step >= SECOND else 1 if step >= 100 else 2 if step >= 10 else 3 if step >= 1 else 5
    return f"{ms / 1000:.{digits}f} s"
