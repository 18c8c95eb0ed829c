"""A book with its rows and its verdicts: what the Hub keeps for the live recording and for each opened file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from inspector.domain.adapter import Adapter
from inspector.domain.book import Book, Grown
from inspector.domain.case import Case, Thresholds
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.events import RunKey, ServerSaid, StatusSeen, Wanted
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Kind
from inspector.domain.inside import exchanges_of
from inspector.domain.loose import judge_loose
from inspector.domain.notes import CONNECTED, JOURNAL, word_of
from inspector.domain.remarks import Remarks
from inspector.domain.rows import Rows
from inspector.domain.run import Run
from inspector.services.journal import entry
from inspector.services.model import Change, JournalEntry
from inspector.services.surroundings import Surroundings

_TELLING = (ServerSaid, StatusSeen, Wanted)
"""What may change how other runs stand."""

_KEPT = ("rows", "journal", "remarks", "_verdicts", "_stale", "_threads", "_told")


class Ledger:
    """Takes frames, says what changed, and judges runs when somebody asks.

    ``clock`` gives the present log time in ms of a live book; without it, now is the last entry's time. ``wall_ms`` is
    the Unix time of the log's zero, where known.
    """

    def __init__(
        self,
        number: int,
        adapters: Sequence[Adapter],
        protocol: str | None = None,
        wall_ms: float | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.number = number
        self.book = Book(adapters, protocol)
        self.rows = Rows()
        self.wall_ms = wall_ms
        self._adapters = {adapter.name: adapter for adapter in adapters}
        self._clock = clock
        self._verdicts: dict[RunKey, Verdict] = {}
        self._stale: set[RunKey] = set()
        self._threads: dict[str, set[RunKey]] = {}
        self._told: dict[str, Surroundings] = {}
        self.journal: list[JournalEntry] = []
        self.remarks = Remarks()

    def now(self) -> float:
        """The log's present, in ms."""
        return self.book.now if self._clock is None else max(self.book.now, self._clock())

    def take(self, frames: Iterable[Frame]) -> Change:
        """Fold frames in."""
        frames = list(frames)
        for frame in frames:
            if frame.kind is Kind.NOTE:
                self._note(frame)
        return self._grow(self.book.feed(frames))

    def finish(self) -> Change:
        """The log has ended: decode what was held back."""
        return self._grow(self.book.flush())

    def state(self) -> dict[str, Any]:
        """All of it, once its log has ended, to be kept for the next time it is opened."""
        return {name: getattr(self, name) for name in _KEPT} | {"book": self.book.state()}

    def restore(self, state: dict[str, Any]) -> Change:
        """Be as the ledger was of which this is the state."""
        for name in _KEPT:
            setattr(self, name, state[name])
        self.journal = [replace(entry, book=self.number) for entry in self.journal]
        self.book.restore(state["book"])
        return Change(self.number, 0, len(self.rows), frozenset(self.book.runs))

    def charts(self) -> dict[str, object]:
        """The lifecycles by name: they are the program's and no part of any log."""
        return {f"{name}/{chart.name}": chart for name, adapter in self._adapters.items() for chart in adapter.charts}

    def run_keys(self) -> list[RunKey]:
        """The runs, in the order in which the log named them."""
        return list(self.book.runs)

    def connections(self) -> set[str]:
        """The names of the connections that the log tells of."""
        return set(self._told)

    def loose(self) -> tuple[Finding, ...]:
        """What is wrong with streams that carry no run."""
        return judge_loose(self.book, self.now(), Thresholds())

    def run(self, key: RunKey) -> Run:
        """A run, also under a key that was merged into another; KeyError where there is none."""
        return self.book.runs[self.book.canon(key)]

    def adapter(self, key: RunKey) -> Adapter:
        """The backend of a run."""
        return self._adapters[self.run(key).protocol]

    def case(self, key: RunKey) -> Case:
        """Everything that may be asked about a run."""
        run = self.run(key)
        around = self._told.get(run.connection, Surroundings())
        return Case(run, self.book, around.thresholds, around.capabilities, self.wall_ms)

    def verdict(self, key: RunKey) -> Verdict:
        """How a run stands; judged again only if something changed or :meth:`forget` was called."""
        canon = self.book.canon(key)
        verdict = None if canon in self._stale else self._verdicts.get(canon)
        return self.judge(key, self.now()) if verdict is None else verdict

    def standing(self, key: RunKey) -> Verdict:
        """How it stood when it was last judged: for lists of many runs, of which some grow all the time."""
        verdict = self._verdicts.get(self.book.canon(key))
        return self.verdict(key) if verdict is None else verdict

    def judge(self, key: RunKey, now: float) -> Verdict:
        """How a run stands at this log time."""
        adapter = self.adapter(key)
        verdict = judge(self.case(key), now, adapter.rules, adapter.has_terminal_event, adapter.acts)
        key = self.book.canon(key)
        self._verdicts[key] = verdict
        self._stale.discard(key)
        return verdict

    def forget(self, keys: Iterable[RunKey]) -> None:
        """Judge these again when they are asked for: time has passed."""
        self._stale.update(map(self.book.canon, keys))

    def overdue(self) -> frozenset[RunKey]:
        """Runs whose verdict time alone may have changed by now; they are judged again when they are asked for."""
        now = self.now()
        dues = ((key, verdict.due) for key, verdict in self._verdicts.items() if key not in self._stale)
        late = frozenset(key for key, due in dues if due is not None and due <= now)
        self.forget(late)
        return late

    def _note(self, frame: Frame) -> None:
        word = word_of(frame.head)
        if word == CONNECTED:
            self._told[str(frame.head.get("connection", ""))] = Surroundings.told(frame.head)
        elif word == JOURNAL:
            self.journal.append(entry(self.number, frame))
        else:
            self.remarks.take(frame.head)

    def _grow(self, grown: Grown) -> Change:
        first = len(self.rows)
        count = self.rows.append(grown.events)
        changed = set(grown.runs)
        for event in grown.telling:
            for fact in event.facts:
                if isinstance(fact, _TELLING):
                    changed |= self._neighbours(event.run, event.facts)
                    break
        changed |= self._around(changed)
        for key in changed:
            run = self.book.runs.get(key)
            if run is not None and run.thread is not None:
                self._threads.setdefault(run.thread, set()).add(key)
        gone = {key for key in changed if key not in self.book.runs}
        changed = {key for key in changed | {self.book.canon(key) for key in gone} if key in self.book.runs}
        self.forget(changed)
        for key in gone:
            self._verdicts.pop(key, None)
            self._stale.discard(key)
        return Change(self.number, first, count, frozenset(changed))

    def _around(self, changed: set[RunKey]) -> set[RunKey]:
        """Runs that these are steps of, while they go on, and runs that are steps of these: each tells of the other."""
        found: set[RunKey] = set()
        for host in self.book.hosts:
            run = self.book.runs.get(host)
            if host in changed:
                found |= exchanges_of(self.book, host)
            elif run is not None and not run.over and changed - set(self.book.hosts):
                found.add(host)
        return found

    def _neighbours(self, key: RunKey | None, facts: Iterable[Any]) -> set[RunKey]:
        """Runs whose verdict may hang on what was just said about this one, or about its thread."""
        names: set[str] = {fact.id for fact in facts if isinstance(fact, ServerSaid)}
        run = self.book.runs.get(key) if key is not None else None
        if run is not None and run.thread is not None:
            names.add(run.thread)
        return set().union(*(self._threads.get(name, ()) for name in names))
