"""Parts of a log."""

from __future__ import annotations

import asyncio

from inspector.domain.events import Event, RunKey
from inspector.domain.excerpt import Excerpt
from inspector.domain.findings import Finding, Severity
from inspector.domain.rows import Rows
from inspector.present.extract import account_of, part_of
from inspector.wiring import build_hub
from tests.present.filter.log import RECORDINGS


def test_a_part_has_the_runs_the_exchanges_and_the_frames_of_its_rows() -> None:
    rows = Rows()
    rows.append([Event(RunKey(key) if key else None, seq, 0, 0.0, link, "a") for seq, key, link in _ROWS])
    part = part_of(rows, [0, 2, 4], lambda key: 1 if key == 2 else key)
    assert [set(part.runs), set(part.links), set(part.frames)] == [{1, 3}, {7, 8}, {1, 3, 5}]
    loose = [Finding(name, Severity.NOTE, frames, {}) for name, frames in (("a", (2,)), ("b", (4, 5)))]
    assert part.loose(loose) == loose[1:]


_ROWS = ((1, 2, 7), (2, 1, 7), (3, 3, 8), (4, 0, 9), (5, 0, 0))


def test_what_is_said_of_a_part_is_about_its_runs_by_their_new_numbers() -> None:
    asyncio.run(_account())


async def _account() -> None:
    hub = build_hub()
    try:
        book = await hub.open(RECORDINGS / "langgraph/node_error.wire.jsonl")
        rows, contents = hub.rows(book), hub.book_of(book)
        run = hub.runs(book)[-1]
        lines = [line for line in range(len(rows)) if contents.canon(RunKey(rows.run[line] or 1)) == run.key]
        part = part_of(rows, lines, lambda key: int(contents.canon(RunKey(key))))
        assert part.ids(contents.runs) == {hub.case(run).run.id}
        assert part.ids({}) == set()
        some = Excerpt(hub.frames(book), part.links, {hub.case(run).run.id or ""})
        runs = [(hub.case(run).run, hub.verdict(run))]
        rest = (hub.loose(book), hub.journal(book), hub.now(book), hub.remarks(book))
        told, text = account_of(("1", "a", None), runs, *rest, part, some)
        whole, _ = account_of(("1", "a", None), runs, *rest)
        assert [one["ending"] for one in told["runs"]] == [hub.verdict(run).ending.value]
        frames = [state["frame"] for state in told["runs"][0]["states"]]
        assert frames == [some.number(state["frame"]) for state in whole["runs"][0]["states"]]
        assert hub.verdict(run).ending.value in text
        assert all(f"| #{frame} |" in text for frame in frames)
    finally:
        await hub.aclose()
