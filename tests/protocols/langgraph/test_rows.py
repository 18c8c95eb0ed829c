"""The server's rows, kept and combined: what each answer makes of the runs that it concerns."""

from __future__ import annotations

import json

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import RunKey, Witness
from inspector.domain.frames import Kind
from inspector.protocols.langgraph.rows import Rows
from tests.protocols.langgraph.fakes import (
    AT_RUN,
    AT_THREAD,
    LEFT,
    NEXT_RUN,
    RUN,
    busy,
    finished,
    run_row,
    state,
    task,
    thread_row,
    waiting,
)
from tests.protocols.langgraph.story import Story


def rows() -> Rows:
    minted = iter(range(1, 100))
    return Rows(Keys(lambda: RunKey(next(minted))))


def test_the_order_of_the_answers_does_not_matter() -> None:
    answers = waiting()
    for order in (("run", "thread", "state", "runs"), ("state", "thread", "runs", "run"), ("runs", "run", "state")):
        story = Story().told({about: answers[about] for about in order if about in ("run", "runs")} | answers)
        assert story.run().state == "waiting", order
        reverse = Story().told({about: answers[about] for about in order})
        assert reverse.verdict().ending == "waiting", order


def test_a_success_becomes_a_wait_when_the_thread_is_read_and_that_is_no_change() -> None:
    story = Story().told({"run": run_row()})
    assert story.run().state == "success"
    story.told({"thread": waiting()["thread"], "state": waiting()["state"]})
    changes = [(each.source, each.target) for each in story.run().transitions]
    assert (story.run().state, changes) == ("waiting", [(None, "waiting")])
    assert [ask.id for ask in story.run().wanted.asks if story.run().wanted] == [LEFT]  # type: ignore[union-attr]


def test_a_row_of_a_list_names_no_run_but_tells_the_state_of_one() -> None:
    story = Story().told({"runs": [run_row("error")]})
    assert not story.book.runs
    story.create().says("values", {}).told({"runs": [run_row("error")]})
    assert story.run().state == "error"
    assert list(story.book.runs) == [RunKey(1)]


@pytest.mark.parametrize(("status", "body"), [(500, {"detail": "no"}), (401, "who?"), (200, None), (200, "text")])
def test_an_answer_that_tells_nothing_changes_nothing(status: int, body: object) -> None:
    story = Story().told(busy())
    before = story.run().state
    for path in ("", "/state", "/runs", f"/runs/{RUN}"):
        story.exchange("GET", AT_THREAD + path, body, status)
    assert story.run().state == before == "running"


def test_the_servers_date_dates_the_change() -> None:
    row = run_row("running") | {"updated_at": "2026-01-01T10:00:00Z"}
    story = Story().wait(100).told({"run": row}, date="Thu, 01 Jan 2026 10:01:00 GMT")
    word = story.run().server_word
    assert word is not None
    assert word.status.since == pytest.approx(story.at - 60_000, abs=50)
    undated = Story().told({"run": row}).run().server_word
    assert undated is not None
    assert undated.status.since is None


def test_the_threads_error_is_the_newest_runs() -> None:
    error = {"error": "ValueError", "message": "no"}
    story = Story().told({"run": run_row("error"), "thread": thread_row("error", error=error)})
    word = story.run().server_word
    assert word is not None
    assert (word.status.code, word.status.message) == ("ValueError", "no")
    assert word.status.witness is Witness.SERVER


def test_another_runs_thread_says_nothing_about_this_one() -> None:
    newer = run_row("error", NEXT_RUN) | {"created_at": "2026-01-02"}
    story = Story().told(
        {"run": run_row(), "runs": [newer, run_row()], "thread": thread_row("error"), "state": state(task("x"))}
    )
    assert story.run().state == "success"


def test_a_run_that_goes_on_answers_the_wait_before_it() -> None:
    story = Story().told(waiting()).create(NEXT_RUN, command={"resume": "x"}).says("values", {})
    assert story.verdict(RUN).ending == "waiting", "nothing has come of it yet"
    story.says("updates", {"review": {}})
    assert story.verdict(RUN).ending == "completed"
    assert story.run(RUN).answered_by == story.run(NEXT_RUN).key


def test_two_keys_of_one_run_are_one() -> None:
    kept = rows()
    first, second = kept.keys.of(RUN), kept.keys.new()
    kept.run(first, RUN, "t")
    kept.run(second, None, None).body = {"input": 1}
    kept.thread("t").runs[:] = [first, second]
    kept.merge(second, kept.keys.tie(second, RUN), RUN, "t")
    assert kept.run(first, None, None).body == {"input": 1}
    assert kept.thread("t").runs == [first]


def test_a_replay_does_not_make_a_settled_run_active_again() -> None:
    kept = rows()
    memory = kept.active(kept.keys.of(RUN), RUN, "t", 7.0)
    assert memory.active_at == 7.0
    memory.word = "success"
    assert kept.active(memory.key, RUN, "t", 9.0).active_at == 7.0
    assert Story().told(finished()).run().state == "success"


@pytest.mark.parametrize("about", ["thread", "run"])
def test_a_read_that_ends_late_does_not_take_back_what_the_stream_has_asked(about: str) -> None:
    """The answer came before the question; only the end of its body was read after it."""
    story = Story().told({"run": run_row("running"), "thread": thread_row("busy")}).events("lifecycle", "input")
    story.v2("lifecycle", {"event": "running"})
    stream = story.link
    path, row = (AT_THREAD, thread_row("busy")) if about == "thread" else (AT_RUN, run_row("running"))
    read = story.request("GET", path).answer(200, "application/json").raw(json.dumps(row)).link
    story.link = stream
    story.v2("input.requested", {"interrupt_id": LEFT, "payload": "?"}).v2("lifecycle", {"event": "interrupted"})
    story.link = read
    story.end()
    assert (story.verdict().ending, story.run().state) == ("waiting", "waiting")


@pytest.mark.parametrize("path", ["/stream", "/stream/events"])
def test_a_silent_stream_of_the_thread_carries_the_run_that_is_at_work(path: str) -> None:
    """Else keep-alives would count for nothing, and nobody could say since when nothing came."""
    story = Story().told(busy())
    story.request("GET", AT_THREAD + path).answer().beats(8)
    link = story.case().link
    assert link is not None
    assert link.number == story.link
    assert story.verdict().ending == "stalled"
    over = Story().told(finished()).request("GET", AT_THREAD + path).answer().beats(8)
    assert over.case().link is None


def test_a_run_whose_server_went_away_has_not_failed() -> None:
    """To join it again is in vain: that says nothing of how it stands."""
    story = Story().told(busy("pending")).request("POST", AT_THREAD + "/stream/events", {}).answer()
    story.frame(Kind.END, {"how": "reset", "by": "server"})
    story.request("GET", AT_RUN + "/stream").frame(Kind.END, {"how": "refused", "by": "client"})
    assert story.verdict().ending == "cut"
