"""Cutting a filter into pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.present.filter.tokens import Sort, tokens


@given(st.text(max_size=60))
def test_tokens_lie_side_by_side_and_nothing_but_space_between(text: str) -> None:
    found, problem = tokens(text)
    before = 0
    for token in found:
        assert not text[before : token.start].strip()
        before = token.end
    assert before == len(text)
    assert problem is None or problem.start == found[-1].start


def test_texts_lose_their_quotes_and_a_slash_begins_a_pattern_only_behind_a_comparison() -> None:
    found, problem = tokens("url == 'a \\'b\\'' and x ~ /a\\/b\\d/i and /threads/x")
    assert problem is None
    assert [(token.sort, token.value) for token in found if token.sort not in (Sort.WORD, Sort.SIGN)] == [
        (Sort.TEXT, "a 'b'"),
        (Sort.PATTERN, "a/b\\d"),
        (Sort.END, ""),
    ]
    assert found[-2].value == "/threads/x"
