"""A run over time, as values."""

from __future__ import annotations

import time

import pytest

from inspector.domain.charts import Ending
from inspector.present.timeline import ROWS, Bar, Lane, Part, Timeline, covered, timeline
from inspector.wiring import build_hub
from tests.ui.picture import RECORDINGS


async def of(recording: str) -> Timeline:
    hub = build_hub()
    try:
        book = await hub.open(RECORDINGS / f"{recording}.wire.jsonl")
        run = hub.runs(book)[0]
        return timeline(hub.case(run), hub.verdict(run), hub.rows(book), hub.now(book))
    finally:
        await hub.aclose()


def lane(shown: Timeline, part: Part, title: str = "") -> Lane:
    return next(each for each in shown.lanes if each.part is part and title in each.title)


async def test_states_exchange_steps_and_calls_have_their_lanes() -> None:
    shown = await of("assistants/02b_after_submit_completed")
    assert [bar.title for bar in lane(shown, Part.STATE).bars] == ["queued", "in_progress", "completed"]
    exchange = lane(shown, Part.LINK).bars[0]
    assert (exchange.start, exchange.pale, exchange.end, exchange.open) == (0.0, 40.0, 255.0, False)
    message = lane(shown, Part.STEP, "message").bars[0]
    assert (message.start, message.end, message.look) == (105.0, 210.0, Ending.COMPLETED)
    assert {lane(shown, Part.TOOL, name).bars[0].look for name in ("get_weather", "get_time")} == {Ending.COMPLETED}
    assert not shown.live
    assert [mark.title for mark in shown.changes] == ["queued", "queued → in_progress", "in_progress → completed"]


async def test_a_silence_is_told_with_its_length_and_findings_stand_at_their_proof() -> None:
    shown = await of("gpt_researcher/llm_hang_before_first_report_token_75s")
    silences = lane(shown, Part.LINK).silences
    assert len(silences) == 1
    assert silences[0].end - silences[0].start > 60_000
    assert shown.findings
    assert all(shown.start <= mark.at <= shown.end for mark in shown.findings)


async def test_what_waits_goes_on_to_the_present() -> None:
    shown = await of("langgraph/hitl_interrupt_updates_only")
    assert shown.live
    assert lane(shown, Part.STATE).bars[-1].open
    assert lane(shown, Part.STATE).bars[-1].end == shown.end


@pytest.mark.parametrize(
    "recording", ["langgraph/node_error", "responses/hang_no_headers", "assistants/42_http400_active_run"]
)
async def test_no_bar_ends_before_it_begins_or_lies_outside(recording: str) -> None:
    shown = await of(recording)
    for bar in (bar for each in shown.lanes for bar in each.bars):
        assert shown.start <= bar.start <= bar.end <= shown.end


def test_of_bars_that_overlap_the_one_that_is_meant_is_found() -> None:
    bars = tuple(
        Bar(start, end, title, Ending.RUNNING, 1, 1) for start, end, title in ((0, 100, "long"), (40, 41, "short"))
    )
    row = Lane(Part.STEP, "x", bars)
    found = [covered(row, at, 2.0) for at in (10.0, 40.5, 101.0, 140.0)]
    assert [bar and bar.title for bar in found] == ["long", "short", "long", None]


async def test_thousands_of_spans_beside_each_other_are_laid_out_at_once() -> None:
    hub = build_hub()
    try:
        book = await hub.open(RECORDINGS / "langgraph/node_error.wire.jsonl")
        run = hub.runs(book)[0]
        case = hub.case(run)
        sample = next(iter(case.run.nodes.values()))
        for number in range(5_000):
            case.run.nodes[f"t{number}"] = type(sample)(f"t{number}", "work", "node", number / 3, ended_at=number + 9.0)
        began = time.process_time()
        shown = timeline(case, hub.verdict(run), hub.rows(book), hub.now(book))
        assert time.process_time() - began < 1.0
        assert sum(bar.title == "work" for each in shown.lanes for bar in each.bars) == 5_000
        assert len(shown.lanes) < 12 + ROWS
    finally:
        await hub.aclose()
