"""Which rows of a log are routine: this program asks how runs stand, again and again, and mostly nothing is new.

Of a read of ours its request, its 2xx and its end tell nothing, and its answer only where it is not the one before.
What failed, what changed a run or was noticed is never routine, nor is anything that an app asked for. And where a run
changed or was acted on since, that the server says the same as before is news.
"""

from __future__ import annotations

from collections.abc import Callable

from inspector.domain.events import Purpose
from inspector.domain.link import Link
from inspector.domain.rows import Rows
from inspector.domain.run import Run

FRAME, WHOLE = 1, 2
"""What of an exchange is routine: all but its answer, or all of it."""

MOST = 1 << 24
"""Exchanges of higher numbers are never routine: there is a byte for each number, and a file may tell any."""


class Routine:
    """A byte for each exchange, by its number. ``failures`` counts those that turned out not to be routine."""

    def __init__(self) -> None:
        self.failures = 0
        self._parts = bytearray()

    def opened(self, link: Link) -> None:
        """A request was understood."""
        if link.opened.purpose is Purpose.READ and link.fact("connection") is not None and link.number < MOST:
            self._parts += bytes(max(0, link.number + 1 - len(self._parts)))
            self._parts[link.number] = FRAME
        elif self._of(link.number):  # it was answered with a stream
            self._fails(link.number)

    def ended(self, link: Link) -> None:
        """An exchange is over. One that failed shows how."""
        if self._of(link.number) and not (link.ok and link.end is not None and link.end.head.get("how") == "eof"):
            self._fails(link.number)

    def left(self, link: Link) -> None:
        """The log is over. A read that nobody has answered shows."""
        if link.end is None and self._of(link.number):
            self._fails(link.number)

    def repeated(self, link: Link, since: int, runs: list[Run]) -> None:
        """It brought the same answer as frame ``since``, about these runs; but they may have changed all the same."""
        told = (kept[-1].seq for run in runs for kept in (run.transitions, run.errors, run.noticed, run.acts) if kept)
        if self._of(link.number) and max(told, default=0) <= since:
            self._parts[link.number] = WHOLE

    def mask(self, rows: Rows, first: int, end: int) -> bytes:
        """For each row from ``first`` to before ``end``: 1 where it is routine."""
        links, known = rows.link[first:end], len(self._parts)
        if not known or not links:
            return bytes(max(0, end - first))
        get: Callable[[int], int] = self._parts.__getitem__ if max(links) < known else self._of
        parts = bytes(map(get, links))
        if not any(parts):
            return bytes(len(parts))
        whole, part = parts.translate(_WHOLE), parts.translate(_FRAME)
        around = int.from_bytes(rows.named(_tells_nothing, first, end)) & int.from_bytes(part)
        return (around | int.from_bytes(whole)).to_bytes(len(parts))

    def _fails(self, number: int) -> None:
        self._parts[number] = 0
        self.failures += 1

    def _of(self, number: int) -> int:
        return self._parts[number] if number < len(self._parts) else 0


_FRAME, _WHOLE = (bytes(code == part for code in range(256)) for part in (FRAME, WHOLE))


def _tells_nothing(name: str) -> bool:
    """Whether a row of this name only says that somebody asked, and was answered: a request, a 2xx, an end."""
    asked = name.partition(" ")[0] in ("GET", "POST") and " " in name
    return asked or name == "end" or (len(name) == 3 and name.isdigit() and name[0] == "2")
