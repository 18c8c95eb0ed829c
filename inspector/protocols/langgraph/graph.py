"""The server's drawing of a graph, lit as the run stands: from the tasks seen, else from the thread's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.domain.adapter import Drawing
from inspector.domain.calls import Call
from inspector.domain.case import Case
from inspector.domain.run import Node
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.standing import ACTIVE, stand_of

_LABELS = {"__start__": "start", "__end__": "end"}
_RANK = ("done", "waiting", "active", "stuck", "failed")


def drawing_call(case: Case) -> Call | None:
    """The read that tells the drawing; None while the assistant is not known, and once the server has answered."""
    assistant = stand_of(case).assistant
    if assistant is None or case.said("graph", assistant) is not None:
        return None
    return graph_call(assistant)


def graph_call(assistant: str) -> Call:
    """The drawing with the nodes of the subgraphs as ``parent:child``."""
    return Call("GET", f"/assistants/{assistant}/graph", (("xray", "true"),), label="the graph")


def draw(case: Case, now: float) -> Drawing | None:
    """The drawing; None where the server has not told it."""
    assistant = stand_of(case).assistant
    said = case.said("graph", assistant) if assistant is not None else None
    if said is None or not items(said.data, "nodes"):
        return None
    nodes = tuple((name, _label(node, name)) for node in items(said.data, "nodes") if (name := _id(node)) is not None)
    edges = tuple(
        (_name(edge, "source"), _name(edge, "target"), obj(edge).get("conditional") is True)
        for edge in items(said.data, "edges")
    )
    known = {name for name, _ in nodes}
    lit = _lit(list(_marks(case, now)), known)
    _ends(case, known, lit)
    return Drawing(nodes, tuple(edge for edge in edges if edge[0] in known and edge[1] in known), lit)


def _lit(marks: list[tuple[str, str]], known: set[str]) -> dict[str, str]:
    """The strongest mark of each node. What a flattened subgraph's own nodes tell beats what their parent tells."""
    lit: dict[str, str] = {}
    for path, how in sorted(marks, key=lambda mark: mark[0] not in known):
        places = _places(path, known)
        if path not in known and any(place in lit for place in places):
            continue
        for name in places:
            if name not in lit or _RANK.index(how) > _RANK.index(lit[name]):
                lit[name] = how
    return lit


def _id(node: Any) -> str | None:
    """Ids are names; graphs of plain chains have numbers."""
    value = obj(node).get("id")
    return str(value) if isinstance(value, str | int) and value != "" else None


def _name(edge: Any, end: str) -> str:
    return str(obj(edge).get(end, ""))


def _label(node: Any, name: str) -> str:
    return _LABELS.get(name) or text(node, "data", "name") or name


def _marks(case: Case, now: float) -> Iterator[tuple[str, str]]:
    """Paths of nodes (``parent:child``) with how they stand. The newest task of a node speaks for it."""
    newest: dict[str, list[Node]] = {}
    for node in case.run.nodes.values():
        if node.kind == "node":
            newest.setdefault(_path(node), []).append(node)
    for path, tasks in newest.items():
        last = max(task.started_at for task in tasks)
        for task in tasks:
            if task.ended_at is None or task.started_at == last:
                yield path, _how(case, task, now)
    yield from _of_state(case, now, bool(newest))


def _path(node: Node) -> str:
    """``parent:task|inner:task`` and a name to ``parent:inner:name``."""
    outer = [part.split(":")[0] for part in (node.parent or "").split("|") if part]
    return ":".join([*outer, node.name])


def _how(case: Case, task: Node, now: float) -> str:
    if task.phase in ("end", "error", "wait"):
        return {"end": "done", "error": "failed", "wait": _waiting(case)}[task.phase]
    if case.run.state not in (*ACTIVE, None):
        return "failed" if case.run.state in ("error", "timeout") else "stuck"
    return "stuck" if now - task.started_at > case.thresholds.silence_ms else "active"


def _waiting(case: Case) -> str:
    """A question that was answered since is done."""
    return "done" if case.run.state == "success" or case.run.answered_by is not None else "waiting"


def _of_state(case: Case, now: float, seen: bool) -> Iterator[tuple[str, str]]:
    """What ``state.next`` says: without tasks on the stream it is all there is to light."""
    said = case.said("state")
    if said is None:
        return
    word = case.run.stream_word
    if word is not None and word.at > said.at:
        return
    active = case.run.state in ACTIVE
    if active and seen:
        return
    since = case.run.changed_at if case.run.changed_at is not None else case.run.first_at
    silent = now - max(since, case.run.content_at or 0.0) > case.thresholds.silence_ms
    yield from _of_tasks(said.data, "", ("stuck" if silent else "active") if active else "waiting")


def _of_tasks(state: Any, prefix: str, how: str) -> Iterator[tuple[str, str]]:
    tasks = [task for task in items(state, "tasks") if isinstance(task, Mapping)]
    for task in tasks:
        path = prefix + (text(task, "name") or "")
        inner = obj(task, "state")
        if items(inner, "tasks"):
            yield from _of_tasks(inner, path + ":", how)
        elif task.get("error"):
            yield path, "failed"
        elif task.get("result") is not None:
            yield path, "done"
        else:
            yield path, "waiting" if items(task, "interrupts") else how
    if not tasks:
        for name in items(state, "next"):
            yield prefix + str(name), how


def _places(path: str, known: set[str]) -> list[str]:
    """The nodes of the drawing that a path means: itself; the children of a flattened subgraph; an outer node."""
    if path in known:
        return [path]
    inside = [name for name in known if name.startswith(path + ":")]
    if inside:
        return inside
    outer = path
    while ":" in outer:
        outer = outer.rpartition(":")[0]
        if outer in known:
            return [outer]
    return []


def _ends(case: Case, known: set[str], lit: dict[str, str]) -> None:
    if "__start__" in known and lit:
        lit["__start__"] = "done"
    if "__end__" in known and case.run.state == "success":
        lit["__end__"] = "done"
