"""Where in a log somebody wants to go: a frame by its number, or a time in one of the ways it is written."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from inspector.domain.errors import UserError
from inspector.domain.rows import Rows
from inspector.present.times import since_start, time_of_day

_DAY = 86_400_000
_UNITS = {"ms": 1.0, "s": 1000.0, "min": 60_000.0, "m": 60_000.0, "h": 3_600_000.0}
_NUMBER = re.compile(r"#?\s*(\d{1,15})(?:\.(\d{1,6}))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?")
_SPAN = re.compile(r"(?:(\d+(?:\.\d+)?)\s*(ms|min|s|m|h)\s*)", re.IGNORECASE)
HINT = "a frame (14), a time of day (12:03:04), a time since the start (35s, 1min 5s), or from here (+35s, -2min)"


@dataclass(frozen=True, slots=True)
class Place:
    """A row, and how far it is from what was asked for, in words; empty where it is just that."""

    row: int
    remark: str = ""


def place_of(text: str, rows: Rows, here: int | None, wall_ms: float | None, offset_ms: float = 0.0) -> Place:
    """The row that a text means; UserError in one sentence where it means none.

    ``here`` is the row to go on from. ``wall_ms`` is the Unix time of the log's zero, ``offset_ms`` how far the clock
    on the wall is ahead of UTC.
    """
    text = text.strip()
    if not len(rows):
        raise UserError("Nothing has been recorded yet.")
    if number := _NUMBER.fullmatch(text):
        return _frame(rows, int(number[1]), int(number[2] or 0))
    if clock := _CLOCK.fullmatch(text):
        return _at(rows, _of_day(rows, clock, wall_ms, offset_ms))
    sign, span = text[:1] if text[:1] in "+-−" else "", _span(text.lstrip("+-−"))
    if span is None:
        raise UserError(f"“{text[:40]}” is no place in this log: type {HINT}." if text else f"Type {HINT}.")
    if not sign:
        return _at(rows, span)
    base = rows.at[here] if here is not None else rows.at[0]
    return _at(rows, base + span if sign == "+" else base - span, back=sign != "+")


def _frame(rows: Rows, seq: int, part: int) -> Place:
    row = rows.find_seq(seq)
    if row is None or (row == 0 and seq < rows.seq[0]):
        raise UserError(f"There is no frame {seq:,}: this log has {rows.seq[0]:,} to {rows.seq[len(rows) - 1]:,}.")
    if rows.seq[row] != seq:
        return Place(row, f"frame {seq:,} has no row of its own: this is the next one")
    while row + 1 < len(rows) and rows.seq[row + 1] == seq and rows.part[row] < part:
        row += 1
    return Place(row)


def _at(rows: Rows, at: float, back: bool = False) -> Place:
    """The first row at or after a time; going back, the last one at or before it."""
    row = bisect_left(rows.at, at)
    if back and (row == len(rows) or rows.at[row] > at):
        row -= 1
    if row < 0:
        return Place(0, "the log begins here")
    if row == len(rows):
        return Place(row - 1, "the log ends here")
    if row == 0 and at < rows.at[0] and not back:
        return Place(0, "the log begins here")
    off = rows.at[row] - at
    return Place(row, f"the next one came {off / 1000:.1f} s later" if off >= 1000 else "")


def _of_day(rows: Rows, clock: re.Match[str], wall_ms: float | None, offset_ms: float) -> float:
    """The log time of a time of day, on the first day on which it is in the log, or else the nearest.

    Where nobody knows when the log began, it is a time since then, as its rows tell theirs.
    """
    hours, minutes, seconds = int(clock[1]), int(clock[2]), float(clock[3] or 0)
    if hours > 23 or minutes > 59 or seconds >= 60:
        raise UserError(f"“{clock[0]}” is no time of day.")
    if wall_ms is None and clock[3] is None:
        raise UserError("This log does not tell at what time of day it began: type a time since its start, as 35s.")
    first, last = rows.at[0], rows.at[len(rows) - 1]
    wanted = ((hours * 60 + minutes) * 60 + seconds) * 1000
    if wall_ms is None:
        return wanted
    at = wanted - (wall_ms + offset_ms) % _DAY
    at += -(-(first - at) // _DAY) * _DAY  # the first such time that is not before the log's first row
    if at <= last:
        return at
    return at if at - last <= first - (at - _DAY) else at - _DAY


def _span(text: str) -> float | None:
    """Milliseconds of ``35s``, ``1min 5s``, ``2h`` …"""
    text, total = text.strip(), 0.0
    if not text:
        return None
    while text:
        part = _SPAN.match(text)
        if part is None:
            return None
        total += float(part[1]) * _UNITS[part[2].lower()]
        text = text[part.end() :]
    return total


def where(rows: Rows, row: int, wall_ms: float | None, offset_ms: float) -> str:
    """A row in words: its frame, its time since the start, and the time of day."""
    day = f" ({time_of_day(wall_ms + rows.at[row], offset_ms)})" if wall_ms is not None else ""
    return f"#{rows.seq[row]} at {since_start(rows.at[row])} s{day}"
