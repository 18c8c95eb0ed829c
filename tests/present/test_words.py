"""Values in words."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Ending
from inspector.present.words import ENDING_WORDS, age, ask_line, asks, listed, plain, quoted, times


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (None, "never"),
        (-5, "0.0 s"),
        (420, "0.4 s"),
        (41_300, "41 s"),
        (185_000, "3 min 5 s"),
        (1_260_000, "21 min"),
        (7_800_000, "2 h 10 min"),
        (273_600_000, "3 d 4 h"),
    ],
)
def test_ages_have_two_digits_that_matter(ms: float | None, words: str) -> None:
    assert age(ms) == words


def test_every_ending_has_a_word() -> None:
    assert set(ENDING_WORDS) == set(Ending)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "nothing"),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b and 3 more"),
    ],
)
def test_lists_are_short(names: list[str], words: str) -> None:
    assert listed(names) == words


def test_foreign_texts_are_one_line_and_cut() -> None:
    assert quoted("a\n  b") == "“a b”"
    assert quoted(None) == "no words."
    assert len(quoted("x" * 999, 20)) == 22
    assert times(1, "time") == "1 time"
    assert times(3, "time") == "3 times"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"question": "Go on?", "draft": "…"}, "“Go on?”"),
        ({"anything": {"message": "hm"}}, "“hm”"),
        ("plain", "“plain”"),
        ({"kind": "outputs", "tool_calls": [{"name": "look", "args": {}}]}, "1 call: look"),
        (
            {"action_requests": [{"name": "a", "arguments": {}}, {"name": "b", "args": {}}], "review_configs": []},
            "2 calls: a and b",
        ),
        ([{"action_request": {"action": "send", "args": {}}, "config": {}}], "1 call: send"),
        ({"name": "a form", "kind": "b"}, '{"name": "a form", "kind": "b"}'),
        ({"question": "Do it?", "tool_calls": [{"name": "look", "args": {}}]}, "“Do it?”"),
        ([1, 2], "[1, 2]"),
        ({"a": 1, "b": 2}, '{"a": 1, "b": 2}'),
    ],
)
def test_a_question_is_said_as_somebody_would(value: object, words: str) -> None:
    assert plain(value) == words


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ([{"kind": "tool", "name": "look", "id": "c"}], "It waits for 1 tool output: look."),
        ([{"kind": "approval", "name": "search"}], "It waits for approval of search."),
        ([{"kind": "breakpoint", "node": "plan"}], "It stopped at a breakpoint before plan."),
        ([{"kind": "breakpoint"}], "It stopped at a breakpoint."),
        ([{"kind": "interrupt", "value": "Go on?"}], "It waits for your answer to “Go on?”."),
        (
            [{"kind": "interrupt", "value": "a"}, {"kind": "interrupt", "value": "b"}],
            "It waits for 2 answers: “a” and “b”.",
        ),
        ([], "It waits for somebody."),
    ],
)
def test_what_is_asked_in_one_line(asked: list[dict[str, object]], line: str) -> None:
    assert ask_line(asked) == line
    assert asks(asked).startswith(line)
