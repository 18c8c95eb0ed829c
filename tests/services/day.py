"""A day's watching on fakes: fifty runs of every kind, hour by hour, and what the hub holds at any moment."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.domain.adapter import Source, Target
from inspector.domain.book import Keys
from inspector.domain.calls import Call
from inspector.domain.events import Ask, Wanted, Witness
from inspector.domain.frames import Frame
from inspector.protocols.exchange import Draft, Exchange
from inspector.services.ports import OpenLink
from tests.services.kit import Bench, HandClock, Server, Shelf, Stream, Swap, rest
from tests.services.toy import Toy, ToyDecoder, stream
from tests.services.weigh import held

BEAT_S, CUT_S, RUN_S, TALK_S, AWAY_S, BACK_S = 10, 120, 600, 300, 1_500, 200
KINDS = {"quiet": 14, "short": 8, "cut": 8, "polled": 12, "waits": 8}
"""How many runs of each kind are watched at any moment."""

WATCHED = sum(KINDS.values())

ENTRIES = 16
"""What one more stream may leave in a container: its link and the reads around it, with what was seen of them."""

LOGGED = re.compile(r"\.rows\.|\.book\.(gone\._(numbers|codes)|routine\._parts)$")
"""The columns of the log."""

PATH = Path("day.session")

UNTIL = HandClock().wall().timestamp() + 5_400
"""When the waiting runs may expire, as Unix seconds."""

ASKING = Source("asking again and again")


class DayDecoder(ToyDecoder):
    """Runs of no thread; a run that waits has an hour for its answer."""

    thread = None

    def on_body(self, x: Exchange, body: Any) -> Iterator[Draft]:
        yield from super().on_body(x, body)
        if isinstance(body, dict) and body.get("state") == "waiting":
            yield Draft("wanted", run=x.run, facts=(Wanted((Ask("approval", "a1"),), body["until"], Witness.SERVER),))


class DayToy(Toy):
    """A backend whose polled and waiting runs have no stream."""

    def decoder(self, keys: Keys) -> DayDecoder:
        return DayDecoder(keys)

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        return [ASKING] if str(target.run).startswith("polled") else [stream(str(target.run)), ASKING]


class DayServer(Server):
    """Answers for any number of runs; while it is ``away`` nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.states: dict[str, str] = {}
        self.streams: dict[str, Stream] = {}
        self.asked = self.opened = 0

    async def send(self, call: Call, open_link: OpenLink) -> Swap:
        parts = call.path.split("/")
        what = f"{call.method} {call.path}"
        if self.away:
            self.table[what] = ["Nothing answers."]
        elif parts[1] == "toy":
            self.table[what] = [(200, {})]
        elif parts[-1] == "stream":
            self.opened += 1
            self.table[what] = [self.streams.setdefault(parts[2], Stream())]
        else:
            self.asked += 1
            self.table[what] = [(200, {"state": self.states.get(parts[2], "running"), "until": UNTIL})]
        try:
            return await super().send(call, open_link)
        finally:
            del self.table[what]
            self.calls.clear()

    def break_off(self, run: str, how: str = "cut") -> None:
        """The stream of a run ends; the next one is another."""
        if (events := self.streams.pop(run, None)) is not None:
            events.end(how)


class Sink(Shelf):
    """A file that takes everything and keeps nothing, so that what is held is held by the hub."""

    def append(self, frames: Sequence[Frame]) -> None:
        pass


@dataclass(frozen=True)
class Held:
    """What there is at a moment. ``live``: tasks, timers, open exchanges and watched runs, which come and go."""

    asked: int
    opened: int
    live: Mapping[str, int]
    entries: Mapping[str, int]

    def grown(self, before: Held) -> dict[str, int]:
        """The containers that took in more since than what arrived: columns, and a few entries for each new stream."""
        most = ENTRIES * (self.opened - before.opened)
        grown = {path: count - before.entries.get(path, 0) for path, count in self.entries.items()}
        return {path: more for path, more in grown.items() if more > most and not LOGGED.search(path)}


class Day:
    """The bench of the day; :meth:`pass_hours` lets it go by."""

    def __init__(self) -> None:
        self.bench = Bench(DayToy())
        self.bench.clock.turns = 20
        self.server = DayServer()
        self.bench.server = self.server
        self.seconds = 0
        self._watched = Counter[str]()
        self._connection = 0

    async def begin(self) -> None:
        """Connect, record, and watch the first fifty."""
        self.bench.store.files[PATH] = Sink(PATH)
        self.bench.hub._live.recorder.record_to(self.bench.store.files[PATH])
        self._connection = await self.bench.connect()
        for kind, count in KINDS.items():
            for _ in range(count):
                await self._watch(kind)

    async def pass_hours(self, hours: float) -> None:
        """Let time go by at this density: keep-alives, words, cuts, ends, and a server that goes away for a while."""
        end = self.seconds + round(hours * 3600)
        while self.seconds < end:
            self.seconds += BEAT_S
            await self.bench.clock.advance(BEAT_S)
            self.server.away = self.seconds % AWAY_S >= AWAY_S - BACK_S
            if not self.server.away:
                await self._move()
            elif self.server.streams:
                for run in list(self.server.streams):
                    self.server.break_off(run, "reset")
            self.bench.changes.clear()
        await rest()

    def held(self) -> Held:
        """What there is now."""
        hub, clock = self.bench.hub, self.bench.clock
        live = {
            "tasks": len(asyncio.all_tasks()),
            "timers": clock.timers,
            "open exchanges": len(hub._live.recorder.open_links),
            "streams": len(self.server.streams),
            "alarms": len(hub._live._alarms),
        }
        clock.clear()
        return Held(self.server.asked, self.server.opened, live, held(hub, "hub"))

    async def aclose(self) -> None:
        """Leave."""
        await self.bench.hub.aclose()

    async def _move(self) -> None:
        for run, events in list(self.server.streams.items()):
            events.beat()
            if self.seconds % TALK_S < BEAT_S:
                events.send({"token": "word "}, id=str(self.seconds))
            if run.startswith("cut") and self.seconds % CUT_S < BEAT_S:
                self.server.break_off(run)
        await rest()
        if self.seconds % RUN_S < BEAT_S:
            for run in self._at_work("short"):
                await self._end(run)
                await self._watch("short")

    def _at_work(self, kind: str) -> list[str]:
        return [run for run, state in self.server.states.items() if run.startswith(kind) and state == "running"]

    async def _end(self, run: str) -> None:
        self.server.states[run] = "done"
        if run in self.server.streams:
            self.server.streams[run].send({"state": "done"})
        self.server.break_off(run, "eof")
        await rest()

    async def _watch(self, kind: str) -> None:
        self._watched[kind] += 1
        run = f"{kind}-{self._watched[kind]}"
        self.server.states[run] = "waiting" if kind == "waits" else "running"
        await self.bench.hub.watch(self._connection, Target("toy", run))
        await rest()
