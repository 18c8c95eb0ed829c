"""Log times of what spans tell in wall-clock time."""

from __future__ import annotations

from collections.abc import Iterable


class WallClock:
    """Learns how the two clocks lie to each other: nothing is reported before it happened, and often soon after.

    So of all that was reported, the latest moment before its report gives the offset best.
    """

    def __init__(self) -> None:
        self._offset: float | None = None

    def tell(self, at: float, moments: Iterable[float]) -> None:
        """At log time ``at`` (ms) these Unix times (ms) were reported."""
        latest = max(moments, default=None)
        if latest is None:
            return
        offset = latest - at
        # Machines whose clocks are set while they report are believed the newer time.
        if self._offset is None or offset > self._offset or abs(offset - self._offset) > _JUMP:
            self._offset = offset

    def log_time(self, moment: float | None) -> float | None:
        """The log time in ms of this Unix time, which may lie before the log began; None where it cannot be told."""
        return None if moment is None or self._offset is None else round(moment - self._offset, 3)


_JUMP = 600_000.0
