"""The live book: what this process records, judged as it grows and as time passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from inspector.domain.adapter import Adapter
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict
from inspector.domain.events import RunKey
from inspector.domain.frames import Frame
from inspector.services.alarms import Alarms
from inspector.services.clock import Clock, Timer
from inspector.services.ledger import Ledger
from inspector.services.model import Change
from inspector.services.recorder import Recorder

Marks = tuple[Any, ...]

AGAIN_MS = 1000.0
"""A run of which only more content came is judged at most this often, unless somebody asks for its verdict."""

BUDGET_S, BREATH_S = 0.002, 0.02
"""How long runs are judged at a stretch, and how long the loop is left to others before the next ones are."""

COPIED = 500
"""Frames that are copied at a time: some milliseconds."""

LATE_S = 0.001
"""An alarm rings a little after its time, so that the time is over when it is looked at."""


class Live:
    """Recorder, ledger and alarms as one. ``tell`` hears of each change, ``trouble`` of a full disk."""

    def __init__(
        self,
        number: int,
        adapters: Sequence[Adapter],
        clock: Clock,
        tell: Callable[[Change], None],
        trouble: Callable[[str | None], None],
    ) -> None:
        self._clock = clock
        self._tell = tell
        self.recorder = Recorder(clock, self._grown, trouble)
        self.ledger = Ledger(number, adapters, None, self.recorder.started_ms, self.recorder.now)
        self._alarms = Alarms(clock, self._time_passed)
        self._words: dict[RunKey, tuple[Any, ...]] = {}
        self._judged: dict[RunKey, tuple[float, Marks]] = {}
        self._later: set[RunKey] = set()
        self._timer: Timer | None = None

    async def copied(self) -> list[Frame]:
        """All frames that there are now."""
        rest, found = self.recorder.frames(), list[Frame]()
        while part := list(islice(rest, COPIED)):
            found += part
            await asyncio.sleep(0)
        return found

    def hang_up(self) -> None:
        """We are leaving: the recording stops here, with its streams open as they are.

        Only where our leaving ends a run it is recorded that we left.
        """
        links = self.ledger.book.links.values()
        self.recorder.hang_up([link.number for link in links if link.opened.cancels_on_close])

    def close(self) -> None:
        """Finish the recording."""
        self._alarms.close()
        if self._timer is not None:
            self._timer.cancel()
        self.recorder.close()

    def _grown(self, frames: Sequence[Frame]) -> None:
        change = self.ledger.take(frames)
        if change.rows or change.runs:
            self._judge(change.runs)
            self._tell(change)

    def _time_passed(self, keys: set[RunKey]) -> None:
        keys = {self.ledger.book.canon(key) for key in keys} & self.ledger.book.runs.keys()
        self.ledger.forget(keys)
        for key in keys:
            self._judged.pop(key, None)
        self._judge(keys)
        self._tell_of(keys)

    def _tell_of(self, keys: Iterable[RunKey]) -> None:
        self._tell(Change(self.ledger.number, len(self.ledger.rows), 0, frozenset(keys)))

    def _judge(self, keys: Iterable[RunKey]) -> set[RunKey]:
        """Judge what is to be judged now, and the others soon; the runs whose verdicts became others."""
        now, since = self.recorder.now(), self._clock.now()
        changed, wait = set[RunKey](), AGAIN_MS / 1000
        for key in keys:
            marks = self._marks(key)
            at, before = self._judged.get(key, (-AGAIN_MS, None))
            if self._clock.now() - since > BUDGET_S:
                self._later.add(key)
                wait = BREATH_S
            elif marks == before and now - at < AGAIN_MS:
                self._later.add(key)
                wait = max(BREATH_S, min(wait, (at + AGAIN_MS - now) / 1000))
            else:
                self._judged[key] = now, marks
                if self._judge_one(key, now):
                    changed.add(key)
        if changed and now > self.ledger.book.now:
            self.recorder.tick(now)
        if self._later and self._timer is None:
            self._timer = self._clock.call_at(self._clock.now() + wait, self._judge_the_rest)
        return changed

    def _judge_one(self, key: RunKey, now: float) -> bool:
        """Whether the verdict became another one."""
        self._later.discard(key)
        verdict = self.ledger.judge(key, now)
        due = None if verdict.due is None else self.recorder.clock_at(verdict.due) + LATE_S
        self._alarms.set(key, due)
        word = word_of(verdict)
        same, self._words[key] = self._words.get(key) == word, word
        return not same

    def _judge_the_rest(self) -> None:
        self._timer = None
        keys, self._later = self._later, set()
        if changed := self._judge(key for key in keys if key in self.ledger.book.runs):
            self._tell_of(changed)

    def _marks(self, key: RunKey) -> Marks:
        """What changes with anything that matters to a verdict, content that goes on excepted."""
        run, links = self.ledger.book.runs[key], self.ledger.book.links
        ended = sum(links[ref].end is not None for ref in run.refs if ref in links)
        exchanges = ended, len(run.refs), run.refs[-1:]  # one that is let go makes up for another's beginning and end
        facts = len(run.transitions) + len(run.errors) + len(run.noticed) + len(run.acts)
        word = self._words.get(key)
        speaks_again = word is not None and word[0] is not Ending.RUNNING and run.content_at
        return (
            run.state,
            run.begun_at,
            run.server_asked_at,
            run.wanted_seq,
            run.source,
            run.answered_by,
            facts,
            exchanges,
            speaks_again,
        )


def word_of(verdict: Verdict) -> tuple[Any, ...]:
    """What makes a verdict another one: clocks that go on do not."""
    return verdict.ending, verdict.why, verdict.state, tuple((f.id, f.severity) for f in verdict.findings)
