"""JSON that was saved from a LangGraph server: a thread's state or history, a thread, a run, or a list of runs.

Each becomes the read that it is the answer to. A state alone names neither the run nor how the thread stands: the run
is told by its metadata, and the status by what LangGraph itself makes it from (error of a task, interrupts, nothing
more to do). Where that is not clear (nodes are to run and nothing holds them), no status is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.store.log import Importer, ReadLog
from inspector.store.made import Made, path_of
from inspector.store.wirelog import loads

_STATE = (b'"values"', b'"next"', b'"checkpoint"', b'"tasks"', b'"config"')
NAME = "langgraph"


def sniff(start: bytes) -> bool:
    """Whether it is a JSON object or list in which the keys of such an object stand."""
    text = start.lstrip()
    if not text.startswith((b"{", b"[")) or b'"event"' in text[:200]:
        return False
    value = loads(text)
    if value is not None:
        return _kind(_first(value)) is not None
    if b'"is"' in text[:200] or b'"log"' in text[:200] or b'"object"' in text[:200]:
        return False
    # Cut off here because it is long: a state is its values first of all.
    return text.lstrip(b"[ \r\n\t").startswith(b'{"values"') or sum(key in text for key in _STATE) > 2


def read(file: BinaryIO, name: str) -> ReadLog:
    """The reads that gave this. UserError where it is nothing of a LangGraph server."""
    value = loads(file.read())
    if value is None:
        raise UserError(f"{name} is no whole JSON: it was cut off.")
    kind = _kind(_first(value))
    if kind is None:
        raise UserError(f"{name} is JSON, but no thread, run, state or history of a LangGraph server.")
    made, warnings = Made(), [SAVED]
    if kind == "state":
        warnings += _states(made, value)
    else:
        for one in value if isinstance(value, list) else [value]:
            kind = _kind(one)
            if kind not in ("run", "thread"):
                warnings.append("A part of the list was left out: it is no run and no thread.")
            elif kind == "run":
                made.got(path_of("threads", one["thread_id"], "runs", one["run_id"]), one, protocol=NAME)
            else:
                made.got(path_of("threads", one["thread_id"]), one, protocol=NAME)
    return ReadLog("thread", {"label": name, "assumed": True, "protocol": NAME}, made.frames(), warnings)


UNNAMED = "unnamed-run"
SAVED = "The file holds answers of a server without their times: they show how things stood, not what happened."


def _states(made: Made, value: Any) -> list[str]:
    states = [one for one in (value if isinstance(value, list) else [value]) if _kind(one) == "state"]
    newest = states[0]
    thread, told = _told(newest, "thread_id") or "unknown", _told(newest, "run_id")
    run = told or UNNAMED
    made.got(path_of("threads", thread, "runs", run), {"run_id": run, "thread_id": thread}, assumed=True, protocol=NAME)
    status = _status(newest)
    if status is not None:
        row = {"thread_id": thread, "status": status, "values": newest.get("values")}
        made.got(path_of("threads", thread), row, assumed=True, protocol=NAME)
    made.got(path_of("threads", thread, "state"), newest, protocol=NAME)
    if isinstance(value, list):
        made.got(path_of("threads", thread, "history"), value, protocol=NAME)
    unnamed = [f"The state does not name the run that made it: it is called {UNNAMED} here."] if told is None else []
    if status is None:
        return [*unnamed, "The state does not say whether its thread is at work or stopped before its next node."]
    return [*unnamed, f"That its thread is {status} is read from the state."]


def _status(state: Mapping[str, Any]) -> str | None:
    tasks = [task for task in state.get("tasks") or () if isinstance(task, Mapping)]
    if any(task.get("error") for task in tasks):
        return "error"
    if any(task.get("interrupts") for task in tasks) or state.get("interrupts"):
        return "interrupted"
    return None if state.get("next") else "idle"


def _told(state: Mapping[str, Any], name: str) -> str | None:
    """An id, wherever the versions of LangGraph put it."""
    config = state.get("config")
    places = (state.get("metadata"), state.get("checkpoint"), config.get("configurable") if config else None)
    for place in places:
        if isinstance(place, Mapping) and isinstance(place.get(name), str):
            return str(place[name])
    return None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _kind(value: Any) -> str | None:
    """state | run | thread, or None for anything else."""
    if not isinstance(value, Mapping) or "object" in value:
        return None
    if "values" in value and isinstance(value.get("next"), list) and ("tasks" in value or "checkpoint" in value):
        return "state"
    if not isinstance(value.get("thread_id"), str) or not isinstance(value.get("status"), str):
        return None
    return "run" if isinstance(value.get("run_id"), str) else "thread"


IMPORTER = Importer("thread", "a saved LangGraph thread, run, state or history (JSON)", sniff, read)
