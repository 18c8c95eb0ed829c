from __future__ import annotations

from typing import Any

from inspector.domain.adapter import Drawing
from inspector.protocols.langgraph.graph import draw, drawing_call, graph_call
from tests.protocols.langgraph.fakes import AT_RUN, RUN, Log, busy, case, cut_short, finished, state, task, waiting

GRAPH = {
    "nodes": [
        {"id": "__start__", "type": "runnable", "data": {"name": "__start__"}},
        {"id": "crawl", "type": "runnable", "data": {"name": "Crawl it"}},
        {"id": "review"},
        {"id": "explode"},
        {"id": "sub:fetch"},
        {"id": "sub:condense"},
        {"id": "__end__"},
        {"no": "id"},
    ],
    "edges": [
        {"source": "__start__", "target": "crawl"},
        {"source": "crawl", "target": "review", "conditional": True},
        {"source": "crawl", "target": "nowhere"},
    ],
}


def started(name: str, id: str = "t1") -> tuple[str, Any]:
    return "tasks", {"id": id, "name": name, "input": {}}


def ended(name: str, id: str = "t1", **more: Any) -> tuple[str, Any]:
    return "tasks", {"id": id, "name": name, "error": None, "result": {}, "interrupts": [], **more}


def drawn(answers: dict[str, Any] | None, *events: tuple[str, Any], later: float = 0.0) -> Drawing:
    """The drawing after a stream and answers, ``later`` seconds after the last entry."""
    log = Log()
    if events:
        log.stream(AT_RUN + "/stream", ("metadata", {"run_id": RUN}), *events)
    log.told(answers if answers is not None else {"run": busy()["run"]})
    log.exchange("GET", "/assistants/a-1/graph?xray=true", GRAPH)
    found = draw(log.case(), log.at + later * 1000)
    assert found is not None
    return found


def test_nodes_edges_and_labels() -> None:
    found = drawn(finished())

    assert found.nodes[:3] == (("__start__", "start"), ("crawl", "Crawl it"), ("review", "review"))
    assert found.edges == (("__start__", "crawl", False), ("crawl", "review", True))


def test_the_drawing_is_asked_for_once_and_drawn_once_told() -> None:
    log = Log()
    log.told(waiting())
    assert drawing_call(log.case()) == graph_call("a-1")
    assert draw(log.case(), 0.0) is None

    log.exchange("GET", "/assistants/a-1/graph?xray=true", GRAPH)

    assert drawing_call(log.case()) is None
    assert drawing_call(case({"run": {"run_id": RUN, "status": "success"}})) is None


def test_a_task_that_runs_is_active_and_one_that_runs_for_long_is_stuck() -> None:
    assert drawn(None, started("crawl")).lit == {"__start__": "done", "crawl": "active"}
    assert drawn(None, started("crawl"), later=31).lit["crawl"] == "stuck"


def test_tasks_that_ended_failed_or_wait() -> None:
    asked = [{"id": "i", "value": "?"}]
    events = (
        started("crawl"),
        ended("crawl"),
        started("explode", "t2"),
        ended("explode", "t2", error="ValueError()"),
        started("review", "t3"),
        ended("review", "t3", interrupts=asked),
    )

    lit = drawn(None, *events).lit

    assert (lit["crawl"], lit["explode"], lit["review"]) == ("done", "failed", "waiting")


def test_the_newest_task_of_a_node_speaks_for_it() -> None:
    again = (started("explode"), ended("explode", error="E()"), started("explode", "t2"), ended("explode", "t2"))

    assert drawn(None, *again).lit["explode"] == "done"


def test_a_task_left_open_by_a_run_that_is_over() -> None:
    failed = cut_short()

    assert drawn({"run": failed["run"]}, started("crawl")).lit["crawl"] == "failed"
    assert drawn({"run": cut_short("interrupted")["run"]}, started("crawl")).lit["crawl"] == "stuck"


def test_subgraphs_are_lit_by_their_own_tasks() -> None:
    space = "sub:7f"
    inner = (f"tasks|{space}", started("fetch", "t2")[1])
    done = (f"tasks|{space}", ended("fetch", "t2")[1])

    alone = drawn(None, started("sub")).lit
    both = drawn(None, started("sub"), inner, done).lit

    assert alone["sub:fetch"] == alone["sub:condense"] == "active"
    assert both["sub:fetch"] == "done"
    assert "sub:condense" not in both


def test_without_tasks_the_state_lights() -> None:
    assert drawn(busy()).lit["crawl"] == "active"
    assert drawn(busy(), later=31).lit["crawl"] == "stuck"
    assert drawn(waiting()).lit["review"] == "waiting"
    assert drawn(cut_short()).lit["explode"] == "failed"
    nested = {**waiting(), "state": state(task("sub", state=state(task("fetch", ("i", "?")))))}
    assert drawn(nested).lit["sub:fetch"] == "waiting"


def test_a_failed_task_outshines_the_others_of_its_node() -> None:
    both = (started("crawl"), started("crawl", "t2"), ended("crawl", "t2", error="E()"))

    assert drawn(None, *both).lit["crawl"] == "failed"


def test_an_answered_question_is_done() -> None:
    asked = ended("review", interrupts=[{"id": "i", "value": "?"}])

    assert drawn(finished(), started("review"), asked).lit["review"] == "done"


def test_a_node_of_a_subgraph_that_is_drawn_as_one_lights_that() -> None:
    inner = ("tasks|crawl:7f|deep:8", started("fetch", "t2")[1])

    assert drawn(None, inner).lit == {"__start__": "done", "crawl": "active"}
    assert drawn(None, ("tasks|elsewhere:7f", started("fetch", "t2")[1])).lit == {}


def test_ids_may_be_numbers() -> None:
    log = Log()
    log.told(waiting())
    log.exchange("GET", "/assistants/a-1/graph", {"nodes": [{"id": 0}, {"id": ""}, {"id": None}], "edges": []})

    found = draw(log.case(), log.at)

    assert found is not None
    assert found.nodes == (("0", "0"),)


def test_a_finished_run_reaches_the_end() -> None:
    assert drawn(finished(), started("crawl"), ended("crawl")).lit["__end__"] == "done"
