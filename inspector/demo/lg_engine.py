"""The simulated LangGraph server: its threads, its queue, and what becomes of them when somebody acts.

Statuses follow langgraph-api 0.16: a run that waits in an interrupt is ``success`` and its thread ``interrupted``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.demo.clock import Clock, iso, milliseconds
from inspector.demo.ids import Ids, assistant_of, task_of
from inspector.demo.lg_graph import END, Graph, merged
from inspector.demo.lg_log import END as LOG_END
from inspector.demo.lg_log import STATE_UPDATE, Entry
from inspector.demo.lg_run import Ended, Execution
from inspector.demo.lg_state import Checkpoint, Run, Task, Thread

QUEUE_POLL = 0.5
"""Seconds until a worker takes up a run."""
_CANCELLED = "{} requested via POST /threads/{{thread_id}}/runs/{{run_id}}/cancel"
_BUSY = "Thread is already running a task. Wait for it to finish or choose a different multitask strategy."
_NO_GRAPH = (
    "Thread '{}' has no assigned graph ID. This usually occurs when no runs have been made on this particular thread."
    " This operation requires a graph ID. Please ensure a run has been made for the thread or manually update the "
    "thread metadata (by setting the 'graph_id' field) before running this operation."
)
_NONE_TO_CANCEL = (
    "No matching runs to cancel. Please verify the thread ID and run IDs are correct, "
    "and the runs haven't been deleted or completed."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal: status and ``detail`` of the answer."""

    status: int
    detail: str


