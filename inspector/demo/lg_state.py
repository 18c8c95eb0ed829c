"""What a LangGraph server keeps: threads with their checkpoints and runs, in memory and in the words of its wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.demo.lg_graph import Values, merged
from inspector.demo.lg_log import Log

VERSION, GRAPH_VERSION = "0.16.7", "1.2.22"
ACTIVE = ("pending", "running")


@dataclass(slots=True)
class Task:
    """One node of one superstep. ``answers`` are what it was given so far for what it asked."""

    id: str
    name: str
    error: str | None = None
    interrupts: list[dict[str, Any]] = field(default_factory=list)
    result: Values | None = None
    answers: list[Any] = field(default_factory=list)

    def wire(self) -> dict[str, Any]:
        """As in ``state.tasks``."""
        return {
            "id": self.id,
            "name": self.name,
            "path": ["__pregel_pull", self.name],
            "error": self.error,
            "interrupts": self.interrupts,
            "checkpoint": None,
            "state": None,
            "result": self.result,
        }


@dataclass(slots=True)
class Checkpoint:
    """The state between two supersteps. ``writers`` are the nodes whose results made it; ``run`` is None for an update
    by hand."""

    id: str
    parent: str | None
    values: Values
    tasks: list[Task]
    writers: Sequence[str]
    metadata: dict[str, Any]
    created_at: str
    run: str | None = None

    @property
    def step(self) -> int:
        """The number of the superstep; the input is step -1."""
        return int(self.metadata["step"])

    @property
    def open_tasks(self) -> list[Task]:
        """The tasks that have no result."""
        return [task for task in self.tasks if task.result is None]

    @property
    def interrupts(self) -> list[dict[str, Any]]:
        """What its open tasks wait for."""
        return [one for task in self.open_tasks for one in task.interrupts]

    def values_now(self) -> Values:
        """The values, with the results of the tasks that are through while others of their step are not."""
        if not self.open_tasks:
            return self.values
        return merged(self.values, *(task.result for task in self.tasks if task.result is not None))

    def wire(self, thread: str, *, head: bool) -> dict[str, Any]:
        """The state as ``GET …/state`` and the history show it."""
        return {
            "values": self.values_now() if head else self.values,
            "next": [task.name for task in self.tasks if not head or task.result is None],
            "tasks": [task.wire() for task in self.tasks],
            "metadata": self.metadata,
            "created_at": self.created_at,
            "checkpoint": reference(self.id, thread),
            "parent_checkpoint": reference(self.parent, thread) if self.parent else None,
            "interrupts": self.interrupts,
            "checkpoint_id": self.id,
            "parent_checkpoint_id": self.parent,
        }


def reference(checkpoint: str, thread: str) -> dict[str, str]:
    """How a checkpoint is named on the wire."""
    return {"checkpoint_id": checkpoint, "thread_id": thread, "checkpoint_ns": ""}


NO_STATE: Mapping[str, Any] = {
    "values": {},
    "next": [],
    "tasks": [],
    "metadata": None,
    "created_at": None,
    "checkpoint": None,
    "parent_checkpoint": None,
    "interrupts": [],
    "checkpoint_id": None,
    "parent_checkpoint_id": None,
}
"""The state of a thread on which nothing has run."""


@dataclass(slots=True)
class Run:
    """One run. ``request`` is the body that asked for it; ``first`` whether it is the first one of its thread."""

    id: str
    thread: str
    graph: str
    assistant: str
    request: Mapping[str, Any]
    metadata: dict[str, Any]
    created_at: str
    updated_at: str
    request_id: str
    asked_ms: int
    url: str
    first: bool
    status: str = "pending"

    @property
    def active(self) -> bool:
        """Not over, as far as the server knows."""
        return self.status in ACTIVE

    @property
    def modes(self) -> list[str]:
        """The stream modes that were asked for when it was created; nothing else was recorded."""
        modes = self.request.get("stream_mode") or ["values"]
        return [modes] if isinstance(modes, str) else list(modes)

    @property
    def resumable(self) -> bool:
        """Whether its events are kept for those who join later."""
        return bool(self.request.get("stream_resumable"))

    def trace(self) -> dict[str, Any]:
        """What the server adds to the metadata of a run that a worker has taken up."""
        return {
            **self.metadata,
            "run_attempt": 1,
            "langgraph_version": GRAPH_VERSION,
            "langgraph_api_version": VERSION,
            "langgraph_plan": "enterprise",
            "langgraph_host": "self-hosted",
            "langgraph_api_url": self.url,
        }

    def wire(self) -> dict[str, Any]:
        """As ``GET …/runs/{run}`` shows it."""
        begun = self.status != "pending"
        configurable: dict[str, Any] = {
            "langgraph_auth_user": None,
            "langgraph_auth_user_id": "",
            "langgraph_auth_permissions": [],
            "langgraph_request_id": self.request_id,
            "__request_start_time_ms__": self.asked_ms,
            "__after_seconds__": self.request.get("after_seconds") or 0,
            "run_id": self.id,
            "thread_id": self.thread,
            "graph_id": self.graph,
            "assistant_id": self.assistant,
            "user_id": "",
        }
        if begun:
            configurable["__pregel_node_finished"] = None
        metadata = self.trace() if begun else self.metadata
        return {
            "run_id": self.id,
            "thread_id": self.thread,
            "assistant_id": self.assistant,
            "metadata": self.metadata,
            "status": self.status,
            "kwargs": self._kwargs({"configurable": configurable, "metadata": metadata}),
            "multitask_strategy": self.request.get("multitask_strategy") or "enqueue",
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "langsmith_session_name": None,
        }

    def _kwargs(self, config: Mapping[str, Any]) -> dict[str, Any]:
        asked = self.request
        return {
            "input": asked.get("input"),
            "command": asked.get("command"),
            "config": config,
            "context": asked.get("context") or {},
            "stream_mode": self.modes,
            "interrupt_before": asked.get("interrupt_before"),
            "interrupt_after": asked.get("interrupt_after"),
            "webhook": None,
            "feedback_keys": None,
            "temporary": False,
            "subgraphs": bool(asked.get("stream_subgraphs")),
            "resumable": self.resumable,
            "checkpoint_during": True,
            "durability": "async",
        }


@dataclass(slots=True)
class Thread:
    """One thread. ``values``, ``error`` and ``interrupts`` are those of its row: written when a run ends."""

    id: str
    created_at: str
    updated_at: str
    state_updated_at: str
    metadata: dict[str, Any]
    status: str = "idle"
    configured: bool = False
    copied: bool = False
    written: bool = False
    values: Values | None = None
    error: dict[str, str] | None = None
    interrupts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    head: str | None = None
    runs: dict[str, Run] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    log: Log = field(default_factory=Log)

    @property
    def state(self) -> Checkpoint | None:
        """The newest checkpoint."""
        return self.checkpoints[self.head] if self.head else None

    @property
    def active_runs(self) -> list[Run]:
        """Its runs that are not over, the oldest first."""
        return [run for run in self.runs.values() if run.active]

    def push(self, checkpoint: Checkpoint) -> None:
        """A new checkpoint, which becomes the newest."""
        self.checkpoints[checkpoint.id] = checkpoint
        self.head = checkpoint.id

    def forget(self, run: str) -> None:
        """Drop a run and its checkpoints; the newest of the others is the newest."""
        self.runs.pop(run, None)
        self.checkpoints = {key: one for key, one in self.checkpoints.items() if one.run != run}
        self.head = next(reversed(self.checkpoints), None)

    def wire(self) -> dict[str, Any]:
        """As ``GET /threads/{thread}`` shows it."""
        row: dict[str, Any] = {
            "thread_id": self.id,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "state_updated_at": self.state_updated_at,
            "metadata": self.metadata,
            "status": self.status,
            "config": {"configurable": {}} if self.configured else {},
        }
        if not self.copied:
            row["values"] = self.values
        if self.written:
            row |= {"values": self.values, "error": self.error, "interrupts": self.interrupts}
        return row
