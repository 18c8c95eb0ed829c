from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Reply
from inspector.protocols.langgraph.runs import go_on
from inspector.protocols.langgraph.standing import Standing, stand
from tests.protocols.langgraph.fakes import (
    AT_THREAD,
    LEFT,
    NEXT_RUN,
    RIGHT,
    RUN,
    THREAD,
    Server,
    busy,
    cut_short,
    finished,
    run_row,
    state,
    streamed,
    task,
    thread_row,
    waiting,
)

STREAM, NEW = f"POST {AT_THREAD}/runs/stream", f"GET {AT_THREAD}/runs/{NEXT_RUN}"


def before(answers: dict[str, Any]) -> Standing:
    return stand(RUN, THREAD, {about: (200, answer) for about, answer in answers.items()})


def went(
    server: Server, action: str, answers: dict[str, Any], body: dict[str, Any] | None = None, looks: int = 50
) -> Outcome:
    call = Call("POST", AT_THREAD + "/runs/stream", json=body or {"input": None}, reads=False)
    return server.drive(go_on(action, call, before(answers), THREAD, False), looks)


def after(answers: dict[str, Any], status: str = "success") -> Server:
    return Server(answers).on(STREAM, streamed()).on(NEW, run_row(status, NEXT_RUN))


def test_an_answer_that_was_taken() -> None:
    outcome = went(after(finished()), "resume", waiting(), {"command": {"resume": "yes"}})

    assert outcome.effect is Effect.SEEN
    assert outcome.started == NEXT_RUN
    assert outcome.why.startswith("The interrupt of review took the answer.")
    assert (outcome.before["interrupts"], outcome.after["interrupts"]) == ([LEFT], [])


def test_an_answer_that_changed_nothing() -> None:
    outcome = went(after(waiting()), "resume", waiting(), {"command": {"resume": "yes"}})

    assert outcome.effect is Effect.NOT_SEEN
    assert "asks the same again" in outcome.why


def test_the_same_node_asking_something_else_has_taken_the_answer() -> None:
    next_question = {**waiting(), "state": state(task("review", (LEFT, {"question": "and?"})))}

    outcome = went(after(next_question), "resume", waiting(), {"command": {"resume": "yes"}})

    assert outcome.effect is Effect.SEEN
    assert outcome.next == ("resume",)


def test_a_map_has_to_answer_all_that_it_names() -> None:
    two = {**waiting(), "state": state(task("left", (LEFT, "l")), task("right", (RIGHT, "r")))}
    one = {**waiting(), "state": state(task("right", (RIGHT, "r")))}

    some = went(after(one), "resume", two, {"command": {"resume": {LEFT: 1}}})
    all_of_them = went(after(one), "resume", two, {"command": {"resume": {LEFT: 1, RIGHT: 2}}})

    assert some.effect is Effect.SEEN
    assert "1 still wait" in some.why
    assert all_of_them.effect is Effect.NOT_SEEN


def test_a_node_that_fails_again_is_no_progress() -> None:
    outcome = went(after(cut_short(), "error"), "continue", cut_short())

    assert outcome.effect is Effect.NOT_SEEN
    assert "failed: ValueError: no" in outcome.why


def test_getting_further_before_it_fails_is_progress() -> None:
    further = {**cut_short(), "state": state(task("last"), checkpoint="c7")}

    outcome = went(after(further, "error"), "continue", cut_short())

    assert outcome.effect is Effect.SEEN
    assert "failed" in outcome.why
    assert outcome.next == ("continue",)


def test_a_run_that_goes_on_is_told_by_what_it_has_changed_so_far() -> None:
    still = {**busy(), "state": cut_short()["state"]}
    further = {**busy(), "state": state(task("last"), checkpoint="c7")}

    nothing_yet = went(after(still, "running"), "continue", cut_short(), looks=3)
    something = went(after(further, "running"), "continue", cut_short(), looks=3)

    assert nothing_yet.effect is Effect.NOT_SEEN
    assert nothing_yet.next == ("refresh", "cancel")
    assert something.effect is Effect.SEEN
    assert something.started == NEXT_RUN


