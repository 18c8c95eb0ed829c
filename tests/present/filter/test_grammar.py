"""Filters as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.present.filter.fields import NAMES
from inspector.present.filter.grammar import DEEPEST, LONGEST, compares, parse
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import EVERY, And, Compared, Focus, Not, Op, Or, Pattern, Tree, text_of

PIECES = st.sampled_from(
    [
        *NAMES,
        *[
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "~",
            "!~",
            "=",
            "(",
            ")",
            ",",
            "!",
            "&&",
            "||",
            "contains",
            "in",
            "and",
            "or",
            "not",
            "focus",
            "5s",
            "3",
            "/x/",
            "/(",
            '"',
            "'",
            "\\",
            "é",
            "&",
            "|",
        ],
    ]
)


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES).map("".join)))
def test_no_text_raises_and_a_problem_has_its_place_and_a_sentence(text: str) -> None:
    read = parse(text)
    if isinstance(read, Problem):
        assert 0 <= read.start <= read.end <= len(text)
        assert read.sentence[-1] in ".?"
    else:
        assert parse(text_of(read)) == read


def some(field: str, op: Op, *values: str | float | Pattern | Focus) -> Compared:
    return Compared(field, op, values)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('state == "requires_action"', some("state", Op.EQ, "requires_action")),
        ("state = requires_action", some("state", Op.EQ, "requires_action")),
        ("event ~ /delta$/", some("event", Op.LIKE, Pattern("delta$"))),
        ("name !~ /a\\/b/i", some("event", Op.UNLIKE, Pattern("a/b", True))),
        ('event ~ "delta$"', some("event", Op.LIKE, Pattern("delta$"))),
        ("gap > 5s", some("gap", Op.GT, 5_000.0)),
        ("gap > 5", some("gap", Op.GT, 5_000.0)),
        ("delta>=1m30s", some("gap", Op.GE, 90_000.0)),
        ("run == focus", some("run", Op.EQ, Focus())),
        ('run == "focus"', some("run", Op.EQ, "focus")),
        ("finding.severity >= warn", some("finding.severity", Op.GE, "warn")),
        ("severity >= WARNING", some("finding.severity", Op.GE, "warn")),
        ('text contains "timeout"', some("text", Op.CONTAINS, "timeout")),
        ("status in (404, 500)", some("status", Op.IN, 404.0, 500.0)),
        ("thread == 123", some("thread", Op.EQ, "123")),
        ("size > 4k", some("size", Op.GT, 4_000.0)),
        ("size > 4KiB", some("size", Op.GT, 4_096.0)),
        ('text not contains "x"', Not(some("text", Op.CONTAINS, "x"))),
        ("SEQ==4", some("seq", Op.EQ, 4.0)),
        ('timeout and "two words" and gap > 1s', And(
            (some("any", Op.CONTAINS, "timeout"), some("any", Op.CONTAINS, "two words"), some("gap", Op.GT, 1_000.0))
        )),
        ("part == 1 || !(part == 2) && part == 3", Or(
            (some("part", Op.EQ, 1.0), And((Not(some("part", Op.EQ, 2.0)), some("part", Op.EQ, 3.0))))
        )),
    ],
)  # fmt: skip
def test_what_filters_say(text: str, tree: Tree) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "timeout error",
        "not found",
        "this or that",
        "https://h/x?a=b&c=d",
        "x=1",
        "<html>",
        "a->b",
        '"status":',
        "run in a",
    ],
)
def test_words_are_searched_for_as_they_are(text: str) -> None:
    assert not compares(text)
    found = parse(text)
    parts = found.parts if isinstance(found, And) else (found,)
    assert parts == tuple(some("any", Op.CONTAINS, word) for word in text.split())


def test_nothing_says_every_row() -> None:
    assert parse("") == parse("  ") == EVERY


@pytest.mark.parametrize(
    ("text", "sentence", "place"),
    [
        ('stte == "x"', "There is no field “stte”. Did you mean state?", "stte"),
        ("zzz == 1", 'There is no field “zzz”. Words are found by: text contains "zzz".', "zzz"),
        ("state ==", "The value for state is missing here.", ""),
        ("run.ending ==", "The value for run.ending is missing here: one of running, ", ""),
        ('state == "req', "This text is not closed: its second quote is missing.", '"req'),
        ("event ~ /del", "This pattern is not closed: its second slash is missing.", "/del"),
        ("event ~ /(/", "This is no regular expression: ", "/(/"),
        ("event ~ /x/g", "Behind a pattern stands nothing, or i for any case.", "/x/g"),
        ("event == /x/", "A pattern goes with ~ or !~: event ~ /…/.", "/x/"),
        ("gap > soon", "gap is compared with a time such as 5s, 250ms or 1m30s.", "soon"),
        ("seq > 1e999", "seq is compared with a number.", "1e999"),
        ("kind == even", "kind is one of request, answer, ", "even"),
        ("kind > event", "kind is compared with ==, !=, in.", ">"),
        ("(part == 1", "This bracket is not closed.", "("),
        ("part == 1)", "No bracket is open here.", ")"),
        ("part == 1 part == 2", "An “and” or an “or” is missing here.", "part"),
        ("part == 1 and", "A comparison is missing here, such as state == “error”.", ""),
        ("part in (1 2)", "A comma, or a bracket that closes, is missing here.", "2"),
    ],
)
def test_where_it_stops_making_sense(text: str, sentence: str, place: str) -> None:
    problem = parse(text)
    assert isinstance(problem, Problem)
    assert problem.sentence.startswith(sentence)
    assert text[problem.start : problem.end] == place


def test_it_says_where_depth_and_length_end() -> None:
    deep = parse("(" * (DEEPEST + 1) + "part == 1")
    assert isinstance(deep, Problem)
    assert deep.sentence == "This is nested too deep."
    assert isinstance(parse("not " * 5_000 + "part == 1"), Problem)
    assert isinstance(parse("x" * (LONGEST + 1)), Problem)
