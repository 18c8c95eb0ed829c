"""Findings that only LangGraph has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tests.catalogue.entry import Entry
from tests.protocols.langgraph.fakes import (
    LEFT,
    NEXT_RUN,
    RUN,
    cut_short,
    finished,
    run_row,
    state,
    task,
    thread_row,
    waiting,
)
from tests.protocols.langgraph.story import Story

ASKED = [{"id": LEFT, "value": {"question": "?"}}]
OLD = {"run_id": "01a1fbbc-0000-7000-8000-000000000000"}


def asked(*events: tuple[str, Any]) -> Collection[str]:
    story = Story().create(stream_mode=["updates"])
    for name, data in events:
        story.says(name, data)
    return story.end().told(waiting()).found()


def stopped(thread: str, *tasks: Mapping[str, Any]) -> Collection[str]:
    return Story().told({"run": run_row("interrupted"), "thread": thread_row(thread), "state": state(*tasks)}).found()


def modes(*names: str) -> Collection[str]:
    return Story().create(stream_mode=list(names)).end().told(finished()).found()


def done(made_by: Mapping[str, str], **body: Any) -> Collection[str]:
    story = Story().create(**body).says("values", {}).end()
    return story.told({"run": run_row(), "thread": thread_row(), "state": state(metadata=made_by)}).found()


def given(kept: Mapping[str, Any]) -> Collection[str]:
    return Story().create(input={"text": "SECOND"}).says("values", kept).found()


def two(at_once: bool) -> Collection[str]:
    story = Story().create().says("values", {})
    if not at_once:
        return story.end().create(NEXT_RUN).says("values", {}).end().found(NEXT_RUN)
    first = story.link
    story.create(NEXT_RUN).says("values", {})
    story.link, second = first, story.link
    story.says("values", {"a": 1}).end()
    story.link = second
    return story.says("values", {"b": 1}).end().found(NEXT_RUN)


def joined(answers: Mapping[str, Any], *events: tuple[str, Any]) -> Collection[str]:
    story = Story().join(last_event_id="-1").says("metadata", {"run_id": RUN}).says("values", {})
    for name, data in events:
        story.says(name, data)
    return story.end().told(answers).found()


LANGGRAPH: Mapping[str, Entry] = {
    "langgraph.hidden_wait": Entry(
        fires=lambda: asked(),
        calm=lambda: modes("values"),
        before=lambda: asked(("updates", {"__interrupt__": ASKED})),
        at=lambda: asked(("updates", {"first": {}})),
    ),
    "langgraph.half_finished": Entry(
        fires=lambda: stopped("idle", task("crawl")),
        calm=lambda: stopped("idle"),
        before=lambda: stopped("interrupted", task("crawl")),
        at=lambda: stopped("idle", task("crawl"), task("other")),
    ),
    "langgraph.mode_mismatch": Entry(
        fires=lambda: modes("custom"),
        calm=lambda: modes("values"),
        before=lambda: modes("messages-tuple", "values"),
        at=lambda: modes("messages-tuple", "custom"),
    ),
    "langgraph.nothing_done": Entry(
        fires=lambda: done(OLD, command={"resume": "x"}),
        calm=lambda: done({"run_id": RUN}, command={"resume": "x"}),
        before=lambda: done(OLD, input={"a": 1}),
        at=lambda: done(OLD, input=None),
    ),
    "langgraph.input_dropped": Entry(
        fires=lambda: given({"text": "FIRST"}),
        calm=lambda: given({"text": "SECOND"}),
        before=lambda: given({"other": "FIRST"}),
        at=lambda: given({"text": "FIRST", "other": 1}),
    ),
    "langgraph.concurrent_overwrite": Entry(
        fires=lambda: two(at_once=True),
        calm=lambda: Story().create().says("values", {}).end().found(),
        before=lambda: two(at_once=False),
        at=lambda: two(at_once=True),
    ),
    "langgraph.replay_lossy": Entry(
        fires=lambda: joined(cut_short()),
        calm=lambda: joined(finished()),
        before=lambda: joined(cut_short(), ("error", {"error": "ValueError", "message": "no"})),
        at=lambda: joined(cut_short("timeout")),
    ),
}
