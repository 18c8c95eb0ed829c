"""All books: the live one with its recording, and the opened files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.domain.remarks import comment
from inspector.services import live
from inspector.services.library import LIVE, Library
from inspector.services.live import word_of
from inspector.services.model import RunId
from tests.services.kit import Bench, Shelf, Stream, rest
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

PATH = Path("a.session")


def said(state: str) -> tuple[int, dict[str, str]]:
    return 200, {"state": state}


async def streaming(bench: Bench) -> tuple[RunId, Stream]:
    events = Stream()
    bench.server.on("GET /runs/r1", said("running"))
    bench.server.on("GET /runs/r1/stream", events)
    run = await bench.hub.watch(await bench.connect(), Target("toy", "r1"))
    await rest()
    return run, events


async def test_there_is_a_live_book_from_the_start() -> None:
    bench = Bench(Toy())
    shelf: Library = bench.hub
    (book,) = shelf.books()
    assert (book.id, book.live, book.path) == (LIVE, True, None)
    assert bench.hub.runs() == []
    assert len(bench.hub.rows(LIVE)) == 0
    await bench.hub.aclose()


async def test_changes_tell_the_rows_that_came_and_the_runs_that_changed_within_50_ms() -> None:
    bench = Bench(Toy())
    run, events = await streaming(bench)
    await bench.clock.advance(0.1)
    rows = bench.hub.rows(LIVE)
    bench.changes.clear()
    before = len(rows)
    events.send({"token": "a"}, {"token": "b"})
    await bench.clock.advance(0.05)
    assert [(c.kind, c.first_row, c.rows, c.runs) for c in bench.changes] == [("rows", before, 2, frozenset({run.key}))]
    assert [rows.text(row) for row in range(before, len(rows))] == ["a", "b"]
    frame = bench.hub.frame(LIVE, rows.seq[before])
    assert frame.body.startswith(b"data:")
    assert list(bench.hub.frames_of(LIVE, [frame.seq, 999])) == [frame]
    await bench.hub.aclose()


async def test_who_left_hears_nothing_any_more() -> None:
    bench = Bench(Toy())
    heard: list[object] = []
    leave = bench.hub.subscribe(heard.append)
    leave()
    leave()
    await bench.connect()
    assert heard == []
    await bench.hub.aclose()


async def test_clocks_go_on_between_two_verdicts() -> None:
    bench = Bench(Toy())
    run, events = await streaming(bench)
    events.send({"token": "a"})
    await bench.clock.advance(4)
    verdict = bench.hub.verdict(run)
    await bench.clock.advance(3)
    assert bench.hub.verdict(run).ending == verdict.ending
    assert bench.hub.clocks(run).content == pytest.approx(7000, abs=60)
    assert bench.hub.now(LIVE) == pytest.approx(7000)
    await bench.hub.aclose()


async def test_a_file_is_a_book_of_its_own() -> None:
    bench = Bench(Toy())
    run, events = await streaming(bench)
    await bench.hub.record_to(PATH)
    events.send({"state": "waiting"})
    await bench.clock.advance(0.1)
    live = bench.hub.verdict(run)
    book = await bench.hub.open(PATH)
    assert [shown.id for shown in bench.hub.books()] == [LIVE, book]
    assert await bench.hub.open(PATH) == book
    saved = RunId(book, bench.hub.runs(book)[0].key)
    assert word_of(bench.hub.verdict(saved)) == word_of(live)
    assert bench.hub.runs() == [run, saved]
    assert bench.hub.frame(book, 1) == bench.hub.frame(LIVE, 1)
    assert saved.key in bench.hub.book_of(book).runs
    assert bench.hub.watching(saved) is None
    await bench.hub.close_book(book)
    assert bench.hub.runs() == [run]
    await bench.hub.aclose()


async def test_a_full_disk_is_a_sentence_in_the_status() -> None:
    bench = Bench(Toy())
    _, events = await streaming(bench)
    await bench.hub.record_to(PATH)
    assert bench.hub.recording == PATH
    bench.store.files[PATH].full = True
    bench.changes.clear()
    for _ in range(5):
        events.send({"token": "a"})
        await bench.clock.advance(0.1)
    assert "no room" in str(bench.hub.status().problem)
    assert [change.kind for change in bench.changes].count("status") == 1
    bench.store.files[PATH].full = False
    await bench.clock.advance(3)
    assert bench.hub.status().problem is None
    assert bench.store.files[PATH].pending == 0
    await bench.hub.aclose()


async def test_a_recording_that_cannot_begin_changes_nothing() -> None:
    bench = Bench(Toy())
    bench.store.files[PATH] = Shelf(PATH)
    with pytest.raises(UserError, match="exists already"):
        await bench.hub.record_to(PATH)
    assert bench.hub.recording is None
    await bench.hub.aclose()


async def test_a_task_that_fails_is_told_and_the_rest_works_on() -> None:
    bench = Bench(Toy())

    async def fail() -> None:
        raise ValueError("broken")

    _ = bench.hub.tasks.start("a job", fail())
    await rest()
    assert bench.hub.status().tasks_failed == ("a job: ValueError: broken",)
    assert bench.changes[-1].kind == "status"
    await streaming(bench)
    await bench.hub.aclose()


async def test_an_export_says_which_protocol_it_is_and_when_it_began() -> None:
    bench = Bench(Toy())
    await streaming(bench)
    await bench.hub.export(LIVE, Path("out.jsonl"), redact=False)
    ((frames, head, path, to, redact),) = bench.store.exported
    assert frames == bench.frames()
    assert head == {"protocol": "toy", "started_ms": bench.clock.wall().timestamp() * 1000}
    assert (path, to, redact) == (Path("out.jsonl"), "wire", False)
    await bench.hub.aclose()


async def test_what_an_export_would_take_out_is_told_before() -> None:
    bench = Bench(Toy())
    await streaming(bench)
    assert await bench.hub.secrets_of(LIVE) == []
    (found,) = await bench.hub.secrets_of(LIVE, ["runn[a-z]+"])
    assert (found.what, found.sample) == ("pattern runn[a-z]+", "… (7)")
    with pytest.raises(UserError, match="is no pattern"):
        await bench.hub.secrets_of(LIVE, ["("])
    assert bench.store.exported == []
    await bench.hub.aclose()


async def test_the_drawing_is_the_backends() -> None:
    bench = Bench(Toy())
    run, _ = await streaming(bench)
    drawing = bench.hub.drawing(run)
    assert drawing is not None
    assert drawing.nodes == (("a", "A"),)
    assert bench.hub.loose(LIVE) == ()
    await bench.hub.aclose()


async def test_what_was_read_from_no_file_of_that_kind_cannot_be_decided_in() -> None:
    bench = Bench(Toy())
    run, _ = await streaming(bench)
    with pytest.raises(Refused, match="not read from a file"):
        await bench.hub.decide(run, {}, PATH)
    await bench.hub.aclose()


async def test_what_is_noted_about_the_live_log_is_a_part_of_it() -> None:
    bench = Bench(Toy())
    await streaming(bench)
    before = len(bench.hub.rows(LIVE))
    assert bench.hub.annotate(LIVE, 1, comment((1, 0), "here"))
    assert bench.hub.remarks(LIVE).comments == {(1, 0): "here"}
    rows = bench.hub.rows(LIVE)
    assert [(rows.name(row), rows.text(row)) for row in range(before, len(rows))] == [("note remark", "here")]
    assert bench.changes[-1].kind == "remarks"
    await bench.hub.record_to(PATH)
    await bench.hub.aclose()
    assert [f.head["frame"] for f in bench.store.files[PATH].kept if f.head.get("inspector") == "remark"] == [1]


async def test_a_log_can_be_looked_through_from_any_frame_on() -> None:
    bench = Bench(Toy())
    await streaming(bench)
    frames = list(bench.hub.frames_of(LIVE, range(1, 100)))
    assert [seq for batch in bench.hub.batches(LIVE, 2) for seq in batch.seqs] == [frame.seq for frame in frames[2:]]
    assert bench.hub.last_seq(LIVE) >= bench.hub.rows(LIVE).seq[-1]
    bench.store.files[PATH] = Shelf(PATH, frames)
    book = await bench.hub.open(PATH)
    bodies = [batch.body(place) for batch in bench.hub.batches(book, 2) for place in range(len(batch))]
    assert bodies == [frame.body for frame in frames[2:]]
    assert bench.hub.last_seq(book) == frames[-1].seq
    await bench.hub.aclose()


async def test_the_live_log_is_copied_in_slices_as_it_is_when_it_is_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "COPIED", 2)
    bench = Bench(Toy())
    await streaming(bench)
    before, turns = bench.frames(), 0

    async def beside() -> None:
        nonlocal turns
        assert bench.hub.annotate(LIVE, 1, comment((1, 0), "later"))
        while not bench.store.exported:
            turns += 1
            await asyncio.sleep(0)

    await asyncio.gather(bench.hub.export(LIVE, Path("out.jsonl"), redact=False), beside())
    assert bench.store.exported[0][0] == before
    assert turns >= len(before) // 2
    await bench.hub.aclose()
