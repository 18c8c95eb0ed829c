"""What a run of the simulated LangGraph server begins from: an input, answers to what it asked, or a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from inspector.demo.clock import Clock, iso
from inspector.demo.ids import Ids, is_interrupt, task_of
from inspector.demo.lg_graph import START, Graph, Values, merged, seeded
from inspector.demo.lg_state import Checkpoint, Run, Task, Thread

_SEVERAL = (
    "When there are multiple pending interrupts, you must specify the interrupt id when resuming. Docs: "
    "https://docs.langchain.com/oss/python/langgraph/interrupts#handling-multiple-interrupts."
)
_NOTHING = {"error": "EmptyInputError", "message": "Received no input for __start__"}


class Maker(Protocol):
    """Knows the time, and makes ids."""

    clock: Clock
    ids: Ids


def take_up(maker: Maker, thread: Thread, run: Run, graph: Graph) -> dict[str, str] | None:
    """Bring the thread's state to where the run begins. Returns the error that ends the run at once, or None."""
    request, command = run.request, run.request.get("command")
    given = request.get("checkpoint")
    fork = request.get("checkpoint_id") or (given.get("checkpoint_id") if isinstance(given, dict) else None)
    if fork in thread.checkpoints:
        origin = thread.checkpoints[fork]
        thread.head = origin.id
        names = [task.name for task in origin.tasks]
        thread.push(new_checkpoint(maker, thread, run, origin.values, names, origin.writers, "fork", origin.step + 1))
    if isinstance(command, Mapping):
        return _NOTHING if thread.state is None else _obey(thread.state, command, graph)
    if request.get("input") is not None:
        _take_input(maker, thread, run, graph)
    elif thread.state is None:
        return _NOTHING
    return None


def new_checkpoint(
    maker: Maker,
    thread: Thread,
    run: Run,
    values: Values,
    names: Sequence[str],
    writers: Sequence[str],
    source: str,
    step: int,
) -> Checkpoint:
    """A checkpoint after the newest one, with a task for each node of ``names``."""
    id_ = maker.ids.checkpoint(step)
    metadata = {
        "graph_id": run.graph,
        "assistant_id": run.assistant,
        "user_id": "",
        **run.trace(),
        "run_id": run.id,
        "thread_id": thread.id,
        "source": source,
        "step": step,
        "parents": {},
        "langgraph_auth_user_id": "",
        "langgraph_request_id": run.request_id,
    }
    tasks = [Task(task_of(id_, name), name) for name in names]
    return Checkpoint(id_, thread.head, values, tasks, tuple(writers), metadata, iso(maker.clock.wall()), run.id)


def _take_input(maker: Maker, thread: Thread, run: Run, graph: Graph) -> None:
    given = run.request["input"]
    given = given if isinstance(given, dict) else {"question": given}
    head = thread.state
    before = seeded(head.values if head else {})
    step = head.step + 1 if head else -1
    asked = new_checkpoint(maker, thread, run, before, [START], (), "input", step)
    asked.tasks[0].result = given
    thread.push(asked)
    values = merged(before, given)
    names = graph.after([START], values)
    thread.push(new_checkpoint(maker, thread, run, values, names, [START], "loop", step + 1))


def _obey(head: Checkpoint, command: Mapping[str, Any], graph: Graph) -> dict[str, str] | None:
    if command.get("resume") is not None:
        problem = _resume(head, command["resume"])
        if problem is not None:
            return problem
    update = command.get("update")
    if isinstance(update, dict):
        head.values = merged(head.values, update)
    targets = command.get("goto") or []
    for name in [targets] if isinstance(targets, str) else targets:
        if isinstance(name, str) and graph.node(name) and name not in [task.name for task in head.tasks]:
            head.tasks.append(Task(task_of(head.id, name), name))
    return None


def _resume(head: Checkpoint, answer: Any) -> dict[str, str] | None:
    """A map of interrupt ids, or a plain answer to the only interrupt. What fits nothing is silently dropped."""
    waiting = [task for task in head.open_tasks if task.interrupts]
    if isinstance(answer, dict) and answer and all(is_interrupt(key) for key in answer):
        for task in waiting:
            if task.interrupts[0]["id"] in answer:
                task.answers.append(answer[task.interrupts[0]["id"]])
    elif len(waiting) > 1:
        return {"error": "RuntimeError", "message": _SEVERAL}
    elif waiting:
        waiting[0].answers.append(answer)
    return None
