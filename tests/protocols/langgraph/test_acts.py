from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Reply
from inspector.domain.errors import Refused
from inspector.protocols.langgraph.acts import act
from tests.protocols.langgraph.fakes import (
    AT_RUN,
    AT_THREAD,
    COPY,
    LEFT,
    NEXT_RUN,
    RIGHT,
    RUN,
    Server,
    busy,
    case,
    cut_short,
    finished,
    run_row,
    state,
    streamed,
    task,
    thread_row,
    waiting,
)

CANCEL, STATE, STREAM = f"POST {AT_RUN}/cancel", f"POST {AT_THREAD}/state", f"POST {AT_THREAD}/runs/stream"


def done(server: Server, action: str, answers: dict[str, Any], data: Any = None, looks: int = 50) -> Outcome:
    return server.drive(act(action, case(answers), data), looks)


def test_what_cannot_be_planned_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(Refused):
        act("continue", case(finished()), None)


def test_a_cancel_is_proved_by_a_free_thread() -> None:
    stopped = {**cut_short("interrupted"), "thread": thread_row("interrupted")}
    server = Server(busy(), busy(), stopped).on(CANCEL, Reply(202))

    outcome = done(server, "cancel", busy())

    assert outcome.effect is Effect.SEEN
    assert (outcome.before["thread"], outcome.after["thread"]) == ("busy", "interrupted")
    assert outcome.next == ("continue", "set_state", "give_up")
    assert [call.path for call in server.writes] == [AT_RUN + "/cancel"]


def test_a_cancel_that_a_node_swallows_is_not_seen() -> None:
    server = Server(busy(), busy("interrupted")).on(CANCEL, Reply(202))

    outcome = done(server, "cancel", busy(), looks=4)

    assert outcome.effect is Effect.NOT_SEEN
    assert "crawl" in outcome.why
    assert "does not react" in outcome.why


def test_a_cancel_of_a_run_that_nothing_executes() -> None:
    outcome = done(Server(busy()).on(CANCEL, Reply(202)), "cancel", busy(), looks=4)

    assert outcome.effect is Effect.NOT_SEEN
    assert outcome.next == ("cancel:rollback", "copy_and_continue", "refresh")


def test_a_rolled_back_run_is_gone() -> None:
    gone = {**finished(), "run": None, "runs": []}

    outcome = done(Server(busy(), gone).on(CANCEL, Reply(202)), "cancel", busy(), "rollback")

    assert outcome.effect is Effect.SEEN
    assert outcome.why.startswith("The run is deleted")


def test_the_thread_may_go_on_with_the_next_run() -> None:
    other = run_row("running", NEXT_RUN)
    after = {**busy("interrupted"), "runs": [other, run_row("interrupted")]}

    outcome = done(Server(busy(), after).on(CANCEL, Reply(202)), "cancel", busy())

    assert outcome.effect is Effect.SEEN
    assert NEXT_RUN in outcome.why


def test_a_cancel_that_the_server_refuses() -> None:
    outcome = done(Server(busy()).on(CANCEL, Reply(404, body={"detail": "No runs found"})), "cancel", busy())

    assert outcome.effect is Effect.REFUSED
    assert "No runs found" in outcome.why


def test_the_state_is_proved_by_its_checkpoint() -> None:
    moved = {**cut_short(), "state": state(task("last"), checkpoint="c2")}
    server = Server(cut_short(), moved).on(STATE, {"checkpoint_id": "c2"})

    outcome = done(server, "set_state", cut_short(), {"values": {}, "as_node": "explode"})

    assert outcome.effect is Effect.SEEN
    assert outcome.why == "The state has a new checkpoint; next is last (it was explode)."
    assert outcome.next == ("continue",)


def test_a_state_that_does_not_change_is_not_seen() -> None:
    server = Server(cut_short()).on(STATE, {"checkpoint_id": "c2"})

    outcome = done(server, "set_state", cut_short(), {"values": {}}, looks=3)

    assert outcome.effect is Effect.NOT_SEEN


def test_giving_up_is_proved_by_an_empty_next() -> None:
    server = Server(waiting(), finished()).on(STATE, {"checkpoint_id": "c9"})

    outcome = done(server, "give_up", waiting())

    assert outcome.effect is Effect.SEEN
    assert outcome.after["next"] == []
    assert "review will not run" in outcome.why


def test_what_moved_on_since_is_not_written_to() -> None:
    asks_something_else = {**waiting(), "state": state(task("review", (RIGHT, "another?")))}

    for now, data in ((finished(), "yes"), (asks_something_else, "yes"), (busy(), "yes")):
        server = Server(now)
        outcome = done(server, "resume", waiting(), data)
        assert outcome.effect is Effect.REFUSED
        assert server.writes == []


def test_a_server_that_cannot_be_asked_is_not_written_to() -> None:
    server = Server({**busy(), "run": Reply(0, error="Nothing listens there.")})

    outcome = done(server, "cancel", busy())

    assert outcome.effect is Effect.REFUSED
    assert "Nothing listens there." in outcome.why
    assert server.writes == []


@pytest.mark.parametrize(
    ("checkpoint", "why"),
    [
        (state(checkpoint="c0", created_at=None), "no checkpoint c0"),
        (None, "no checkpoint c0"),
        (state(checkpoint="c0"), "Nothing runs after"),
        (Reply(503), "503"),
    ],
)
def test_a_checkpoint_that_is_no_place_to_run_from(checkpoint: Any, why: str) -> None:
    server = Server(finished()).on(f"GET {AT_THREAD}/state/c0", checkpoint)

    outcome = done(server, "rewind", finished(), {"checkpoint_id": "c0"})

    assert outcome.effect is Effect.REFUSED
    assert why in outcome.why
    assert server.writes == []


