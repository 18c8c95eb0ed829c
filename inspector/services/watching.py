"""All watched runs: who is watched already, who hears of which change, and who leaves when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import RunKey
from inspector.services.clock import Bell, Clock
from inspector.services.driver import Sent
from inspector.services.live import Live
from inspector.services.looking import NO_NAME
from inspector.services.model import Change, WatchState
from inspector.services.streams import Stream
from inspector.services.tasks import Tasks, cancel
from inspector.services.watcher import Means, Watch


@dataclass(eq=False, slots=True)
class Watched:
    """A watch with its task, and those who wait for its run to settle."""

    watch: Watch
    task: asyncio.Task[None] | None = None
    waiters: set[Bell] = field(default_factory=set)


class Watching:
    """The watches on runs of the live book. ``tell`` hears when the way of watching changes."""

    def __init__(self, live: Live, tasks: Tasks, clock: Clock, tell: Callable[[Change], None]) -> None:
        self._live = live
        self._tasks = tasks
        self._clock = clock
        self._tell = tell
        self._all: dict[Watch, Watched] = {}
        self._busy: list[Watched] = []
        self._drawn: set[tuple[str, str]] = set()

    async def watch(self, means: Means, target: Target) -> RunKey:
        """Ask how a run stands, and watch it from now on; UserError where nothing can be learned of it."""
        known = self._key(means.connection, target.run)
        if (watched := self._find(known)) is not None and known is not None:
            if watched.task is not None and watched.task.done():
                await watched.watch.look()
            self._wake(watched)
            return known
        watch = Watch(means, target, self._changed)
        look = await watch.look()
        if not look.told:
            raise UserError(f"To watch run {target.run}, its thread has to be known as well.")
        if not look.reached:
            raise UserError(look.problem or "The server did not answer.", unreachable=True)
        if look.told[0][0] in (401, 403, *NO_NAME):
            raise Refused(look.problem or "The server refused.")
        key = self._key(means.connection, target.run)
        if key is None:
            raise UserError(look.problem or f"The server tells nothing about run {target.run}.")
        if self._find(key) is None:
            watch.key = key
            self._begin(watch)
        return key

    def adopt(self, means: Means, sent: Sent) -> RunKey | None:
        """Watch the run whose events the stream of this act carries; None where it carries none."""
        link = self._live.ledger.book.links.get(sent.reply.link)
        if link is None or sent.pump is None or not link.runs:
            return None
        key = self._live.ledger.book.canon(link.runs[-1])
        stream = Stream(sent.reply.link, sent.pump)
        if (watched := self._find(key)) is not None:
            if watched.watch.link == stream.link:
                return key  # a socket that it is watched by already
            watched.watch.adopt(stream)
            self._wake(watched)
            return key
        run = self._live.ledger.run(key)
        watch = Watch(means, Target(run.protocol, run.id, run.thread), self._changed)
        watch.key = key
        watch.adopt(stream)
        self._begin(watch)
        return key

    def carried(self, sent: Sent) -> RunKey | None:
        """The run that a request was for which nobody has answered so far; None where it was for none."""
        self._live.recorder.flush()
        link = self._live.ledger.book.links.get(sent.reply.link)
        return None if link is None or not link.runs else self._live.ledger.book.canon(link.runs[-1])

    async def unwatch(self, key: RunKey) -> None:
        """Watch this run no more."""
        if (watched := self._find(key)) is not None:
            del self._all[watched.watch]
            if watched.task is not None:
                await cancel(watched.task)
            watched.watch.leave()

    async def leave(self, connection: str) -> None:
        """Watch nothing of this connection any more."""
        for watch in [each for each in self._all if each.means.connection == connection]:
            await self.unwatch(watch.key)

    def state(self, key: RunKey) -> WatchState | None:
        """How a run is watched; None where it never was."""
        watched = self._find(key)
        return None if watched is None else watched.watch.state

    def nudge(self, key: RunKey) -> None:
        """Ask again now how this run stands, if it is watched."""
        if (watched := self._find(key)) is not None:
            watched.watch.nudge()

    def heard(self, keys: Iterable[RunKey]) -> None:
        """These runs have changed. A watch that has come to its end looks anew when it begins again."""
        changed = set(keys)
        # Most watches of a day have come to their end.
        self._busy = [each for each in self._busy if each.task is not None and not each.task.done()]
        for watched in self._busy:
            if self._live.ledger.book.canon(watched.watch.key) in changed:
                watched.watch.heard()

    async def settled(self, key: RunKey, until: float) -> bool:
        """Wait until a watched run is over or waits for somebody, no longer than to the clock's ``until``."""
        watched = self._find(key)
        if watched is None:
            return True
        bell = Bell()
        watched.waiters.add(bell)
        try:
            while not watched.watch.state.settled:
                if not await bell.wait(self._clock, until):
                    return False
            return True
        finally:
            watched.waiters.discard(bell)

    def _begin(self, watch: Watch) -> None:
        watched = Watched(watch)
        self._all[watch] = watched
        self._wake(watched)

    def _wake(self, watched: Watched) -> None:
        """Let a watch look again now; one that had come to its end begins anew."""
        watch = watched.watch
        if watched.task is None or watched.task.done():
            watched.task = self._tasks.start(f"watch run {watch.target.run or watch.key}", watch.go_on())
            self._busy = [*(each for each in self._busy if each is not watched), watched]
        else:
            watch.nudge()

    def _find(self, key: RunKey | None) -> Watched | None:
        if key is None:
            return None
        canon = self._live.ledger.book.canon
        wanted = canon(key)
        return next((each for watch, each in self._all.items() if canon(watch.key) == wanted), None)

    def _key(self, connection: str, run: str | None) -> RunKey | None:
        runs = self._live.ledger.book.runs.values()
        return next((one.key for one in runs if one.id == run and one.connection == connection), None)

    def _draw(self, watch: Watch) -> None:
        """Fetch what the drawing needs, once for all runs that need the same."""
        book = self._live.ledger.book
        if book.canon(watch.key) not in book.runs:
            return
        call = watch.means.adapter.drawing_call(self._live.ledger.case(watch.key))
        if call is None or not call.reads or (watch.means.connection, call.path) in self._drawn:
            return
        self._drawn.add((watch.means.connection, call.path))
        _ = self._tasks.start(f"fetch {call.path}", watch.means.driver.send(call))

    def _changed(self, watch: Watch) -> None:
        self._draw(watch)
        if (watched := self._all.get(watch)) is not None:
            for bell in watched.waiters:
                bell.ring()
        self._tell(Change(self._live.ledger.number, runs=frozenset({watch.key}), kind="watching"))
