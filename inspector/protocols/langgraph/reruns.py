"""Which nodes an act makes run, read from the thread's state, its history and the drawing of the graph."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.domain.actions import Reruns
from inspector.domain.case import Case
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.standing import Standing


def reruns(action: str, case: Case, s: Standing) -> Reruns | None:
    """What this act makes run; None for one that makes nothing run."""
    if action in ("resume", "continue", "copy_and_continue"):
        if s.next is None and not s.pending:
            return Reruns(None)
        again = tuple(dict.fromkeys((*_unfinished(case, s), *(each.node for each in s.pending if each.node))))
        return Reruns(again, tuple(_after(case, s, again)), tuple(_begun(case, s)))
    if action == "rewind":
        return Reruns(None, by_choice=dict(_from_checkpoints(case)))
    return None


def _begun(case: Case, s: Standing) -> Iterator[str]:
    """Nodes that had begun when the run stopped: they asked or failed, or were at work as it was cancelled."""
    said = case.said("state")
    yield from (each.node for each in s.pending if each.node)
    for task in items(obj(said.data), "tasks") if said is not None and said.status == 200 else ():
        if obj(task).get("error") and (name := text(task, "name")) is not None:
            yield name
    by_hand = said is not None and text(said.data, "metadata", "source") == "update"
    if s.status in ("interrupted", "error", "timeout", "running") and not by_hand:
        yield from s.next or ()


def _unfinished(case: Case, s: Standing) -> Iterator[str]:
    """What is next, without the tasks whose result the checkpoint has: of parallel ones only the others run again."""
    said = case.said("state")
    done = set()
    for task in items(obj(said.data), "tasks") if said is not None and said.status == 200 else ():
        if obj(task).get("result") is not None and not items(task, "interrupts") and not obj(task).get("error"):
            done.add(text(task, "name"))
    return (name for name in s.next or () if name not in done)


def _after(case: Case, s: Standing, again: tuple[str, ...]) -> Iterator[str]:
    """Nodes that can follow by the drawing: in a graph with loops they come again. Without a drawing any may."""
    said = case.said("graph", s.assistant) if s.assistant is not None else None
    seen = {node.name for node in case.run.nodes.values() if node.kind == "node" and not node.parent}
    if said is None:
        return
    edges: dict[str, set[str]] = {}
    for edge in items(obj(said.data), "edges"):
        source, target = text(edge, "source"), text(edge, "target")
        if source and target:
            edges.setdefault(source.split(":")[0], set()).add(target.split(":")[0])
    reached, todo = set(again), list(again)
    while todo:
        for name in edges.get(todo.pop(), ()):
            if name not in reached:
                reached.add(name)
                todo.append(name)
                if name in seen:
                    yield name


def _from_checkpoints(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each checkpoint of the history, newest first: the nodes that ran after it, which run again from there."""
    said = case.said("history")
    ran: list[str] = []
    for row in items(said.data) if said is not None else ():
        checkpoint = text(row, "checkpoint_id") or text(row, "checkpoint", "checkpoint_id")
        after = [str(name) for name in items(row, "next")]
        ran = list(dict.fromkeys([*after, *ran]))
        if checkpoint is not None and after:
            yield checkpoint, tuple(name for name in ran if not name.startswith("__"))
