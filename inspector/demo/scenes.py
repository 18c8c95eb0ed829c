"""The scenes of the demo server: each is one way in which a run goes well, waits or goes wrong, and is named for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from inspector.demo.as_engine import Assistants
from inspector.demo.as_engine import Refusal as AssistantsRefusal
from inspector.demo.as_state import Thread as AssistantsThread
from inspector.demo.lg_engine import LangGraph, Problem
from inspector.demo.lg_state import Run as LangGraphRun
from inspector.demo.lg_state import Thread as LangGraphThread

QUESTION = "When does the ferry leave?"
APP_MODES = ("values", "updates", "tasks", "messages-tuple", "custom")
"""What the app that began a LangGraph run asked to be streamed."""
SECONDS_UNTIL_CANCEL = 4.0
ORPHAN_AGE = 3600.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene. ``thread`` and ``run`` are those of its last play, None before the first.

    With ``start`` the scene is entered by starting a run with this data, because its point is the stream that the
    starter holds; without it by attaching to ``run``, which an app has begun. A scene with both has a run that is in
    the way of the one to start.
    """

    name: str
    title: str
    teaches: str
    protocol: str
    thread: str | None = None
    run: str | None = None
    start: Mapping[str, Any] | None = None

    @property
    def enter(self) -> str:
        """How it is entered, for people: what to attach to, or what to start."""
        if self.start is not None:
            return f"start {json.dumps(dict(self.start))}"
        return f"attach to run {self.run} of thread {self.thread}" if self.run else "not played so far"


Play = Callable[[LangGraph, Assistants], tuple[str, str | None, Mapping[str, Any] | None]]
"""Sets a scene up; gives its thread, its run, and what to start."""


def _graph(graph: str, *, resumable: bool = True) -> Play:
    def play(server: LangGraph, _: Assistants) -> tuple[str, str | None, None]:
        thread, run = _app_run(server, graph, resumable=resumable)
        return thread.id, run.id, None

    return play


def _cancelled_graph(server: LangGraph, _: Assistants) -> tuple[str, str | None, None]:
    thread, run = _app_run(server, "cancelled")
    server.clock.later(SECONDS_UNTIL_CANCEL, partial(_call, server.cancel, thread, run))
    return thread.id, run.id, None


def _zombie_graph(server: LangGraph, _: Assistants) -> tuple[str, str | None, None]:
    thread, _zombie = _app_run(server, "zombie")
    behind = server.create_run(thread, _request("zombie", QUESTION))
    assert not isinstance(behind, Problem)
    return thread.id, behind.id, None


def _app_run(server: LangGraph, graph: str, *, resumable: bool = True) -> tuple[LangGraphThread, LangGraphRun]:
    """A run as an app begins it."""
    thread = server.create_thread({"app": "demo", "title": graph})
    run = server.create_run(thread, _request(graph, QUESTION, resumable=resumable))
    assert not isinstance(run, Problem)
    return thread, run


def _request(graph: str, question: str, *, resumable: bool = True) -> dict[str, Any]:
    return {
        "assistant_id": graph,
        "input": {"question": question},
        "stream_mode": list(APP_MODES),
        "stream_resumable": resumable,
        "multitask_strategy": "enqueue",
    }


def _assistant(assistant: str, cancel_after: float | None = None) -> Play:
    def play(_: LangGraph, server: Assistants) -> tuple[str, str | None, None]:
        thread = _asked(server)
        run = server.create_run(thread, {"assistant_id": assistant})
        assert not isinstance(run, AssistantsRefusal)
        server.begin(run)
        if cancel_after is not None:
            server.clock.later(cancel_after, partial(_call, server.cancel, run))
        return thread.id, run.id, None

    return play


def _to_start(assistant: str) -> Play:
    def play(_: LangGraph, server: Assistants) -> tuple[str, str | None, Mapping[str, Any]]:
        thread = _asked(server)
        return thread.id, None, {"assistant_id": assistant, "thread_id": thread.id}

    return play


def _zombie_assistant(_: LangGraph, server: Assistants) -> tuple[str, str | None, Mapping[str, Any]]:
    thread = _asked(server)
    orphan = server.orphan(thread, "asst_zombie", ORPHAN_AGE)
    return thread.id, orphan.id, {"assistant_id": "asst_healthy", "thread_id": thread.id}


def _asked(server: Assistants) -> AssistantsThread:
    thread = server.create_thread({"app": "demo"})
    server.add_message(thread, "user", QUESTION)
    return thread


def _call(function: Callable[..., object], *arguments: object) -> None:
    """As somebody does who does not look at the answer."""
    function(*arguments)


