from __future__ import annotations

from typing import Any

import pytest

from inspector.demo.lg_graph import END, START, Graph
from inspector.demo.lg_graphs import GRAPHS
from tests.demo.lg_support import Bench

STUCK = ("stuck-node",)


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.id)
def test_every_node_is_reached_and_leads_to_the_end(graph: Graph) -> None:
    names = {node.name for node in graph.nodes}
    assert {edge.source for edge in graph.edges} == names | {START}
    assert {edge.target for edge in graph.edges} == names | {END}
    assert len({one.id for one in GRAPHS}) == len(GRAPHS)
    assert graph.description


def _answers(bench: Bench) -> dict[str, Any] | None:
    waiting = bench.state.interrupts if bench.thread.state else []
    return {"resume": {one["id"]: True for one in waiting}} if waiting else None


@pytest.mark.parametrize("graph", [graph for graph in GRAPHS if graph.id not in STUCK], ids=lambda graph: graph.id)
def test_every_graph_comes_to_its_end_when_it_is_continued(graph: Graph) -> None:
    bench = Bench()
    bench.run(graph.id, 70)
    for _ in range(2):
        for run in bench.thread.active_runs:
            bench.server.cancel(bench.thread, run)
            if run.active:
                bench.thread = bench.server.copy_thread(bench.thread)
        if bench.next:
            bench.go_on(graph.id, 20, command=_answers(bench))
    assert (bench.next, bench.thread.status) == ([], "idle")


def test_a_stuck_node_hangs_each_time() -> None:
    bench = Bench()
    for _ in range(2):
        run = bench.run("stuck-node", 600, input=None if bench.thread.state else {"question": "q"})
        assert (run.status, bench.next) == ("running", ["crawl"])
        bench.server.cancel(bench.thread, run)


def test_the_model_answers_in_tokens_that_make_the_message() -> None:
    bench = Bench()
    run = bench.run("healthy")
    tokens = [chunk["content"] for chunk, _ in bench.data(run, "messages")]
    message = bench.state.values["messages"][-1]
    assert "".join(tokens).strip() == message["content"]
    assert {chunk["id"] for chunk, _ in bench.data(run, "messages")} == {message["id"]}


def test_an_agent_without_all_outputs_of_its_tools_fails() -> None:
    bench = Bench()
    bench.run("tool-outputs")
    calls = bench.state.interrupts[0]["value"]["tool_calls"]
    assert [call["name"] for call in calls] == ["get_weather", "get_time"]
    run = bench.go_on("tool-outputs", command={"resume": {calls[0]["id"]: "rain"}})
    assert (run.status, bench.next) == ("error", ["agent"])
    assert calls[1]["id"] in bench.last(run, "error")["message"]


def test_the_outputs_of_the_tools_come_back_in_the_answer() -> None:
    bench = Bench()
    bench.run("tool-outputs")
    first, second = (call["id"] for call in bench.state.interrupts[0]["value"]["tool_calls"])
    bench.go_on("tool-outputs", command={"resume": {first: "rain", second: "noon"}})
    assert bench.state.values["messages"][-1]["content"] == "get_weather says rain; get_time says noon"
