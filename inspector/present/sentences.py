"""Findings and verdicts in words that one wants to read at two in the morning.

A sentence is a template by the finding's id, filled with its values; :data:`FINDINGS` and :data:`ENDINGS` are all
there is to translate. What a value needs (an age, a list, an optional part) is made by :mod:`inspector.present.words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspector.domain.diagnosis import Verdict
from inspector.domain.findings import Finding
from inspector.present import agents
from inspector.present.words import age, ask_line, asks, listed, quoted, times

Values = Mapping[str, Any]


def _say(template: str) -> Callable[[Values], str]:
    def fill(values: Values) -> str:
        return template.format_map(_Blank(values))

    return fill


class _Blank(dict[str, Any]):
    """A value that is not there reads as "?"."""

    def __missing__(self, key: str) -> str:
        return "?"


def _lost(v: Values) -> str:
    if v.get("idle"):
        return (
            "The server shows it as running, and by its own count nobody executes it: not one of its workers was busy, "
            f"each of the {v.get('times') or 2} times that they were counted."
        )
    return "The server does not know this run (404): deleted, rolled back, or lost in a restart."


def _cut(v: Values) -> str:
    how = "was reset" if v.get("how") == "reset" else "broke off in the middle"
    return f"The connection {how} before the stream had ended. The run may well go on at the server: ask it."


def _no_headers(v: Values) -> str:
    if v.get("refused"):
        return f"Nothing answered at {v.get('url') or 'the server'}: the connection was refused."
    if v.get("left"):
        return f"The request got no answer at all in {age(v['waited'])}; then the client gave up."
    return f"The request has had no answer for {age(v['waited'])}: not even headers."


def _no_events(v: Values) -> str:
    beats = f" (only {times(v['beats'], 'keep-alive')})" if v.get("beats") else ""
    if v.get("open"):
        return f"The server answered {age(v['waited'])} ago and has not sent one event since{beats}."
    return f"The server answered and ended the stream after {age(v['waited'])} without one event{beats}."


def _silent(v: Values) -> str:
    parts = [f"No progress for {age(v['content'])}"]
    if v.get("byte") is not None:
        parts.append(f"last byte {age(v['byte'])} ago")
    if v.get("change") is not None:
        parts.append(f"last state change {age(v['change'])} ago")
    beats = (
        f"; {times(v['beats'], 'keep-alive')} came meanwhile, which proves only the connection"
        if v.get("beats")
        else ""
    )
    if v.get("alive") and v.get("beats") and not v.get("left"):
        beats = (
            f"; it is alive: {times(v['beats'], 'heartbeat')} came and went meanwhile, so it waits for something else, "
            "such as a model or a search"
        )
    nodes = f". Open: {listed(v['nodes'])}" if v.get("nodes") else ""
    left = ". Then the client gave up" if v.get("left") else ""
    idle = ". The server counts it as running, and not one of its workers is busy" if v.get("idle") else ""
    return ", ".join(parts) + beats + nodes + idle + left + "."


def _was_silent(v: Values) -> str:
    more = f", and {v['times'] - 1} more like it" if v.get("times", 1) > 1 else ""
    return f"It had gone quiet for {age(v['silence'])} and then went on{more}."


def _gave_up(v: Values) -> str:
    said = f" (its read timeout is {v['timeout']:g} s)" if isinstance(v.get("timeout"), int | float) else ""
    # A file without times has none to tell.
    last = f", {age(v['silence'])} after the last event" if v["silence"] > 0 else ""
    return f"The client closed the connection before any end{last}{said}."


def _half(v: Values) -> str:
    whole = "its JSON is whole, so it still counts" if v.get("whole") else "clients throw it away"
    return f"The last event ({v.get('event')}) was unfinished when the stream ended: {whole}."


def _http(v: Values) -> str:
    again = f" ({times(v['times'], 'time')})" if v.get("times", 1) > 1 else ""
    return f"The server answered {v.get('status')}{again}: {quoted(v.get('message'))}"


def _not_a_stream(v: Values) -> str:
    text = f": {quoted(v['text'], 120)}" if v.get("text") else "."
    return f"An event stream was asked for; the server answered with {v.get('type') or 'something of no type'}{text}"


def _error_event(v: Values) -> str:
    code = f"{v['code']}: " if v.get("code") else ""
    return f"The stream carried an error: {code}{quoted(v.get('message'))}"


def _no_terminal(v: Values) -> str:
    server = f" The server says {v['server']}." if v.get("server") else " Nobody has asked the server since."
    last = f" The last word was {v['word']}." if v.get("word") else ""
    return f"The stream ended cleanly, and never said how the run ended.{last}{server}"


def _mismatch(v: Values) -> str:
    if v.get("who") == "server":
        return f"The stream said {v.get('name')}, the server says {v.get('payload')}. The server is right."
    return f"An event named {v.get('name')} carries the status {v.get('payload')}. The payload is right."


def _illegal(v: Values) -> str:
    more = f" ({times(v['times'], 'such change')})" if v.get("times", 1) > 1 else ""
    return f"The run went from {v.get('source')} to {v.get('target')}, which its lifecycle does not have{more}."


def _waiting(v: Values) -> str:
    return asks(v.get("asks") or [])


def _expiring(v: Values) -> str:
    if v.get("left", 0) <= 0:
        return f"The wait's deadline passed {age(-v['left'] * 1000)} ago: the server may expire the run at any moment."
    return f"The server waits for only {age(v['left'] * 1000)} more; then the run expires and cannot be continued."


def _incomplete(v: Values) -> str:
    why = f": {v['reason']}" if v.get("reason") else ""
    return f"The run ended early{why}. What it wrote so far is kept; this is neither a success nor an error."


def _failed(v: Values) -> str:
    code = f"{v['code']}: " if v.get("code") else ""
    node = f" in {listed(v['nodes'])}" if v.get("nodes") else ""
    early = " before it reached the model" if v.get("before_model") else ""
    message = quoted(v.get("message")) if v.get("message") else "the server gave no reason."
    return f"The run failed{node}{early}: {code}{message}"


def _expired(v: Values) -> str:
    calls = f" for {listed([c or 'a call without a name' for c in v['calls']])}" if v.get("calls") else ""
    return f"The run expired: nobody gave the output{calls} in time. It cannot be continued, only started anew."


def _cancel_pending(v: Values) -> str:
    since = f" {age(v['since'])} ago" if v.get("since") is not None else ""
    return f"Cancel was accepted{since}, but the run is still {v.get('word') or 'there'}: cancelling is not cancelled."


def _blocked(v: Values) -> str:
    who = f"run {v['run']}" if v.get("run") else "another run"
    if v.get("queued"):
        return f"It is queued behind {who}, which holds the thread."
    return f"Refused: {who} holds the thread. The server's words: {quoted(v.get('message'))}"


def _unknown(v: Values) -> str:
    return f"Words that nobody declared: {listed(v.get('words') or [])}."


def _unanswered(v: Values) -> str:
    names = listed([c.get("name") or c.get("id") or "a call without a name" for c in v.get("calls") or []])
    return f"The run is over, and nobody ever gave an output for {names}."


def _message(v: Values) -> str:
    why = f" ({v['reason']})" if v.get("reason") else ""
    return f"The run reports success, but its message was cut short{why}."


def _bad_data(v: Values) -> str:
    more = f", {times(v['times'], 'time')}" if v.get("times", 1) > 1 else ""
    return f"The stream carried {v.get('what', 'bad data')}{more}: {quoted(v.get('text'))}"


def _sequence(v: Values) -> str:
    if v.get("what") == "repeated":
        return (
            f"The event numbers repeat ({times(v.get('times', 1), 'time')}): a client that rejoins after one of them "
            "loses the others of that number."
        )
    return f"The event numbers are {v.get('what')} ({times(v.get('times', 1), 'time')})."


def _hidden(v: Values) -> str:
    if v.get("called"):
        return f"The stream called the run {v['called']}, but the thread waits: the stream never said so."
    modes = f" (stream modes: {listed(v['modes'])})" if v.get("modes") else ""
    return (
        f"The run is called success and its stream simply ended{modes}, but the thread waits: the stream never said so."
    )


def _half_finished(v: Values) -> str:
    return (
        f"The thread is idle and nothing is asked, yet {listed(v.get('nodes') or [])} never ran: it stopped half way."
    )


def _nothing_done(v: Values) -> str:
    still = f" It still waits at {listed(v['nodes'])}." if v.get("waits") and v.get("nodes") else ""
    return (
        f"The {v.get('how')} was accepted and called success, but changed nothing: no new checkpoint was made.{still}"
    )


def _overwrite(v: Values) -> str:
    return f"This run and {v.get('run') or 'another'} worked on one thread at once: one overwrote the other."


def _not_started(v: Values) -> str:
    return f"It has been {v.get('word')} for {age(v['waited'])} and nothing has begun."


def _socket_closed(v: Values) -> str:
    who = "The client" if v.get("by") == "client" else "The server"
    code = f" with code {v['code']}" if v.get("code") else " without a close frame"
    word = f" while the run was {v['word']}" if v.get("word") else " during the run"
    lost = "; a run that lives on its socket ends with it and cannot be joined again" if v.get("carrier") else ""
    return f"{who} ended the socket{code}{word}{lost}."


def _late(v: Values) -> str:
    return (
        f"{times(v.get('times', 1), 'frame')} came after the close: the other side went on sending into a closed "
        "socket (“Cannot call send once a close message has been sent”)."
    )


def _deaf(v: Values) -> str:
    what = {"close": "our close was never answered", "ping": "a ping was never answered"}.get(
        str(v.get("what")), "its pings stopped"
    )
    return f"The {v.get('who', 'server')} does not react any more: {what} for {age(v.get('waited'))}."


def _no_report(v: Values) -> str:
    if v.get("status"):
        return f"The report's file {v.get('file')} is not there: the server answered {v['status']}."
    if v.get("file"):
        return f"The report's file {v['file']} is empty: what looks finished is not."
    return "The files came, but the report did not, or it was empty: what looks finished is not."


def _differs(v: Values) -> str:
    if v.get("streamed") == 0:
        return f"The file {v.get('file')} holds a report of which nothing was streamed."
    return (
        f"What was streamed is not the report in {v.get('file')}: {v.get('lost', 0):.0%} of the streamed words are not "
        f"in the file, {v.get('added', 0):.0%} of the file's were not streamed."
    )


FINDINGS: Mapping[str, Callable[[Values], str]] = {
    "stream.no_terminal": _no_terminal,
    "stream.cut": _cut,
    "stream.no_headers": _no_headers,
    "stream.no_events": _no_events,
    "stream.silent": _silent,
    "stream.was_silent": _was_silent,
    "client.gave_up": _gave_up,
    "stream.half_event": _half,
    "stream.bad_data": _bad_data,
    "stream.not_a_stream": _not_a_stream,
    "stream.http_error": _http,
    "stream.error_event": _error_event,
    "stream.after_terminal": _say("Events kept coming after the run's last word; they do not count."),
    "stream.sequence": _sequence,
    "stream.attempts": _say("The same request was sent {times} times: these are attempts of one run."),
    "run.status_mismatch": _mismatch,
    "run.illegal_transition": _illegal,
    "run.unknown_word": _unknown,
    "run.waiting_for_input": _waiting,
    "run.expiring": _expiring,
    "run.incomplete": _incomplete,
    "run.failed": _failed,
    "run.expired": _expired,
    "run.timeout": _say("The server's own time limit ended the run. What its finished steps did is kept."),
    "run.cancel_pending": _cancel_pending,
    "run.still_executing": _say("The run is shown as {word}, but its thread is still busy: something goes on working."),
    "run.final_event_lost": _say("The server says {word}; the stream ended without ever saying so."),
    "run.blocked": _blocked,
    "run.not_started": _not_started,
    "run.lost": _lost,
    "tool.unanswered": _unanswered,
    "message.incomplete": _message,
    "socket.closed_while_running": _socket_closed,
    "socket.frames_after_close": _late,
    "socket.deaf": _deaf,
    "gpt_researcher.no_report": _no_report,
    "gpt_researcher.report_restarted": _say("The report began again in the middle: what was written is partly double."),
    "gpt_researcher.report_differs": _differs,
    "gpt_researcher.busy": _say("A command ({command}) was thrown away, because a task was running: {message}"),
    "gpt_researcher.answer_swallowed": _say("The answer to the plan was thrown away. Send it once more: {message}"),
    "langgraph.hidden_wait": _hidden,
    "langgraph.half_finished": _half_finished,
    "langgraph.mode_mismatch": _say(
        "The run worked, but the stream modes that were asked for carry nothing of this graph."
    ),
    "langgraph.nothing_done": _nothing_done,
    "langgraph.input_dropped": _say(
        "The new input was accepted and not used: “{field}” is still {kept!r}, not {sent!r}."
    ),
    "langgraph.concurrent_overwrite": _overwrite,
    "langgraph.replay_lossy": _say(
        "The rejoined stream ended like a success, but the run failed: the server never replays the error."
    ),
    **agents.FINDINGS,
}
"""Findings of a backend that this table does not know are told by their id."""


def sentence(finding: Finding) -> str:
    """The finding as one sentence."""
    say = FINDINGS.get(finding.id)
    return finding.id if say is None else say(finding.values) + agents.within(finding.values)


ENDINGS: Mapping[str, str] = {
    "state.completed": "It ended well.",
    "state.incomplete": "It ended by itself, without its whole result.",
    "state.failed": "It ended by an error.",
    "state.cancelled": "It was cancelled.",
    "state.expired": "The server gave up waiting for an answer.",
    "state.cut": "Its record stops while it was at work: nobody told its end.",
    "state.lost": "The server does not know this run.",
    "state.unknown": "It is over, but nobody said how it ended. Ask the server.",
    "lost.nobody": "The server shows it as {word}, but nobody executes it: not one of its workers is busy.",
    "lost.missing": "The server was asked, and does not know this run (404).",
    "answered": "It waited, and a later run of the thread answered.",
    "waiting": "It waits for somebody.",
    "unknown.not_told": "Nobody has said how this run stands.",
    "unknown.refused": "The server refused to show this run ({status}).",
    "unknown.no_terminal": "The stream ended cleanly, which proves nothing here, and nobody asked the server since.",
    "refused": "The server refused to start it ({status}).",
    "unreachable": "The server could not be reached.",
    "not_started.queued": "The server has it in its queue; nothing has begun.",
    "not_started.gave_up": "The client gave up before anything had begun.",
    "not_started.connecting": "The request was sent; there is no answer yet.",
    "not_started.no_event": "The server answered, and has sent no event yet.",
    "running": "It is at work.",
    "running.awaited": "The server took the request; it answers only when the run is over.",
    "running.polled": "Its stream is gone; the server, asked again and again, says it is at work.",
    "stalled": "The connection is open, and nothing of the run has come for {silence}.",
    "stalled.polled": "The server calls it active, and nothing has changed for {silence}.",
    "stalled.gave_up": "Nothing came for {silence}; then the client gave up.",
    "cut.alive": "The stream died; the server says it is still {word}.",
    "cut.carrier": "The connection that carried it broke, and nobody can ask how the run went on.",
    "cut.broken": "The connection broke, and nobody knows how the run went on. Ask the server.",
    "cut.ended": "The server ended the stream before the run had ended. Ask it how the run stands.",
    "cut.left": "The client left before the run had ended. Ask the server how it stands.",
    "cancelled.closed": "The client closed the connection that carried it, and that cancels it.",
}


def why(verdict: Verdict) -> str:
    """The one sentence under the ending."""
    values = dict(verdict.values)
    if isinstance(values.get("silence"), int | float):
        values["silence"] = age(values["silence"])
    first = next((f for f in verdict.findings if f.id == "run.waiting_for_input"), None)
    if verdict.why == "waiting" and first is not None and first.values.get("asks"):
        return ask_line(first.values["asks"])
    return ENDINGS.get(verdict.why, verdict.why).format_map(_Blank(values))
