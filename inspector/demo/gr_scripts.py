"""What the simulated GPT-Researcher server does with a task, beat by beat: how it goes well, and what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TASK = "How did the costs of grid storage change?"
PLAN = ["Costs", "Deployments", "Rules"]
QUESTION = f"Any feedback on this plan of topics to research? {PLAN}? If not, please reply with 'no'."
PARTS = (
    "# The costs of grid storage\n",
    "\n## Introduction\n",
    "Over ten years the price of a kilowatt-hour of battery storage fell by four fifths. ",
    "Most of it came from larger factories, a smaller part from cheaper materials.\n",
    "\n## What fell, and what did not\n",
    "Cells became cheap; land, permits and the connection to the grid did not. ",
    "In some countries the queue for a connection is now longer than the building itself.\n",
    "\n## Conclusion\n",
    "The cell is no longer the dear part of a plant.\n",
)


@dataclass(frozen=True, slots=True)
class Beat:
    """After ``after`` seconds do ``what``: log | report | path | ask | deaf | kill | close | error; with its ``value``.

    ``report`` sends a chunk, ``path`` the end marker, whose value is the text of the report's file (None: there is no
    such file). ``ask`` waits for an answer to the plan. ``deaf``: from now on nothing is read or sent any more.
    """

    after: float
    what: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Script:
    """The beats of a task. ``swallows``: how many answers to the plan are thrown away. ``refuses``: it is not begun.

    ``late``: how many log lines are still sent when the client has closed.
    """

    beats: tuple[Beat, ...] = ()
    swallows: int = 0
    refuses: bool = False
    late: int = field(default=0)


def _log(after: float, step: str, output: Any, metadata: Any = None) -> Beat:
    return Beat(after, "log", {"type": "logs", "content": step, "output": output, "metadata": metadata})


_PLANNING = (
    _log(0.4, "starting_research", f"🔍 Starting the research task for '{TASK}'..."),
    _log(0.3, "agent_generated", "⚡ Energy Analyst Agent"),
    _log(0.3, "planning_research", "🤔 Planning the research strategy and subtasks..."),
    _log(0.8, "subqueries", "🗂️ I will conduct my research based on the following queries...", PLAN),
)
_SEARCHING = (
    _log(0.3, "running_subquery_research", "🔍 Running research for 'battery prices'..."),
    _log(
        0.4, "added_source_url", "✅ Added source url to research: http://127.0.0.1/page/0", "http://127.0.0.1/page/0"
    ),
    _log(0.4, "scraping_complete", "🌐 Scraping complete"),
    _log(0.5, "context_combined", "📃 Combined research context"),
    _log(0.2, "research_step_finalized", "Finalized research step. 💸 Total Research Costs: $0.01"),
)
_BEGIN_TO_WRITE = _log(0.4, "writing_report", "✍️ Writing report...")
_WRITTEN = _log(0.3, "report_written", "📝 Report written")
_WHOLE = "".join(PARTS)


def _chunks(count: int = len(PARTS)) -> tuple[Beat, ...]:
    return tuple(Beat(0.25, "report", part) for part in PARTS[:count])


_WRITING = (*_PLANNING, *_SEARCHING, _BEGIN_TO_WRITE)
HEALTHY = Script((*_WRITING, *_chunks(), _WRITTEN, Beat(0.6, "path", _WHOLE)))

SCRIPTS: Mapping[str, Script] = {
    "healthy": HEALTHY,
    "written-after-close": Script((*_PLANNING, *_SEARCHING[:3], Beat(600.0, "deaf")), late=2),
    "no-report": Script((*_WRITING, _WRITTEN, Beat(0.5, "path", ""))),
    "restarted": Script((*_WRITING, *_chunks(5), *_chunks(), _WRITTEN, Beat(0.5, "path", _WHOLE))),
    "empty-file": Script((*_WRITING, *_chunks(), _WRITTEN, Beat(0.5, "path", ""))),
    "plan-question": Script(
        (
            *_PLANNING[:1],
            _log(0.3, "initial_research", f"Running initial research on the following query: {TASK}"),
            Beat(0.8, "ask", QUESTION),
            _log(0.6, "parallel_research", f"Running parallel research for the following queries: {PLAN}"),
            *_SEARCHING,
            _BEGIN_TO_WRITE,
            *_chunks(),
            _WRITTEN,
            Beat(0.6, "path", _WHOLE),
        ),
        swallows=1,
    ),
    "alive-stall": Script(_PLANNING),
    "deaf-stall": Script((*_PLANNING, *_SEARCHING[:1], Beat(0.2, "deaf"))),
    "killed": Script((*_WRITING, *_chunks(4), Beat(0.3, "kill"))),
    "restarting": Script((*_WRITING, *_chunks(3), Beat(0.3, "close", 1012))),
    "busy": Script(refuses=True),
    "failed": Script((*_PLANNING, Beat(1.0, "error", "Error code: 401 - Incorrect API key provided"))),
}
"""By the word before the colon at the beginning of the task."""


def script_of(task: str) -> Script:
    """The script that a task names; any other task goes well."""
    return SCRIPTS.get(task.partition(":")[0].strip(), HEALTHY)


def task_of(name: str) -> str:
    """The task that names a script."""
    return f"{name}: {TASK}"
