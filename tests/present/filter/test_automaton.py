"""Patterns in one pass: they say what ``re`` says, and no text makes them slow."""

from __future__ import annotations

import re
import warnings

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.present.filter.automaton import Automaton
from inspector.present.filter.regular import shape_of

ATOMS = [
    r"a",
    r"b",
    r".",
    r"\w",
    r"\d",
    r"\s",
    r"[ab]",
    r"[^a]",
    r"[]a]",
    r"[^\]\\]",
    r"\n",
    r"\.",
    r"\x61",
    r"ä",
    r"A",
    r"^",
    r"$",
    r"\b",
    r"\B",
    r"\A",
    r"\Z",
    r"{",
    r"-",
]
PATTERNS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(st.sampled_from(["", "?:", "?i:", "?s:", "?m:"]), inner).map(lambda two: f"({two[0]}{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{,2}", "{2,}?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=8,
)


def automaton(source: str, flags: int = 0) -> Automaton:
    shape = shape_of(source, re.compile(source, flags).flags)
    assert not isinstance(shape, str), shape
    return Automaton(shape)


@settings(max_examples=200)
@given(PATTERNS, st.lists(st.text("abAB1 \n.]ä-{", max_size=8), min_size=1, max_size=8), st.booleans())
def test_it_says_what_re_says(source: str, texts: list[str], any_case: bool) -> None:
    flags = re.IGNORECASE if any_case else 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted, found = re.compile(source, flags), automaton(source, flags)
    assert [found.search(text) for text in texts] == [wanted.search(text) is not None for text in texts]


def test_texts_on_which_re_would_never_end_take_one_pass() -> None:
    for source in ("(a+)+$", "(a|aa)+$", "(x+x+)+y", "(.*?,){20}P", "a?" * 60 + "a" * 60):
        assert not automaton(source).search("b")
        assert not automaton(source).search("a" * 50 + "!" if "$" in source else "x" * 5_000 + "a" * 59)
    assert automaton("(a+)+$").search("!" + "a" * 5_000)


def test_what_it_remembers_is_bounded() -> None:
    found = automaton("(é|[a-z])+!$")
    assert not found.search("".join(map(chr, range(32, 30_000))))
    assert found.search("é!")
