"""Which nodes an act makes run again."""

from __future__ import annotations

from typing import Any

from inspector.domain.actions import Reruns
from inspector.protocols.langgraph.reruns import reruns
from inspector.protocols.langgraph.standing import stand_of
from tests.protocols.langgraph.fakes import LEFT, busy, case, cut_short, run_row, state, task, thread_row, waiting
from tests.protocols.langgraph.story import Story

EDGES = [("__start__", "plan"), ("plan", "act"), ("act", "plan"), ("act", "__end__")]
GRAPH = {"nodes": [], "edges": [{"source": one, "target": two} for one, two in EDGES]}


def of(action: str, answers: dict[str, Any]) -> Reruns | None:
    found = case(answers)
    return reruns(action, found, stand_of(found))


def test_the_node_that_asked_runs_again_from_its_beginning() -> None:
    found = of("resume", waiting())
    assert found == Reruns(("review",), (), ("review",))


def test_the_node_that_failed_runs_again() -> None:
    found = of("continue", cut_short())
    assert found is not None
    assert found.again == ("explode",)
    assert set(found.begun) == {"explode"}


def test_of_parallel_nodes_only_those_without_a_result_run_again() -> None:
    at = state(task("left", result={"a": 1}), task("right", (LEFT, "?")))
    found = of("resume", {"run": run_row(), "thread": thread_row("interrupted"), "state": at})
    assert found is not None
    assert found.again == ("right",)


def test_in_a_graph_with_a_loop_what_follows_may_come_again() -> None:
    story = Story().create(stream_mode=["tasks"])
    for name in ("plan", "act"):
        story.says("tasks", {"id": name, "name": name, "input": {}, "triggers": []})
    story.says("error", {"error": "E", "message": "no"}).end()
    story.told({"run": run_row("error"), "thread": thread_row("error"), "state": state(task("act", error="E"))})
    story.exchange("GET", "/assistants/a-1/graph", GRAPH)
    found = reruns("continue", story.case(), stand_of(story.case()))
    assert found is not None
    assert found.maybe == ("plan",)


def test_each_checkpoint_names_all_that_ran_after_it() -> None:
    story = Story().told(cut_short())
    rows = [
        {"checkpoint_id": f"c{number}", "next": names, "metadata": {"step": number}}
        for number, names in ((3, []), (2, ["act"]), (1, ["plan"]), (0, ["__start__"]))
    ]
    story.exchange("POST", f"/threads/{story.run().thread}/history", rows)
    found = reruns("rewind", story.case(), stand_of(story.case()))
    assert found is not None
    assert found.again is None
    assert dict(found.by_choice) == {"c2": ("act",), "c1": ("plan", "act"), "c0": ("plan", "act")}


def test_what_is_not_known_is_said_to_be() -> None:
    found = of("continue", {"run": run_row("error")})
    assert found == Reruns(None)


def test_what_makes_nothing_run_has_none() -> None:
    assert [of(name, busy()) for name in ("cancel", "set_state", "give_up", "refresh")] == [None] * 4
