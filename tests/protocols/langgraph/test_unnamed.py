"""A run that its own answer did not name is told by the rows of its thread."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import RunKey
from inspector.domain.run import Run
from inspector.protocols.exchange import Exchange
from inspector.protocols.langgraph.rows import Rows
from inspector.protocols.langgraph.unnamed import Unnamed
from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, NEXT_RUN, RUN, run_row, state, thread_row
from tests.protocols.langgraph.story import Story

DATE = "Thu, 01 Jan 2026 10:00:30 GMT"
MADE = run_row() | {"created_at": "2026-01-01T10:00:29.5+00:00"}
BEFORE = run_row("success", NEXT_RUN) | {"created_at": "2026-01-01T09:00:00+00:00"}


def waited(answer: Any, date: str | None = None) -> Story:
    headers = {} if date is None else {"date": date}
    return Story().exchange("POST", AT_THREAD + "/runs/wait", answer, 200, {"assistant_id": "g"}, **headers)


def runs(story: Story) -> list[Run]:
    return list(story.book.runs.values())


@pytest.mark.parametrize("about", ["run", "runs"])
@pytest.mark.parametrize("date", [DATE, None])
def test_a_row_of_the_thread_tells_it(about: str, date: str | None) -> None:
    story = waited({"trail": []}, date).told({about: MADE if about == "run" else [MADE]})
    assert [run.id for run in runs(story)] == [RUN]
    assert story.verdict().ending == "completed"


def test_what_it_came_to_is_then_known() -> None:
    row = MADE | {"status": "error"}
    story = waited({}, DATE).told({"run": row, "thread": thread_row("error"), "state": state(), "runs": [row]})
    assert [run.id for run in runs(story)] == [RUN]
    assert "run.failed" in story.found()


def test_an_older_run_of_the_thread_is_another() -> None:
    story = waited({}, DATE).told({"runs": [MADE, BEFORE]})
    assert [run.id for run in runs(story)] == [RUN]
    story = waited({}, DATE).exchange("GET", f"{AT_THREAD}/runs/{NEXT_RUN}", BEFORE)
    assert [run.id for run in runs(story)] == [None, NEXT_RUN]


def test_which_of_two_it_is_nobody_can_tell_without_a_clock() -> None:
    assert [run.id for run in runs(waited({}).told({"runs": [MADE, BEFORE]}))] == [None]


def test_a_run_that_was_named_is_no_other_ones() -> None:
    story = Story().create().says("values", {}).end()
    story.exchange("POST", AT_THREAD + "/runs/wait", {}, body={"assistant_id": "g"}, date=DATE)
    assert [run.id for run in runs(story.told({"run": MADE, "runs": [MADE]}))] == [RUN, None]


def test_a_request_that_was_refused_started_none() -> None:
    story = Story().exchange("POST", AT_THREAD + "/runs/wait", {"detail": "no"}, 422, {"assistant_id": "g"})
    assert [run.id for run in runs(story.told({"run": MADE}))] == [None, RUN]
    assert AT_RUN.endswith(RUN)


def test_a_request_without_a_thread_is_told_by_no_thread() -> None:
    unnamed = Unnamed(Rows(Keys(iter([RunKey(1)]).__next__)))
    unnamed.started(Exchange(1, run=RunKey(1), status=200), 0.0)
    assert unnamed.found(Exchange(2, about="runs"), [MADE]) is None
