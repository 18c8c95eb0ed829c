"""Findings about the run, and about its calls and messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inspector.domain.events import (
    Acted,
    Ask,
    MessageSeen,
    Noticed,
    Purpose,
    ServerSaid,
    StatusSeen,
    ToolCallSeen,
    Wanted,
)
from tests.catalogue.entry import Entry
from tests.catalogue.of_streams import at_work
from tests.domain.toy import Story
from tests.protocols.langgraph.fakes import busy, finished, run_row, thread_row
from tests.protocols.langgraph.story import Story as LangGraph


def asking(until: float | None = None) -> Story:
    story = at_work().event(4, StatusSeen("asking", "asking"), Wanted((Ask("tool", "c"),), until=until))
    story.wall_ms = 1_000_000_000.0
    return story


def called(hosted: bool = False, output: str | None = None) -> Story:
    return at_work().event(3, ToolCallSeen("c", "look", "{}", output, hosted))


def said(status: str) -> Story:
    return at_work().event(3, MessageSeen("m", "assistant", "x", status=status, reason="max_tokens"))


def cancelled(accepted: bool | None) -> Story:
    return at_work().event(3, Acted("cancel", accepted))


def missing(status: int) -> Story:
    story = at_work().end(3).request(4, Purpose.READ, ServerSaid("run", "r1", None if status == 404 else {}, status))
    return story.end(4)


def behind(state: str) -> Collection[str]:
    """What is found of a run that is queued while an earlier one of its thread is in this state."""
    story = at_work() if state == "busy" else at_work(state)
    story.request(5, run="r2").response(5).event(6, StatusSeen("queued", "queued"), run="r2")
    return story.found(run="r2")


def left_busy(thread: str) -> Collection[str]:
    story = LangGraph().create().says("values", {}).end()
    return story.told(
        {"runs": [run_row("interrupted")], "run": run_row("interrupted"), "thread": thread_row(thread)}
    ).found()


RUNS: Mapping[str, Entry] = {
    "run.status_mismatch": Entry(
        fires=lambda: at_work("done").end(4).server(5, "failed").found(),
        calm=lambda: at_work("done").end(4).server(5, "done").found(),
        before=lambda: at_work().end(4).server(5, "failed").found(),
        at=lambda: at_work().event(3, Noticed("run.status_mismatch", {"name": "done", "payload": "short"})).found(),
    ),
    "run.illegal_transition": Entry(
        fires=lambda: at_work("done", "busy", "failed").found(),
        calm=lambda: at_work("asking", "busy", "done").found(),
        before=lambda: Story().server(0, "queued").server(9, "done").found(),
        at=lambda: Story().request().response().state(1, "queued").state(2, "done").found(),
    ),
    "run.unknown_word": Entry(
        fires=lambda: at_work("pondering").found(),
        calm=lambda: at_work("done").found(),
        before=lambda: at_work("busy").found(),
        at=lambda: at_work().event(3, Noticed("run.unknown_word", {"word": "x"})).found(),
    ),
    "run.waiting_for_input": Entry(
        fires=lambda: asking().found(),
        calm=lambda: at_work().found(),
        before=lambda: asking().state(5, "busy").found(),
        at=lambda: at_work("asking").found(),
    ),
    "run.expiring": Entry(
        fires=lambda: asking(1_000_074.0).found(60),
        calm=lambda: asking().found(9_999),
        before=lambda: asking(1_000_604.0).found(484),
        at=lambda: asking(1_000_604.0).found(484.001),
    ),
    "run.incomplete": Entry(
        fires=lambda: at_work("short").found(),
        calm=lambda: at_work("done").found(),
        before=lambda: at_work("failed").found(),
        at=lambda: at_work().event(3, StatusSeen("short", "short", code="max_tokens")).found(),
    ),
    "run.failed": Entry(
        fires=lambda: at_work("failed").found(),
        calm=lambda: at_work("done").found(),
        before=lambda: at_work("timeout").found(),
        at=lambda: at_work().end(3).server(4, "failed").found(),
    ),
    "run.expired": Entry(
        fires=lambda: at_work("asking", "expired").found(),
        calm=lambda: at_work("asking").found(),
        before=lambda: asking(1_000_000.0).found(9_999),
        at=lambda: asking(1_000_000.0).server(9_999, "expired").found(),
    ),
    "run.timeout": Entry(
        fires=lambda: at_work("timeout").found(),
        calm=lambda: at_work("done").found(),
        before=lambda: at_work("failed").found(),
        at=lambda: at_work().end(3).server(4, "timeout").found(terminal=False),
    ),
    "run.cancel_pending": Entry(
        fires=lambda: cancelled(True).found(),
        calm=lambda: at_work().found(),
        before=lambda: cancelled(None).found(),
        at=lambda: cancelled(True).found(500),
    ),
    "run.still_executing": Entry(
        fires=lambda: left_busy("busy"),
        calm=lambda: LangGraph().create().end().told(finished()).found(),
        before=lambda: left_busy("interrupted"),
        at=lambda: left_busy("busy"),
    ),
    "run.final_event_lost": Entry(
        fires=lambda: at_work().end(3).server(4, "done").found(),
        calm=lambda: at_work("done").end(4).server(5, "done").found(),
        before=lambda: at_work().end(3).server(4, "done").found(terminal=False),
        at=lambda: at_work().end(3, "cut").server(4, "done").found(),
    ),
    "run.blocked": Entry(
        fires=lambda: behind("busy"),
        calm=lambda: at_work().found(),
        before=lambda: behind("done"),
        at=lambda: at_work().event(3, Noticed("run.blocked", {"run": "r9", "message": "busy"})).found(),
    ),
    "run.not_started": Entry(
        fires=lambda: LangGraph().wait(60).told(busy("pending")).wait(16).told(busy("pending")).found(),
        calm=lambda: at_work().found(500),
        before=lambda: Story().request().response().state(1, "queued").found(14.999),
        at=lambda: Story().request().response().state(1, "queued").found(15),
    ),
    "run.lost": Entry(
        fires=lambda: missing(404).found(),
        calm=lambda: at_work().end(3).server(4, "done").found(),
        before=lambda: missing(500).found(),
        at=lambda: missing(404).found(500),
    ),
    "tool.unanswered": Entry(
        fires=lambda: called().state(4, "done").found(),
        calm=lambda: called(output="4").state(4, "done").found(),
        before=lambda: called(hosted=True).state(4, "done").found(),
        at=lambda: called().event(3.5, ToolCallSeen("d", "book", "{}", "ok")).state(4, "failed").found(),
    ),
    "message.incomplete": Entry(
        fires=lambda: said("incomplete").state(4, "done").found(),
        calm=lambda: said("completed").state(4, "done").found(),
        before=lambda: said("incomplete").state(4, "short").found(),
        at=lambda: said("incomplete").end(3.5).server(4, "done").found(),
    ),
}
