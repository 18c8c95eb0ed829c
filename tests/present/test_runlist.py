"""The watch list's rows."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Ending
from inspector.domain.events import Ask, StatusSeen, Wanted
from inspector.present.runlist import Group, countdown, detail, group_of, row_of, short_id, waits_for
from tests.domain.toy import Story


def test_every_ending_has_its_group() -> None:
    assert {group_of(ending) for ending in Ending} == set(Group)
    assert group_of(Ending.CANCELLED) is Group.ENDED_BADLY
    assert group_of(Ending.STALLED) is Group.NEEDS_YOU


@pytest.mark.parametrize(
    ("asks", "words"),
    [
        ([], "somebody"),
        ([{"kind": "tool", "name": "look"}, {"kind": "tool", "name": "book"}], "2 tool outputs: look and book"),
        ([{"kind": "interrupt", "value": {"question": "Go on?"}}], "“Go on?”"),
        ([{"kind": "interrupt", "value": 1}, {"kind": "interrupt", "value": 2}], "2 answers"),
        ([{"kind": "breakpoint", "node": "plan"}], "breakpoint: plan"),
        ([{"kind": "breakpoint"}], "breakpoint"),
    ],
)
def test_what_is_asked_fits_a_row(asks: list[dict[str, object]], words: str) -> None:
    assert waits_for(asks) == words


def test_a_row_says_what_matters_now() -> None:
    story = Story().request().response().state(1, "queued").state(2, "busy")
    row = row_of(story.case(), story.verdict(3))
    assert (row.group, row.word, row.name, row.thread) == (Group.LIVE, "Running", "r1", "t1")
    assert detail(story.verdict(43)) == "silent 41 s"
    story.event(50, StatusSeen("asking", "asking"), Wanted((Ask("tool", "c", "look"),), until=99.0))
    row = row_of(story.case(), story.verdict(51))
    assert (row.group, row.detail, row.since, row.deadline) == (Group.NEEDS_YOU, "1 tool output: look", 50_000, 99.0)


def test_ids_keep_both_their_ends() -> None:
    assert short_id("01a1fb98-321d-76c1-858b-a90422fa47bc") == "01a1fb98…47bc"
    assert short_id("run_1") == "run_1"
    assert short_id(None) == "(no id)"


def test_who_gives_up_is_told_with_the_time_that_is_left() -> None:
    assert countdown("wait", 90_000) == "1 min 30 s left"
    assert countdown("wait", -1) == "overdue"
    assert countdown("client", 12_000) == "app gives up in 12 s"
    assert countdown("client", 0) == "app should have given up"
