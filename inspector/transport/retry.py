"""When a read is asked again: exponential backoff with full jitter, and the server's own wish where it tells one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BUSY = frozenset({429, 502, 503, 504})
"""Answers that say "later" rather than "no"."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The policy; all times in seconds. A server that asks for more than ``patience`` is not asked again."""

    tries: int = 3
    first: float = 0.3
    most: float = 5.0
    patience: float = 10.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: Callable[[], float] = random.random

    def pause(self, made: int, status: int, headers: Mapping[str, str], transient: bool) -> float | None:
        """How long to wait before the next try, after ``made`` of them; None = leave it at that.

        ``transient``: the last one failed on the way, in a manner that may pass. Header names are in lower case.
        """
        if made >= self.tries or not (transient or status in BUSY):
            return None
        wished = retry_after(headers) if status in BUSY else None
        if wished is not None:
            return wished if wished <= self.patience else None
        return self.rng() * min(self.most, self.first * 2.0 ** (made - 1))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """What the server asks for: ``retry-after`` as seconds or as a date (against the server's own clock where its
    ``date`` is given), or ``retry-after-ms``."""
    millis = _number(headers.get("retry-after-ms", ""))
    if millis is not None:
        return millis / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    if seconds is not None:
        return seconds
    until = _date(value)
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds())


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