def test_a_refusal() -> None:
    server = Server(busy()).on(STREAM, Reply(409, body={"detail": "Thread is already running a task."}))

    outcome = went(server, "continue", cut_short())

    assert outcome.effect is Effect.REFUSED
    assert "already running" in outcome.why


def test_a_proxy_that_took_the_id_away() -> None:
    running = {**finished(), "runs": [run_row("running", NEXT_RUN)]}
    server = Server(running).on(STREAM, Reply(200)).on(NEW, run_row("success", NEXT_RUN))

    assert went(server, "continue", cut_short()).started == NEXT_RUN


def test_a_run_that_cannot_be_named_is_told_by_its_thread() -> None:
    server = Server(finished()).on(STREAM, Reply(200))

    outcome = went(server, "continue", cut_short())

    assert outcome.effect is Effect.SEEN
    assert outcome.started is None


def test_a_rewind_needs_a_new_checkpoint() -> None:
    same = {**finished(), "thread": thread_row("error")}

    assert went(after(same), "rewind", finished()).effect is Effect.NOT_SEEN
    fork = {**finished(), "state": state(checkpoint="c10")}
    assert went(after(fork), "rewind", finished()).effect is Effect.SEEN


@pytest.mark.parametrize("status", [500, 0])
def test_a_server_that_went_away_proves_nothing(status: int) -> None:
    gone = Reply(status, error="gone")
    server = Server({"thread": gone, "state": gone, "runs": gone}).on(STREAM, streamed()).on(NEW, gone)

    outcome = went(server, "continue", cut_short(), looks=3)

    assert outcome.effect is Effect.NOT_SEEN
    assert outcome.started == NEXT_RUN


def test_each_sentence_names_the_run_and_how_it_stands() -> None:
    still = {**busy(), "state": cut_short()["state"]}

    assert went(after(still, "running"), "continue", cut_short(), looks=3).why == (
        f"Run {NEXT_RUN} is running and goes on, but has changed nothing so far; explode ran no further yet."
    )
    assert went(after(finished()), "continue", cut_short()).why == (
        f"The thread went past explode. Run {NEXT_RUN} is over (success); the thread is idle, nothing is left to run."
    )
    nameless = Server(finished()).on(STREAM, Reply(200))
    assert "The run is over" in went(nameless, "continue", cut_short()).why
    away = Server({"thread": None, "state": Reply(500), "runs": Reply(500)}).on(STREAM, streamed())
    assert f"Run {NEXT_RUN} is under way" in went(away, "continue", cut_short(), looks=2).why


def test_only_a_resume_is_said_to_ask_again() -> None:
    assert "asks the same" not in went(after(waiting()), "rewind", waiting()).why


def test_what_is_next_is_offered_once_the_run_is_over() -> None:
    at_a_breakpoint = {**finished(), "state": state(task("last"), checkpoint="c7")}
    going_on = {**busy(), "state": state(task("last"), checkpoint="c7")}

    assert went(after(at_a_breakpoint), "continue", cut_short()).next == ("continue",)
    assert went(after(going_on, "running"), "continue", cut_short(), looks=3).next == ()


def test_a_run_that_cannot_be_named_is_awaited_by_its_thread() -> None:
    for first in (busy(), {**busy(), "runs": []}, {**finished(), "runs": busy()["runs"]}):
        server = Server({**first, "runs": []}, first, finished()).on(STREAM, Reply(200))
        outcome = went(server, "continue", {**cut_short(), "runs": busy()["runs"]})
        assert outcome.effect is Effect.SEEN
        assert outcome.after["next"] == []
        assert server.slept > 0


def test_an_answer_that_is_an_object_of_other_keys_answers_the_one_question() -> None:
    outcome = went(after(finished()), "resume", waiting(), {"command": {"resume": {"approved": True}}})

    assert outcome.effect is Effect.SEEN
    assert "review took the answer" in outcome.why
