"""Patterns as trees, and what trying every way of them can cost."""

from __future__ import annotations

import re
from math import inf

import pytest

from inspector.present.filter.regular import FANCY, LARGEST, Edge, Either, Letter, Repeat, Row, needed, shape_of, steps

U = re.UNICODE


def shape(source: str) -> object:
    return shape_of(source, re.compile(source).flags)


def test_a_pattern_is_read_as_it_is_meant() -> None:
    assert shape("a|[^]b]$") == Either((Row((Letter("a", U),)), Row((Letter("[^]b]", U), Edge("$", U)))))
    assert shape(r"\x41{2,}?") == Row((Repeat(Letter(r"\x41", U), 2, None),))
    assert shape("a{}") == Row((Letter("a", U), Letter(r"\{", U), Letter(r"\}", U)))
    assert shape("(?i:a)(?#note)b") == Row((Row((Letter("a", U | re.IGNORECASE),)), Letter("b", U)))


@pytest.mark.parametrize("source", ["(?=a)b", "(?<!a)b", r"(a)\1", "(?P<n>a)(?P=n)", "(a)?(?(1)b|c)"])
def test_what_only_trying_can_tell_is_refused_in_a_sentence(source: str) -> None:
    assert shape(source) == FANCY


def test_what_is_too_large_or_written_with_spaces_is_refused() -> None:
    assert str(LARGEST) in str(shape("(ab{30}){30}"))
    assert "flag x" in str(shape("(?x) a b"))


@pytest.mark.parametrize("source", ["(a+)+$", "(a|aa)+$", "(a?){40}a{40}", r"(\w+\s?)*", "(?:(?:a|b)*c)*"])
def test_what_explodes_is_known_to(source: str) -> None:
    found = shape_of(source, U)
    assert not isinstance(found, str)
    assert steps(found, 30) > 1e9


def test_plain_ones_cost_little_and_each_star_costs_a_length_more() -> None:
    costs = []
    for source in ("delta$", r"\d+ tokens", ".*a.*b"):
        found = shape_of(source, U)
        assert not isinstance(found, str)
        costs.append(steps(found, 99))
    assert costs[0] < 1_000 < costs[1] < 100_000 < costs[2] < inf


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("time.?out", "time"),
        (r"^\btimeout$", "timeout"),
        ("(?:Time)(out)", "timeout"),
        ("(ab)+cde?", "ab"),
        ("x(abc){0,3}yz", "yz"),
        ("one|two", ""),
        (r"a\.b\d+", "a.b"),
        ("[ab]c.dé", "c"),
        (".*", ""),
        ("(?i:stick)ab", "ab"),
        ("(?i)TROMBONE", "trombone"),
    ],
)
def test_what_every_text_that_fits_holds(source: str, word: str) -> None:
    found = shape_of(source, re.compile(source).flags)
    assert not isinstance(found, str)
    assert needed(found) == word


def test_letters_with_other_forms_outside_of_ascii_are_not_relied_on() -> None:
    foreign = "".join(map(chr, (*range(128, 0xD800), *range(0xE000, 0x11000))))
    for letter in map(chr, range(128)):
        tree = shape_of(re.escape(letter), re.IGNORECASE | U)
        assert not isinstance(tree, str)
        assert bool(needed(tree)) is not bool(re.search(re.escape(letter), foreign, re.IGNORECASE)), letter
