"""How run, thread and state combine to what a run's state is."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import Ask, RunKey
from inspector.protocols.langgraph.memory import (
    RunMemory,
    ThreadMemory,
    combine,
    interrupts,
    newest,
    replaced_by_rollback,
)
from tests.protocols.langgraph.fakes import LEFT, NEXT_RUN, RIGHT, RUN, run_row, state, task, thread_row

ASKED = Ask("interrupt", LEFT, "review", {"question": "?"}, "review")
KEY, NEXT = RunKey(1), RunKey(2)


def run(word: str | None = "success", **more: Any) -> RunMemory:
    return RunMemory(KEY, RUN, "t", word=word, **more)


def thread(row: Any = None, at: Any = None, **more: Any) -> ThreadMemory:
    return ThreadMemory("t", row or {}, 5.0, state=at, state_at=5.0, runs=[KEY], **more)


PENDING = state(task("review", (LEFT, {"question": "?"})))
NODE = state(task("second"))
BY_USER = {"error": "UserInterrupt", "message": "interrupt requested"}


@pytest.mark.parametrize(
    ("memory", "around", "expected"),
    [
        (run(), thread(), "success"),
        (run(), thread(thread_row(), state()), "success"),
        (run(), thread(thread_row("interrupted"), PENDING), "waiting"),
        (run(), thread(thread_row(), PENDING), "waiting"),  # JS: the row is idle, the tasks know better
        (run(), thread(thread_row("interrupted", interrupts={"x": [{"id": LEFT}]})), "waiting"),
        (run(), thread(thread_row("interrupted", interrupts={}), NODE), "waiting"),  # a breakpoint
        (run(), thread(thread_row("interrupted", interrupts={})), "waiting"),
        (
            run(),
            thread(thread_row("interrupted", interrupts={"x": [{"id": LEFT}]}), state()),
            "success",
        ),  # JS: given up
        (run(), thread(thread_row("busy"), NODE), "success"),  # a newer run is at work on the thread
        (run(asks={LEFT: ASKED}), thread(), "waiting"),
        (run(breakpoint=True), thread(), "waiting"),
        (run("interrupted"), thread(thread_row("interrupted", error=BY_USER), NODE), "interrupted"),
        (run("interrupted"), thread(thread_row("interrupted"), PENDING), "waiting"),  # Aegra's word for asking
        (run("interrupted", cancelled=True), thread(thread_row("interrupted"), PENDING), "interrupted"),
        (run("error"), thread(thread_row("error", error={"error": "ValueError"})), "error"),
        (run("error", rolled_back=True), thread(), "rolled_back"),
        (run("timeout"), thread(), "timeout"),
        (run("running"), thread(), "running"),
        (run(gone=True), thread(), "missing"),
        (run(gone=True, rolled_back=True), thread(), "rolled_back"),
        (run(gone=True), thread(thread_row(error={"error": "UserRollback"})), "rolled_back"),
        (run(None), thread(), None),
        (run(None), thread(thread_row("busy")), "running"),
        (run(None), thread(thread_row("error")), "error"),
        (run(None), thread(thread_row(), state()), "success"),
        (run(None), thread(thread_row()), None),
        (run(None), thread(thread_row("interrupted"), PENDING), "waiting"),
        (run(None), thread(thread_row("interrupted"), NODE), "waiting"),
        (run(None), thread(thread_row(error=BY_USER)), "interrupted"),
        (run(None), thread(thread_row(error={"error": "UserRollback"})), "rolled_back"),
        (run(None), ThreadMemory("t", gone=True), "missing"),
        (run(refused=True), thread(), None),
    ],
)
def test_what_the_answers_mean_together(memory: RunMemory, around: ThreadMemory, expected: str | None) -> None:
    told = combine(memory, around)
    assert (None if told is None else told[0]) == expected
    if told is not None:
        assert bool(told[2]) == (expected == "waiting")


def test_what_was_told_while_the_run_was_at_work_tells_nothing_of_its_end() -> None:
    around = thread(thread_row("interrupted"), PENDING)
    assert combine(run(active_at=5.0), around) == ("waiting", "success", (ASKED,))
    assert combine(run(active_at=5.1), around) == ("success", "success", ())


def test_a_thread_describes_its_newest_run_only() -> None:
    rows = {RUN: run_row(), NEXT_RUN: run_row("success", NEXT_RUN) | {"created_at": "2026-01-02"}}
    assert newest(run(), thread())
    assert not newest(run(), thread(rows=rows))
    assert not newest(run(), ThreadMemory("t", runs=[KEY, NEXT]))
    assert newest(run(), thread(rows=rows | {NEXT_RUN: {**rows[NEXT_RUN], "status": "pending"}}))


@pytest.mark.parametrize(
    ("at", "left"),
    [(None, (ASKED,)), (PENDING, (ASKED,)), (state(), ()), (state(task("other", (RIGHT, 1))), ())],
)
def test_an_older_run_waits_as_long_as_its_question_is_open(at: Any, left: tuple[Ask, ...]) -> None:
    around = ThreadMemory("t", thread_row(), 5.0, state=at, state_at=5.0, runs=[KEY, NEXT])
    told = combine(run(asks={LEFT: ASKED}), around)
    assert told is not None
    assert told[2] == left


def test_a_run_that_a_newer_one_rolled_back_is_not_lost() -> None:
    row = {**run_row("running", NEXT_RUN), "multitask_strategy": "rollback"}
    assert replaced_by_rollback(run(), thread(rows={NEXT_RUN: row}))
    assert not replaced_by_rollback(run(), thread(rows={RUN: row}))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"id": LEFT, "value": 1}], [Ask("interrupt", LEFT, "n", 1, "n")]),
        ([{"interrupt_id": LEFT, "value": 1}], [Ask("interrupt", LEFT, "n", 1, "n")]),
        (["bare"], [Ask("interrupt", None, "n", "bare", "n")]),
        ({"id": LEFT}, []),
        (None, []),
    ],
)
def test_interrupts_as_servers_write_them(value: Any, expected: list[Ask]) -> None:
    assert list(interrupts(value, "n")) == expected


def test_a_run_is_settled_by_the_servers_word_only() -> None:
    assert run("success").settled
    assert not run("running").settled
    assert not run(None, state="success").settled
    assert ThreadMemory("t", thread_row(error={"error": "E", "message": "m"})).error == "E m"
