from __future__ import annotations

from inspector.demo.gr_scripts import HEALTHY, SCRIPTS, script_of, task_of


def test_a_task_names_its_script_and_any_other_goes_well() -> None:
    assert all(script_of(task_of(name)) is script for name, script in SCRIPTS.items())
    assert script_of("What is new?") is HEALTHY
    assert script_of("") is HEALTHY


def test_a_script_that_ends_says_so_once() -> None:
    for script in SCRIPTS.values():
        assert [beat.what for beat in script.beats].count("path") <= 1
        assert all(beat.after > 0 for beat in script.beats)
