"""How one run is watched: asked first, then streamed from the best source there is, and asked again whenever that ends.

A stream alone is never believed: at its end, its break or its silence the server is asked how the run stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from inspector.domain.adapter import Adapter, Source, Target
from inspector.domain.charts import Ending, StateKind
from inspector.domain.events import RunKey
from inspector.domain.notes import WATCH, note
from inspector.domain.run import Run
from inspector.services.clock import Bell, sleep
from inspector.services.driver import Driver
from inspector.services.live import Live
from inspector.services.looking import FIRST, Look, Looker
from inspector.services.model import WatchState
from inspector.services.streams import Stream, Streams, resumed

SOONEST_S, LATEST_S, SLOWER = 1.0, 5.0, 1.3
EYE_S, BEHIND_S = 5.0, 2.0
UNREACHABLE_S = 30.0
GRACE_S = 5.0
REJOIN_S = 0.5
DOUBTS = 2
FRUITLESS, BRIEF, BRIEF_S = 3, 6, 10.0
QUIETER, QUIETEST_S = 1.5, 120.0
OVER = (Ending.COMPLETED, Ending.INCOMPLETE, Ending.FAILED, Ending.CANCELLED, Ending.EXPIRED, Ending.LOST)
STILL_BUSY = ("run.still_executing", "run.cancel_pending")
OWN = "the stream that we opened"
ASKING = Source("asking again and again")


class Standing(Enum):
    """What there is to watch. ``IDLE``: it waits for somebody, or is over while its thread is still busy."""

    ACTIVE = "active"
    IDLE = "idle"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Means:
    """What a watch works with: the connection's and the live book's parts."""

    driver: Driver
    adapter: Adapter
    live: Live
    streams: Streams
    connection: str
    capabilities: Mapping[str, Any]


class Watch:
    """One watched run. ``changed`` is called whenever ``state`` or what there is to watch may have changed."""

    def __init__(self, means: Means, target: Target, changed: Callable[[Watch], None]) -> None:
        self.means = means
        self.target = target
        self.key = RunKey(0)
        self.state = WatchState("", means.live.recorder.now())
        self._changed = changed
        self._clock = means.driver.clock
        self._looker = Looker(means.driver, means.adapter, means.capabilities)
        self._seen = Look(False)
        self._own: Stream | None = None
        self._told: tuple[str, str | None] | None = None
        self._sure = self._sure_then = False
        self._news = Bell()
        self._wanted = False
        self.link = 0

    @property
    def run(self) -> Run:
        """The run as the live book knows it."""
        return self.means.live.ledger.run(self.key)

    def standing(self) -> Standing:
        """What there is to watch, by the present verdict."""
        verdict = self.means.live.ledger.verdict(self.key)
        if verdict.ending is Ending.WAITING:
            return Standing.IDLE
        if verdict.ending not in OVER:
            gone = carried_away(self.means.live, self.key)
            mute = gone and not self.means.adapter.attach(self.target, self.means.capabilities)
            return Standing.OVER if mute else Standing.ACTIVE
        busy = any(finding.id in STILL_BUSY for finding in verdict.findings)
        shown = verdict.ending is Ending.LOST and not self._seen.missing
        return Standing.IDLE if busy or shown else Standing.OVER

    def heard(self) -> None:
        """Something about the run has changed."""
        self._news.ring()

    def nudge(self) -> None:
        """Ask again now."""
        self._wanted = True
        self._news.ring()

    def adopt(self, stream: Stream) -> None:
        """Watch by this stream, which an act of ours opened, as long as it lasts."""
        self._own, self.link = stream, stream.link
        self._news.ring()

    async def look(self, brief: bool = False) -> Look:
        """Ask the server now."""
        look = await self._looker.look(self.target, brief, self._begun_to_look)
        self.means.live.recorder.flush()
        if not brief:
            self._seen, self._wanted, self._sure = look, False, self._sure_then or look.missing
        with suppress(KeyError):
            run = self.run
            self.target = replace(self.target, run=run.id or self.target.run, thread=run.thread or self.target.thread)
        self.state = replace(self.state, asked_at=self.means.live.recorder.now(), problem=look.problem)
        self._changed(self)
        return look

    def _begun_to_look(self) -> None:
        """A run that ends in the middle of a look leaves old and new answers beside each other: then look again."""
        self.means.live.recorder.flush()
        try:
            self._sure_then = is_settled(self.run)
        except KeyError:
            run = self.means.live.ledger.book.run_by_id(self.target.run or "")
            self._sure_then = run is not None and is_settled(run)

    async def _look_again(self) -> None:
        """What happened between the last look and a stream that was opened after it is in neither: ask once more."""
        look = await self.look(brief=True)
        if look.reached and look.told != self._seen.told[: len(look.told)]:
            await self.look()

    async def go_on(self) -> None:
        """Watch until the run is over."""
        doubts = 0
        while True:
            standing = self.standing()
            if standing is Standing.ACTIVE or self._own is not None:
                doubts = 0
                await self._follow()
            elif not self._sure and doubts < DOUBTS:
                doubts += 1
                await self.look()
            elif standing is Standing.IDLE:
                await self._keep_an_eye()
            else:
                return self.leave()

    def leave(self) -> None:
        """Say that it is not watched any more. What the server said last is in the log."""
        self._seen = replace(self._seen, told=())
        self._use(Source(""), active=False, settled=True)

    async def _follow(self) -> None:
        """Watch an active run: by the stream that we have, else by the first source that works."""
        if self._own is not None:
            stream, self._own = self._own, None
            await self._stream(Source(OWN, closing=closing_of(self.means.live, stream)), stream)
        for source in self._sources():
            if self.standing() is not Standing.ACTIVE or self._own is not None:
                return
            if source.call is None:
                return await self._poll(source)
            await self._stream(source, None)

    def _sources(self) -> Sequence[Source]:
        sources = self.means.adapter.attach(self.target, self.means.capabilities)
        return [*(source for source in sources if source.call is None or source.call.reads), ASKING]

    async def _stream(self, source: Source, stream: Stream | None) -> None:
        """Watch by one source, opened again after each end, until the run is settled or the source is of no use."""
        fruitless, brief, link = 0, 0, 0
        while True:
            if stream is None:
                assert source.call is not None
                call = resumed(source, source.call, link, self.means.live, self.key)
                opened = await self.means.streams.open(self.means.driver, self.means.connection, source, call)
                if not isinstance(opened, Stream):
                    return
                stream = opened
            self._use(source)
            link, since = stream.link, self._clock.now()
            try:
                if source.call is not None:
                    await self._look_again()
                asked = await self._read(source, stream)
            finally:
                await self.means.streams.release(stream)
                self.means.live.recorder.flush()
            stream = None
            if not asked:
                await self.look()
            fruitless = 0 if self._fruitful(link) else fruitless + 1
            brief = brief + 1 if self._clock.now() < since + BRIEF_S else 0
            of_no_use = source.call is None or fruitless >= FRUITLESS or brief >= BRIEF
            if of_no_use or self.standing() is not Standing.ACTIVE or self._own is not None:
                return
            await sleep(self._clock, min(REJOIN_S * 2 ** max(fruitless, brief), LATEST_S))

    async def _read(self, source: Source, stream: Stream) -> bool:
        """Until the stream ends or is of no more use; asks in its silences. Whether asking was the last it did."""
        stream.pump.add_done_callback(lambda _: self._news.ring())
        quiet, doubt = Quiet(self, stream.link), SOONEST_S / 2
        until: float | None = None
        while not stream.pump.done() and self._own is None:
            self._use(source, settled=self.state.settled and is_settled(self.run))
            settled, now = is_settled(self.run), self._clock.now()
            if not settled:
                until = None
            elif until is None:
                until = now
            due = quiet.due() if until is None else until
            if now < due and not self._wanted:
                await self._news.wait(self._clock, due)
                continue
            if settled and self.state.settled and source.closing != "cancels":
                return True
            quiet.asked()
            await self.look()
            if settled and self.standing() is not Standing.ACTIVE:
                if not source.ends:
                    return True
                self._use(source, settled=True)
                until = now + GRACE_S
            elif settled:
                until, doubt = now + doubt, min(doubt * 2, GRACE_S)
        return self.state.settled and self._sure

    def _fruitful(self, link: int) -> bool:
        """Whether any event came over it."""
        known = self.means.live.ledger.book.links.get(link)
        return known is not None and known.first_event_at is not None

    async def _poll(self, source: Source) -> None:
        """Ask again and again while the run is active; faster while things change, and as the server wants it.

        Returns also when a server that could not be reached is there again: its streams are to be tried then.
        """
        self._use(source, polls=True)
        before, interval, reached = self._seen, SOONEST_S, self._seen.reached
        while True:
            await self._pause(before.wait or interval)
            if self._own is not None:
                return
            look = await self.look()
            if self.standing() is not Standing.ACTIVE or (look.reached and not reached):
                return
            if look.problem is not None:
                interval = min(interval * 2, UNREACHABLE_S)
            else:
                interval = SOONEST_S if look.told != before.told else min(interval * SLOWER, LATEST_S)
            before, reached = look, look.reached

    async def _keep_an_eye(self) -> None:
        """Somebody else may answer, or a thread come free: ask little and seldom, and all of it when that changes."""
        self._use(Source(f"asking every {EYE_S:.0f} s"), polls=True, settled=True)
        before, interval = self._seen.told[:FIRST], EYE_S
        while self.standing() is Standing.IDLE:
            nudged = await self._pause(interval)
            if self._own is not None:
                return
            look = await self.look(brief=True)
            if look.reached and (nudged or look.told != before):
                await self.look()
            before = look.told
            interval = (look.wait or EYE_S) if look.problem is None else min(interval * 2, UNREACHABLE_S)

    async def _pause(self, seconds: float) -> bool:
        """Wait before asking again; true when somebody wants it now."""
        until = self._clock.now() + seconds
        while not self._wanted and self._own is None and self._clock.now() < until:
            await self._news.wait(self._clock, until)
        return self._wanted

    def _use(self, source: Source, polls: bool = False, active: bool = True, settled: bool = False) -> None:
        """Say how it is watched from now on, in the log as well."""
        try:
            run = self.run
        except KeyError:
            return
        self.target = replace(self.target, run=run.id or self.target.run, thread=run.thread or self.target.thread)
        over = run.declared_state is not None and run.declared_state.terminal
        state = replace(
            self.state,
            source=source.name,
            closing="passive" if polls or over else source.closing,
            polls=polls,
            active=active,
            settled=settled,
        )
        how = (source.name, run.id)
        if how != self._told:
            self._told = how
            state = replace(state, since=self.means.live.recorder.now())
            text = f"watched by: {source.name}" if active else "not watched any more"
            names = {"run": run.id, "thread": run.thread, "connection": self.means.connection}
            self.means.live.recorder.note(note(WATCH, text, **names, source=source.name, live=active, polls=polls))
        if state != self.state:
            self.state = state
            self._changed(self)


def carried_away(live: Live, key: RunKey) -> bool:
    """Whether no stream of it is open: where there is no other way, nothing more will come."""
    link = live.ledger.case(key).link
    return link is None or link.end is not None


def closing_of(live: Live, stream: Stream) -> str:
    """What closing a stream that we opened does to its run."""
    link = live.ledger.book.links.get(stream.link)
    cancels = None if link is None else link.opened.cancels_on_close
    return "unknown" if cancels is None else "cancels" if cancels else "passive"


def is_settled(run: Run) -> bool:
    """Whether the run's own state is one in which nothing more will come; cheap, for every batch of events."""
    state = run.declared_state
    return state is not None and (state.terminal or state.kind is StateKind.WAITS)


class Quiet:
    """When to ask the server because a stream says nothing: at the threshold, and then ever more seldom."""

    def __init__(self, watch: Watch, link: int) -> None:
        self._watch = watch
        self._live = watch.means.live
        self._link = link
        self._anchor = (-1.0, False)
        self._next = 0.0
        self._interval = 0.0

    def due(self) -> float:
        """The clock's time of the next question."""
        run, link = self._watch.run, self._live.ledger.book.links.get(self._link)
        times = [run.content_at, None if link is None else link.headers_at]
        at = max((at for at in times if at is not None), default=self._live.recorder.now())
        anchor = (at, run.begun_at is None)
        if anchor != self._anchor:
            thresholds = self._live.ledger.case(self._watch.key).thresholds
            self._anchor = anchor
            # a run that waits behind another says nothing itself, and who waits for it wants to know why
            self._interval = min(BEHIND_S, thresholds.no_events) if run.begun_at is None else thresholds.silence
            self._next = self._live.recorder.clock_at(at) + self._interval
        return self._next

    def asked(self) -> None:
        """The question was put."""
        self._next = self._watch.means.driver.clock.now() + self._interval
        self._interval = min(self._interval * QUIETER, QUIETEST_S)
