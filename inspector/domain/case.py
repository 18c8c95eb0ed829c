"""The case of one run: everything that a rule, an action or a view may ask about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.book import Book, Said
from inspector.domain.events import Purpose
from inspector.domain.link import Condition, Link
from inspector.domain.run import Run


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which silence on something is said. All in seconds; the defaults are those of the verdict's definition."""

    no_headers: float = 10.0
    no_events: float = 10.0
    silence: float = 30.0
    silence_error: float = 120.0
    not_started: float = 15.0

    @property
    def silence_ms(self) -> float:
        """The content silence from which a run counts as stalled, in ms."""
        return self.silence * 1000.0


@dataclass(frozen=True, slots=True)
class Case:
    """One run in its surroundings. ``capabilities`` are what probing this server showed (``v2``: True, …).

    ``wall_ms``: what Unix time, in ms, the log's zero is; None where nobody knows (then deadlines cannot count down).
    """

    run: Run
    book: Book
    thresholds: Thresholds = field(default_factory=Thresholds)
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    wall_ms: float | None = None

    def links(self) -> Iterator[Link]:
        """All exchanges about this run, in order."""
        return (self.book.links[ref] for ref in self.run.refs if ref in self.book.links)

    def streams(self) -> list[Link]:
        """The exchanges that carry its events, in order. Every rule asks: they are looked up once as the log stands."""
        known: list[Link] | None = self.book.memo.get(("streams", self.run.key))
        if known is None:
            known = self.book.memo["streams", self.run.key] = [link for link in self.links() if link.streams]
        return known

    @property
    def link(self) -> Link | None:
        """The exchange that carries its events now: the newest one that is open, else the newest."""
        streams = self.streams()
        return next((link for link in reversed(streams) if link.end is None), streams[-1] if streams else None)

    @property
    def start(self) -> Link | None:
        """The newest request that started it and is answered at once, whatever comes of the run."""
        links = [link for link in self.links() if link.opened.purpose is Purpose.BACKGROUND]
        return links[-1] if links else None

    def carriers(self) -> list[Link]:
        """The exchanges that carry its events; of a run that has none, the request that started it."""
        streams, start = self.streams(), self.start
        return streams if streams or start is None else [start]

    def condition(self, now: float) -> Condition | None:
        """How that exchange stands; None where nothing ever streamed."""
        return None if self.link is None else self.link.condition(now, self.thresholds.silence_ms)

    def said(self, about: str, id: str | None = None) -> Said | None:
        """The newest answer of the server about this ``run``, or its thread's ``thread``, ``state``, ``runs`` …"""
        answers = self.answers(about, id)
        return answers[-1] if answers else None

    def answers(self, about: str, id: str | None = None) -> list[Said]:
        """The first and the newest answers about it, oldest first."""
        name = id or (self.run.id if about in ("run", "steps") else self.run.thread)
        return [] if name is None else self.book.said.get((self.run.protocol, about, name), [])

    @property
    def own(self) -> str:
        """The name of what is said of this run alone, where the server gives runs no ids."""
        return f"{self.run.thread}/{self.run.key}"

    def siblings(self) -> list[Run]:
        """The thread's other runs that this log knows."""
        return [run for run in self.book.of_thread(self.run.thread) if run.key != self.run.key]
