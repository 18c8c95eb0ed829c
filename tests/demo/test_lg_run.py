from __future__ import annotations

from inspector.demo.lg_run import Ended, Execution
from inspector.demo.lg_state import Run
from tests.demo.lg_support import Bench


def test_a_run_tells_its_nodes_in_the_order_of_the_real_server() -> None:
    bench = Bench()
    run = bench.run("failed", stream_mode=["values", "updates", "tasks"])
    assert bench.names(run) == [
        "metadata",
        "values",
        *("tasks", "updates", "tasks", "values"),
        *("tasks", "tasks", "error"),
        "END",
    ]
    begun, over = bench.data(run, "tasks")[:2]
    assert (begun["name"], begun["triggers"], begun["metadata"]["run_id"]) == ("plan", ["branch:to:plan"], run.id)
    assert over == {"id": begun["id"], "name": "plan", "error": None, "result": {"trail": ["plan"]}, "interrupts": []}


def test_only_the_modes_that_were_asked_for_are_told() -> None:
    bench = Bench()
    run = bench.run("healthy", stream_mode=["messages-tuple"])
    assert set(bench.names(run)) == {"metadata", "messages", "END"}
    chunk, about = bench.data(run, "messages")[0]
    assert (chunk["type"], chunk["content"], about["langgraph_node"]) == ("AIMessageChunk", "The ", "write")
    run = bench.run("interrupt", stream_mode=["custom"])
    assert bench.names(run) == ["metadata", "END"]


def test_a_failing_node_is_named_in_the_state() -> None:
    bench = Bench()
    run = bench.run("failed")
    error = {"error": "ConnectionError", "message": "the payment gateway answered 503 Service Unavailable"}
    assert bench.last(run, "tasks")["error"] == bench.last(run, "error") == error
    assert bench.state.tasks[0].error == f"ConnectionError({error['message']!r})"
    assert bench.next == ["charge_card"]


def test_two_nodes_ask_in_one_step_and_the_run_ends_once() -> None:
    bench = Bench()
    run = bench.run("two-interrupts")
    asked = [update["__interrupt__"][0]["value"] for update in bench.data(run, "updates") if "__interrupt__" in update]
    assert asked == [{"question": "What may it cost?"}, {"question": "On which day?"}]
    assert bench.names(run).count("END") == 1
    assert bench.next == ["ask_budget", "ask_date"]


def test_one_of_two_answers_settles_one_node_and_the_other_asks_again() -> None:
    bench = Bench()
    bench.run("two-interrupts")
    first, second = (one["id"] for one in bench.state.interrupts)
    run = bench.go_on("two-interrupts", command={"resume": {first: 100}})
    assert bench.last(run, "values")["budget"] == 100
    assert (bench.next, [one["id"] for one in bench.state.interrupts]) == (["ask_date"], [second])
    run = bench.go_on("two-interrupts", command={"resume": {second: "Monday"}})
    assert bench.data(run, "updates")[0] == {
        "ask_budget": {"trail": ["ask_budget"], "budget": 100},
        "__metadata__": {"cached": True},
    }
    assert bench.state.values["trail"] == ["plan", "ask_budget", "ask_date", "book"]


def test_asking_again_keeps_the_task_and_the_interrupt() -> None:
    bench = Bench()
    bench.run("interrupt")
    before = bench.state.tasks[0]
    bench.go_on("interrupt")
    after = bench.state.tasks[0]
    assert (after.id, after.interrupts) == (before.id, before.interrupts)


def test_breakpoints_stop_before_and_after_a_node() -> None:
    bench = Bench()
    run = bench.run("healthy", interrupt_before=["search"])
    assert bench.last(run, "updates") == {"__interrupt__": []}
    assert (bench.next, bench.thread.status, run.status) == (["search"], "interrupted", "success")
    run = bench.go_on("healthy", interrupt_before=["search"], interrupt_after=["search"])
    assert (bench.next, bench.state.values["trail"]) == (["write"], ["plan", "search"])
    run = bench.go_on("healthy")
    assert (bench.next, run.status, bench.thread.status) == ([], "success", "idle")


def test_continuing_where_there_is_nothing_to_do_does_nothing() -> None:
    bench = Bench()
    bench.run("healthy")
    head = bench.thread.head
    run = bench.go_on("healthy", stream_mode=["values", "updates", "tasks"])
    assert (bench.names(run), bench.thread.head, run.status) == (["metadata", "values", "END"], head, "success")


def test_a_stopped_execution_tells_nothing_more() -> None:
    bench = Bench()
    run = bench.ask("healthy")
    execution = Execution(bench.server, bench.thread, run, bench.server.graphs["healthy"])
    execution.start()
    told = len(bench.told)
    execution.stop()
    bench.clock.turn(0.4)
    assert len(bench.told) == told
    assert Ended().error is None


def test_a_run_without_a_state_fails_at_once() -> None:
    bench = Bench()
    run: Run = bench.go_on("healthy")
    assert bench.names(run) == ["metadata", "error", "END"]
    assert bench.last(run, "error") == {"error": "EmptyInputError", "message": "Received no input for __start__"}
    assert (run.status, bench.thread.status) == ("error", "error")
