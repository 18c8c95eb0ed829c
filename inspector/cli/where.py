"""``--where``: the runs and the exchanges of a log in which a row fits a filter."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import compress

from inspector.domain.diagnosis import Verdict
from inspector.domain.events import RunKey
from inspector.domain.excerpt import Excerpt
from inspector.domain.findings import Finding
from inspector.domain.run import Run
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import facts_of
from inspector.present.filter.grammar import parse
from inspector.present.filter.masks import mask
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import And, Compared, Focus, Not, Or, Tree
from inspector.services.hub import Hub
from inspector.services.model import OpenBook

LANGUAGE = (
    "The language of EXPR is that of the window's filter: 'state == \"requires_action\"', 'event ~ /delta$/', "
    "'gap > 5s', 'finding.severity >= warn', 'text contains \"timeout\"', with and, or, not and ( ); words alone are "
    "all searched for."
)


def condition(text: str) -> Tree:
    """What a filter says, as argparse wants it: a sentence with the place where it makes no sense."""
    read = parse(text)
    if isinstance(read, Problem):
        place = f"“{text[read.start : read.end]}”" if read.end > read.start else "the end"
        at = f"at character {read.start + 1}, {place}" if read.end > read.start else f"at {place}"
        raise argparse.ArgumentTypeError(f"{at}: {read.sentence}")
    if _focused(read):
        raise argparse.ArgumentTypeError("no run is in focus here: name it, as in run == “run_…”")
    return read


@dataclass(frozen=True, slots=True)
class Part:
    """What fits of a log: the runs with a row that does, the exchanges, the frames of these rows."""

    runs: frozenset[RunKey]
    links: frozenset[int]
    frames: frozenset[int]

    def loose(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that one of the rows proves."""
        return [finding for finding in findings if not self.frames.isdisjoint(finding.frames)]


def part_of(hub: Hub, shown: OpenBook, tree: Tree) -> Part:
    """What fits of an open log."""
    rows, facts = hub.rows(shown.id), facts_of(hub, shown.id)
    fits = mask(tree, Columns(rows, facts), 0, len(rows))
    runs = {RunKey(facts.same(key)) for key in set(compress(rows.run, fits)) if key}
    return Part(frozenset(runs), frozenset(compress(rows.link, fits)) - {0}, frozenset(compress(rows.seq, fits)))


def excerpt(hub: Hub, shown: OpenBook, part: Part) -> Excerpt:
    """The exchanges that fit, whole."""
    runs = hub.book_of(shown.id).runs
    return Excerpt(hub.frames(shown.id), part.links, {runs[key].id or "" for key in part.runs if key in runs} - {""})


def judged(run: Run, verdict: Verdict, part: Excerpt) -> tuple[Run, Verdict]:
    """A run with its verdict by the new numbers of the frames."""
    return run, replace(verdict, findings=part.found(verdict.findings))


def _focused(tree: Tree) -> bool:
    match tree:
        case Compared(_, _, values):
            return any(isinstance(value, Focus) for value in values)
        case Not(inner):
            return _focused(inner)
        case And(parts) | Or(parts):
            return any(map(_focused, parts))
