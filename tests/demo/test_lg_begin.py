from __future__ import annotations

from typing import Any

from inspector.demo.ids import is_interrupt
from inspector.demo.lg_begin import take_up
from inspector.demo.lg_state import Run
from tests.demo.lg_support import Bench


def begin(bench: Bench, graph: str, **request: Any) -> dict[str, str] | None:
    run: Run = bench.ask(graph, **request)
    return take_up(bench.server, bench.thread, run, bench.server.graphs[graph])


def test_an_input_is_a_step_of_its_own_and_leads_to_the_first_node() -> None:
    bench = Bench()
    assert begin(bench, "interrupt", input={"question": "When?"}) is None
    first, second = bench.thread.checkpoints.values()
    assert [(one.metadata["source"], one.step) for one in (first, second)] == [("input", -1), ("loop", 0)]
    assert first.wire("t", head=False)["next"] == ["__start__"]
    assert (second.parent, second.values, bench.next) == (first.id, {"question": "When?", "trail": []}, ["draft"])


def test_an_input_that_is_no_object_is_taken_as_the_question() -> None:
    bench = Bench()
    begin(bench, "interrupt", input="When?")
    assert bench.state.values["question"] == "When?"


def test_nothing_to_begin_from_is_an_error() -> None:
    for request in ({"input": None}, {"input": None, "command": {"resume": 1}}):
        problem = begin(Bench(), "interrupt", **request)
        assert problem is not None
        assert problem["error"] == "EmptyInputError"


def test_a_new_input_on_a_waiting_thread_starts_the_graph_again() -> None:
    bench = Bench()
    bench.run("interrupt")
    assert begin(bench, "interrupt", input={"question": "again"}) is None
    assert (bench.next, bench.state.values) == (["draft"], {"question": "again", "trail": ["draft"]})


def test_a_checkpoint_to_go_back_to_is_copied_with_what_it_had_to_do() -> None:
    bench = Bench()
    bench.run("healthy")
    origin = next(one for one in bench.thread.checkpoints.values() if [task.name for task in one.tasks] == ["search"])
    assert begin(bench, "healthy", input=None, checkpoint_id=origin.id) is None
    assert (bench.state.metadata["source"], bench.state.parent, bench.next) == ("fork", origin.id, ["search"])
    assert bench.state.values == origin.values


def test_an_answer_goes_to_the_only_interrupt() -> None:
    bench = Bench()
    bench.run("interrupt")
    assert begin(bench, "interrupt", input=None, command={"resume": {"approved": True}}) is None
    assert bench.state.tasks[0].answers == [{"approved": True}]


def test_a_map_gives_each_interrupt_its_answer() -> None:
    bench = Bench()
    bench.run("two-interrupts")
    first, second = (one["id"] for one in bench.state.interrupts)
    assert is_interrupt(first)
    begin(bench, "two-interrupts", input=None, command={"resume": {second: "Monday", first: 100}})
    assert [task.answers for task in bench.state.tasks] == [[100], ["Monday"]]


def test_a_plain_answer_to_several_interrupts_is_an_error() -> None:
    bench = Bench()
    bench.run("two-interrupts")
    problem = begin(bench, "two-interrupts", input=None, command={"resume": "both"})
    assert problem is not None
    assert problem["error"] == "RuntimeError"
    assert "must specify the interrupt id" in problem["message"]


def test_an_answer_to_an_unknown_interrupt_is_silently_dropped() -> None:
    bench = Bench()
    bench.run("interrupt")
    assert begin(bench, "interrupt", input=None, command={"resume": {"0" * 32: "yes"}}) is None
    assert bench.state.tasks[0].answers == []


def test_a_command_can_update_the_state_and_add_a_node() -> None:
    bench = Bench()
    bench.run("interrupt")
    begin(bench, "interrupt", input=None, command={"update": {"question": "edited"}, "goto": ["publish", "__end__"]})
    assert bench.state.values["question"] == "edited"
    assert bench.next == ["review", "publish"]
