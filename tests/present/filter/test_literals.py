"""Values by the types of their fields."""

from __future__ import annotations

import pytest

from inspector.present.filter.fields import FIELDS
from inspector.present.filter.literals import SEEN, Odd, compiled, read
from inspector.present.filter.tokens import Sort, Token
from inspector.present.filter.tree import Op, Pattern


@pytest.mark.parametrize(
    ("text", "ms"),
    [("5s", 5_000.0), ("1m30s", 90_000.0), (".5", 500.0), ("20us", 0.02), ("1h", 3.6e6), ("-2s", -2_000.0)],
)
def test_times_are_milliseconds(text: str, ms: float) -> None:
    assert read(Token(Sort.WORD, text, 0, len(text)), FIELDS["gap"], Op.GT) == ms


@pytest.mark.parametrize("text", ["", "s", "5x", "5s6", "nan", "1e999s"])
def test_what_is_no_time_is_told(text: str) -> None:
    assert isinstance(read(Token(Sort.WORD, text, 0, len(text)), FIELDS["gap"], Op.GT), Odd)


def test_a_pattern_is_compiled_once_and_odd_ones_are_sentences() -> None:
    ready = compiled(Pattern("Delta$", True))
    assert not isinstance(ready, Odd)
    assert ready.search("x.delta")
    assert isinstance(compiled(Pattern("x{99999999999}")), Odd)
    assert not isinstance(compiled(Pattern("[[a]")), Odd)


def test_a_pattern_that_could_take_for_ever_is_gone_through_in_one_pass() -> None:
    hostile = compiled(Pattern("(a+)+$"))
    assert not isinstance(hostile, Odd)
    assert not hostile.search("a" * 40_000 + "!")
    assert hostile.search("!" + "a" * 40_000)
    plain = compiled(Pattern(".*a.*b"))
    assert not isinstance(plain, Odd)
    assert [plain.search("a" * length + "b") for length in (1, 10_000)] == [True, True]
    assert not plain.search("a" * 10_000)


def test_a_pattern_looks_so_far_and_no_further() -> None:
    needle = compiled(Pattern("x$|needle"))
    assert not isinstance(needle, Odd)
    assert needle.search(" " * (SEEN - 6) + "needle")
    assert not needle.search(" " * (SEEN - 5) + "needle")


def test_a_pattern_that_looks_around_is_refused_with_the_reason() -> None:
    assert "look ahead" in str(compiled(Pattern("(?!a)b")))