class LangGraph:
    """All of the server's state. ``url`` is its own address, which it writes into the metadata of its runs."""

    def __init__(self, clock: Clock, graphs: Sequence[Graph], url: str = "", seed: int = 1) -> None:
        self.clock = clock
        self.ids = Ids(clock, seed)
        self.url = url
        self.graphs = {graph.id: graph for graph in graphs}
        self.threads: dict[str, Thread] = {}
        self._working: dict[str, Execution] = {}
        self._began = iso(clock.wall())

    # assistants

    def graph(self, assistant: str) -> Graph | None:
        """The graph of an assistant's id, or of a graph's own."""
        return next((one for one in self.graphs.values() if assistant in (one.id, assistant_of(one.id))), None)

    def assistant(self, graph: Graph) -> dict[str, Any]:
        """The assistant that the server made for a graph."""
        return {
            "assistant_id": assistant_of(graph.id),
            "graph_id": graph.id,
            "config": {},
            "context": {},
            "metadata": {"created_by": "system"},
            "name": graph.id,
            "created_at": self._began,
            "updated_at": self._began,
            "version": 1,
            "description": graph.description,
        }

    # threads

    def create_thread(self, metadata: Mapping[str, Any] | None = None, thread_id: str | None = None) -> Thread:
        """A new thread."""
        now = self._now()
        thread = Thread(thread_id or self.ids.time_ordered(), now, now, now, dict(metadata or {}))
        self.threads[thread.id] = thread
        return thread

    def delete_thread(self, thread: Thread) -> None:
        """Drop a thread; streams of its runs end with an error."""
        for run in thread.active_runs:
            self._stop(run)
            self.tell(run, "", "error", {"error": "HTTPException", "message": "404: Run not found"})
            self._log_end(thread, run, None)
        del self.threads[thread.id]

    def copy_thread(self, thread: Thread) -> Thread:
        """A thread with the same checkpoints and none of the runs."""
        copy = self.create_thread(thread.metadata, self.ids.any_uuid())
        copy.copied = True
        copy.begun = dict(thread.begun)
        for one in thread.checkpoints.values():
            tasks = [Task(t.id, t.name, t.error, list(t.interrupts), t.result, list(t.answers)) for t in one.tasks]
            metadata = {**one.metadata, "thread_id": copy.id}
            copy.push(Checkpoint(one.id, one.parent, one.values, tasks, one.writers, metadata, one.created_at, one.run))
        copy.head = thread.head
        return copy

    def update_state(self, thread: Thread, values: Any, as_node: str | None, at: str | None) -> Checkpoint | Problem:
        """Write a checkpoint by hand, as if ``as_node`` had given ``values``."""
        graph = self.graphs.get(str(thread.metadata.get("graph_id")))
        active = thread.active_runs
        if active:
            return Problem(409, f"Thread {thread.id} has in-flight runs: {[run.wire() for run in active]}")
        if graph is None:
            return Problem(400, _NO_GRAPH.format(thread.id))
        if as_node is not None and not as_node.startswith("__") and graph.node(as_node) is None:
            return Problem(400, f"Node {as_node} does not exist")
        base = thread.checkpoints.get(at) if at else thread.state
        writers = [as_node] if as_node else list(base.writers if base else [])
        updates = values if isinstance(values, list) else [values]
        new = merged(base.values_now() if base else {}, *(one for one in updates if isinstance(one, dict)))
        step = base.step + 1 if base else 0
        names = [] if as_node == END else graph.after(writers, new)
        id_ = self.ids.checkpoint(step)
        about = {"graph_id": graph.id, "thread_id": thread.id, "source": "update", "step": step, "parents": {}}
        tasks = [Task(task_of(id_, name), name) for name in names]
        thread.push(Checkpoint(id_, base.id if base else None, new, tasks, writers, about, self._now()))
        self._write_row(thread, None)
        state = thread.checkpoints[id_].wire(thread.id, head=True)
        reference = {"configurable": {"thread_id": thread.id, "checkpoint_ns": "", "checkpoint_id": id_}}
        entry = Entry("", STATE_UPDATE, {"state": state, "checkpoint": reference}, self._entry_id(), kept=False)
        thread.log.append(entry)
        return thread.checkpoints[id_]

    # runs

    def create_run(self, thread: Thread, request: Mapping[str, Any]) -> Run | Problem:
        """Ask for a run; it waits for its turn on the thread."""
        graph = self.graph(str(request.get("assistant_id")))
        if graph is None:
            return self._no_assistant(str(request.get("assistant_id")))
        strategy = request.get("multitask_strategy") or "enqueue"
        active = thread.active_runs
        if active and strategy == "reject":
            return Problem(409, _BUSY)
        metadata = {"created_by": "system", "graph_id": graph.id, **_dict(request.get("metadata"))}
        metadata |= {"assistant_id": assistant_of(graph.id)}
        run = Run(
            id=self.ids.time_ordered(),
            thread=thread.id,
            graph=graph.id,
            assistant=assistant_of(graph.id),
            request=request,
            metadata=metadata,
            created_at=self._now(),
            updated_at=self._now(),
            request_id=self.ids.any_uuid(),
            asked_ms=milliseconds(self.clock.wall()),
            url=self.url,
            first=not thread.runs and not thread.begun,
        )
        thread.metadata |= {"graph_id": graph.id, "assistant_id": run.assistant}
        thread.runs[run.id] = run
        thread.status, thread.configured, thread.updated_at = "busy", True, self._now()
        if strategy in ("interrupt", "rollback"):
            for other in active:
                self.cancel(thread, other, strategy)
        after = request.get("after_seconds")
        self.clock.later(QUEUE_POLL + (after if isinstance(after, int | float) else 0), lambda: self._next(thread))
        return run

    def cancel(self, thread: Thread, run: Run, action: str = "interrupt") -> Problem | None:
        """Cancel an active run. A run whose worker is lost takes no notice."""
        if not run.active:
            return Problem(404, _NONE_TO_CANCEL)
        if run.status == "running" and run.id not in self._working:
            return None
        begun = run.status == "running"
        self._stop(run)
        if action == "rollback":
            thread.forget(run.id)
            self._log_end(thread, run, None)
            self.clock.later(QUEUE_POLL, lambda: self._rolled_back(thread))
        else:
            run.status, run.updated_at = "interrupted", self._now()
            error = {"error": "UserInterrupt", "message": _CANCELLED.format("interrupt")} if begun else None
            self._log_end(thread, run, "interrupted")
            self._settle(thread, error, write=begun)
        return None

    def delete_run(self, thread: Thread, run: Run) -> None:
        """Drop a run with its checkpoints."""
        self._stop(run)
        thread.forget(run.id)
        self._log_end(thread, run, None)
        self._settle(thread, None, write=False)

    def lose_worker(self, run: Run) -> None:
        """The worker that executes the run dies: the run stays ``running`` and nothing executes it."""
        self._stop(run)

    @property
    def busy_workers(self) -> int:
        """How many workers execute a run."""
        return len(self._working)

    # the host of executions

    def tell(self, run: Run, mode: str, name: str, data: Any) -> None:
        """Write an event of a run into its thread's log, if the run was asked for with its mode."""
        thread = self.threads.get(run.thread)
        if thread is not None and (not mode or mode in run.modes):
            kept = run.resumable and name != "error"
            thread.log.append(Entry(run.id, name, data, self._entry_id(), kept))

    def ended(self, run: Run, how: Ended) -> None:
        """A run has ended by itself: done, waiting, or failed."""
        self._finish(run, "success" if how.error is None else "error", how.error)

    # inner workings

    def _next(self, thread: Thread) -> None:
        """Give the thread's next pending run to a worker, unless one is running."""
        active = thread.active_runs
        if thread.id not in self.threads or not active or any(run.status == "running" for run in active):
            return
        run, graph = active[0], self.graphs[active[0].graph]
        run.status, run.updated_at = "running", self._now()
        self._working[run.id] = Execution(self, thread, run, graph)
        if run.first and graph.time_limit is not None:
            self.clock.later(graph.time_limit, lambda: self._time_out(run))
        if run.first and graph.worker_dies_after is not None:
            self.clock.later(graph.worker_dies_after, lambda: self.lose_worker(run))
        self._working[run.id].start()

    def _time_out(self, run: Run) -> None:
        if run.id in self._working:
            self._finish(run, "timeout", {"error": "TimeoutError", "message": ""})

    def _finish(self, run: Run, status: str, error: dict[str, str] | None) -> None:
        self._stop(run)
        run.status, run.updated_at = status, self._now()
        thread = self.threads[run.thread]
        # The row is written before the stream ends: whoever asks at its end is told the truth.
        self._settle(thread, error)
        self._log_end(thread, run, status)

    def _rolled_back(self, thread: Thread) -> None:
        if thread.id in self.threads:
            error = {"error": "UserRollback", "message": _CANCELLED.format("rollback")}
            self._settle(thread, error)

    def _settle(self, thread: Thread, error: dict[str, str] | None, *, write: bool = True) -> None:
        """After the end of a run: the thread's row, and its next run."""
        if write:
            self._write_row(thread, error)
        thread.updated_at = self._now()
        if thread.active_runs:
            thread.status = "busy"
            self.clock.later(QUEUE_POLL, lambda: self._next(thread))
        elif not write:
            thread.status = "interrupted" if thread.written and thread.state and thread.state.open_tasks else "idle"

    def _write_row(self, thread: Thread, error: dict[str, str] | None) -> None:
        state = thread.state
        open_tasks = state.open_tasks if state else []
        failed = error is not None and error["error"] not in ("UserInterrupt", "UserRollback")
        thread.status = "error" if failed else "interrupted" if open_tasks else "idle"
        thread.written, thread.error = True, error
        thread.values = state.values if state else None
        thread.interrupts = {task.id: task.interrupts for task in open_tasks if task.interrupts}
        thread.updated_at = thread.state_updated_at = self._now()

    def _stop(self, run: Run) -> None:
        execution = self._working.pop(run.id, None)
        if execution is not None:
            execution.stop()

    def _log_end(self, thread: Thread, run: Run, status: str | None) -> None:
        thread.log.append(Entry(run.id, LOG_END, status, self._entry_id(), run.resumable and status is not None))

    def _no_assistant(self, asked: str) -> Problem:
        if len(asked) == 36:
            return Problem(404, "Thread or assistant not found.")
        names = ", ".join(self.graphs)
        kinds = f"- A valid assistant UUID, or\n- One of the registered graphs: {names}"
        return Problem(422, f"Invalid assistant: '{asked}'. Must be either:\n{kinds}")

    def _entry_id(self) -> str:
        return f"{milliseconds(self.clock.wall())}-0"

    def _now(self) -> str:
        return iso(self.clock.wall())


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
