from __future__ import annotations

import json

import pytest

from inspector.domain.diagnosis import Verdict
from inspector.domain.events import ToolCallSeen
from inspector.domain.run import Run
from inspector.present.compare import Stay, aligned, compare, comparison_object, comparison_text, stays
from tests.domain.toy import Story


def side(story: Story) -> tuple[Run, Verdict, float]:
    return story.case().run, story.verdict(), story.at * 1000


def story(*states: str, tool: tuple[str, str, str | None] | None = None) -> Story:
    told = Story().request().response()
    for at, state in enumerate(states, 1):
        told.state(at, state)
        if tool is not None and at == 1:
            name, arguments, output = tool
            told.event(1.5, ToolCallSeen("c", name, arguments, output))
    return told


def test_a_state_lasts_until_the_next_and_the_last_until_now_or_the_end() -> None:
    told = story("queued", "busy")
    assert stays(told.case().run, 5_000.0) == [Stay("queued", 1_000.0, 1_000.0, 3), Stay("busy", 2_000.0, 3_000.0, 4)]
    told.state(4, "done")
    assert [stay.ms for stay in stays(told.case().run, 9_000.0)] == [1_000.0, 2_000.0, 0.0]
    assert stays(Story().request().response().case().run, 1.0) == []


def test_the_first_state_in_which_they_differ_is_where_they_part() -> None:
    both = compare(side(story("queued", "busy", "done")), side(story("queued", "busy", "asking", "expired")))
    assert both.parts == 2
    assert [(s.left and s.left.state, s.right and s.right.state) for s in both.steps] == [
        ("queued", "queued"),
        ("busy", "busy"),
        ("done", "asking"),
        (None, "expired"),
    ]
    assert (
        both.sentence == "After busy the left run went to done after 3.0 s, the right one went to asking after 3.0 s."
    )
    assert both.endings == ("Completed", "Expired")
    assert both.spent == (
        ("queued", 1_000.0, 1_000.0),
        ("busy", 1_000.0, 1_000.0),
        ("done", 0.0, None),
        ("asking", None, 1_000.0),
        ("expired", None, 0.0),
    )
    assert not both.same


def test_one_that_goes_no_further() -> None:
    both = compare(side(story("queued", "busy")), side(story("queued", "busy", "done")))
    assert (both.parts, both.sentence) == (
        2,
        "After busy the left run had no further state (running), the right one went to done after 3.0 s.",
    )
    other = compare(side(story("busy")), side(story("queued")))
    assert other.sentence.startswith("From the beginning the left run went to busy")


@pytest.mark.parametrize(
    "left, right, differs",
    (
        (("look", '{"a": 1}', "x"), ("look", '{ "a":1 }', "x"), ()),
        (("look", '{"a": 1}', "x"), ("look", '{"a": 2}', "x"), ("arguments",)),
        (("look", "{}", "x"), ("look", "{}", "y"), ("output",)),
        (("look", "{}", None), ("look", "{}", "y"), ("output",)),
        (("look", "{}", "x"), ("find", "{", "y"), ("name", "arguments", "output")),
        (("look", "{}", "x"), None, ("only left",)),
        (None, ("look", "{}", "x"), ("only right",)),
    ),
)
def test_tool_calls_are_compared_by_what_they_mean(
    left: tuple[str, str, str | None] | None, right: tuple[str, str, str | None] | None, differs: tuple[str, ...]
) -> None:
    both = compare(side(story("busy", "done", tool=left)), side(story("busy", "done", tool=right)))
    (pair,) = both.calls
    assert pair.differs == differs
    assert both.same is not bool(differs)
    said = "with the same tool calls" if not differs else "1 of their tool calls differs"
    assert said in both.sentence


def test_two_that_stand_otherwise_in_the_same_state() -> None:
    cut = story("busy").end(3, "cut")
    both = compare(side(story("busy")), side(cut))
    assert both.sentence == "Both went the same way, but the left one is running and the right one cut off."
    assert (both.parts, both.same) == (None, False)


def test_what_is_alike_is_on_one_line() -> None:
    pairs = list(aligned("abcd", "axbd", list("abcd"), list("axbd")))
    assert pairs == [("a", "a"), (None, "x"), ("b", "b"), ("c", None), ("d", "d")]


def test_it_is_told_as_json_and_in_columns() -> None:
    both = compare(side(story("queued", "busy", tool=("look", "{}", None))), side(story("queued", "failed")))
    told = json.loads(json.dumps(comparison_object("a", "b", both)))
    assert (told["parts"], told["same"], told["endings"]) == (1, False, ["running", "failed"])
    assert told["steps"][0]["left"] == {"state": "queued", "at": 1_000.0, "ms": 1_000.0, "frame": 3}
    assert told["tool_calls"][0]["left"]["name"] == "look"
    lines = comparison_text("a", "b", both).splitlines()
    assert lines[0] == both.sentence
    assert any(line.startswith("≠") and "busy" in line and "failed" in line for line in lines)
    assert any("look({})" in line for line in lines)
