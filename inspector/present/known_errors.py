"""Error messages that people search for: what each means, and what leads on, where the text itself names no run."""

from __future__ import annotations

import re
from collections.abc import Sequence

_KNOWN: Sequence[tuple[str, str]] = (
    (
        r"Final run has not been received",
        "openai-node saw its stream end without a final run event. The run may be over or at work: paste its id and "
        "that of its thread, or the address that was asked, to ask the server.",
    ),
    (
        r"tool_calls?.{0,40}must be followed by tool messages|did not have response messages",
        "The history has tool calls without results, so the model refuses it. Paste the thread's id: “Set the state” "
        "offers an output for each open call.",
    ),
    (
        r"No tool output found for",
        "A call of the response before has no output: each has to be answered in the next request. Paste the id "
        "of that response.",
    ),
    (
        r"Didn't receive a `response\.completed` event|Model did not produce a final response",
        "The stream of a response ended without its last event. Paste the response's id to ask how it ended.",
    ),
    (
        r"already running a task",
        "Another run holds the thread. Paste the thread's id or the address that was asked: its run is shown.",
    ),
    (
        r"conversation_locked|currently operating on this conversation",
        "Another response is being written into this conversation: nothing goes in before it ends. Paste the "
        "conversation's id (conv_…) or that of the other response.",
    ),
    (
        r"Task already running",
        "This socket is at work on another research: what was sent meanwhile is dropped. Wait for its end, or close "
        "the socket to cancel it.",
    ),
    (
        r"close message has been sent|websocket\.send.{0,40}after sending|sent a close message",
        "The server wrote into a socket that was closed already: work went on after its client had left.",
    ),
    (
        r"incomplete chunked read|RemoteProtocolError|Premature close|\bterminated\b|ECONNRESET|Connection reset",
        "The connection broke in the middle of a stream. The run may go on: paste its id or address to ask the server.",
    ),
    (
        r"ReadTimeout|APITimeoutError|Request timed out|TimeoutError",
        "The client gave up waiting. The run may go on at the server: paste its id or address to ask.",
    ),
    (
        r"GraphRecursionError|Recursion limit of \d+",
        "The graph took more steps than recursion_limit allows. Paste the thread's id: “Continue” goes on from its "
        "last checkpoint.",
    ),
    (
        r"BlockingError|Blocking call to",
        "Blocking code in an async node stops the whole server. Start `langgraph dev` with --allow-blocking, or move "
        "the call into a thread.",
    ),
    (
        r"ModelBehaviorError",
        "The Agents SDK got an answer that it cannot use, often a stream without an end. Paste the id of the "
        "response or of the trace.",
    ),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), said) for pattern, said in _KNOWN)
LONGEST = 20_000


def explained(text: str) -> str | None:
    """What this error means; None where it is none that is known."""
    return next((said for pattern, said in _COMPILED if pattern.search(text[:LONGEST])), None)
