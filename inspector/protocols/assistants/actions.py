"""What a person can do to a run of an Assistants-compatible server: the offers, and the writes that each would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.calls import Answer, Call
from inspector.domain.case import Case
from inspector.domain.errors import UserError
from inspector.domain.events import Ask
from inspector.protocols.assistants.chart import ACTIVE, TERMINAL
from inspector.protocols.assistants.discover import HEADERS
from inspector.protocols.assistants.routes import messages_path, run_path, runs_path
from inspector.protocols.assistants.standing import (
    Standing,
    assistant_of,
    standing,
    why_not_approve,
    why_not_cancel,
    why_not_start,
    why_not_submit,
)
from inspector.protocols.given import allow, object_of, output_text

_OWN = ("message", "messages", "thread", "thread_id")
"""Names in the data of a new run that are ours; all others go into the request as they are."""


def actions(case: Case, now: float) -> Sequence[Action]:
    """Every action, possible or refused with its reason."""
    s = standing(case, now)
    return (_submit(case, s), _approve(s), _cancel(s), _start_new(case, s), _refresh(s))


def plan(action: str, case: Case, data: Any) -> Sequence[Call]:
    """The writes of an action. Raises Refused with the reason, UserError for data that is of no use."""
    allow(action, actions(case, case.book.now))
    s = standing(case, case.book.now)
    if action == "submit_tool_outputs":
        return (_post(s, "submit_tool_outputs", {"tool_outputs": outputs(s.of_kind("tool"), data), "stream": True}),)
    if action == "approve":
        return (
            _post(s, "submit_tool_outputs", {"tool_approvals": approvals(s.of_kind("approval"), data), "stream": True}),
        )
    if action == "cancel":
        return (_post(s, "cancel", None),)
    return _new_run(s.thread or "", _with_assistant(case, data)) if action == "start_new_run" else ()


def start(data: Mapping[str, Any]) -> Sequence[Call]:
    """A run from nothing but its data: on ``thread`` (an id) if given, else on a new thread."""
    data = object_of(data)
    thread = data.get("thread_id", data.get("thread"))
    if isinstance(thread, str) and thread:
        return _new_run(thread, data)
    made: dict[str, Any] = dict(thread) if isinstance(thread, Mapping) else {}
    messages = _messages(data)
    if messages:
        made["messages"] = [*made.get("messages", []), *messages]
    body = {**_run_body(data), **({"thread": made} if made else {})}
    return (_write(runs_path(None), body, "create the thread and its run"),)


def outputs(asks: Sequence[Ask], data: Any) -> list[dict[str, str]]:
    """The outputs as the server takes them: all of them at once, each a string (other JSON values are written out)."""
    given = object_of(data, "Tool outputs are an object: {call id: output}.")
    names = {ask.id or "": ask.name for ask in asks}
    for call in given:
        if call not in names:
            raise UserError(f"The run does not wait for {call!r}; it waits for {_list(names)}.")
    missing = {call: name for call, name in names.items() if call not in given}
    if missing:
        raise UserError(f"An output is missing for {_list(missing)}: the server takes all of them at once.")
    return [{"tool_call_id": call, "output": output_text(given[call])} for call in names]


def approvals(asks: Sequence[Ask], data: Any) -> list[dict[str, Any]]:
    """The approvals as the server takes them, from ``{call id: true | false | {"approve", "headers"}}``.

    ``{"approve": …}`` with or without ``id`` does where only one call waits, and ``id`` names one of several.
    """
    given = object_of(data, "Approvals are an object: {call id: true or false}.")
    names = {ask.id or "": ask.name for ask in asks}
    if "approve" in given:
        call = given.get("id", next(iter(names)) if len(names) == 1 else None)
        given = {str(call): {key: value for key, value in given.items() if key != "id"}}
    made = []
    for call, value in given.items():
        entry = dict(value) if isinstance(value, Mapping) else {"approve": value}
        if call not in names:
            raise UserError(f"The run does not wait for an approval of {call!r}; it waits for {_list(names)}.")
        if not isinstance(entry.get("approve"), bool):
            raise UserError(f"Say true or false for {_list({call: names[call]})}.")
        kept = {"headers": entry["headers"]} if isinstance(entry.get("headers"), Mapping) else {}
        made.append({"tool_call_id": call, "approve": entry["approve"], **kept})
    missing = {call: name for call, name in names.items() if call not in given}
    if missing:
        raise UserError(f"Say true or false for {_list(missing)} too: the server takes all of them at once.")
    return made


def _submit(case: Case, s: Standing) -> Action:
    asks = s.of_kind("tool")
    given = [(call.name, call.output) for run in (*case.siblings(), case.run) for call in run.tools.values()]
    last = {name: output for name, output in given if output is not None}
    calls = [{**_shown(ask), "last_output": last.get(ask.name)} for ask in asks]
    return Action(
        "submit_tool_outputs",
        "Submit tool outputs",
        "The run goes on with these outputs. All calls are answered at once, and it cannot be taken back.",
        why_not_submit(s),
        primary=bool(asks),
        form="tool_outputs",
        context={"calls": calls, "until": case.run.wanted.until if case.run.wanted is not None else None},
        data={ask.id: "" for ask in asks},
    )


def _approve(s: Standing) -> Action:
    asks = s.of_kind("approval")
    return Action(
        "approve",
        "Approve or deny",
        "The server makes the calls that are approved, and goes on without those that are denied.",
        why_not_approve(s),
        primary=bool(asks),
        form="approvals",
        context={"calls": [_shown(ask) for ask in asks]},
        data={ask.id: None for ask in asks},
    )


def _cancel(s: Standing) -> Action:
    return Action(
        "cancel",
        "Cancel",
        "Asks the server to stop the run. It is over only when the server says so, and may still be completed.",
        why_not_cancel(s),
        primary=s.status in ACTIVE,
    )


def _start_new(case: Case, s: Standing) -> Action:
    return Action(
        "start_new_run",
        "Start a new run",
        "A new run on the same thread: it sees the thread's messages, and the model and the tools are used again.",
        why_not_start(case, s),
        primary=s.status in TERMINAL and s.status != "completed",
        form="new_run",
        context={"thread": s.thread},
        data={"assistant_id": assistant_of(case) or "", "message": ""},
    )


def _refresh(s: Standing) -> Action:
    why = None
    if s.thread is None:
        why = "The thread of this run is not known, and the server finds runs only by their thread."
    return Action("refresh", "Refresh", "Asks the server how the run stands. Nothing is changed.", why)


def _shown(ask: Ask) -> dict[str, Any]:
    return {"id": ask.id, "name": ask.name, "arguments": ask.value, "server": ask.node}


def _post(s: Standing, tail: str, body: Any) -> Call:
    labels = {"cancel": "cancel the run", "submit_tool_outputs": "answer what the run waits for"}
    return _write(run_path(s.thread or "", s.run or "", tail), body, labels[tail])


def _write(path: str, body: Any, label: str) -> Call:
    streams = isinstance(body, Mapping) and body.get("stream") is True
    answer = Answer.STREAM if streams else Answer.JSON
    return Call("POST", path, json=body, headers=HEADERS, reads=False, answer=answer, label=label)


def _new_run(thread: str, data: Mapping[str, Any]) -> Sequence[Call]:
    messages = [_write(messages_path(thread), message, "add the message") for message in _messages(data)]
    return (*messages, _write(runs_path(thread), _run_body(data), "create the run"))


def _with_assistant(case: Case, data: Any) -> Mapping[str, Any]:
    given = object_of({} if data is None else data)
    return given if given.get("assistant_id") else {**given, "assistant_id": assistant_of(case) or ""}


def _run_body(data: Mapping[str, Any]) -> dict[str, Any]:
    assistant = data.get("assistant_id")
    if not isinstance(assistant, str) or not assistant.strip():
        raise UserError("A new run needs the id of its assistant (assistant_id).")
    return {"stream": True, **{name: value for name, value in data.items() if name not in _OWN}}


def _messages(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``message`` is the user's text; ``messages`` are texts, or objects as the server takes them."""
    several = data.get("messages")
    wanted: list[Any] = list(several) if isinstance(several, list | tuple) else []
    if data.get("message"):
        wanted.append(data["message"])
    made: list[dict[str, Any]] = []
    for message in wanted:
        if isinstance(message, str):
            made.append({"role": "user", "content": message})
        elif isinstance(message, Mapping) and message.get("content"):
            made.append({"role": "user", **message})
        else:
            raise UserError("A message is a text, or an object with role and content.")
    return made


def _list(calls: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name} ({call})" if name else call for call, name in calls.items()) or "nothing"
