"""What a person can do to a response: the offers, and the writes that each would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.calls import Answer, Call
from inspector.domain.case import Case
from inspector.domain.errors import UserError
from inspector.domain.events import Ask
from inspector.protocols.given import allow, object_of, output_text
from inspector.protocols.jsons import number
from inspector.protocols.responses.chart import ACTIVE, TERMINAL, WAITING
from inspector.protocols.responses.discover import stream_call
from inspector.protocols.responses.orphans import INTERRUPTED, orphans, put_in, refusal
from inspector.protocols.responses.routes import response_path
from inspector.protocols.responses.standing import (
    Standing,
    standing,
    why_not_answer,
    why_not_cancel,
    why_not_chain,
    why_not_resume,
    why_not_start,
)
from inspector.protocols.responses.words import OUTPUT_OF

WINDOW_S = 300.0
"""For how long OpenAI's own service streams a background response again, in seconds from its start."""

_OWN = ("input", "previous_response_id", "stream", "message")


def actions(case: Case, now: float) -> Sequence[Action]:
    """Every action, possible or refused with its reason."""
    s = standing(case)
    return (_submit(case, s), _approve(s), _cancel(s), _resume(case, s, now), _start_new(s), _refresh(case, s))


def plan(action: str, case: Case, data: Any) -> Sequence[Call]:
    """The writes of an action. Raises Refused with the reason, UserError for data that is of no use."""
    allow(action, actions(case, case.book.now))
    s = standing(case)
    if action == "submit_tool_outputs":
        asks = orphans(case, s)
        made = outputs(case, asks, data)
        return (_next(s, made, "answer the calls") if s.run is not None else _again(s, made),)
    if action == "approve":
        return (_next(s, decisions(s.of_kind("approval"), data), "decide what was asked"),)
    if action == "cancel":
        return (_end(s),)
    if action == "resume_stream":
        return (replace(stream_call(s.run or "", s.cursor), reads=False),)  # sent once, by a person's act
    return (_new(s, data),) if action == "start_new_run" else ()


def start(data: Mapping[str, Any]) -> Sequence[Call]:
    """A response from nothing but its data. It is streamed unless the data says not.

    ``message`` is a user's text, ``thread_id`` the conversation or the response that it goes on from.
    """
    given = object_of(data, "The data of a new response is a JSON object.")
    body = {"stream": True, **{name: value for name, value in given.items() if name != "message"}}
    if "message" in given:
        body["input"] = given["message"]
    thread = body.pop("thread_id", None)
    if isinstance(thread, str) and thread:
        body["conversation" if thread.startswith("conv") else "previous_response_id"] = thread
    if not body.get("model") and not body.get("prompt"):
        raise UserError("A new response needs the name of its model (model).")
    if body.get("input") in (None, "") and not body.get("prompt"):
        raise UserError("A new response needs its input: a text, or a list of items.")
    return (_post(body, "ask for a response"),)


def outputs(case: Case, asks: Sequence[Ask], data: Any) -> list[dict[str, Any]]:
    """The outputs and decisions as items of the next request: all of them, since the server refuses a part."""
    given = object_of(data, "Tool outputs are an object: {call id: output}.")
    names = {ask.id or "": ask.name for ask in asks}
    _complete(names, given, "An output")
    made = []
    for ask in asks:
        value = given[ask.id or ""]
        node = case.run.nodes.get(ask.id or "")
        made.append(_decision(ask, value) if ask.kind == "approval" else _output(ask, node.kind if node else "", value))
    return made


def decisions(asks: Sequence[Ask], data: Any) -> list[dict[str, Any]]:
    """Approvals from ``{request id: true | false | {"approve", "reason"}}``, or one decision where one is wanted."""
    given = object_of(data, "Approvals are an object: {request id: true or false}.")
    names = {ask.id or "": ask.name for ask in asks}
    if "approve" in given:
        one = given.get("id", next(iter(names)) if len(names) == 1 else "")
        given = {str(one): {name: value for name, value in given.items() if name != "id"}}
    _complete(names, given, "A decision")
    return [_decision(ask, given[ask.id or ""]) for ask in asks]


