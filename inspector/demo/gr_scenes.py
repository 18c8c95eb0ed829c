"""The scenes on the simulated GPT-Researcher server, all entered by starting: a run lives on its starter's socket."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from inspector.demo.gr_scripts import task_of
from inspector.demo.scenes import Scene

RESEARCHER = "gpt_researcher"
_PLAYS = count(1)

_TABLE: tuple[tuple[str, str, str], ...] = (
    ("healthy", "A healthy research", "How a research looks that goes well: plan, search, write, files."),
    (
        "written-after-close",
        "Written to after the close",
        "“Cannot call send once a close message has been sent”, servers say. Cancel the run: the close is ours, and "
        "log lines of work that went on still come after it. They change nothing.",
    ),
    (
        "no-report",
        "Looks finished, and has no report",
        "The end marker came and not one line of the report: the model gave nothing. Start it again.",
    ),
    (
        "restarted",
        "A report that began again",
        "The model's answer broke off and the server wrote the report anew: what was streamed is a half and a whole. "
        "The file on the server has the whole.",
    ),
    (
        "empty-file",
        "Streamed well, and the file is empty",
        "The report was streamed to its end and the end marker came, but the file that it names holds nothing.",
    ),
    (
        "plan-question",
        "Asks about its plan, and throws the answer away",
        "Two readers share the socket and the wrong one takes the first answer. Answer the plan: the same answer goes "
        "out once more when the server says that it threw the first one away.",
    ),
    (
        "alive-stall",
        "Silent, and alive",
        "Nothing new comes, but the server still pings and answers pings: it waits for something upstream.",
    ),
    (
        "deaf-stall",
        "Silent, and deaf",
        "No ping comes and none is answered: its event loop is blocked, and it will not hear a cancel, either.",
    ),
    (
        "killed",
        "Killed while writing",
        "The connection ends without a close frame: the server's process is gone. Nothing can be joined again; it can "
        "be started again.",
    ),
    (
        "restarting",
        "Restarted while writing",
        "The server closes with code 1012: it was told to stop. Nothing can be joined again; start it again.",
    ),
    (
        "busy",
        "Refused: a task is running",
        "The server throws the start away, because it takes another task for running. A new socket is free of that.",
    ),
    (
        "refused-silently",
        "Refused without a word",
        "A command that lacks a field is thrown away in silence: no answer and no error ever come.",
    ),
    ("failed", "Failed", "An error ends the run, and the socket stays open: who waits for its close waits for ever."),
)
SCENES: tuple[Scene, ...] = tuple(
    Scene(f"{RESEARCHER}-{slug}", title, teaches, RESEARCHER) for slug, title, teaches in _TABLE
)


def play(scene: Scene) -> Scene:
    """What to start for the scene; a command that was not sent before."""
    name = scene.name.removeprefix(f"{RESEARCHER}-")
    start: dict[str, Any] = {"task": task_of(name), "play": next(_PLAYS)}
    if name == "refused-silently":
        start["report_type"] = ""
    elif name == "plan-question":
        start["report_type"] = "multi_agents"
    return replace(scene, start=start)
