"""Situations of runs that are asked for instead of streamed, each with the verdict that a reader would give."""

from __future__ import annotations

import pytest

from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, RUN, run_row, state, task, thread_row, waiting
from tests.protocols.langgraph.story import Story


def background() -> Story:
    return Story().exchange("POST", AT_THREAD + "/runs", run_row("pending"), body={"assistant_id": "g"})


def test_a_run_in_the_background_that_is_joined_for_its_values_began_unseen() -> None:
    story = background().exchange("GET", AT_RUN + "/join", {"trail": ["a"]})
    assert (story.verdict().ending, story.found()) == ("unknown", {})
    story.told({"run": run_row(), "thread": thread_row(), "state": state()})
    assert (story.verdict().ending, story.found()) == ("completed", {})


def test_a_run_in_the_background_that_is_joined_for_its_values_and_asks() -> None:
    story = background().exchange("GET", AT_RUN + "/join", {"__interrupt__": [{"id": "q", "value": 1}]})
    assert (story.verdict().ending, set(story.found())) == ("waiting", {"run.waiting_for_input"})
    story.told(waiting())
    assert (story.verdict().ending, set(story.found())) == ("waiting", {"run.waiting_for_input"})


@pytest.mark.parametrize("path", ["/stream", "/join", ""])
def test_a_run_that_is_not_there_is_lost_however_it_is_asked_for(path: str) -> None:
    story = Story().exchange("GET", AT_RUN + path, {"message": f"Run '{RUN}' not found"}, 404)
    assert story.verdict().ending == "lost"
    assert story.found()["run.lost"] == "error"


def test_a_run_whose_stream_is_not_there_any_more_is_not_lost() -> None:
    story = Story().told({"run": run_row(), "thread": thread_row(), "state": state()})
    story.exchange("GET", AT_RUN + "/stream", {"detail": "Not Found"}, 404)
    assert story.verdict().ending == "completed"
    assert "run.lost" not in story.found()


def test_a_server_that_ends_a_cancelled_stream_with_success_disagrees_and_changes_nothing() -> None:
    story = Story().create().says("values", {}).says("end", {"status": "success"}).end()
    story.told({"run": run_row("interrupted"), "thread": thread_row(), "state": state(task("crawl"))})
    assert story.verdict().ending == "cancelled"
    assert set(story.found()) == {"run.status_mismatch", "langgraph.half_finished"}
