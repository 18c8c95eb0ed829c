"""Filters out of cells."""

from __future__ import annotations

import math

import pytest

from inspector.domain.events import Event
from inspector.domain.rows import Rows
from inspector.present.filter.cells import LONGEST, joined, of_cell, of_run
from inspector.present.filter.columns import Columns
from inspector.present.filter.masks import mask
from inspector.present.filter.tree import Compared, Op, text_of
from tests.present.filter.log import log

STATE = Compared("state", Op.EQ, ("error",))


def test_each_cell_gives_a_filter_that_its_row_fits() -> None:
    rows, facts = log("langgraph/node_error")
    columns = Columns(rows, facts)
    texts = set()
    for row in range(1, len(rows)):
        for column in range(7):
            tree = of_cell(rows, row, column, columns.gaps(row, row + 1)[0])
            assert tree is None or column == 2 or mask(tree, columns, row, row + 1) == b"\1"
            texts.add("" if tree is None else text_of(tree).split()[0])
        assert (run := of_run(facts, rows.run[row])) is None or mask(run, columns, row, row + 1) == b"\1"
    assert texts == {"", "seq", "at", "gap", "link", "event", "state", "text"}


def test_a_long_summary_is_cut() -> None:
    rows = Rows()
    rows.append([Event(None, 1, 0, 0.0, 1, "values", "x" * (LONGEST + 1))])
    assert of_cell(rows, 0, 6, math.nan) == Compared("text", Op.CONTAINS, ("x" * LONGEST,))


@pytest.mark.parametrize(
    ("typed", "how", "text"),
    [
        ("", "and", 'state == "error"'),
        ("", "and not", 'not state == "error"'),
        ("gap > 5s", "only", 'state == "error"'),
        ("gap > 5s", "not", 'not state == "error"'),
        ("gap > 5s", "and", 'gap > 5s and state == "error"'),
        ("gap > 5s or part == 1", "and not", '(gap > 5s or part == 1) and not state == "error"'),
        ("gap > 5s", "or", 'gap > 5s or state == "error"'),
        ("two words", "and", 'any contains "two" and any contains "words" and state == "error"'),
        ("gap >", "and", 'state == "error"'),
        ('gap > 5s and state == "error"', "and", 'gap > 5s and state == "error"'),
    ],
)
def test_it_is_put_together_with_what_is_typed(typed: str, how: str, text: str) -> None:
    assert joined(typed, STATE, how) == text
