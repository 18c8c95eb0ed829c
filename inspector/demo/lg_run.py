"""One run on a worker of the simulated LangGraph server: supersteps over the graph, told as they happen."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Any, Protocol

from inspector.demo.clock import Clock, Timer
from inspector.demo.ids import Ids, interrupt_of
from inspector.demo.lg_begin import new_checkpoint, take_up
from inspector.demo.lg_graph import Ask, Fail, Graph, Pause, Say, Tell, Work, merged
from inspector.demo.lg_state import Checkpoint, Run, Task, Thread


@dataclass(frozen=True, slots=True)
class Ended:
    """How an execution came to its end by itself: ``error`` is None where it went well, or waits."""

    error: dict[str, str] | None = None


class Host(Protocol):
    """What an execution needs of its server."""

    clock: Clock
    ids: Ids

    def tell(self, run: Run, mode: str, name: str, data: Any) -> None:
        """An event of the run; ``mode`` is empty for what every mode shows."""
        ...

    def ended(self, run: Run, how: Ended) -> None:
        """The run has ended by itself."""
        ...


@dataclass(slots=True)
class _Job:
    """A task at work."""

    task: Task
    work: Work
    asked: int = 0
    settled: bool = False
    timer: Timer | None = None


class Execution:
    """Runs one run until it ends, waits, or is stopped."""

    def __init__(self, host: Host, thread: Thread, run: Run, graph: Graph) -> None:
        self._host = host
        self._thread = thread
        self._run = run
        self._graph = graph
        self._jobs: list[_Job] = []
        self._stopped = False

    def start(self) -> None:
        """Take up the run: its input, its answers or its checkpoint, and then the first superstep."""
        self._tell("", "metadata", {"run_id": self._run.id, "attempt": 1})
        problem = take_up(self._host, self._thread, self._run, self._graph)
        if problem is not None:
            self._fail(problem)
            return
        assert self._thread.state is not None
        self._tell("values", "values", self._thread.state.values)
        self._superstep(begun_before=self._run.request.get("input") is None)

    def stop(self) -> None:
        """Stop all work where it is. Nothing more is told."""
        self._stopped = True
        for job in self._jobs:
            if job.timer is not None:
                job.timer.cancel()
            job.work.close()
        self._jobs = []

    def _superstep(self, *, begun_before: bool = False) -> None:
        head = self._thread.state
        assert head is not None
        names = [task.name for task in head.open_tasks]
        if not names:
            self._end()
            return
        if not begun_before and self._breaks(names, "interrupt_before"):
            return
        for task in head.open_tasks:
            task.error, task.interrupts = None, []
            self._tell("tasks", "tasks", self._begun(task, head))
        for task in head.tasks:
            if task.result is not None:
                self._tell("updates", "updates", {task.name: task.result, "__metadata__": {"cached": True}})
        self._jobs = [self._job(task, head) for task in head.open_tasks]
        for job in list(self._jobs):
            if not self._stopped:
                self._advance(job, None)

    def _breaks(self, names: list[str], which: str) -> bool:
        wanted = self._run.request.get(which) or []
        if wanted != "*" and not set(names) & set(wanted):
            return False
        self._tell("updates", "updates", {"__interrupt__": []})
        self._end()
        return True

    def _job(self, task: Task, head: Checkpoint) -> _Job:
        node = self._graph.node(task.name)
        assert node is not None
        begun = self._thread.begun
        begun[task.name] = begun.get(task.name, 0) + 1
        return _Job(task, node.work(dict(head.values), begun[task.name]))

    def _advance(self, job: _Job, given: Any) -> None:
        """Let a node work until it pauses, asks, fails or is through."""
        while not self._stopped:
            try:
                step = job.work.send(given)
            except StopIteration as through:
                self._through(job, through.value or {})
                return
            given = None
            if isinstance(step, Pause):
                if not isinf(step.seconds):
                    job.timer = self._host.clock.later(step.seconds, lambda: self._advance(job, None))
                return
            if isinstance(step, Ask):
                if job.asked >= len(job.task.answers):
                    self._ask(job, step.value)
                    return
                given = job.task.answers[job.asked]
                job.asked += 1
            elif isinstance(step, Fail):
                self._raise(job, step)
                return
            else:
                self._show(job.task, step)

    def _show(self, task: Task, step: Say | Tell) -> None:
        if isinstance(step, Tell):
            self._tell("custom", "custom", step.data)
            return
        chunk: dict[str, Any] = {
            "content": step.token,
            "additional_kwargs": {},
            "response_metadata": {},
            "type": "AIMessageChunk",
            "name": None,
            "id": step.message,
            "tool_calls": [],
            "invalid_tool_calls": [],
            "usage_metadata": None,
            "tool_call_chunks": [],
            "chunk_position": None,
        }
        head = self._thread.state
        about = {
            **self._run.trace(),
            "thread_id": self._thread.id,
            "run_id": self._run.id,
            "langgraph_step": head.step + 1 if head else 0,
            "langgraph_node": task.name,
            "langgraph_triggers": [f"branch:to:{task.name}"],
            "langgraph_path": ["__pregel_pull", task.name],
            "langgraph_checkpoint_ns": f"{task.name}:{task.id}",
            "checkpoint_ns": f"{task.name}:{task.id}",
        }
        self._tell("messages-tuple", "messages", [chunk, about])

    def _through(self, job: _Job, update: dict[str, Any]) -> None:
        job.task.result = update
        self._tell("updates", "updates", {job.task.name: update})
        self._tell("tasks", "tasks", self._over(job.task, None, update, []))
        self._settle(job)

    def _ask(self, job: _Job, value: Any) -> None:
        id_ = interrupt_of(job.task.id)
        job.task.interrupts = [{"id": id_, "value": value}]
        shown = [{"value": value, "id": id_, "response_schema": None}]
        self._tell("updates", "updates", {"__interrupt__": shown})
        assert self._thread.state is not None
        self._tell("values", "values", {**self._thread.state.values, "__interrupt__": shown})
        self._tell("tasks", "tasks", self._over(job.task, None, {}, shown))
        self._settle(job)

    def _raise(self, job: _Job, step: Fail) -> None:
        job.task.error = f"{step.error}({step.message!r})"
        error = {"error": step.error, "message": step.message}
        self._tell("tasks", "tasks", self._over(job.task, error, {}, []))
        self._fail(error)

    def _settle(self, job: _Job) -> None:
        job.settled = True
        if not all(one.settled for one in self._jobs):
            return
        head = self._thread.state
        assert head is not None
        if head.open_tasks:
            if any(task.result is not None for task in head.tasks):
                self._tell("values", "values", head.values_now())
            self._end()
            return
        writers = [task.name for task in head.tasks]
        values = merged(head.values, *(task.result or {} for task in head.tasks))
        names = self._graph.after(writers, values)
        step = head.step + 1
        self._thread.push(new_checkpoint(self._host, self._thread, self._run, values, names, writers, "loop", step))
        self._tell("values", "values", values)
        if not self._breaks(writers, "interrupt_after"):
            self._superstep()

    # telling

    def _begun(self, task: Task, head: Checkpoint) -> dict[str, Any]:
        metadata = {**self._run.trace(), "run_id": self._run.id}
        triggers = [f"branch:to:{task.name}"]
        return {"id": task.id, "name": task.name, "input": head.values, "triggers": triggers, "metadata": metadata}

    def _over(self, task: Task, error: Any, result: Any, interrupts: list[Any]) -> dict[str, Any]:
        return {"id": task.id, "name": task.name, "error": error, "result": result, "interrupts": interrupts}

    def _fail(self, error: dict[str, str]) -> None:
        self._tell("", "error", error)
        self.stop()
        self._host.ended(self._run, Ended(error))

    def _end(self) -> None:
        self.stop()
        self._host.ended(self._run, Ended())

    def _tell(self, mode: str, name: str, data: Any) -> None:
        self._host.tell(self._run, mode, name, data)
