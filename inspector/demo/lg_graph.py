"""Small graphs for the LangGraph simulator: nodes are generators that say what they do, edges say what comes next."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Any

from inspector.demo.events import NO_FAULT, Fault

Values = dict[str, Any]
START, END = "__start__", "__end__"
_APPENDED = ("trail", "messages")


@dataclass(frozen=True, slots=True)
class Pause:
    """Work that takes some seconds, or has no end."""

    seconds: float = inf


@dataclass(frozen=True, slots=True)
class Say:
    """One token of the model's answer, as the mode ``messages-tuple`` shows it. ``message`` is the message's id."""

    message: str
    token: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Progress of the node's own, as the mode ``custom`` shows it."""

    data: Any


@dataclass(frozen=True, slots=True)
class Ask:
    """An interrupt: the run stops and waits for an answer, which is sent into the generator."""

    value: Any


@dataclass(frozen=True, slots=True)
class Fail:
    """The node raises an exception of this class."""

    error: str
    message: str


Step = Pause | Say | Tell | Ask | Fail
Work = Generator[Step, Any, Values]
"""Yields its steps, returns its update of the state."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node. ``work`` is given the state, and how many times this node has been begun on this thread, from 1."""

    name: str
    work: Callable[[Values, int], Work]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge; with ``when`` a conditional one, taken where that holds of the state."""

    source: str
    target: str
    when: Callable[[Values], bool] | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph. ``fault`` is what is wrong with the streams of the first run of a thread, ``time_limit`` (seconds) what
    the server grants a thread's first run, ``worker_dies_after`` when the worker of the first run is lost."""

    id: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    fault: Fault = NO_FAULT
    time_limit: float | None = None
    worker_dies_after: float | None = None

    def node(self, name: str) -> Node | None:
        """The node of that name."""
        return next((node for node in self.nodes if node.name == name), None)

    def after(self, done: Sequence[str], values: Values) -> list[str]:
        """The nodes to run when these have finished, each once; an end is no node."""
        targets = [
            edge.target
            for edge in self.edges
            if edge.source in done and edge.target != END and (edge.when is None or edge.when(values))
        ]
        return list(dict.fromkeys(targets))

    def drawing(self) -> dict[str, Any]:
        """The graph as ``GET /assistants/{id}/graph`` gives it."""
        inner = [{"id": name, "type": "runnable", "data": {"name": name}} for name in (START, *self._names())]
        edges = [
            {"source": edge.source, "target": edge.target} | ({"conditional": True} if edge.when else {})
            for edge in self.edges
        ]
        return {"nodes": [*inner, {"id": END}], "edges": edges}

    def schemas(self) -> dict[str, Any]:
        """The schemas of the graph's state, which all of these graphs share."""
        text, anything = {"type": "string"}, {"title": "Answer"}
        lists = {name: {"items": {}, "title": name.title(), "type": "array"} for name in _APPENDED}
        state = {"properties": {"question": text, "answer": anything, **lists}, "title": "State", "type": "object"}
        return {
            "graph_id": self.id,
            "input_schema": state,
            "output_schema": state,
            "state_schema": state,
            "config_schema": {},
            "context_schema": None,
        }

    def _names(self) -> list[str]:
        return [node.name for node in self.nodes]


def chain(*nodes: Node) -> tuple[Edge, ...]:
    """The edges of a graph that goes through these nodes one after another."""
    names = [START, *(node.name for node in nodes), END]
    return tuple(Edge(source, target) for source, target in pairwise(names))


def merged(values: Values, *updates: Mapping[str, Any]) -> Values:
    """The state after these updates: ``trail`` and ``messages`` grow, everything else is replaced."""
    result = dict(values)
    for update in updates:
        for key, value in update.items():
            if key in _APPENDED:
                result[key] = [*result.get(key, []), *(value if isinstance(value, list) else [value])]
            else:
                result[key] = value
    return result


def seeded(values: Values) -> Values:
    """The state that a run begins with: what grows is there from the start, and empty."""
    return {**values, "trail": values.get("trail", [])}
