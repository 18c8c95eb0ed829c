"""A recording with its rows and facts, as the window has them, for the tests of filters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from inspector.domain.batch import Batch, Batches
from inspector.domain.frames import Frame
from inspector.domain.remarks import Remarks, comment, mark
from inspector.domain.rows import Rows
from inspector.present.filter.facts import Facts, facts_of
from inspector.wiring import build_hub

RECORDINGS = Path(__file__).parents[2] / "recordings"
SOME = (
    "langgraph/resume_wrong_id_both_runs",
    "langgraph/node_error",
    "assistants/22_stall_after_in_progress",
    "agents_sdk/handoff_feed",
    "gpt_researcher/chat_while_running_rejected",
)


@cache
def log(recording: str) -> tuple[Rows, Facts]:
    """Rows and facts; the run in the middle is in focus, and one row is marked, another commented on."""
    return asyncio.run(_log(recording))


async def _log(recording: str) -> tuple[Rows, Facts]:
    hub = build_hub()
    try:
        book = await hub.open(RECORDINGS / f"{recording}.wire.jsonl")
        rows, runs = hub.rows(book), hub.runs(book)
        now = facts_of(hub, book, int(runs[len(runs) // 2].key))
        frames = list(hub.frames(book))
        remarks = Remarks()
        remarks.take(mark((rows.seq[2], rows.part[2]), True))
        remarks.take(comment((rows.seq[5], rows.part[5]), "Error here?"))
        kept, links, found = dict(now.runs), dict(now.links), tuple(now.findings)
        same = {key: now.same(key) for key in (0, *rows.run)}
        told = (lambda: kept, lambda: links, lambda: found)
        return rows, Facts(now.focus, same.__getitem__, *told, remarks, batches_of(frames))
    finally:
        await hub.aclose()


def batches_of(frames: list[Frame]) -> Batches:
    """Frames as the store gives them: seven at a time."""

    def batches(after: int) -> Iterator[Batch]:
        rest = [frame for frame in frames if frame.seq > after]
        return (Batch.of(rest[first : first + 7]) for first in range(0, len(rest), 7))

    return batches
