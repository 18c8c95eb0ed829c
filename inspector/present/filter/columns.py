"""The rows of a log with what filters work out of them: the time between rows, the runs that there are."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import nan
from typing import Any

from inspector.domain.batch import Batch
from inspector.domain.frames import Kind
from inspector.domain.rows import Rows
from inspector.present.filter.facts import Facts

Late = Callable[[], bool]
"""Whether it is time to do something else."""


FEW = 16
"""Where one of so many rows may fit, or fewer, each is leapt to."""

STEP = 2_000
"""Rows that are measured at a time."""

AT_ONCE = 10_000
"""So many rows are measured when somebody waits for them."""


def never() -> bool:
    """There is time."""
    return False


@dataclass(frozen=True, slots=True)
class Question:
    """Asked of one batch of frames after the other: it may remember. Two of the same name ask the same.

    ``fitting`` gives the places of those that fit, in order.
    """

    name: object
    fitting: Callable[[Batch], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Asked of each row: how long after the row before of its run it came, or its ``content`` after the one before."""

    content: bool


class Columns:
    """Grows with its rows. ``facts`` are those of the moment; whoever asks for a mask brings them up to date first."""

    def __init__(self, rows: Rows, facts: Facts | None = None) -> None:
        self.rows = rows
        self.facts = facts or Facts()
        self._keys: set[int] = {0}
        self._known = 0
        self._same: dict[int, int] = {}
        self._told: Facts | None = None
        self._since = {False: array("d"), True: array("d")}
        self._last: dict[bool, dict[int, float]] = {False: {}, True: {}}
        self._scans: dict[object, Scan] = {}

    def run_keys(self) -> set[int]:
        """The keys of all rows' runs, those that were merged into others among them, and 0."""
        if self._known < len(self.rows):
            self._keys.update(self.rows.run[self._known :])
            self._known = len(self.rows)
        return self._keys

    def gap(self, row: int) -> float:
        """For one row alone the ms since the row before of the same run; NaN for its first one."""
        run, at = self.facts.same(self.rows.run[row]), self.rows.at
        keys = [key for key in self.run_keys() if self.facts.same(key) == run]
        for end in range(row, 0, -STEP):
            start = max(0, end - STEP)
            before = self.rows.of_runs(keys, start, end).rfind(1)
            if before >= 0:
                return at[row] - at[start + before]
        return nan

    def gaps(self, first: int, end: int) -> array[float]:
        """For each row the ms since the row before of the same run; NaN for its first one."""
        return self._measured(False, end)[first:end]

    def silences(self, first: int, end: int) -> array[float]:
        """For each row with content the ms since the run's content before; NaN for the first and for other rows."""
        return self._measured(True, end)[first:end]

    def go_on(self, asked: Question | Spacing, late: Late, last: int) -> float:
        """Work out what is asked until it is late; how much is done, 0 to 1. ``last`` is the last frame of the log."""
        if isinstance(asked, Question):
            return self.scan(asked, late).seq / max(1, last)
        while (done := len(self._since[asked.content])) < len(self.rows) and not late():
            self._measured(asked.content, min(len(self.rows), done + STEP))
        return done / max(1, len(self.rows))

    def scan(self, question: Question, late: Late = never) -> Scan:
        """The frames that fit a question, as far as they were gone through until it was late; kept and gone on with."""
        scan = self._scans.setdefault(question.name, Scan())
        scan.go_on(self.facts, question, late)
        return scan

    def known(self, asked: Question | Spacing) -> bool:
        """Whether it was worked out for all that there was once: what came since takes no time."""
        if isinstance(asked, Spacing):
            return len(self.rows) - len(self._since[asked.content]) <= AT_ONCE
        scan = self._scans.get(asked.name)
        return scan is not None and scan.whole

    def _measured(self, content: bool, end: int) -> array[float]:
        """A number for each row before ``end`` at least."""
        self._merge()
        since, last = self._since[content], self._last[content]
        rows, first, end = self.rows, len(since), max(end, len(since))
        before, add = last.get, since.append
        of_run = map(self._same.__getitem__, rows.run[first:end])
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

    def _merge(self) -> None:
        """A merge of two runs has all rows measured anew: those of both are of one now."""
        if self._told is self.facts and self._known == len(self.rows):
            return
        same = {key: self.facts.same(key) for key in self.run_keys()}
        if any(same[key] != known for key, known in self._same.items()):
            self._since = {False: array("d"), True: array("d")}
            self._last = {False: {}, True: {}}
        self._same, self._told = same, self.facts


class Scan:
    """The frames of a log that fit one question: their numbers. ``seq`` is the last that was gone through."""

    def __init__(self) -> None:
        self.found = array("Q")
        self.seq = 0
        self._question: Question | None = None
        self.whole = False

    def go_on(self, facts: Facts, question: Question, late: Late) -> None:
        """Look at the frames that came since, until it is late."""
        question = self._question = self._question or question
        for batch in facts.batches(self.seq):
            self.found.extend(map(batch.seqs.__getitem__, question.fitting(batch)))
            self.seq = batch.seqs[-1]
            if late():
                return
        self.whole = True

    def mask(self, rows: Rows, first: int, end: int) -> bytes:
        """For each row from ``first`` to before ``end``: 1 where its frame was found. A few are leapt to."""
        seqs, mask = rows.seq[first:end], bytearray(max(0, end - first))
        found = self.found[bisect_left(self.found, seqs[0]) : bisect_right(self.found, seqs[-1])] if seqs else seqs
        if FEW * len(found) > len(seqs):
            return bytes(map(set(found).__contains__, seqs))
        for seq in found:
            place = bisect_left(seqs, seq)
            over = bisect_right(seqs, seq, place)
            mask[place:over] = b"\1" * (over - place)
        return bytes(mask)


def direction(kind: Kind, head: Mapping[str, Any]) -> str:
    """Which way a frame went, seen from the client; empty for what went neither way."""
    if kind is Kind.REQUEST or (kind is Kind.SOCKET and head.get("dir") == "out"):
        return "out"
    return "in" if kind in (Kind.RESPONSE, Kind.DATA, Kind.SOCKET) else ""
