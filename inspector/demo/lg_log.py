"""What the runs of a thread told: kept for those who join later, handed on at once to those who listen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a thread's log.

    ``run`` is empty for an update of the state by hand. ``name`` is the event's name in a run's stream, or ``END`` when
    the run has ended (``data`` is then its status) or is gone (None), or ``STATE_UPDATE``. ``kept`` says whether those
    who join later are given it: events of resumable runs are, but never an ``error`` event.
    """

    run: str
    name: str
    data: Any
    id: str
    kept: bool


END = "*end"
STATE_UPDATE = "state_update"
Listener = Callable[[Entry], None]


class Log:
    """Append-only. Ids are the milliseconds and a zero, and may repeat, as those of the real server do."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._listeners: list[Listener] = []

    def append(self, entry: Entry) -> None:
        """Keep the entry, and tell the listeners."""
        self._entries.append(entry)
        for listener in list(self._listeners):
            listener(entry)

    def kept(self, run: str | None = None, after: str | None = None) -> list[Entry]:
        """What a late joiner is given: of one run or of all, after the id ``after`` (None = from the start).

        Where the id is not there, everything with a greater one is given, as the real server compares ids.
        """
        entries = [entry for entry in self._entries if entry.kept and run in (None, entry.run)]
        if after is None:
            return entries
        return [entry for entry in entries if _order(entry.id) > _order(after)]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what comes from now on. Returns what ends it."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop


def _order(id_: str) -> tuple[int, int]:
    head, _, tail = id_.partition("-")
    return (int(head) if head.isdigit() else 0, int(tail) if tail.isdigit() else 0)