def _complete(names: Mapping[str, str | None], given: Mapping[str, Any], what: str) -> None:
    for call in given:
        if call not in names:
            raise UserError(f"The response does not wait for {call!r}; it waits for {_list(names)}.")
    missing = {call: name for call, name in names.items() if call not in given}
    if missing:
        raise UserError(f"{what} is missing for {_list(missing)}: the server takes all of them at once.")


def _decision(ask: Ask, value: Any) -> dict[str, Any]:
    entry = dict(value) if isinstance(value, Mapping) else {"approve": value}
    if not isinstance(entry.get("approve"), bool):
        raise UserError(f"Say true or false for {_list({ask.id or '': ask.name})}.")
    made = {"type": "mcp_approval_response", "approval_request_id": ask.id, "approve": entry["approve"]}
    return {**made, "reason": entry["reason"]} if isinstance(entry.get("reason"), str) else made


def _output(ask: Ask, kind: str, value: Any) -> dict[str, Any]:
    """The item that carries one output. What is no plain text goes in as it was given."""
    kind = kind if kind in OUTPUT_OF else "function_call"
    made: dict[str, Any] = {"type": OUTPUT_OF[kind], "call_id": ask.id}
    if kind == "local_shell_call":
        made = {"type": OUTPUT_OF[kind], "id": ask.id}
    if isinstance(value, Mapping) and value.get("type") == OUTPUT_OF[kind]:
        return {**value, **made}
    if kind == "apply_patch_call":
        return {**made, "status": "completed", "output": output_text(value)}
    if kind == "tool_search_call":
        return {**made, "execution": "client", "tools": value}
    if kind in ("computer_call", "shell_call"):
        return {**made, "output": value}
    return {**made, "output": output_text(value)}


def _next(s: Standing, input_: list[dict[str, Any]], label: str) -> Call:
    """The request that goes on from this response, with what its own request asked for."""
    return _post({**_kept(s), **_chained(s, s.run), "input": input_, "stream": True}, label)


def _again(s: Standing, made: list[dict[str, Any]]) -> Call:
    """A request that was refused because of its history, once more, with what its history lacks."""
    body = {**s.asked, "input": put_in(s.asked.get("input"), made)}
    return _post(body, "answer the open calls, and ask again")


def _kept(s: Standing) -> dict[str, Any]:
    if s.asked:
        return {name: value for name, value in s.asked.items() if name not in _OWN}
    return {name: s.told[name] for name in ("model", "tools", "instructions") if s.told.get(name)}


def _chained(s: Standing, previous: str | None) -> dict[str, Any]:
    conversation = s.field("conversation")
    if isinstance(conversation, Mapping):
        conversation = conversation.get("id")
    if isinstance(conversation, str) and conversation:
        return {"conversation": conversation}
    return {} if previous is None else {"previous_response_id": previous}


def _new(s: Standing, data: Any) -> Call:
    """A new response after this one; after one that never came about or went wrong, from where that one began."""
    given = object_of({} if data is None else data, "The data of a new response is a JSON object.")
    given = {name: value for name, value in given.items() if value not in (None, "")}
    if "message" in given:
        given["input"] = given.pop("message")
    good = s.state in ("completed", "incomplete", "waiting") and s.field("store") is not False
    previous = s.run if good else s.field("previous_response_id")
    again = s.state not in ("completed", "incomplete", "waiting")
    if "input" not in given and again and s.asked.get("input") is not None:
        given["input"] = s.asked["input"]
    chained = _chained(s, previous if isinstance(previous, str) else None)
    if "input" not in given and not chained:
        raise UserError("A new response needs its input: a text, or a list of items.")
    body = {**_kept(s), **chained, "stream": True, **given}
    if not body.get("model") and not body.get("prompt"):
        raise UserError("A new response needs the name of its model (model).")
    return _post(body, "ask for a new response")


def _post(body: Mapping[str, Any], label: str) -> Call:
    answer = Answer.STREAM if body.get("stream") is True else Answer.JSON
    return Call("POST", "/responses", json=dict(body), reads=False, answer=answer, label=label)


