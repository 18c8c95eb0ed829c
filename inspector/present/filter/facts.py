"""What a filter may ask about a row that does not stand in the row: its run, its exchange, findings and remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, TypeVar

from inspector.domain.batch import Batch, Batches
from inspector.domain.book import Book
from inspector.domain.bygone import Called
from inspector.domain.case import Case
from inspector.domain.diagnosis import Verdict
from inspector.domain.events import RunKey
from inspector.domain.findings import Finding
from inspector.domain.remarks import Remarks
from inspector.domain.routine import Routine
from inspector.present.sentences import sentence


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a run; empty texts for what is not, and for rows of none."""

    id: str = ""
    thread: str = ""
    name: str = ""
    state: str = ""
    ending: str = ""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What is known of an exchange."""

    protocol: str = ""
    connection: str = ""
    method: str = ""
    url: str = ""
    status: int | None = None


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """A finding, and the frames that prove it."""

    id: str
    severity: str
    text: str
    frames: tuple[int, ...]


@dataclass(slots=True)
class Facts:
    """The facts of one book at one moment; each kind is gathered when it is first asked for.

    ``same`` gives the key that a run is known by now. ``focus`` is the key of the run that is looked at, 0 = none.
    """

    focus: int = 0
    same: Callable[[int], int] = int
    gather_runs: Callable[[], Mapping[int, RunFacts]] = dict
    gather_links: Callable[[], Mapping[int, LinkFacts]] = dict
    gather_findings: Callable[[], Sequence[FindingFacts]] = tuple
    remarks: Remarks = field(default_factory=Remarks)
    batches: Batches = lambda after: iter(())
    routine: Routine = field(default_factory=Routine)
    _runs: Mapping[int, RunFacts] | None = None
    _links: Mapping[int, LinkFacts] | None = None
    _findings: Sequence[FindingFacts] | None = None

    @property
    def runs(self) -> Mapping[int, RunFacts]:
        """By the keys that they are known by now."""
        if self._runs is None:
            self._runs = self.gather_runs()
        return self._runs

    @property
    def links(self) -> Mapping[int, LinkFacts]:
        """By the numbers of the exchanges."""
        if self._links is None:
            self._links = self.gather_links()
        return self._links

    @property
    def findings(self) -> Sequence[FindingFacts]:
        """Those of all runs, and of streams that carry none."""
        if self._findings is None:
            self._findings = self.gather_findings()
        return self._findings

    def told(self, fields: Iterable[str]) -> tuple[object, ...]:
        """What these fields rest on: where it differs from before, rows may fit that did not."""
        heads = {name.partition(".")[0] for name in fields}
        return (
            (self.focus, self.runs) if heads & {"run", "thread"} else None,
            self.links if heads & {"method", "url", "status"} else None,
            self.findings if "finding" in heads else None,
            self.remarks.version if heads & {"marked", "comment"} else None,
            self.routine.failures if "routine" in heads else None,
        )


class Named(Protocol):
    """A run as the source names it."""

    @property
    def key(self) -> RunKey:
        """Its key in its book."""
        ...


N = TypeVar("N", bound=Named)


class Source(Protocol[N]):
    """Who keeps the books."""

    def book_of(self, book: int) -> Book:
        """The fold of a log."""
        ...

    def runs(self, book: int | None = None) -> Sequence[N]:
        """The runs of a book."""
        ...

    def case(self, run: N) -> Case:
        """Everything that may be asked about a run."""
        ...

    def standing(self, run: N) -> Verdict:
        """How it stands."""
        ...

    def loose(self, book: int) -> Sequence[Finding]:
        """Findings of streams that carry no run."""
        ...

    def remarks(self, book: int) -> Remarks:
        """Marks and comments."""
        ...

    def batches(self, book: int, after: int) -> Iterator[Batch]:
        """The frames of a book behind a number."""
        ...


Verdicts = dict[int, tuple[Verdict, list[FindingFacts]]]
"""What was made of the verdicts before, by the keys of the runs: most of them stand."""


def facts_of(source: Source[N], book: int, focus: int = 0, before: Verdicts | None = None) -> Facts:
    """The facts of a book as they are now."""
    contents = source.book_of(book)
    known: Verdicts = {} if before is None else before

    def runs() -> dict[int, RunFacts]:
        return {int(run.key): _run(source.case(run), source.standing(run)) for run in source.runs(book)}

    def findings() -> list[FindingFacts]:
        found = []
        for run in source.runs(book):
            verdict = source.standing(run)
            if int(run.key) not in known or known[int(run.key)][0] is not verdict:
                known[int(run.key)] = verdict, [_finding(finding) for finding in verdict.findings]
            found += known[int(run.key)][1]
        return found + [_finding(finding) for finding in source.loose(book)]

    def links() -> dict[int, LinkFacts]:
        told = cache(lambda called: LinkFacts(*called))
        gone = {number: told(called) for number, called in contents.gone}
        return gone | {number: told(Called.of(link)) for number, link in contents.links.items()}

    return Facts(
        focus,
        lambda key: int(contents.canon(RunKey(key))) if key else 0,
        runs,
        links,
        findings,
        source.remarks(book),
        lambda after: source.batches(book, after),
        contents.routine,
    )


def _finding(finding: Finding) -> FindingFacts:
    return FindingFacts(finding.id, finding.severity.value, sentence(finding), finding.frames)


def _run(case: Case, verdict: Verdict) -> RunFacts:
    run = case.run
    return RunFacts(run.id or "", run.thread or "", run.name or "", verdict.state or "", verdict.ending.value)
