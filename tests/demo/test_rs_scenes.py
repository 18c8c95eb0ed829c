from __future__ import annotations

import pytest

from inspector.demo.rs_engine import Refusal, Responses
from inspector.demo.rs_models import MODELS
from inspector.demo.rs_scenes import SCENES, play
from inspector.demo.rs_state import Response
from inspector.demo.scenes import Scene
from tests.demo.support import HandClock

STARTED = {
    "healthy": "completed",
    "no-headers": None,
    "silent-after-created": "in_progress",
    "silent-mid-text": "in_progress",
    "no-terminal-event": "completed",
    "cut-midway": "in_progress",
    "failed": "failed",
    "token-limit": "incomplete",
    "content-filter": "incomplete",
    "two-tool-outputs": "completed",
    "approval": "completed",
}
ATTACHED = {
    "stuck-in-queue": "queued",
    "short-window": "in_progress",
    "cancelled": "cancelled",
    "open-calls": "cancelled",
}


class Stage:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.server = Responses(self.clock, MODELS)

    def play(self, name: str) -> Scene:
        (scene,) = (one for one in SCENES if one.name == f"responses-{name}")
        return play(scene, self.server)


def test_every_scene_is_named_and_explained() -> None:
    assert {scene.name for scene in SCENES} == {f"responses-{one}" for one in {**STARTED, **ATTACHED}}
    for scene in SCENES:
        assert (scene.protocol, scene.thread, scene.run, scene.start) == ("responses", None, None, None)
        assert scene.title
        assert scene.teaches.endswith(".")


@pytest.mark.parametrize("name", ATTACHED)
def test_a_scene_to_attach_to_shows_its_point_within_ten_seconds(name: str) -> None:
    stage = Stage()
    scene = stage.play(name)
    stage.clock.turn(10)
    assert stage.server.responses[str(scene.run)].status == ATTACHED[name]
    assert scene.start is None


@pytest.mark.parametrize("name", STARTED)
def test_a_scene_to_start_shows_its_point_within_ten_seconds(name: str) -> None:
    stage = Stage()
    start = dict(stage.play(name).start or {})
    assert start["stream"] is True
    if stage.server.hangs(start):
        assert STARTED[name] is None
        assert not stage.server.hangs(start)
        return
    made = stage.server.create(start)
    assert isinstance(made, Response)
    stage.server.begin(made)
    stage.clock.turn(10)
    assert made.status == STARTED[name]


def test_a_scene_played_again_is_a_new_one() -> None:
    stage = Stage()
    assert stage.play("failed").start != stage.play("failed").start
    assert stage.play("cancelled").run != stage.play("cancelled").run


def test_a_cancelled_response_leaves_its_calls_in_the_conversation() -> None:
    stage = Stage()
    response = stage.server.responses[str(stage.play("open-calls").run)]
    stage.clock.turn(10)
    assert any(item["type"] == "function_call" for item in response.output)
    again = stage.server.create({"model": "healthy", "input": "Hi", "conversation": response.conversation})
    assert isinstance(again, Refusal)
    assert "No tool output found" in again.message
