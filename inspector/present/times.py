"""Times and spans of time as text, in widths that do not jump. All arguments are milliseconds."""

from __future__ import annotations

_DAY = 86_400_000


def span(ms: float) -> str:
    """How long something took or is ago, in the two units that matter: ``0.4 s``, ``3 min 12 s``, ``2 h 5 min``."""
    ms = max(0.0, ms)
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 9_950:
        return f"{ms / 1000:.1f} s"
    seconds = round(ms / 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def clock(ms: float) -> str:
    """A clock that counts in a fixed width: tenths of a second below a minute, then ``m:ss`` and ``h:mm:ss``."""
    ms = max(0.0, ms)
    if ms < 59_950:
        return f"{ms / 1000:.1f}s"
    minutes, seconds = divmod(int(ms // 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def since_start(at: float) -> str:
    """A log time in seconds with its milliseconds: ``1.204``; from an hour on ``1:02:03.204``."""
    if at < 3_600_000:
        return f"{at / 1000:.3f}"
    whole = int(at)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours}:{minutes:02}:{rest / 1000:06.3f}"


def difference(ms: float) -> str:
    """The time since another row, with its sign: ``+0.003``; from a hundred seconds on ``+3 min 12 s``."""
    if ms < 0:
        return f"−{-ms / 1000:.3f}"
    return f"+{ms / 1000:.3f}" if ms < 100_000 else f"+{span(ms)}"


def time_of_day(unix_ms: float, offset_ms: float) -> str:
    """``14:03:27.204`` of a Unix time, on a clock that is ``offset_ms`` ahead of UTC."""
    whole = int(unix_ms + offset_ms) % _DAY
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def size(count: int) -> str:
    """A number of bytes: ``312 B``, ``4.1 kB``, ``10 MB``."""
    if count < 1000:
        return f"{count} B"
    value, unit = count / 1000, "kB"
    if value >= 1000:
        value, unit = value / 1000, "MB"
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
