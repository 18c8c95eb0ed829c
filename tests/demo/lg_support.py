"""A LangGraph simulator on a clock turned by hand, without HTTP."""

from __future__ import annotations

from typing import Any

from inspector.demo.lg_engine import LangGraph, Problem
from inspector.demo.lg_graphs import GRAPHS
from inspector.demo.lg_log import END, Entry
from inspector.demo.lg_state import Checkpoint, Run, Thread
from tests.demo.support import HandClock

MODES = ["values", "updates", "tasks", "messages-tuple", "custom"]


class Bench:
    """One thread, and everything that its log told."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.server = LangGraph(self.clock, GRAPHS, "http://demo")
        self.thread = self.server.create_thread()
        self.told: list[Entry] = []
        self.thread.log.listen(self.told.append)

    def ask(self, graph: str, thread: Thread | None = None, **request: Any) -> Run:
        """Ask for a run; it has not begun."""
        body = {"assistant_id": graph, "input": {"question": "q"}, "stream_mode": MODES, **request}
        run = self.server.create_run(thread or self.thread, body)
        assert isinstance(run, Run), run
        return run

    def run(self, graph: str, seconds: float = 30.0, **request: Any) -> Run:
        """Ask for a run, and let time pass."""
        run = self.ask(graph, **request)
        self.clock.turn(seconds)
        return run

    def go_on(self, graph: str, seconds: float = 30.0, **request: Any) -> Run:
        """Continue the thread without an input."""
        return self.run(graph, seconds, input=None, **request)

    def by_hand(self, values: Any, as_node: str | None = None, at: str | None = None) -> Checkpoint:
        """Write the state by hand."""
        made = self.server.update_state(self.thread, values, as_node, at)
        assert not isinstance(made, Problem), made
        return made

    @property
    def state(self) -> Checkpoint:
        assert self.thread.state is not None
        return self.thread.state

    @property
    def next(self) -> list[str]:
        return [task.name for task in self.state.open_tasks]

    def names(self, run: Run) -> list[str]:
        """The names of the run's events, an end as ``END``."""
        return [entry.name if entry.name != END else "END" for entry in self.told if entry.run == run.id]

    def data(self, run: Run, name: str) -> list[Any]:
        return [entry.data for entry in self.told if entry.run == run.id and entry.name == name]

    def last(self, run: Run, name: str) -> Any:
        return self.data(run, name)[-1]
