from __future__ import annotations

import pytest

from inspector.demo.ids import assistant_of
from inspector.demo.lg_engine import LangGraph, Problem
from inspector.demo.lg_graphs import GRAPHS
from tests.demo.lg_support import Bench
from tests.demo.support import HandClock


def test_a_run_waits_for_a_worker_then_runs_then_ends() -> None:
    bench = Bench()
    run = bench.ask("healthy")
    assert (run.status, bench.thread.status, bench.names(run)) == ("pending", "busy", [])
    bench.clock.turn(0.6)
    assert (run.status, bench.server.busy_workers, bench.thread.values) == ("running", 1, None)
    bench.clock.turn(20)
    assert (run.status, bench.thread.status, bench.server.busy_workers) == ("success", "idle", 0)
    assert bench.thread.wire()["values"]["trail"] == ["plan", "search", "write"]


def test_a_waiting_run_is_a_success_on_an_interrupted_thread() -> None:
    bench = Bench()
    run = bench.run("interrupt")
    task = bench.state.tasks[0]
    assert (run.status, bench.thread.status) == ("success", "interrupted")
    assert bench.thread.wire()["interrupts"] == {task.id: task.interrupts}


@pytest.mark.parametrize(
    ("answer", "node"), [(True, "publish"), ("yes", "publish"), ({"approved": True}, "publish"), ("no", "discard")]
)
def test_an_answer_decides_where_the_graph_goes(answer: object, node: str) -> None:
    bench = Bench()
    bench.run("interrupt")
    bench.go_on("interrupt", command={"resume": answer})
    assert bench.state.values["trail"] == ["draft", "review", node]


def test_cancelling_stops_a_run_and_keeps_where_it_was() -> None:
    bench = Bench()
    run = bench.run("stuck-node", 5)
    assert bench.server.cancel(bench.thread, run) is None
    assert (run.status, bench.thread.status, bench.next) == ("interrupted", "interrupted", ["crawl"])
    assert bench.thread.error is not None
    assert bench.thread.error["error"] == "UserInterrupt"
    refusal = bench.server.cancel(bench.thread, run)
    assert isinstance(refusal, Problem)
    assert refusal.status == 404


def test_rolling_back_takes_the_run_and_its_checkpoints_away() -> None:
    bench = Bench()
    run = bench.run("stuck-node", 5)
    bench.server.cancel(bench.thread, run, "rollback")
    assert (bench.thread.runs, bench.thread.state, bench.thread.status) == ({}, None, "busy")
    bench.clock.turn(1)
    assert bench.thread.status == "idle"
    assert bench.thread.error is not None
    assert bench.thread.error["error"] == "UserRollback"


def test_cancelling_a_pending_run_leaves_the_thread_idle_or_busy_with_another() -> None:
    bench = Bench()
    run = bench.ask("healthy")
    bench.server.cancel(bench.thread, run)
    assert (run.status, bench.thread.status) == ("interrupted", "idle")
    first = bench.run("stuck-node", 2)
    second = bench.run("healthy", 2)
    bench.server.cancel(bench.thread, second)
    assert (first.status, second.status, bench.thread.status) == ("running", "interrupted", "busy")


def test_a_second_run_waits_its_turn_or_is_rejected_or_takes_its_place() -> None:
    bench = Bench()
    first = bench.run("stuck-node", 3)
    behind = bench.run("healthy", 3)
    assert (first.status, behind.status) == ("running", "pending")
    rejected = bench.server.create_run(
        bench.thread, {"assistant_id": "healthy", "multitask_strategy": "reject", "input": {}}
    )
    assert isinstance(rejected, Problem)
    assert rejected.status == 409
    bench.server.cancel(bench.thread, first)
    bench.clock.turn(20)
    assert behind.status == "success"
    hung = bench.run("stuck-node", 3)
    bench.run("healthy", 20, multitask_strategy="interrupt")
    assert hung.status == "interrupted"


def test_a_hung_node_can_be_skipped_by_hand() -> None:
    bench = Bench()
    run = bench.run("stuck-node", 5)
    refused = bench.server.update_state(bench.thread, {"trail": ["by hand"]}, "crawl", None)
    assert isinstance(refused, Problem)
    assert refused.status == 409
    bench.server.cancel(bench.thread, run)
    bench.by_hand({"trail": ["by hand"]}, "crawl")
    assert (bench.next, bench.thread.status, bench.thread.error) == (["summarise"], "interrupted", None)
    bench.go_on("stuck-node")
    assert bench.state.values["trail"] == ["plan", "by hand", "summarise"]
    assert bench.thread.status == "idle"


