"""A part of a log that is told of or written by itself: the runs and the exchanges that some of its rows belong to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.domain.diagnosis import Verdict
from inspector.domain.events import RunKey
from inspector.domain.excerpt import Excerpt
from inspector.domain.findings import Finding
from inspector.domain.remarks import Remarks
from inspector.domain.rows import Rows
from inspector.domain.run import Run
from inspector.present.account import Entry, markdown, report_object


@dataclass(frozen=True, slots=True)
class Part:
    """The runs of some rows, their exchanges, the frames of these rows."""

    runs: frozenset[RunKey]
    links: frozenset[int]
    frames: frozenset[int]

    def ids(self, runs: Mapping[RunKey, Run]) -> set[str]:
        """The ids of its runs among these; some have none."""
        return {id_ for key in self.runs if key in runs and (id_ := runs[key].id)}

    def loose(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that one of the rows proves."""
        return [finding for finding in findings if not self.frames.isdisjoint(finding.frames)]


def part_of(rows: Rows, lines: Collection[int], same: Callable[[int], int]) -> Part:
    """The part that these rows belong to. ``same`` gives the key that a run is known by now."""
    runs = {RunKey(same(key)) for key in {rows.run[line] for line in lines} if key}
    return Part(
        frozenset(runs), frozenset(rows.link[line] for line in lines) - {0}, frozenset(map(rows.seq.__getitem__, lines))
    )


def account_of(
    about: tuple[str, str, str | None],
    runs: Sequence[tuple[Run, Verdict]],
    loose: Sequence[Finding],
    journal: Sequence[Entry],
    now: float,
    remarks: Remarks,
    part: Part | None = None,
    some: Excerpt | None = None,
) -> tuple[dict[str, Any], str]:
    """The report as an object and for people; of a part, by the numbers that its frames have in ``some``.

    ``about``: version, source and protocol. ``runs`` are those of the part.
    """
    if part is not None and some is not None:
        names = {run.id for run, _ in runs}
        runs = [(run, replace(verdict, findings=some.found(verdict.findings))) for run, verdict in runs]
        loose, remarks = some.found(part.loose(loose)), some.remarks(remarks)
        journal = [entry for entry in journal if entry.run in names]
    told = report_object(*about, runs, loose, journal, now, remarks)
    if some is not None:
        for state in (state for run in told["runs"] for state in run["states"]):
            state["frame"] = next(iter(some.places([state["frame"]])), None)
    return told, markdown(told, *about, runs, loose, journal)
