"""The graph of what was seen."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Drawing
from inspector.domain.events import NodeSeen
from inspector.present.steps import named, note, path_of, seen, taken, tip
from tests.domain.toy import Story


def told(*steps: tuple[float, str, str], state: str = "busy") -> Story:
    """Steps as (at, task, phase); a task is ``name`` or ``name.number``, within another one ``outer/name``."""
    story = Story().request().response().state(0.5, state)
    for at, task, phase in steps:
        outer, _, inner = task.rpartition("/")
        parent = f"{outer}:7f3a" if outer else None
        story.event(at, NodeSeen(task, inner.partition(".")[0], phase, parent=parent))
    return story


def drawn(story: Story, now: float | None = None) -> Drawing:
    found = seen(story.case(), (story.at if now is None else now) * 1000)
    assert found is not None
    return found


def edges(story: Story) -> set[str]:
    return {f"{a}→{b}" for a, b, _ in drawn(story).edges}


def test_steps_follow_each_other_as_they_did() -> None:
    story = told((1, "a", "start"), (2, "a", "end"), (2, "b", "start"), (3, "b", "end"), (4, "c", "start"))
    assert drawn(story).nodes == (("a", "a"), ("b", "b"), ("c", "c"))
    assert edges(story) == {"a→b", "b→c"}
    assert drawn(story).lit == {"a": "done", "b": "done", "c": "active"}


def test_steps_at_the_same_time_are_branches() -> None:
    story = told((1, "a", "start"), (2, "a", "end"), (2, "b", "start"), (2, "c", "start"), (3, "b", "end"))
    for step in ((5, "c", "end"), (5, "d", "start")):
        story.event(step[0], NodeSeen(step[1], step[1], step[2]))
    assert edges(story) == {"a→b", "a→c", "c→d", "b→d"}


def test_a_step_that_only_ended_is_one_moment() -> None:
    assert edges(told((1, "a", "end"), (1, "b", "end"), (2, "c", "end"))) == {"a→b", "b→c"}


def test_what_is_done_again_is_one_step_and_its_newest_time_speaks() -> None:
    story = told(*((n, f"agent.{n}", "end") for n in (1, 3)), (4, "tools.4", "start"), (5, "tools.4", "end"))
    story.event(5.5, NodeSeen("agent.5", "agent", "start")).event(7, NodeSeen("agent.5", "agent", "error"))
    assert edges(story) == {"agent→agent", "agent→tools", "tools→agent"}
    assert drawn(story).lit == {"agent": "failed", "tools": "done"}
    step = taken(story.case().run.nodes.values())["agent"]
    assert len(step.executions) == 3
    assert step.worked == pytest.approx(1500)


def test_the_inside_of_a_step_stands_for_it() -> None:
    story = told((1, "review", "start"), (2, "review/ask", "start"), (3, "review/ask", "wait"))
    assert drawn(story).nodes == (("review:ask", "ask"),)
    assert drawn(story).lit == {"review:ask": "waiting"}
    assert [path_of(node) for node in story.case().run.nodes.values()] == ["review", "review:ask"]


def test_a_step_that_never_ends_is_stuck_in_silence_and_after_the_end() -> None:
    story = told((1, "a", "start"))
    assert drawn(story, 5).lit == {"a": "active"}
    assert drawn(story, 60).lit == {"a": "stuck"}
    assert drawn(story.state(2, "done")).lit == {"a": "stuck"}


def test_without_steps_there_is_nothing() -> None:
    assert seen(told().case(), 0) is None


def test_a_box_says_how_long_and_how_often_or_after_what_time_it_failed() -> None:
    story = told((1, "a.1", "start"), (2, "a.1", "end"), (3, "a.3", "start"), (4.5, "a.3", "end"), (5, "b", "start"))
    steps = named(story.case().run.nodes.values(), {"a.1"})
    assert note(steps["a"], "done", 9_000) == "2× · 2.5 s"
    assert note(steps["a.1"], "done", 9_000) == "1.0 s", "one execution, asked for by its task"
    assert note(steps["b"], "stuck", 46_000) == "41 s"
    assert tip(steps["b"], 46_000) == "began at 5.000 s, for 41 s"
    assert "2 times, 2.5 s in all" in tip(steps["a"], 9_000)
    story.event(6, NodeSeen("b", "b", "error", note="ValueError: no"))
    failed = named(story.case().run.nodes.values())["b"]
    assert note(failed, "failed", 9_000) == "after 1.0 s"
    assert tip(failed, 9_000) == "began at 5.000 s, took 1.0 s\nValueError: no"
