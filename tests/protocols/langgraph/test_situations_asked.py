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


def waited(*pieces: str) -> Story:
    story = Story().request("POST", AT_THREAD + "/runs/wait", {"assistant_id": "g"})
    story.answer(200, "application/json", content_location=AT_RUN)
    for piece in pieces:
        story.wait(5).raw(piece)
    return story


@pytest.mark.parametrize("pieces", [("\n", "\n"), ("\n", '{"trail": [')])
def test_an_answer_that_broke_off_is_none(pieces: tuple[str, ...]) -> None:
    story = waited(*pieces).end("cut")
    assert (story.verdict().ending, set(story.found())) == ("cut", {"stream.cut"})
    story.told({"run": run_row(), "thread": thread_row(), "state": state()})
    assert story.verdict().ending == "completed"


def test_keep_alives_alone_are_no_answer() -> None:
    story = waited("\n", "\n").end()
    assert (story.verdict().ending, story.run().state) == ("unknown", None)


def test_a_page_in_place_of_the_values_is_no_answer() -> None:
    story = waited("<html>Sign in</html>").end()
    assert (story.verdict().ending, set(story.found())) == ("unknown", {"stream.bad_data"})


VALUES: tuple[str, dict[str, list[str]]] = ("values", {"trail": []})


@pytest.mark.parametrize("path", [None, "/api/chat"])
def test_a_stream_of_an_unknown_request_carries_a_run_all_the_same(path: str | None) -> None:
    def stream() -> Story:
        story = Story() if path is None else Story().request("POST", path, {"input": {}}).answer()
        return story.says("metadata", {"run_id": RUN}).says(*VALUES)

    assert stream().verdict().ending == "running"
    assert stream().end().verdict().ending == "unknown"
    assert (stream().end("cut").verdict().ending, set(stream().end("cut").found())) == ("cut", {"stream.cut"})
    assert stream().beats(8).verdict().ending == "stalled"


def test_a_stream_that_is_known_from_its_middle_on_only() -> None:
    story = Story().says("updates", {"a": {}}).says(*VALUES).end()
    assert story.only().ending == "unknown"