def _submit(case: Case, s: Standing) -> Action:
    asks = orphans(case, s)
    old = asks and s.state != WAITING
    what = "A new response goes on from this one with these outputs. All calls are answered at once"
    if old:
        what = "Answers every call of the history that has no output, all at once, so that the server takes it again"
    return Action(
        "submit_tool_outputs",
        "Submit tool outputs",
        f"{what}, and the model runs.",
        why_not_chain(s) if old else why_not_answer(s, "tool"),
        primary=bool(asks) and (s.run is None or bool(s.of_kind("tool"))),
        form="tool_outputs",
        context={"calls": [_shown(ask) for ask in asks], "until": None},
        data={ask.id: INTERRUPTED if old else "" for ask in asks},
    )


def _approve(s: Standing) -> Action:
    asks = s.of_kind("approval")
    return Action(
        "approve",
        "Approve or deny",
        "A new response goes on from this one; the server makes the calls that are approved.",
        why_not_answer(s, "approval"),
        primary=bool(asks),
        form="approvals",
        context={"calls": [_shown(ask) for ask in asks], "reasons": True},
        data={ask.id: None for ask in asks},
    )


def _end(s: Standing) -> Call:
    """A background response is cancelled by its id; any other ends with the connection that asked for it."""
    if s.carrier is None or (s.run is not None and s.background is not False):
        return Call("POST", response_path(s.run or "", "cancel"), reads=False, label="cancel the response")
    label = "close the connection that carries the response"
    return Call("CLOSE", "/responses", reads=False, answer=Answer.CLOSED, label=label, link=s.carrier)


def _cancel(s: Standing) -> Action:
    title, why = "Cancel", why_not_cancel(s)
    what = "Asks the server to stop the response. No event tells that it did: it is asked until it says so."
    if why is None and _end(s).answer is Answer.CLOSED:
        title = "Close its connection"
        what = "A response in the foreground ends with its connection: what it wrote so far is all that there will be."
        if s.run is None:
            what = "Gives this attempt up. Whether the server goes on with it, nobody will know."
    return Action("cancel", title, what, why, primary=why is None)


def _resume(case: Case, s: Standing, now: float) -> Action:
    made = number(s.told, "created_at")
    until = made + WINDOW_S if made is not None and s.background and s.state in ACTIVE and not s.refused else None
    left = WINDOW_S - (now - case.run.first_at) / 1000
    if until is not None and case.wall_ms is not None:
        left = until - (case.wall_ms + now) / 1000
    window = f"about {left:.0f} s of that are left" if left > 0 else "that is over, as far as this log shows"
    after = "from its first event" if s.cursor is None else f"after event {s.cursor}"
    return Action(
        "resume_stream",
        "Stream it again",
        f"Opens the stream again {after}; nothing is changed. OpenAI offers that for five minutes: {window}.",
        why_not_resume(s),
        until=until,
    )


def _start_new(s: Standing) -> Action:
    what = "A new response that goes on from this one: the model and its tools are used, and paid for, again."
    if s.run is None or s.state not in ("completed", "incomplete", "waiting"):
        what = "The same request again, as a new response: the model and its tools are used, and paid for, again."
    again = s.state not in ("completed", "incomplete", "waiting") and s.asked.get("input") is not None
    data = {"model": s.field("model") or "", "input": s.asked["input"] if again else ""}
    primary = (s.state in TERMINAL and s.state != "completed") or not (s.open or s.background or s.state in TERMINAL)
    context = {"thread": s.thread}
    return Action("start_new_run", "Start a new response", what, why_not_start(s), primary, (), "json", context, data)


def _refresh(case: Case, s: Standing) -> Action:
    what, why = "Asks the server how the response stands. Nothing is changed.", None
    if s.run is None and refusal(case, s) is not None:
        what = "Asks for the history that the request goes on from. Nothing is changed."
    elif s.run is None:
        why = "The server never named this response, so there is nothing to ask for."
    return Action("refresh", "Refresh", what, why)


def _shown(ask: Ask) -> dict[str, Any]:
    return {"id": ask.id, "name": ask.name, "arguments": ask.value, "server": ask.node}


def _list(calls: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name} ({call})" if name else call for call, name in calls.items()) or "nothing"
