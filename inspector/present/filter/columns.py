"""The rows of a log with what filters work out of them: the time between rows, the runs that there are."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from math import nan

from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.present.filter.facts import Facts

Late = Callable[[], bool]
"""Whether it is time to do something else."""


def never() -> bool:
    """There is time."""
    return False


@dataclass(frozen=True, slots=True)
class Question:
    """Asked of each frame, one after the other: it may remember. Two of the same name ask the same.

    ``may_hold`` tells of the bytes of many that none of them fits.
    """

    name: object
    fits: Callable[[Frame], bool]
    may_hold: Callable[[bytes], bool] = lambda held: True


class Columns:
    """Grows with its rows. ``facts`` are those of the moment; whoever asks for a mask brings them up to date first."""

    def __init__(self, rows: Rows, facts: Facts | None = None) -> None:
        self.rows = rows
        self.facts = facts or Facts()
        self._keys: set[int] = {0}
        self._known = 0
        self._same: dict[int, int] = {}
        self._since = {False: array("d"), True: array("d")}
        self._last: dict[bool, dict[int, float]] = {False: {}, True: {}}
        self._scans: dict[object, Scan] = {}

    def run_keys(self) -> set[int]:
        """The keys of all rows' runs, those that were merged into others among them, and 0."""
        if self._known < len(self.rows):
            self._keys.update(self.rows.run[self._known :])
            self._known = len(self.rows)
        return self._keys

    def gaps(self, first: int, end: int) -> array[float]:
        """For each row the ms since the row before of the same run; NaN for its first one."""
        return self._measured(False)[first:end]

    def silences(self, first: int, end: int) -> array[float]:
        """For each row with content the ms since the run's content before; NaN for the first and for other rows."""
        return self._measured(True)[first:end]

    def scan(self, question: Question, late: Late = never) -> Scan:
        """The frames that fit a question, as far as they were gone through until it was late; kept and gone on with."""
        scan = self._scans.setdefault(question.name, Scan())
        scan.go_on(self.facts, question, late)
        return scan

    def scanned(self, question: Question) -> bool:
        """Whether all frames were gone through once: only new ones are read when it is asked again."""
        scan = self._scans.get(question.name)
        return scan is not None and scan.whole

    def _measured(self, content: bool) -> array[float]:
        """A number for each row. A merge of two runs makes them anew: the rows of both are now of one."""
        same = {key: self.facts.same(key) for key in self.run_keys()}
        if any(same[key] != known for key, known in self._same.items()):
            self._since = {False: array("d"), True: array("d")}
            self._last = {False: {}, True: {}}
        self._same = same
        since, last = self._since[content], self._last[content]
        rows, first, end = self.rows, len(since), len(self.rows)
        before, add = last.get, since.append
        of_run = map(same.__getitem__, rows.run[first:end])
        if not content:
            for key, at in zip(of_run, rows.at[first:end], strict=True):
                add(at - before(key, nan))
                last[key] = at
            return since
        for key, at, counts in zip(of_run, rows.at[first:end], rows.content[first:end], strict=True):
            if counts:
                add(at - before(key, nan))
                last[key] = at
            else:
                add(nan)
        return since


class Scan:
    """The frames of a log that fit one question: their numbers. ``seq`` is the last that was gone through."""

    def __init__(self) -> None:
        self.found: set[int] = set()
        self.seq = 0
        self._question: Question | None = None
        self.whole = False

    def go_on(self, facts: Facts, question: Question, late: Late) -> None:
        """Look at the frames that came since, until it is late."""
        question = self._question = self._question or question
        for last, frames in facts.stretches(self.seq, question.may_hold):
            for frame in frames:
                self.seq = frame.seq
                if question.fits(frame):
                    self.found.add(frame.seq)
                if late():
                    return
            self.seq = max(self.seq, last)
            if late():
                return
        self.whole = True


def direction(frame: Frame) -> str:
    """Which way a frame went, seen from the client; empty for what went neither way."""
    if frame.kind is Kind.REQUEST or (frame.kind is Kind.SOCKET and frame.head.get("dir") == "out"):
        return "out"
    return "in" if frame.kind in (Kind.RESPONSE, Kind.DATA, Kind.SOCKET) else ""
