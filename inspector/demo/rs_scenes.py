"""The scenes on the simulated Responses server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from inspector.demo.rs_engine import Refusal, Responses
from inspector.demo.rs_models import MCP, TOOLS
from inspector.demo.rs_run import WINDOW
from inspector.demo.rs_state import Response
from inspector.demo.scenes import QUESTION, SECONDS_UNTIL_CANCEL, Scene

RESPONSES = "responses"
SECONDS_LEFT = 20.0
"""For how long the stream of the scene with the short window can still be had."""

LOOK_EVERY = 0.05
"""Seconds between two looks at whether a call is made."""

Play = Callable[[Responses], tuple[str | None, Mapping[str, Any] | None]]
"""Sets a scene up; gives the response that an app has begun, or what to start."""


def _to_start(model: str, **more: Any) -> Play:
    def play(server: Responses) -> tuple[None, Mapping[str, Any]]:
        return None, _request(server, model, **more)

    return play


def _app(model: str, cancel_after: float | None = None, age: float = 0.0, **more: Any) -> Play:
    def play(server: Responses) -> tuple[str, None]:
        response = server.create(_request(server, model, background=True, **more), age)
        assert not isinstance(response, Refusal)
        server.begin(response)
        if cancel_after is not None:
            server.clock.later(cancel_after, partial(_cancel, server, response))
        return response.id, None

    return play


def _left_open(server: Responses) -> tuple[str, None]:
    """The calls of a response that was cancelled stay in its conversation."""
    conversation = server.converse({}, [])
    given = _request(server, "two-tools", background=True, stream=True, conversation=conversation.id, tools=list(TOOLS))
    response = server.create(given)
    assert not isinstance(response, Refusal)
    server.begin(response)
    _cancel_once_it_called(server, response)
    return response.id, None


def _cancel_once_it_called(server: Responses, response: Response) -> None:
    if any(item.get("type") == "function_call" and item.get("status") == "completed" for item in response.output):
        server.cancel(response)
    elif response.active:
        server.clock.later(LOOK_EVERY, partial(_cancel_once_it_called, server, response))


def _request(server: Responses, model: str, **more: Any) -> dict[str, Any]:
    """A request that no other play has made: what goes wrong on it goes well when it is made again."""
    return {"model": model, "input": QUESTION, "metadata": {"play": server.ids.prefixed("play")}, **more}


def _cancel(server: Responses, response: Response) -> None:
    server.cancel(response)


_TABLE: tuple[tuple[str, str, str, Play], ...] = (
    (
        "healthy",
        "A healthy response",
        "How a response looks that goes well: created, in progress, its text piece by piece, completed.",
        _to_start("healthy", stream=True),
    ),
    (
        "no-headers",
        "Asked for, and not answered",
        "The request was taken and no headers come. A client waits ten minutes for them, three times. Give the attempt "
        "up and ask again: the next one is answered.",
        _to_start("no-headers", stream=True),
    ),
    (
        "silent-after-created",
        "Created, and silent",
        "The stream says that there is a response, and no more. Official clients wait for ever. Close it, and start a "
        "new response.",
        _to_start("silent-after-created", stream=True),
    ),
    (
        "silent-mid-text",
        "Silent in the middle of a sentence",
        "Keep-alives come, and no text: they are life, not progress. Close the stream, and start a new response.",
        _to_start("silent-mid-text", stream=True),
    ),
    (
        "no-terminal-event",
        "The stream ends without the terminal event",
        "The body ended properly and nothing told the end; many a client takes that for success. The server knows how "
        "it ended: ask it.",
        _to_start("no-terminal-event", stream=True),
    ),
    (
        "cut-midway",
        "A stream is cut, the response goes on",
        "A background response does not need the connection that broke off: stream it again from the event after the "
        "last one.",
        _to_start("cut-midway", stream=True, background=True),
    ),
    (
        "failed",
        "Failed",
        "The response failed in the middle of its answer, with a code and a message.",
        _to_start("failing", stream=True),
    ),
    (
        "token-limit",
        "Incomplete: too many tokens",
        "The response ended by itself at the limit of its output tokens: incomplete is an end, and not a good one.",
        _to_start("token-limit", stream=True, max_output_tokens=16),
    ),
    (
        "content-filter",
        "Incomplete: the content filter",
        "The response was stopped in the middle of its answer by the content filter.",
        _to_start("content-filter", stream=True),
    ),
    (
        "two-tool-outputs",
        "Waits for two tool outputs",
        "The server says completed, and yet nothing goes on: two functions have to be called, and both outputs have to "
        "be in the next request.",
        _to_start("two-tools", stream=True, tools=list(TOOLS)),
    ),
    (
        "approval",
        "Waits for an approval",
        "The server may not call the tool before somebody approves of it, or denies it.",
        _to_start("approval", stream=True, tools=list(MCP)),
    ),
    (
        "stuck-in-queue",
        "Queued for ever",
        "A background response that nobody takes up. It can be cancelled, and a new one started.",
        _app("stuck-in-queue"),
    ),
    (
        "short-window",
        "The stream can be had again, for a while",
        "A background response can be streamed again for some time only; then the server refuses, and asking again and "
        "again is what is left.",
        _app("slow", age=WINDOW - SECONDS_LEFT, stream=True),
    ),
    (
        "cancelled",
        "Cancelled by somebody else",
        "Another client cancelled the response: no event tells of it, the stream just ends. The server says it when "
        "asked.",
        _app("slow", SECONDS_UNTIL_CANCEL, stream=True),
    ),
    (
        "open-calls",
        "A conversation that takes nothing any more",
        "A response was cancelled after it had called functions: the calls stay in its conversation without an output, "
        "and whatever is asked there next is refused. Submit an output for each of them, all at once.",
        _left_open,
    ),
)
_PLAYS = {f"{RESPONSES}-{slug}": play for slug, _, _, play in _TABLE}
SCENES: tuple[Scene, ...] = tuple(
    Scene(f"{RESPONSES}-{slug}", title, teaches, RESPONSES) for slug, title, teaches, _ in _TABLE
)


def play(scene: Scene, server: Responses) -> Scene:
    """Begin the scene anew."""
    run, start = _PLAYS[scene.name](server)
    return replace(scene, thread=None, run=run, start=start)
