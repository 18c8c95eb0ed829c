"""The live book: what this process records, judged as it grows and as time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from inspector.domain.adapter import Adapter
from inspector.domain.diagnosis import Verdict
from inspector.domain.events import RunKey
from inspector.domain.frames import Frame
from inspector.services.alarms import Alarms
from inspector.services.clock import Clock, Timer
from inspector.services.ledger import Ledger
from inspector.services.model import Change
from inspector.services.recorder import Recorder

AGAIN_MS = 200.0
"""A run that streams is judged at most this often, unless somebody asks for its verdict."""

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
        self._judged_at: dict[RunKey, float] = {}
        self._later: set[RunKey] = set()
        self._timer: Timer | None = None

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
            self._judged_at.pop(key, None)
        self._judge(keys)
        self._tell(Change(self.ledger.number, len(self.ledger.rows), 0, frozenset(keys)))

    def _judge(self, keys: Iterable[RunKey]) -> None:
        now, changed = self.recorder.now(), False
        for key in keys:
            if now - self._judged_at.get(key, -AGAIN_MS) < AGAIN_MS:
                self._later.add(key)
                continue
            self._judged_at[key] = now
            verdict = self.ledger.judge(key, now)
            due = None if verdict.due is None else self.recorder.clock_at(verdict.due) + LATE_S
            self._alarms.set(key, due)
            word = word_of(verdict)
            if self._words.get(key) != word:
                self._words[key] = word
                changed = True
        if changed and now > self.ledger.book.now:
            self.recorder.tick(now)
        if self._later and self._timer is None:
            self._timer = self._clock.call_at(self._clock.now() + AGAIN_MS / 1000, self._judge_the_rest)

    def _judge_the_rest(self) -> None:
        self._timer = None
        keys, self._later = self._later, set()
        self._judge(key for key in keys if key in self.ledger.book.runs)


def word_of(verdict: Verdict) -> tuple[Any, ...]:
    """What makes a verdict another one: clocks that go on do not."""
    return verdict.ending, verdict.why, verdict.state, tuple((f.id, f.severity) for f in verdict.findings)
