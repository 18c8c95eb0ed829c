"""The run that a v2 command began and the run that a v2 stream shows are one, in whatever order they are told."""

from __future__ import annotations

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import RunKey
from inspector.protocols.exchange import Exchange
from inspector.protocols.langgraph.began import Began
from inspector.protocols.langgraph.rows import Rows
from inspector.protocols.langgraph.v2 import V2Event
from tests.protocols.langgraph.fakes import AT_THREAD, NEXT_RUN, RUN
from tests.protocols.langgraph.story import Story

START = {"id": 1, "method": "run.start", "params": {"assistant_id": "g", "input": {"text": "NEW"}}}
TASK = {"id": "t", "name": "plan", "input": {}, "triggers": []}


def begun(story: Story, run: str = RUN) -> Story:
    reply = {"type": "success", "id": 1, "result": {"run_id": run}}
    return story.exchange("POST", AT_THREAD + "/commands", reply, body=START)


def shown(story: Story, *words: str) -> Story:
    """What JS says: no id in the event."""
    for word in words:
        story.v2("lifecycle", {"event": word}, run=None)
    return story


def ids(story: Story) -> list[str | None]:
    return [run.id for run in story.book.runs.values()]


def test_the_answer_to_the_command_comes_first() -> None:
    story = shown(begun(Story().events("lifecycle")), "running", "completed")
    assert ids(story) == [RUN]
    assert story.verdict().ending == "completed"


def test_the_answer_to_the_command_comes_while_the_stream_shows_the_run_already() -> None:
    story = Story().events("lifecycle").request("POST", AT_THREAD + "/commands", START).answer(200, "application/json")
    command, story.link = story.link, 1
    shown(story, "running")
    story.link = command
    story.raw(f'{{"type": "success", "id": 1, "result": {{"run_id": "{RUN}"}}}}').end()
    story.link = 1
    shown(story, "completed")
    assert ids(story) == [RUN]
    assert story.verdict().ending == "completed"


def test_the_tasks_name_a_run_that_the_command_named_before() -> None:
    story = shown(begun(Story().events("lifecycle", "tasks")), "running")
    story.v2("tasks", {**TASK, "metadata": {"run_id": RUN}}, run=None)
    assert ids(shown(story, "completed")) == [RUN]


def test_two_commands_begin_two_runs() -> None:
    story = shown(begun(Story().events("lifecycle")), "running", "completed")
    shown(begun(story, NEXT_RUN), "running", "failed")
    assert ids(story) == [RUN, NEXT_RUN]
    assert [story.verdict(run).ending for run in (RUN, NEXT_RUN)] == ["completed", "failed"]


def test_a_run_that_was_shown_before_the_command_is_another() -> None:
    story = begun(shown(Story().events("lifecycle"), "running", "completed"))
    assert ids(shown(story, "running", "failed")) == [None, RUN]
    assert story.verdict().ending == "failed"


def test_a_stream_opened_later_shows_the_run_again() -> None:
    story = shown(begun(Story().events("lifecycle", "tasks")), "running", "completed").leave()
    story.events("lifecycle", "tasks")
    shown(story, "running").v2("tasks", {**TASK, "metadata": {"run_id": RUN}}, run=None)
    assert ids(story) == [RUN]


def test_the_server_that_names_its_runs_is_believed() -> None:
    story = begun(Story().events("lifecycle")).v2("lifecycle", {"event": "running"}, run=RUN)
    assert ids(story.v2("lifecycle", {"event": "completed"}, run=RUN)) == [RUN]


@pytest.mark.parametrize("early", [True, False])
def test_what_the_command_asked_for_is_known_of_the_run(early: bool) -> None:
    story = Story().events("lifecycle", "tasks", "values")
    story = shown(begun(story), "running") if early else begun(shown(story, "running"))
    story.v2("tasks", {**TASK, "metadata": {"run_id": RUN}}, run=None)
    story.v2("values", {"text": "what was there before"}, run=None)
    assert ids(story) == [RUN]
    assert "langgraph.input_dropped" in story.found()


def test_an_event_before_any_run_was_told_is_nobodys() -> None:
    began = Began(Rows(Keys(iter([RunKey(1)]).__next__)))
    assert began.run_of(Exchange(1), V2Event("values", "", {}, None, "values"), 0.0) is None
    assert began.run_of(Exchange(1), V2Event("lifecycle", "", {"event": "running"}, None, "lifecycle"), 0.0) == 1
