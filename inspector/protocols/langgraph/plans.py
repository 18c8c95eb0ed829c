"""What each act would send, and why it cannot be sent now. Pure: the same standing and data give the same requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inspector.domain.calls import Answer, Call
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.bodies import at, further_run, streaming
from inspector.protocols.langgraph.standing import ACTIVE, GONE, Standing, stand_of
from inspector.protocols.langgraph.words import nodes

ACTIONS = ("resume", "continue", "cancel", "set_state", "rewind", "give_up", "copy_and_continue", "refresh")
KINDS = ("interrupt", "rollback")
COPY = "{thread_id}"
"""Stands for the id of a thread that the first of two requests makes."""

_INTERRUPT_ID = re.compile(r"[0-9a-f]{32}")
_COMMAND = {"resume", "update", "goto"}


def plan(action: str, case: Case, data: Any) -> Sequence[Call]:
    """The writes of an act as the log stands. Raises Refused with the reason, UserError for unusable data."""
    return planned(action, stand_of(case), data, case.capabilities)


def planned(action: str, standing: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    """The writes of an act in this standing. Raises as :func:`plan`."""
    planner = _PLANNERS.get(action)
    if planner is None:
        raise UserError(f"LangGraph has no action “{action}”; it has {nodes(ACTIONS)}.")
    why = objection(action, standing, capabilities)
    if why is not None:
        raise Refused(why)
    return planner(standing, data, capabilities)


def objection(action: str, standing: Standing, capabilities: Mapping[str, Any]) -> str | None:
    """Why this act cannot work now, whatever its data; None where it can."""
    if standing.thread is None and standing.stateless:
        return "It was started without a thread, and the server keeps no state of such a run: start it on one."
    if standing.thread is None:
        return "The thread of this run is not known."
    if standing.gone and action != "refresh":
        return "The thread does not exist any more."
    if action == "copy_and_continue" and capabilities.get("copy") is False:
        return "This server cannot copy a thread."
    why = _OBJECTIONS[action](standing)
    if why is None and action in _RUNS and standing.assistant is None:
        why = "It is not known which assistant this thread uses; refresh first."
    return why


def _cannot_cancel(s: Standing) -> str | None:
    if s.run is None:
        return "The run's id is not known."
    if s.status in GONE:
        return "The run does not exist any more."
    if s.status is None or s.status in ACTIVE or s.status == "ended":
        return None
    if s.orphaned and s.status == "interrupted":
        return "The run is cancelled already; the thread is busy until the node that does not react ends by itself."
    if s.status == "waiting":
        return "Nothing executes the run while it waits; to end it, give up."
    return f"The run is over ({s.status}); there is nothing to cancel."


def _cannot_resume(s: Standing) -> str | None:
    if s.held:
        return f"Nothing can be answered now: {s.held}."
    if s.pending:
        return None
    if s.next:
        return f"No interrupt is pending. The thread stands before {nodes(s.next)}: use continue."
    if s.next is not None:
        return "No interrupt is pending; the server would accept an answer and do nothing."
    return None if s.status == "waiting" else "No interrupt is known to be pending; refresh first."


def _cannot_continue(s: Standing) -> str | None:
    if s.held:
        return f"It cannot go on now: {s.held}."
    if s.pending:
        return "An interrupt is pending: continuing would only ask it again. Use resume."
    if s.next is not None and not s.next:
        return "Nothing is left to run on this thread; the server would accept it and do nothing."
    return None


def _cannot_edit(s: Standing) -> str | None:
    return f"The state cannot be changed now: {s.held}." if s.held else None


def _cannot_rewind(s: Standing) -> str | None:
    return f"The thread cannot be rewound now: {s.held}." if s.held else None


def _cannot_give_up(s: Standing) -> str | None:
    if s.held:
        return f"The thread cannot be closed now: {s.held}."
    if s.next is not None and not s.next:
        return "Nothing is left to run on this thread; there is nothing to give up."
    return None


def _cannot_copy(s: Standing) -> str | None:
    if s.next is not None and not s.next:
        return "Nothing is left to run on this thread; a copy would have nothing to continue."
    return None


_OBJECTIONS: Mapping[str, Callable[[Standing], str | None]] = {
    "cancel": _cannot_cancel,
    "resume": _cannot_resume,
    "continue": _cannot_continue,
    "set_state": _cannot_edit,
    "rewind": _cannot_rewind,
    "give_up": _cannot_give_up,
    "copy_and_continue": _cannot_copy,
    "refresh": lambda s: None,
}
_RUNS = ("resume", "continue", "rewind", "copy_and_continue")


def _thread(s: Standing) -> str:
    assert s.thread is not None
    return s.thread


def _cancel(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    """Never with ``wait``: Aegra reads it as a number of something else, and JS takes any text for yes."""
    kind = data if isinstance(data, str) else text(data, "action") if data else KINDS[0]
    if kind not in KINDS:
        raise UserError('A cancel takes {"action": "interrupt"} or {"action": "rollback"}.')
    if kind == "rollback" and capabilities.get("flavour") == "aegra":
        raise Refused("Aegra cannot roll a run back; cancel it with interrupt.")
    path = at(_thread(s), "runs", s.run or "", "cancel")
    return (Call("POST", path, (("action", kind),), reads=False, label=f"cancel ({kind})"),)


def answer_of(s: Standing, data: Any) -> dict[str, Any]:
    """The command for an answer.

    An object whose keys are all ids of pending interrupts is a map; ``{"command": {"resume": …, "update": …}}`` is
    taken as written; anything else is the answer, as it is. An empty object reaches the graph by way of a map, because
    a bare one is read as an empty map (langgraph 1.2).
    """
    command = obj(data).get("command")
    if isinstance(data, Mapping) and set(data) == {"command"} and isinstance(command, Mapping) and "resume" in command:
        if unknown := set(command) - _COMMAND:
            raise UserError(f"A command holds resume, update and goto, not {nodes(sorted(map(str, unknown)))}.")
        return {**command, "resume": _resume(s, command["resume"])}
    return {"resume": _resume(s, data)}


def _resume(s: Standing, answer: Any) -> Any:
    if answer is None:
        raise UserError('Resuming needs an answer; to answer null, give {"<interrupt id>": null}.')
    if isinstance(answer, Mapping) and answer:
        if set(answer) <= set(s.ids):
            return dict(answer)
        strange = [key for key in answer if key not in s.ids]
        if all(_INTERRUPT_ID.fullmatch(str(key)) for key in answer):
            raise Refused(f"No pending interrupt has the id {strange[0]}; the server would accept it and do nothing.")
    if len(s.pending) > 1:
        ids = nodes(s.ids)
        raise Refused(f"{len(s.pending)} interrupts are pending; give a map from their ids to the answers: {ids}.")
    if isinstance(answer, Mapping) and not answer and s.ids:
        return {s.ids[0]: {}}
    return answer


def _resumed(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    what = {"command": answer_of(s, data)}
    return (further_run(s, _thread(s), what, capabilities, "answer the interrupt"),)


def _continue(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    return (further_run(s, _thread(s), {"input": None}, capabilities, "continue"),)


def _set_state(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    if not isinstance(data, Mapping) or "values" not in data:
        raise UserError('Setting the state takes {"values": …, "as_node": "<node>"}.')
    node, values = data.get("as_node"), data["values"]
    if node is not None and (not isinstance(node, str) or not node):
        raise UserError("as_node has to be the name of a node.")
    if values is not None and not isinstance(values, Mapping | list):
        raise UserError("values has to be an object of the state's fields.")
    if unknown := set(data) - {"values", "as_node", "checkpoint_id"}:
        raise UserError(f"Setting the state takes values, as_node and checkpoint_id, not {nodes(sorted(unknown))}.")
    body = {key: data[key] for key in ("values", "as_node", "checkpoint_id") if key in data}
    return (Call("POST", at(_thread(s), "state"), json=body, reads=False, label="set the state"),)


def _rewind(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    checkpoint = data if isinstance(data, str) else text(data, "checkpoint_id")
    if not checkpoint:
        raise UserError('Rewinding takes {"checkpoint_id": "<id>"}.')
    what = {"input": None, "checkpoint_id": checkpoint}
    return (further_run(s, _thread(s), what, capabilities, "run again from a checkpoint"),)


def _give_up(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    body = {"values": None, "as_node": "__end__"}
    return (Call("POST", at(_thread(s), "state"), json=body, reads=False, label="go to the end"),)


def _copy(s: Standing, data: Any, capabilities: Mapping[str, Any]) -> tuple[Call, ...]:
    what: dict[str, Any] = {"input": None}
    if s.pending:
        if data is None:
            raise Refused("An interrupt is pending, and a copy would only ask it again: give its answer as data.")
        what = {"command": answer_of(s, data)}
    copy = Call("POST", at(_thread(s), "copy"), reads=False, label="copy the thread")
    return copy, further_run(s, COPY, what, capabilities, "continue on the copy")


_PLANNERS: Mapping[str, Callable[[Standing, Any, Mapping[str, Any]], tuple[Call, ...]]] = {
    "cancel": _cancel,
    "resume": _resumed,
    "continue": _continue,
    "set_state": _set_state,
    "rewind": _rewind,
    "give_up": _give_up,
    "copy_and_continue": _copy,
    "refresh": lambda s, data, capabilities: (),
}


def start(data: Mapping[str, Any]) -> Sequence[Call]:
    """The writes of a new run: on the thread that is given, else on one that the first request makes.

    ``data`` is the body of the run (``assistant_id``, ``input`` …) with an optional ``thread_id``; what it does not say
    about streaming and a busy thread is filled in.
    """
    assistant = text(data, "assistant_id") or text(data, "assistant") or text(data, "graph_id")
    if assistant is None:
        raise UserError("A run needs an assistant: its id or the name of its graph, as assistant_id.")
    thread = data.get("thread_id")
    if thread is not None and (not isinstance(thread, str) or not thread):
        raise UserError("thread_id has to be the id of a thread.")
    if data.get("input") is None and not obj(data, "command") and thread is None:
        raise UserError("A run on a new thread needs an input; an empty object will do where the graph needs none.")
    modes = data.get("stream_mode")
    if modes is not None and not isinstance(modes, str) and not items(data, "stream_mode"):
        raise UserError("stream_mode has to be a mode or a list of modes.")
    rest = {key: value for key, value in data.items() if key not in ("thread_id", "assistant", "graph_id")}
    first = {} if obj(data, "command") else {"input": None}
    body = {**first, **streaming({}), **rest, "assistant_id": assistant}
    run = Call("POST", at(thread or COPY, "runs", "stream"), json=body, reads=False, answer=Answer.STREAM, label="run")
    return (run,) if thread else (Call("POST", "/threads", json={}, reads=False, label="new thread"), run)
