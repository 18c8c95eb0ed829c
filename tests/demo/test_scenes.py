from __future__ import annotations

from typing import Any

import pytest

from inspector.demo.as_engine import Assistants, Refusal
from inspector.demo.as_scripts import ASSISTANTS
from inspector.demo.lg_engine import LangGraph
from inspector.demo.lg_graphs import GRAPHS
from inspector.demo.scenes import SCENES, Scene, play
from tests.demo.support import HandClock

LANGGRAPH = {
    "healthy": ("success", "idle"),
    "interrupt": ("success", "interrupted"),
    "two-interrupts": ("success", "interrupted"),
    "tool-outputs": ("success", "interrupted"),
    "cut-midway": ("running", "busy"),
    "no-final-event": ("success", "idle"),
    "silent": ("running", "busy"),
    "keepalives-only": ("running", "busy"),
    "stuck-node": ("running", "busy"),
    "failed": ("error", "error"),
    "cancelled": ("interrupted", "interrupted"),
    "time-limit": ("timeout", "error"),
    "blocked-by-zombie": ("pending", "busy"),
}
ATTACHED = {
    "two-tool-outputs": "requires_action",
    "expiring": "requires_action",
    "stuck": "in_progress",
    "cancelled": "cancelled",
    "expired": "expired",
    "blocked-by-zombie": "in_progress",
}
STARTED = {
    "healthy": "completed",
    "cut-midway": "in_progress",
    "no-final-event": "completed",
    "silent": "in_progress",
    "keepalives-only": "in_progress",
    "content-filter": "incomplete",
    "failed": "failed",
}


class Stage:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.langgraph = LangGraph(self.clock, GRAPHS)
        self.assistants = Assistants(self.clock, ASSISTANTS)

    def play(self, name: str) -> Scene:
        (scene,) = (one for one in SCENES if one.name == name)
        return play(scene, self.langgraph, self.assistants)


def test_every_scene_is_named_and_explained() -> None:
    names = [scene.name for scene in SCENES]
    assert len(set(names)) == len(names)
    slugs = {f"langgraph-{one}" for one in LANGGRAPH} | {f"assistants-{one}" for one in {**ATTACHED, **STARTED}}
    assert set(names) == slugs
    for scene in SCENES:
        assert scene.name.startswith(f"{scene.protocol}-")
        assert scene.title
        assert scene.teaches.endswith(".")
        assert (scene.thread, scene.run, scene.start) == (None, None, None)


@pytest.mark.parametrize("name", LANGGRAPH)
def test_a_scene_of_langgraph_shows_its_point_within_ten_seconds(name: str) -> None:
    stage = Stage()
    scene = stage.play(f"langgraph-{name}")
    assert scene.start is None
    stage.clock.turn(10)
    thread = stage.langgraph.threads[str(scene.thread)]
    assert (thread.runs[str(scene.run)].status, thread.status) == LANGGRAPH[name]
    assert thread.metadata["app"] == "demo"


@pytest.mark.parametrize("name", ATTACHED)
def test_a_scene_to_attach_to_shows_its_point_within_ten_seconds(name: str) -> None:
    stage = Stage()
    scene = stage.play(f"assistants-{name}")
    stage.clock.turn(10)
    assert stage.assistants.threads[str(scene.thread)].runs[str(scene.run)].status == ATTACHED[name]


@pytest.mark.parametrize("name", STARTED)
def test_a_scene_to_start_shows_its_point_within_ten_seconds(name: str) -> None:
    stage = Stage()
    scene = stage.play(f"assistants-{name}")
    assert scene.run is None
    start: dict[str, Any] = dict(scene.start or {})
    thread = stage.assistants.threads[start["thread_id"]]
    assert thread.id == scene.thread
    run = stage.assistants.create_run(thread, start)
    assert not isinstance(run, Refusal)
    stage.assistants.begin(run)
    stage.clock.turn(10)
    assert run.status == STARTED[name]


def test_a_blocked_thread_refuses_what_the_scene_starts() -> None:
    stage = Stage()
    scene = stage.play("assistants-blocked-by-zombie")
    thread = stage.assistants.threads[str(scene.thread)]
    refusal = stage.assistants.create_run(thread, scene.start or {})
    assert isinstance(refusal, Refusal)
    assert str(scene.run) in refusal.message


def test_a_scene_played_again_is_a_new_one() -> None:
    stage = Stage()
    first, second = stage.play("langgraph-failed"), stage.play("langgraph-failed")
    assert first.thread != second.thread
    stage.clock.turn(10)
    assert {thread.status for thread in stage.langgraph.threads.values()} == {"error"}


def test_a_scene_tells_how_it_is_entered() -> None:
    stage = Stage()
    assert {scene.enter for scene in SCENES} == {"not played so far"}
    scene = stage.play("langgraph-failed")
    assert scene.enter == f"attach to run {scene.run} of thread {scene.thread}"
    scene = stage.play("assistants-failed")
    assert scene.enter == f'start {{"assistant_id": "asst_failed", "thread_id": "{scene.thread}"}}'
