"""Filters by columns fit the same rows as a filter that looks at one row after the other."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.present.filter.columns import Columns
from inspector.present.filter.grammar import parse
from inspector.present.filter.masks import intersection, inverse, mask, questions, union
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import Tree
from tests.present.filter.log import SOME, log
from tests.present.filter.naive import fits, values
from tests.present.filter.trees import trees

FILTERS = (
    *('state == "running"', "state == ''", "state != running", "event ~ /^run|values/", "event !~ /s$/", "any ~ /e/i"),
    *('text contains "a"', 'text contains ""', "text == ''", "any contains run", 'text in ("", "eof by server")'),
    *("gap > 5ms", "gap <= 5ms", "gap != 0s", "silence >= 1ms", "not silence >= 1ms", "at > 300ms", "at in (0s, 2ms)"),
    *("seq > 5 and seq <= 12", "part != 0", "link in (1, 3)", "kind in (request, answer, end)", "kind == event"),
    *("kind != event", "kind == other", "content == true", "content in (true, false)", "run == focus", "run != focus"),
    *("run == ''", "run ~ /[0-9]/", "run.name != ''", "run.state ~ /./", "run.ending in (waiting, failed, stalled)"),
    *("thread contains 1", "protocol == langgraph", "connection == ''", "method == GET", "url contains /threads"),
    *(
        "status == 200",
        "status != 200",
        "status > 100 and status < 200",
        "finding.id == ''",
        "finding.id ~ /^run/",
        "severity >= warn",
    ),
    *("finding.severity != error", "finding.text contains e", "marked == true", "marked == false", "comment ~ /Err/"),
    *("comment == ''", "comment != ''", "direction == out", "direction == in", "size > 100", "size == 0"),
    *('raw contains "ERROR"', "raw ~ /data: /", 'not raw contains "e"', "raw contains é"),
    *(
        "run and (gap > 1ms or text ~ /x/)",
        "text ~ /a/ or text ~ /b/ or kind == end",
        "not (text ~ /a/ and part == 0)",
    ),
)


@pytest.mark.parametrize("recording", SOME)
def test_columns_give_what_a_look_at_each_row_gives(recording: str) -> None:
    rows, facts = log(recording)
    columns = Columns(rows, facts)
    for text in FILTERS:
        tree = parse(text)
        assert not isinstance(tree, Problem), text
        whole = mask(tree, columns, 0, len(rows))
        assert list(whole) == [fits(tree, rows, row, facts) for row in range(len(rows))], text
        assert mask(tree, columns, 3, 6) == whole[3:6], text
        assert mask(tree, columns, 3, 3) == b""


def test_each_filter_lets_some_rows_through_somewhere_and_some_not() -> None:
    odd = {'text contains ""', "content in (true, false)", "connection == ''", "gap != 0s", "raw contains é"}
    for text in set(FILTERS) - odd:
        tree = parse(text)
        assert not isinstance(tree, Problem)
        found = b"".join(mask(tree, Columns(*log(recording)), 0, len(log(recording)[0])) for recording in SOME)
        assert 0 in found, text
        assert 1 in found, text


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(st.sampled_from(SOME[:2]), trees(), st.integers(0, 30), st.data())
def test_any_filter_does(recording: str, tree: Tree, first: int, data: st.DataObject) -> None:
    rows, facts = log(recording)
    first = min(first, len(rows))
    end = data.draw(st.integers(first, min(len(rows), first + 12)))
    found = mask(tree, Columns(rows, facts), first, end)
    assert list(found) == [fits(tree, rows, row, facts) for row in range(first, end)]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1))), st.sampled_from([(0, 0), (1, 1), (0, 1), (1, 0)]))
def test_masks_are_joined_row_by_row(pairs: list[tuple[int, int]], ends: tuple[int, int]) -> None:
    for more in (0, 3, len(pairs)):  # of which some are the same all over
        one, other = (bytes(each) for each in zip(*[*pairs[:more], ends], strict=True))
        assert list(intersection(one, other)) == [a & b for a, b in zip(one, other, strict=True)]
        assert list(union(one, other)) == [a | b for a, b in zip(one, other, strict=True)]


def test_only_some_filters_ask_what_takes_long() -> None:
    asked = {text: parse(text) for text in FILTERS}
    slow = ("raw", "size", "direction", "gap", "silence")
    deep = {text for text, tree in asked.items() if not isinstance(tree, Problem) and list(questions(tree))}
    assert deep == {text for text in FILTERS if any(field in text for field in slow)}


def test_what_the_reference_says_of_a_row() -> None:
    rows, facts = log("langgraph/node_error")
    assert values("kind", rows, 0, facts) == ["request"]
    assert values("direction", rows, 0, facts) == ["out"]
    assert inverse(b"\0\1") == b"\1\0"
