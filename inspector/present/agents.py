"""What is wrong with agents, in words: who hangs, what was never answered, which failure was swallowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspector.present.words import age, listed, quoted, times

Values = Mapping[str, Any]


def _open_span(v: Values) -> str:
    inferred = v.get("inferred") or []
    parts = [_hangs(v), _exchange(v.get("exchange"))]
    spans = [span for span in v.get("spans") or [] if span.get("id") != v.get("span")]
    if spans:
        parts.append(f"Open around it: {listed([span['name'] for span in spans])}.")
    for handoff in v.get("handoffs") or []:
        parts.append(
            f"{handoff['from']} handed over to {handoff['to']}, and no agent {handoff['to']} was reported since: "
            "it hangs, or the program was killed (inferred)."
        )
    if inferred:
        many = "were" if len(inferred) > 1 else "was"
        parts.append(f"Still open (inferred): {listed(inferred)}, which {many} never reported, only named as a parent.")
    return " ".join(part for part in parts if part)


def _hangs(v: Values) -> str:
    if not v.get("name"):
        return ""
    since = f" for {age(v['age'])}" if v.get("age") is not None else ""
    what = f"{v['name']} (span {v['span']})"
    if v.get("agent") and v.get("agent") != v.get("name"):
        return f"Agent “{v['agent']}” is stuck: {what} has been open{since} and never ended."
    return f"Stuck: {what} has been open{since} and never ended."


def _exchange(exchange: Any) -> str:
    if not isinstance(exchange, Mapping):
        return ""
    who = f"response {exchange['run']}" if exchange.get("run") else f"exchange {exchange.get('link')}"
    probably = "" if exchange.get("sure") else "probably "
    if exchange.get("headers"):
        return f"It {probably}waits for {who}, which has sent nothing for {age(exchange.get('quiet'))}."
    return f"It {probably}waits for {who}, which has had no answer for {age(exchange.get('quiet'))}."


def _no_response(v: Values) -> str:
    agent = f" of agent “{v['agent']}”" if v.get("agent") else ""
    more = f" ({times(v['times'], 'such call')})" if v.get("times", 1) > 1 else ""
    why = (
        f": {quoted(v['message'])}" if v.get("message") else ", and no error says why: its answer never arrived whole."
    )
    return f"A model call{agent} ended without a response id{more}{why}"


def _hidden_failure(v: Values) -> str:
    agent = f"agent “{v['agent']}”" if v.get("agent") else "a nested agent"
    why = f": {quoted(v['message'])}" if v.get("message") else "."
    return f"The failure of {agent} came back as the ordinary output of the tool {v.get('tool')}{why}"


FINDINGS: Mapping[str, Callable[[Values], str]] = {
    "agents.open_span": _open_span,
    "agents.no_response": _no_response,
    "agents.hidden_failure": _hidden_failure,
}


def within(v: Values) -> str:
    """Of a finding about an exchange: whose model call it is; nothing where that is not known."""
    inside = v.get("inside")
    if not isinstance(inside, Mapping):
        return ""
    agent = f"agent “{inside['agent']}”" if inside.get("agent") else "an agent"
    probably = "" if inside.get("sure") else "probably "
    since = f", open for {age(inside['age'])}" if inside.get("age") is not None else ""
    return f" It is {probably}the model call of {agent} (span {inside.get('span')}{since})."
