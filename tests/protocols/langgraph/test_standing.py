from __future__ import annotations

from typing import Any

from inspector.protocols.langgraph.standing import Pending, Standing, pending_of, stand, stand_of
from tests.protocols.langgraph.fakes import (
    AT_RUN,
    LEFT,
    NEXT_RUN,
    RIGHT,
    RUN,
    THREAD,
    Log,
    busy,
    case,
    cut_short,
    finished,
    run_row,
    state,
    task,
    thread_row,
    waiting,
)


def test_a_waiting_run() -> None:
    found = stand_of(case(waiting()))

    assert (found.run, found.thread, found.assistant) == (RUN, THREAD, "a-1")
    assert found.status == "waiting"
    assert found.next == ("review",)
    assert found.pending == (Pending(LEFT, "review", {"question": "?"}),)
    assert found.held is None
    assert found.facts() == {
        "status": "waiting",
        "thread": "interrupted",
        "next": ["review"],
        "checkpoint": "c1",
        "interrupts": [LEFT],
    }


def test_what_holds_a_thread() -> None:
    other = run_row("pending", NEXT_RUN)

    assert stand_of(case(finished())).held is None
    assert stand_of(case(busy())).held == "this run is still running"
    queue = {**busy("interrupted"), "runs": [other, run_row("interrupted")]}
    assert stand_of(case(queue)).held == f"run {NEXT_RUN} of this thread is pending"
    assert "cancelled node" in (stand_of(case(busy("interrupted"))).held or "")


def test_a_busy_mark_without_anybody_at_work_holds_nothing() -> None:
    """The server counts its workers, or the run was rolled back while nobody streamed it."""
    counted = {"/metrics": {"workers": {"active": 1}, "queue": {"n_running": 1}}}
    stubborn = {"/metrics": {"workers": {"active": 2}, "queue": {"n_running": 1}}}

    assert stand_of(case({**busy("interrupted"), **counted})).held is None
    assert stand_of(case({**busy("interrupted"), **stubborn})).held is not None
    assert stand_of(case({**busy(), "run": None, "runs": []})).held is None


def test_a_read_that_is_older_than_the_streams_word_does_not_count() -> None:
    log = Log()
    log.told(busy())
    log.stream(AT_RUN + "/stream", ("metadata", {"run_id": RUN}), ("values", {"__interrupt__": [{"id": LEFT}]}))

    found = stand_of(log.case())

    assert found.status == "waiting"
    assert found.next is None
    assert found.thread_status is None
    assert found.ids == (LEFT,)
    assert found.held is None


def test_a_newer_read_counts_more_than_the_stream() -> None:
    log = Log()
    log.stream(AT_RUN + "/stream", ("metadata", {"run_id": RUN}), ("values", {"__interrupt__": [{"id": LEFT}]}))
    log.told(finished())

    assert stand_of(log.case()).ids == ()
    assert stand_of(log.case()).next == ()


def test_a_run_that_the_log_saw_start_since_is_active() -> None:
    log = Log()
    log.told(waiting())
    log.stream(f"/threads/{THREAD}/runs/{NEXT_RUN}/stream", ("metadata", {"run_id": NEXT_RUN}), ("values", {}))

    assert stand_of(log.case()).active == ((NEXT_RUN, "running"),)


def test_missing_rows() -> None:
    assert stand_of(case({**waiting(), "thread": None})).gone
    assert stand(None, None, {}).gone
    assert stand(RUN, THREAD, {"run": (404, None)}).status == "missing"
    assert stand(RUN, THREAD, {"state": (500, None)}).next is None


def test_the_assistant_is_found_where_it_is_told() -> None:
    thread: dict[str, Any] = thread_row()

    assert stand(RUN, THREAD, {"thread": (200, thread)}).assistant == "a-1"
    assert stand(RUN, THREAD, {"thread": (200, {"metadata": {"graph_id": "hitl"}})}).assistant == "hitl"
    assert stand(RUN, THREAD, {"runs": (200, [run_row()])}).assistant == "a-1"
    assert stand(RUN, THREAD, {"run": (404, run_row())}).assistant is None


def test_errors_of_thread_and_task() -> None:
    assert stand_of(case(cut_short())).error == "ValueError: no"
    assert stand(None, THREAD, {"thread": (200, {"error": "boom"})}).error == "boom"
    assert stand(None, THREAD, {"state": (200, state(task("a", error="E()")))}).error == "E()"


def test_interrupts_of_tasks_are_named_once_and_those_of_the_state_added() -> None:
    nested = state(task("inner", (LEFT, 1)), interrupts=[{"id": LEFT, "value": 1}, {"interrupt_id": RIGHT, "value": 2}])

    assert list(pending_of(nested)) == [Pending(LEFT, "inner", 1), Pending(RIGHT, "", 2)]
    assert list(pending_of(state(task("old", interrupts=[{"value": "v"}])))) == [Pending(None, "old", "v")]
    assert list(pending_of("nonsense")) == []


def test_the_other_runs() -> None:
    found = Standing(RUN, THREAD, active=((RUN, "running"), (NEXT_RUN, "pending")))

    assert found.others == ((NEXT_RUN, "pending"),)


def test_an_error_page_that_looks_like_a_state_is_none() -> None:
    assert stand(RUN, THREAD, {"state": (500, state())}).next is None
    assert stand(RUN, THREAD, {"thread": (200, {"error": ""})}).error is None
    assert stand(RUN, THREAD, {"thread": (200, {"error": ["odd"]})}).error is None


def test_the_assistant_of_a_run_of_the_same_thread() -> None:
    """Some servers keep neither the graph on the thread nor the assistant in a list of runs."""
    bare = {**waiting(), "thread": thread_row("interrupted", metadata={}), "runs": []}
    log = Log()
    log.told({**bare, "run": {**run_row(), "assistant_id": None}})
    assert stand_of(log.case()).assistant is None

    log.exchange("GET", f"/threads/{THREAD}/runs/{NEXT_RUN}", {**run_row(run=NEXT_RUN), "assistant_id": "a-2"})

    assert stand_of(log.case()).assistant == "a-2"


def test_the_list_of_runs_and_what_was_learned_of_each_since() -> None:
    other = f"/threads/{THREAD}/runs/{NEXT_RUN}"
    both = {**finished(), "runs": [run_row(), run_row("running", NEXT_RUN)]}
    log = Log()
    log.told(both)
    assert stand_of(log.case()).active == ((NEXT_RUN, "running"),)

    log.exchange("GET", other, run_row("success", NEXT_RUN))
    assert stand_of(log.case()).active == ()

    log = Log()
    log.exchange("GET", other, run_row("running", NEXT_RUN))
    log.told(finished())
    assert stand_of(log.case()).active == (), "the newer list does not have it any more"


def test_interrupts_without_ids_are_all_kept() -> None:
    old = state(task("a", interrupts=[{"value": 1}, {"value": 2}]))

    assert [each.value for each in pending_of(old)] == [1, 2]
