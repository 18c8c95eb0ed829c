"""Rules that colour rows."""

from __future__ import annotations

import pytest

from inspector.domain.events import Event, RunKey
from inspector.domain.rows import Rows
from inspector.present.filter.colouring import (
    BLOCK,
    BUILT_IN,
    COLOURS,
    Colouring,
    Rule,
    kept,
    moved,
    read_rules,
    usable,
)
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts, FindingFacts
from inspector.present.filter.fit import Fit

RULES = (Rule("event == a", "red"), Rule("part == 1", "blue", False), Rule("event ~ /a|b/", "green"))


def colouring(rules: tuple[Rule, ...], rows: Rows, findings: list[FindingFacts] | None = None) -> Colouring:
    columns = Columns(rows)
    found = findings if findings is not None else []
    return Colouring(
        [(Fit(tree, columns, lambda: Facts(gather_findings=lambda: tuple(found))), c) for tree, c in usable(rules)]
    )


def add(rows: Rows, *names: str) -> None:
    rows.append([Event(RunKey(1), len(rows) + n, 0, 0.0, 1, name) for n, name in enumerate(names, 1)])


def test_rules_are_kept_and_come_back() -> None:
    assert read_rules(kept(RULES)) == RULES
    assert read_rules(kept(())) == ()
    assert read_rules(None) == BUILT_IN
    assert all(rule.colour in COLOURS for rule in BUILT_IN)
    assert len(usable(BUILT_IN)) == len(BUILT_IN)


@pytest.mark.parametrize("text", ["", "{", "3", '{"a": 1}', "[" * 100_000])
def test_what_is_no_list_of_rules_gives_the_built_in_ones(text: str) -> None:
    assert read_rules(text) == BUILT_IN


def test_odd_rules_are_left_out() -> None:
    assert read_rules('[1, {"text": "x"}, {"text": "a b", "colour": "mauve"}, {"text": "a", "colour": "red"}]') == (
        Rule("a", "red"),
    )


def test_rules_are_moved() -> None:
    assert [rule.colour for rule in moved(RULES, 2, -1)] == ["red", "green", "blue"]
    assert moved(RULES, 0, -1) == moved(RULES, 2, 1) == RULES


def test_the_first_rule_that_is_on_and_fits_colours_a_row() -> None:
    rows = Rows()
    add(rows, *"abc" * BLOCK)
    colours = colouring((*RULES, Rule("event ==", "pink")), rows)
    assert [colours.of(row, len(rows)) for row in (0, 1, 2, 3 * BLOCK - 3)] == ["red", "green", None, "red"]
    assert colouring((), rows).of(0, len(rows)) is None


def test_rows_that_come_are_coloured_too_and_what_is_found_later_makes_it_stale() -> None:
    rows, findings = Rows(), list[FindingFacts]()
    add(rows, "a")
    colours = colouring(BUILT_IN, rows, findings)
    assert colours.of(0, 1) is None
    add(rows, "b")
    told = [colours.stale]
    findings.append(FindingFacts("run.failed", "error", "It failed.", (2,)))
    assert [*told, colours.stale] == [False, True]
    assert colouring(BUILT_IN, rows, findings).of(1, 2) == "red"
