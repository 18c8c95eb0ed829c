"""A filter made of a cell of the log, and put together with the one that is typed."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from inspector.domain.rows import Rows
from inspector.present.filter.facts import Facts
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import EVERY, And, Compared, Not, Op, Or, Tree, text_of

LONGEST = 120
"""So much of a summary goes into a filter; what is longer is hardly there twice."""

_CELLS: tuple[Callable[[Rows, int, float], Compared | None], ...] = (
    lambda rows, row, delta: Compared("seq", Op.EQ, (float(rows.seq[row]),)),
    lambda rows, row, delta: Compared("at", Op.GE, (rows.at[row],)),
    lambda rows, row, delta: None if isnan(delta) else Compared("gap", Op.GE, (delta,)),
    lambda rows, row, delta: Compared("link", Op.EQ, (float(rows.link[row]),)),
    lambda rows, row, delta: Compared("event", Op.EQ, (rows.name(row),)),
    lambda rows, row, delta: Compared("state", Op.EQ, (rows.state(row),)),
    lambda rows, row, delta: _said(rows.text(row)),
)


def of_cell(rows: Rows, row: int, column: int, gap: float) -> Compared | None:
    """The rows that have the same in this column (# Time Δ Lane Event State Summary); None where that says nothing.

    Times are at least as late, or as long: ``gap`` in ms, NaN for none.
    """
    return _CELLS[column](rows, row, gap)


def of_run(facts: Facts, key: int) -> Compared | None:
    """The rows of a run; None for a run without an id."""
    run = facts.runs.get(facts.same(key))
    return None if run is None or not run.id else Compared("run", Op.EQ, (run.id,))


def joined(typed: str, more: Tree, how: str) -> str:
    """The typed filter and another one. ``how``: and | and not | or | or not | only | not.

    A typed one that makes no sense goes.
    """
    before = parse(typed)
    added = Not(more) if how.endswith("not") else more
    if isinstance(before, Problem) or before == EVERY or not how.startswith(("and", "or")):
        return text_of(added)
    kind = And if how.startswith("and") else Or
    parts = before.parts if isinstance(before, kind) else (before,)
    return text_of(kind((*parts, *(() if added in parts else (added,)))))


def _said(text: str) -> Compared:
    if len(text) > LONGEST:
        return Compared("text", Op.CONTAINS, (text[:LONGEST],))
    return Compared("text", Op.EQ, (text,))