def test_a_state_written_without_a_node_keeps_what_comes_next() -> None:
    bench = Bench()
    bench.run("interrupt")
    bench.by_hand({"question": "edited"})
    assert (bench.next, bench.state.interrupts, bench.state.values["question"]) == (["review"], [], "edited")


def test_giving_up_leaves_nothing_to_do() -> None:
    bench = Bench()
    bench.run("interrupt")
    bench.by_hand(None, "__end__")
    assert (bench.next, bench.thread.status, bench.thread.interrupts) == ([], "idle", {})


def test_tool_outputs_can_be_written_by_hand() -> None:
    bench = Bench()
    bench.run("tool-outputs")
    calls = bench.state.interrupts[0]["value"]["tool_calls"]
    outputs = [{"type": "tool", "tool_call_id": call["id"], "content": "7"} for call in calls]
    bench.by_hand({"messages": outputs}, "human_tools")
    run = bench.go_on("tool-outputs")
    assert bench.last(run, "values")["messages"][-1]["content"] == "get_weather says 7; get_time says 7"


def test_writing_by_hand_needs_a_graph_and_a_node_of_it() -> None:
    bench = Bench()
    without = bench.server.update_state(bench.thread, {}, None, None)
    bench.run("healthy")
    unknown = bench.server.update_state(bench.thread, {}, "nope", None)
    assert isinstance(without, Problem)
    assert isinstance(unknown, Problem)
    assert (without.status, unknown.status, unknown.detail) == (400, 400, "Node nope does not exist")


def test_a_rewind_makes_another_branch() -> None:
    bench = Bench()
    bench.run("healthy")
    origin = next(one for one in bench.thread.checkpoints.values() if [task.name for task in one.tasks] == ["write"])
    before = len(bench.thread.checkpoints)
    run = bench.go_on("healthy", checkpoint_id=origin.id)
    assert (run.status, len(bench.thread.checkpoints)) == ("success", before + 2)
    branch = [one for one in bench.thread.checkpoints.values() if one.parent == origin.id]
    assert len(branch) == 2


def test_a_copy_has_the_state_and_goes_its_own_way() -> None:
    bench = Bench()
    bench.run("interrupt")
    copy = bench.server.copy_thread(bench.thread)
    assert (copy.runs, copy.status, copy.state is not None) == ({}, "idle", True)
    bench.ask("interrupt", thread=copy, input=None, command={"resume": "yes"})
    bench.clock.turn(10)
    assert copy.state is not None
    assert copy.state.values["trail"][-1] == "publish"
    assert bench.next == ["review"]


def test_a_run_whose_worker_died_blocks_its_thread_and_takes_no_notice() -> None:
    bench = Bench()
    zombie = bench.run("zombie", 5)
    behind = bench.run("healthy", 60)
    assert (zombie.status, behind.status, bench.server.busy_workers) == ("running", "pending", 0)
    assert bench.server.cancel(bench.thread, zombie) is None
    assert (zombie.status, bench.thread.status) == ("running", "busy")
    copy = bench.server.copy_thread(bench.thread)
    cured = bench.ask("zombie", thread=copy, input=None)
    bench.clock.turn(10)
    assert (cured.status, copy.status) == ("success", "idle")
    bench.server.delete_run(bench.thread, zombie)
    bench.clock.turn(20)
    assert behind.status == "success"


def test_the_time_limit_ends_the_first_run_only() -> None:
    bench = Bench()
    run = bench.run("time-limit", 10)
    assert (run.status, bench.thread.status) == ("timeout", "error")
    assert bench.thread.error == {"error": "TimeoutError", "message": ""}
    assert "error" not in bench.names(run)
    assert bench.go_on("time-limit").status == "success"


def test_deleting_a_thread_ends_its_streams_with_an_error() -> None:
    bench = Bench()
    run = bench.run("stuck-node", 5)
    bench.server.delete_thread(bench.thread)
    assert bench.last(run, "error") == {"error": "HTTPException", "message": "404: Run not found"}
    assert bench.names(run)[-1] == "END"
    bench.clock.turn(60)
    assert bench.server.threads == {}


def test_an_assistant_is_known_by_its_id_and_by_its_graph() -> None:
    server = LangGraph(HandClock(), GRAPHS)
    thread = server.create_thread()
    assert server.graph("healthy") is server.graph(assistant_of("healthy")) is not None
    for asked, status in (("nope", 422), ("0" * 36, 404)):
        problem = server.create_run(thread, {"assistant_id": asked, "input": {}})
        assert isinstance(problem, Problem)
        assert problem.status == status


def test_a_run_can_be_told_to_begin_later() -> None:
    bench = Bench()
    run = bench.run("healthy", 5, after_seconds=10)
    assert run.status == "pending"
    bench.clock.turn(6)
    assert run.status == "running"
