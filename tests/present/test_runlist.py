"""The watch list's rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.domain.charts import Ending
from inspector.domain.events import Ask, StatusSeen, Wanted
from inspector.domain.findings import Finding, Severity
from inspector.present.runlist import Group, countdown, detail, group_of, row_of, short_id, waits_for
from tests.domain.toy import Story


def test_every_run_has_its_group() -> None:
    base = Story().request().response().state(2, "busy")
    assert group_of(base.verdict(3)) is Group.LIVE
    for ending, group in ((Ending.CANCELLED, Group.ENDED_BADLY), (Ending.COMPLETED, Group.ENDED_WELL)):
        assert group_of(replace(base.verdict(3), ending=ending)) is group
    assert group_of(base.verdict(43)) is Group.NEEDS_YOU


def test_a_live_run_that_goes_nowhere_needs_somebody_and_one_that_was_left_is_over() -> None:
    asked = Story().request()
    assert group_of(asked.verdict(1)) is Group.LIVE
    assert group_of(asked.verdict(60)) is Group.NEEDS_YOU
    assert group_of(asked.end(61, "closed", "client").verdict(62)) is Group.ENDED_BADLY


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


def test_a_failure_is_told_by_its_message_and_a_run_without_a_name_by_its_thread() -> None:
    failed = Finding("run.failed", Severity.ERROR, (1,), {"message": "it  broke"})
    assert detail(replace(Story().request().verdict(1), findings=(failed,))) == "“it broke”"
    case = Story().request().response().state(2, "busy").case()
    case.run.name = None
    assert row_of(case, Story().request().verdict(1)).title == "thread t1"


def test_ids_keep_both_their_ends() -> None:
    assert short_id("01a1fb98-321d-76c1-858b-a90422fa47bc") == "01a1fb98…47bc"
    assert short_id("run_1") == "run_1"
    assert short_id(None) == "(no id)"


def test_who_gives_up_is_told_with_the_time_that_is_left() -> None:
    assert countdown("wait", 90_000) == "1:30 left"
    assert countdown("wait", -1) == "overdue"
    assert countdown("client", 12_000) == "app gives up in 12 s"
    assert countdown("client", 0) == "app should have given up"
