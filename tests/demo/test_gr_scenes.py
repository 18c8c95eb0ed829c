from __future__ import annotations

from inspector.demo.gr_scenes import SCENES, play
from inspector.demo.gr_scripts import SCRIPTS, script_of


def test_each_scene_is_entered_by_its_own_start() -> None:
    played = [play(scene) for scene in SCENES]
    assert all(scene.start is not None and scene.run is None for scene in played)
    assert len({str(scene.start) for scene in played}) == len(SCENES)


def test_each_play_is_a_command_of_its_own() -> None:
    assert play(SCENES[0]).start != play(SCENES[0]).start


def test_each_scene_names_a_script_and_each_script_has_a_scene() -> None:
    names = {scene.name.removeprefix("gpt_researcher-") for scene in SCENES}
    assert names - {"refused-silently"} == set(SCRIPTS)
    for scene in SCENES:
        start = play(scene).start or {}
        if scene.name == "gpt_researcher-refused-silently":
            assert start["report_type"] == ""
        else:
            assert script_of(start["task"]) is SCRIPTS[scene.name.removeprefix("gpt_researcher-")]
