"""The ledger of side effects: what already ran, what an act makes run again, and what nobody knows.

A step that runs again does again whatever it did to the world: sends the mail, books the flight, pays. The recorded
events and the checkpoint tell which steps that is; where they do not, the ledger says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inspector.domain.actions import Action, Reruns
from inspector.domain.case import Case
from inspector.domain.run import Node, Run, ToolCall

RETRIES = ("start_new_run", "start_again", "kick")
"""Acts that ask for the same work anew: the model decides anew which tools it calls."""


class Fate(StrEnum):
    """What becomes of a step by an act."""

    DONE = "done"  # it ran, and is not repeated
    AGAIN = "again"  # it ran, at least in part, and runs again from its beginning
    FIRST = "first"  # it runs, and was not seen to run before
    UNKNOWN = "unknown"  # nobody knows whether it ran, or whether it runs again


@dataclass(frozen=True, slots=True)
class Entry:
    """One step or tool call. ``times``: how often it was seen to run; ``note``: how it stood; ``frames`` prove it."""

    kind: str
    name: str
    fate: Fate
    times: int = 0
    note: str = ""
    frames: tuple[int, ...] = ()


def ledger(case: Case, action: Action, data: Any = None) -> tuple[Entry, ...]:
    """The ledger of an act; empty where it makes nothing run."""
    if action.reruns is None and action.id not in RETRIES:
        return ()
    reruns = action.reruns or Reruns(None)
    chosen = data.get("checkpoint_id") if isinstance(data, Mapping) else data if isinstance(data, str) else None
    back = isinstance(chosen, str) and chosen in reruns.by_choice
    again = reruns.by_choice[chosen] if back and isinstance(chosen, str) else reruns.again
    runs = [*(run for run in case.siblings() if run.first_seq < case.run.first_seq), case.run]
    steps = list(_steps(runs, again, reruns))
    calls = [_call(call, again, action.id in RETRIES or back) for run in runs for call in run.tools.values()]
    if action.id == "kick":
        steps.append(Entry("request", "the silent attempt", Fate.UNKNOWN, 1, "the server may be at work on it"))
    return (*steps, *calls)


def _steps(runs: list[Run], again: tuple[str, ...] | None, reruns: Reruns) -> Iterator[Entry]:
    """The steps of the runs by their names, those inside others left out: they come and go with them."""
    seen: dict[str, list[Node]] = {}
    for run in runs:
        for node in run.nodes.values():
            if node.kind == "node" and not node.parent:
                seen.setdefault(node.name, []).append(node)
    for name, nodes in seen.items():
        fate = _fate(name, nodes, again, reruns.maybe)
        frames = tuple(dict.fromkeys(node.seq for node in nodes))[-3:]
        yield Entry("node", name, fate, len(nodes), _note(nodes), frames)
    for name in again or ():
        if name not in seen and name in reruns.begun:
            yield Entry("node", name, Fate.AGAIN, 1, "began, as the checkpoint tells")
        elif name not in seen:
            yield Entry("node", name, Fate.FIRST, 0, "not seen to run so far")


def _fate(name: str, nodes: list[Node], again: tuple[str, ...] | None, maybe: tuple[str, ...]) -> Fate:
    if again is None or (name in maybe and name not in again):
        return Fate.UNKNOWN
    if name in again:
        return Fate.AGAIN
    return Fate.DONE if nodes[-1].phase == "end" else Fate.UNKNOWN


def _note(nodes: list[Node]) -> str:
    last = nodes[-1]
    told = {"start": "began and was not seen to end", "error": "failed", "wait": "waits", "end": ""}
    return told.get(last.phase, last.phase)


def _call(call: ToolCall, again: tuple[str, ...] | None, anew: bool) -> Entry:
    """A call with its output has happened. One without may have happened, and nobody saw it."""
    name, frames = call.name or call.id, (call.seq,)
    if call.output is None:
        note = "the server runs it; no result was seen" if call.hosted else "asked for; no output was seen"
        return Entry("tool", name, Fate.UNKNOWN, 0, note, frames)
    if anew or again is None:
        return Entry("tool", name, Fate.UNKNOWN, 1, "has run; it may be called again", frames)
    return Entry("tool", name, Fate.DONE, 1, "its output is in the history", frames)
