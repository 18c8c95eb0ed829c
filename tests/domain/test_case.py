"""What can be asked about a run."""

from __future__ import annotations

from inspector.domain.case import Thresholds
from inspector.domain.events import Purpose, ServerSaid
from tests.domain.toy import Story


def test_the_link_is_the_newest_open_stream_else_the_newest() -> None:
    story = Story().request().response().end(1).request(2, Purpose.JOIN).response(2)
    story.request(3, Purpose.READ).response(3).end(3)
    case = story.case()
    assert [link.number for link in case.streams()] == [1, 2]
    assert case.link is not None
    assert case.link.number == 2
    assert story.request(4, Purpose.JOIN).end(5).case().link is case.link
    assert len(case.streams()) == 3, "what is looked up once is looked up again when the log has grown"
    assert Story().server(0, "busy").case().link is None


def test_of_a_run_without_a_stream_its_newest_start_is_what_carries_it() -> None:
    story = Story().request(0, Purpose.BACKGROUND).end(1, "reset").request(1, Purpose.BACKGROUND)
    assert [link.number for link in story.case().carriers()] == [2]
    assert (story.case().start, story.case().link) == (story.book.links[2], None)
    assert [link.number for link in story.request(2, Purpose.JOIN).case().carriers()] == [3]
    assert Story().request(0, Purpose.READ).case().carriers() == []


def test_siblings_are_the_other_runs_of_the_thread() -> None:
    story = Story().request().request(1, run="r2")
    assert [run.id for run in story.case().siblings()] == ["r2"]


def test_answers_about_run_and_thread_are_found_by_the_ids_that_they_have() -> None:
    story = Story().request().event(1, ServerSaid("thread", "t1", {"a": 1}), ServerSaid("run", "r2", {}))
    case = story.case()
    said = case.said("thread")
    assert said is not None
    assert said.data == {"a": 1}
    assert case.said("run") is None
    assert case.said("run", "r2") is not None


def test_thresholds_are_seconds() -> None:
    assert Thresholds(silence=5).silence_ms == 5_000
    assert Story(Thresholds(silence=5)).request().response().state(1, "busy").verdict(6).ending == "stalled"