def test_rewinding_to_a_checkpoint() -> None:
    after = {**finished(), f"GET {AT_THREAD}/runs/{NEXT_RUN}": None}
    server = Server(finished(), {**after, "state": state(checkpoint="c11")}).on(STREAM, streamed())
    server.on(f"GET {AT_THREAD}/state/c0", state(task("review"), checkpoint="c0"))
    server.on(f"GET {AT_THREAD}/runs/{NEXT_RUN}", run_row(run=NEXT_RUN))

    outcome = done(server, "rewind", finished(), {"checkpoint_id": "c0"})

    assert outcome.effect is Effect.SEEN
    assert outcome.started == NEXT_RUN


def test_a_copy_is_continued_and_the_original_left_alone() -> None:
    server = Server(busy()).on(f"POST {AT_THREAD}/copy", {"thread_id": COPY})
    server.on(f"GET /threads/{COPY}", thread_row("idle"))
    server.on(f"GET /threads/{COPY}/state", state(task("crawl")), state(checkpoint="c5"))
    server.on(f"GET /threads/{COPY}/runs", [])
    server.on(f"POST /threads/{COPY}/runs/stream", streamed(thread=COPY))
    server.on(f"GET /threads/{COPY}/runs/{NEXT_RUN}", run_row(run=NEXT_RUN))

    outcome = done(server, "copy_and_continue", busy())

    assert outcome.effect is Effect.SEEN
    assert outcome.started == NEXT_RUN
    assert [call.path for call in server.writes] == [f"{AT_THREAD}/copy", f"/threads/{COPY}/runs/stream"]
    assert "went past crawl" in outcome.why


def test_a_copy_that_fails_ends_there() -> None:
    server = Server(busy()).on(f"POST {AT_THREAD}/copy", Reply(500, body="no"))

    assert done(server, "copy_and_continue", busy()).effect is Effect.REFUSED
    assert len(server.writes) == 1


def test_refreshing_asks_for_checkpoints_and_drawing_too() -> None:
    server = Server(finished())

    outcome = done(server, "refresh", waiting())

    assert outcome.effect is Effect.SEEN
    assert outcome.before["interrupts"] == [LEFT]
    assert outcome.why == "The run is success; the thread is idle, nothing is left to run."
    assert server.writes == []
    assert {f"{AT_THREAD}/history", "/assistants/a-1/graph"} <= {call.path for call in server.calls}
    assert RUN in server.calls[0].path


def test_a_server_without_metrics_is_not_asked_for_them() -> None:
    for capabilities, asked in (({"metrics": False}, 0), ({}, 1)):
        server = Server(finished())
        server.drive(act("refresh", case(finished(), capabilities), None))
        assert [call.path for call in server.calls].count("/metrics") == asked


def test_before_an_act_subgraphs_are_read_too() -> None:
    server = Server(finished())

    server.drive(act("refresh", case(finished()), None))

    assert next(call.query for call in server.calls if call.path.endswith("/state")) == (("subgraphs", "true"),)


def test_a_cancelled_run_without_anything_left_offers_nothing() -> None:
    nothing_left = {**finished(), "run": run_row("interrupted")}
    asks = {**waiting(), "run": run_row("interrupted")}

    for now in (nothing_left, asks):
        outcome = done(Server(busy(), now).on(CANCEL, Reply(202)), "cancel", busy())
        assert outcome.next == ()
        assert outcome.why.startswith("The run is interrupted; the thread is ")


def test_a_mark_that_nobody_takes_away_is_told() -> None:
    free = {"/metrics": {"workers": {"active": 0}, "queue": {"n_running": 0}}}
    gone = {**busy(), "run": None, "runs": []}

    outcome = done(Server(busy(), gone, free).on(CANCEL, Reply(202)), "cancel", busy(), "rollback")

    assert outcome.effect is Effect.SEEN
    assert "no worker executes it" in outcome.why


def test_the_new_checkpoint_is_told_in_one_of_two_places() -> None:
    elsewhere = {**cut_short(), "state": state(task("last"), checkpoint="c3")}
    data = {"values": {}, "as_node": "explode"}

    for answer in ({"checkpoint_id": "c2"}, {"checkpoint": {"checkpoint_id": "c2"}}):
        server = Server(cut_short(), elsewhere).on(STATE, answer)
        assert done(server, "set_state", cut_short(), data, looks=3).effect is Effect.NOT_SEEN
    server = Server(cut_short(), elsewhere).on(STATE, {})
    assert done(server, "set_state", cut_short(), data).effect is Effect.SEEN


def test_a_copy_without_an_id_ends_there() -> None:
    server = Server(busy()).on(f"POST {AT_THREAD}/copy", {"odd": "answer"})

    assert done(server, "copy_and_continue", busy()).effect is Effect.REFUSED
    assert len(server.writes) == 1


def test_giving_up_needs_both_a_new_checkpoint_and_nothing_left() -> None:
    same = {**finished(), "state": state(checkpoint="c1")}
    left = {**waiting(), "state": state(task("publish"), checkpoint="c9")}

    for now in (same, left):
        server = Server(waiting(), now).on(STATE, {"checkpoint_id": "c9"})
        assert done(server, "give_up", waiting(), looks=3).effect is Effect.NOT_SEEN