LANGGRAPH, ASSISTANTS = "langgraph", "assistants"
_TABLE: tuple[tuple[str, str, str, str, Play], ...] = (
    (
        LANGGRAPH,
        "healthy",
        "A healthy run",
        "How a run looks that goes well: every node begins and ends, and the thread is idle afterwards.",
        _graph("healthy"),
    ),
    (
        LANGGRAPH,
        "interrupt",
        "Waits in an interrupt",
        "The run is called success and yet waits: its thread is interrupted, and somebody has to answer.",
        _graph("interrupt"),
    ),
    (
        LANGGRAPH,
        "two-interrupts",
        "Waits in two interrupts",
        "Two nodes ask at once. Each answer has to name its interrupt.",
        _graph("two-interrupts"),
    ),
    (
        LANGGRAPH,
        "tool-outputs",
        "Waits for two tool outputs",
        "An agent wants two functions called; their outputs can be given by hand.",
        _graph("tool-outputs"),
    ),
    (
        LANGGRAPH,
        "cut-midway",
        "A stream is cut, the run goes on",
        "A connection that breaks off says nothing about the run: the server says that it still works, and later that "
        "it ended well.",
        _graph("cut-midway"),
    ),
    (
        LANGGRAPH,
        "no-final-event",
        "A stream ends without the final event",
        "The body ended properly and nothing told the end. The server knows it: the run is over.",
        _graph("no-final-event"),
    ),
    (
        LANGGRAPH,
        "silent",
        "Opened, and silent",
        "Status 200 and then not one byte, while the server says that the run works on.",
        _graph("silent"),
    ),
    (
        LANGGRAPH,
        "keepalives-only",
        "Keep-alives and nothing else",
        "Keep-alives are life, not progress. The run can be cancelled and continued; its second attempt succeeds.",
        _graph("keepalives-only", resumable=False),
    ),
    (
        LANGGRAPH,
        "stuck-node",
        "Stuck in a node for ever",
        "Cancel the run, set the node's result by hand, and continue behind it.",
        _graph("stuck-node"),
    ),
    (
        LANGGRAPH,
        "failed",
        "Failed in a node",
        "A node raised. Continuing runs it again from its beginning, and this time it succeeds.",
        _graph("failed"),
    ),
    (
        LANGGRAPH,
        "cancelled",
        "Cancelled by somebody else",
        "Another client cancelled the run: its stream ends without a word. It can be continued.",
        _cancelled_graph,
    ),
    (
        LANGGRAPH,
        "time-limit",
        "Ended by the server's time limit",
        "The server gave up on the run, and the stream does not say so. It can be continued.",
        _graph("time-limit"),
    ),
    (
        LANGGRAPH,
        "blocked-by-zombie",
        "Blocked by a zombie run",
        "A run waits behind one that is shown as running and that no worker executes. Cancelling has no effect on it; "
        "a copy of the thread goes on.",
        _zombie_graph,
    ),
    (
        ASSISTANTS,
        "healthy",
        "A healthy run",
        "How a run looks that goes well: queued, in progress, completed.",
        _to_start("asst_healthy"),
    ),
    (
        ASSISTANTS,
        "two-tool-outputs",
        "Waits for two tool outputs",
        "The run requires action: both outputs have to be submitted at once, within ten minutes.",
        _assistant("asst_two_tool_outputs"),
    ),
    (
        ASSISTANTS,
        "expiring",
        "Waits, and not for long",
        "The same with ninety seconds on the clock.",
        _assistant("asst_expiring"),
    ),
    (
        ASSISTANTS,
        "cut-midway",
        "A stream is cut, the run goes on",
        "A run's stream cannot be joined again. Asking the server shows that the run works on, and how it ends.",
        _to_start("asst_cut_midway"),
    ),
    (
        ASSISTANTS,
        "no-final-event",
        "A stream ends without the final event",
        "The body ended properly, the official clients say that the final run has not been received. The server says "
        "that it completed.",
        _to_start("asst_no_final_event"),
    ),
    (
        ASSISTANTS,
        "silent",
        "Opened, and silent",
        "Status 200 and then not one byte. The list of the thread's runs shows what became of it.",
        _to_start("asst_silent"),
    ),
    (
        ASSISTANTS,
        "keepalives-only",
        "Keep-alives and nothing else",
        "The run began, and since then nothing but keep-alives came. It can be cancelled, and a new one started.",
        _to_start("asst_keepalives_only"),
    ),
    (
        ASSISTANTS,
        "stuck",
        "In progress for ever",
        "No step, no message, no end. It can be cancelled, and a new one started.",
        _assistant("asst_stuck"),
    ),
    (
        ASSISTANTS,
        "content-filter",
        "Incomplete by the content filter",
        "The run ended by itself in the middle of its answer: incomplete is an end, and not a good one.",
        _to_start("asst_content_filter"),
    ),
    (
        ASSISTANTS,
        "failed",
        "Failed",
        "The run failed in the middle of its answer, with a code and a message.",
        _to_start("asst_failed"),
    ),
    (
        ASSISTANTS,
        "cancelled",
        "Cancelled by somebody else",
        "Another client cancelled the run: it is cancelling for a while, and then cancelled.",
        _assistant("asst_cancelled", SECONDS_UNTIL_CANCEL),
    ),
    (
        ASSISTANTS,
        "expired",
        "Expired",
        "Nobody submitted the outputs in time. Nothing continues an expired run; a new one has to be started.",
        _assistant("asst_expired"),
    ),
    (
        ASSISTANTS,
        "blocked-by-zombie",
        "Blocked by a zombie run",
        "A new run is refused, because one that nobody executes still holds the thread. Cancel that one first.",
        _zombie_assistant,
    ),
)
_PLAYS = {f"{protocol}-{slug}": play for protocol, slug, _, _, play in _TABLE}
SCENES: tuple[Scene, ...] = tuple(
    Scene(f"{protocol}-{slug}", title, teaches, protocol) for protocol, slug, title, teaches, _ in _TABLE
)


def play(scene: Scene, langgraph: LangGraph, assistants: Assistants) -> Scene:
    """Begin the scene anew, on a thread of its own."""
    thread, run, start = _PLAYS[scene.name](langgraph, assistants)
    return replace(scene, thread=thread, run=run, start=start)
