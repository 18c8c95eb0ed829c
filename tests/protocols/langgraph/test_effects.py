from __future__ import annotations

import pytest

from inspector.domain.actions import Effect
from inspector.domain.calls import Reply
from inspector.protocols.langgraph.effects import Watch, pauses, read, refused, stands, started, stopped
from inspector.protocols.langgraph.standing import Pending, Standing
from tests.protocols.langgraph.fakes import NEXT_RUN, RUN, THREAD, Server, busy, finished, streamed, waiting


def test_reading_around_an_act() -> None:
    found = Server(waiting()).drive(read(RUN, THREAD, subgraphs=True))

    assert (found.status, found.next, len(found.pending)) == ("success", ("review",), 1)
    assert found.problem is None


def test_a_read_that_did_not_come() -> None:
    assert Server({**waiting(), "state": Reply(500)}).drive(read(RUN, THREAD)).problem == "500"
    assert Server({**waiting(), "run": None}).drive(read(RUN, THREAD)).problem is None


def test_looking_until_it_holds() -> None:
    server = Server(busy(), busy(), finished())
    watch = Watch(RUN, THREAD, Standing(RUN, THREAD), False)

    assert server.drive(watch.until(stopped))
    assert watch.last.next == ()
    assert 0 < server.slept < 2


def test_looking_until_time_is_up() -> None:
    watch = Watch(RUN, THREAD, Standing(RUN, THREAD), False)

    assert not Server(busy()).drive(watch.until(stopped), looks=3)
    assert watch.last.status == "running"


def test_a_look_that_fails_is_not_what_was_seen_last() -> None:
    watch = Watch(RUN, THREAD, Standing(RUN, THREAD), False)

    Server(busy(), {**busy(), "run": Reply(0, error="gone")}).drive(watch.until(stopped), looks=3)

    assert watch.last.status == "running"


def test_a_count_of_workers_is_believed_at_the_second_look() -> None:
    """Between the end of a run and that of its worker, and the other way round, the counts are off for a moment."""
    free, taken = {"workers": {"active": 0}, "queue": {"n_running": 0}}, {"workers": {"active": 1}, "queue": {}}
    over = {**busy(), "run": None, "runs": []}
    server = Server(over, {"/metrics": free})
    watch = Watch(RUN, THREAD, Standing(RUN, THREAD, thread_status="busy"), True)

    assert server.drive(watch.until(stopped), looks=2)
    assert [call.path for call in server.calls].count("/metrics") == 2
    watch = Watch(RUN, THREAD, Standing(RUN, THREAD, thread_status="busy"), True)
    assert not Server(over, {"/metrics": taken}).drive(watch.until(stopped), looks=3)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (Standing(RUN, THREAD, status="running"), False),
        (Standing(RUN, THREAD, status=None), False),
        (Standing(RUN, THREAD, status="success", thread_status="idle"), True),
        (Standing(RUN, THREAD, status="interrupted", thread_status="busy"), False),
        (Standing(RUN, THREAD, status="missing", thread_status="busy"), False),
        (Standing(RUN, THREAD, status="missing", thread_status="busy", workers_free=True), True),
        (Standing(RUN, THREAD, status="interrupted", thread_status="busy", active=((NEXT_RUN, "running"),)), True),
    ],
)
def test_when_nothing_of_a_run_goes_on(now: Standing, holds: bool) -> None:
    assert stopped(now) is holds


def test_the_id_of_the_run_that_began() -> None:
    before = Standing(RUN, THREAD, active=((RUN, "running"),))
    after = Standing(None, THREAD, active=((RUN, "running"), (NEXT_RUN, "running")))

    assert started(streamed(), before) == NEXT_RUN
    assert started(Reply(200, body={"run_id": "r"}), before) == "r"
    assert started(Reply(200), before) is None
    assert started(Reply(200), before, after) == NEXT_RUN


def test_refusals() -> None:
    busy_now = refused(Reply(409, body={"detail": "Thread is busy"}), Standing(RUN, THREAD))
    lost = refused(Reply(0, error="The server is gone."), Standing(RUN, THREAD))

    assert busy_now.effect is Effect.REFUSED
    assert busy_now.why == "The server refused: 409: Thread is busy."
    assert busy_now.next == ("refresh", "cancel")
    assert lost.effect is Effect.NOT_SEEN


def test_how_things_stand_in_words() -> None:
    asked = (Pending("a", "left"), Pending("b", "right"))

    assert stands(Standing(RUN, THREAD, thread_status="idle", next=())) == "the thread is idle, nothing is left to run"
    assert (
        stands(Standing(RUN, THREAD, thread_status="error", next=("a", "b"))) == "the thread is error, next is a and b"
    )
    assert stands(Standing(RUN, THREAD, pending=asked)) == "2 interrupts pending in left and right"
    assert "not exist" in stands(Standing(RUN, THREAD, thread_status="missing"))
    assert stands(Standing(RUN, THREAD)) == "nothing is known of the thread"


def test_pauses_grow_to_a_limit() -> None:
    found = pauses()

    assert [next(found) for _ in range(8)] == [0.2, 0.3, 0.5, 0.5, 1.0, 1.0, 2.0, 2.0]


def test_workers_are_counted_only_where_they_matter() -> None:
    server = Server(busy(), finished())

    server.drive(Watch(RUN, THREAD, Standing(RUN, THREAD), True).until(stopped))

    paths = [call.path for call in server.calls]
    assert paths.count("/metrics") == 1
    assert paths.index("/metrics") > paths.index(f"/threads/{THREAD}")
    assert all(call.query == () for call in server.calls if call.path.endswith("/state"))


def test_a_busy_thread_that_refuses_can_be_cancelled() -> None:
    assert refused(Reply(400), Standing(RUN, THREAD, thread_status="busy")).next == ("refresh", "cancel")
    assert refused(Reply(400), Standing(RUN, THREAD, thread_status="idle")).next == ("refresh",)
