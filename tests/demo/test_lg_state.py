from __future__ import annotations

from typing import Any

from inspector.demo.lg_state import Checkpoint, Run, Task, Thread

NOW = "2026-11-21T12:00:00.000000+00:00"


def checkpoint(name: str, *tasks: Task, run: str | None = "r") -> Checkpoint:
    return Checkpoint(name, None, {"trail": ["a"]}, list(tasks), ["a"], {"step": 1}, NOW, run)


def run(**request: Any) -> Run:
    return Run("r", "t", "g", "a", request, {"created_by": "system"}, NOW, NOW, "q", 1, "http://x", first=True)


def thread() -> Thread:
    return Thread("t", NOW, NOW, NOW, {})


def test_a_checkpoint_with_tasks_to_do_tells_what_comes_next() -> None:
    waiting = Task("1", "review", interrupts=[{"id": "i", "value": "ok?"}])
    wire = checkpoint("c", waiting).wire("t", head=True)
    assert (wire["next"], wire["interrupts"]) == (["review"], [{"id": "i", "value": "ok?"}])
    assert wire["tasks"][0]["path"] == ["__pregel_pull", "review"]
    assert wire["checkpoint"] == {"checkpoint_id": "c", "thread_id": "t", "checkpoint_ns": ""}
    assert wire["parent_checkpoint"] is None


def test_results_of_a_step_that_is_not_through_show_in_the_newest_state_only() -> None:
    half = checkpoint("c", Task("1", "a", result={"trail": ["b"]}), Task("2", "b"))
    assert half.wire("t", head=True)["values"] == {"trail": ["a", "b"]}
    assert half.wire("t", head=True)["next"] == ["b"]
    assert half.wire("t", head=False)["values"] == {"trail": ["a"]}
    assert half.wire("t", head=False)["next"] == ["a", "b"]
    through = checkpoint("c", Task("1", "a", result={"trail": ["b"]}))
    assert through.wire("t", head=False)["values"] == {"trail": ["a"]}


def test_a_run_repeats_what_was_asked_for() -> None:
    wire = run(input={"q": 1}, stream_mode="tasks", stream_resumable=True).wire()
    assert wire["kwargs"]["stream_mode"] == ["tasks"]
    assert wire["kwargs"]["resumable"] is True
    assert wire["multitask_strategy"] == "enqueue"
    assert "langgraph_version" not in wire["kwargs"]["config"]["metadata"]
    assert run().modes == ["values"]


def test_a_thread_row_gets_its_error_and_interrupts_when_a_run_ends() -> None:
    one = thread()
    assert one.wire()["values"] is None
    assert "error" not in one.wire()
    one.written = True
    assert (one.wire()["error"], one.wire()["interrupts"]) == (None, {})
    one.copied, one.written = True, False
    assert "values" not in one.wire()


def test_forgetting_a_run_brings_back_the_state_before_it() -> None:
    one = thread()
    one.push(checkpoint("before", run="other"))
    one.push(checkpoint("after"))
    one.runs["r"] = run()
    assert one.active_runs == [one.runs["r"]]
    one.forget("r")
    assert (one.head, list(one.checkpoints), one.runs) == ("before", ["before"], {})
    one.forget("other")
    assert one.state is None
