from __future__ import annotations

import uuid

from inspector.demo.ids import Ids, assistant_of, interrupt_of, is_interrupt, is_uuid, task_of
from tests.demo.support import BIRTH, HandClock


def test_threads_and_runs_have_ids_that_sort_by_time() -> None:
    clock = HandClock()
    ids = Ids(clock, seed=1)
    made = []
    for _ in range(5):
        made.append(ids.time_ordered())
        clock.turn(0.01)
    assert made == sorted(made)
    assert {uuid.UUID(one).version for one in made} == {7}
    assert uuid.UUID(made[0]).int >> 80 == int(BIRTH.timestamp() * 1000)


def test_checkpoints_sort_by_time_even_within_one_moment() -> None:
    ids = Ids(HandClock(), seed=1)
    made = [ids.checkpoint(step) for step in (-1, 0, 1, 2)]
    assert made == sorted(made)
    assert {uuid.UUID(one).version for one in made} == {6}
    assert [one[19:23] for one in made] == ["bfff", "8000", "8001", "8002"]


def test_the_same_seed_gives_the_same_ids() -> None:
    assert Ids(HandClock(), 7).prefixed("run") == Ids(HandClock(), 7).prefixed("run")
    assert Ids(HandClock(), 7).any_uuid() != Ids(HandClock(), 8).any_uuid()


def test_an_assistant_has_the_id_that_the_real_server_gives_it() -> None:
    assert assistant_of("slow") == "cad1b5ad-d177-59d1-ab39-5e327188ed3a"
    assert assistant_of("hitl") == "d2a02ed8-fb92-5e43-81ea-cb78d82caa2f"


def test_a_task_and_what_it_asks_keep_their_ids() -> None:
    task = task_of("checkpoint", "review")
    assert task == task_of("checkpoint", "review") != task_of("checkpoint", "publish")
    assert is_uuid(task)
    assert is_interrupt(interrupt_of(task))


def test_what_cannot_be_an_id_is_told_apart() -> None:
    assert not is_interrupt("approved")
    assert not is_interrupt("call_weather_oslo")
    assert not is_uuid("thread")
