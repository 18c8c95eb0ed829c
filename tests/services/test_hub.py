"""The one public face: what there is, files, the recording, and that closing leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import RunKey
from inspector.domain.frames import Frame, Kind
from inspector.services.hub import CLOSED, LIVE, SAVED, Hub
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
    (book,) = bench.hub.books()
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
    saved = RunId(book, bench.hub.runs(book)[0].key)
    assert word_of(bench.hub.verdict(saved)) == word_of(live)
    assert bench.hub.runs() == [run, saved]
    assert bench.hub.frame(book, 1) == bench.hub.frame(LIVE, 1)
    assert bench.hub.watching(saved) is None
    await bench.hub.close_book(book)
    assert bench.hub.runs() == [run]
    await bench.hub.aclose()


async def test_what_the_live_view_said_is_what_the_file_says_after_closing() -> None:
    bench = Bench(Toy())
    run, events = await streaming(bench)
    await bench.hub.record_to(PATH)
    events.send({"state": "running"})
    await bench.clock.advance(45)
    live = bench.hub.verdict(run)
    assert live.ending == "stalled"
    await bench.hub.aclose()
    later = Bench(Toy())
    later.store.files[PATH] = bench.store.files[PATH]
    book = await later.hub.open(PATH)
    assert word_of(later.hub.verdict(RunId(book, RunKey(1)))) == word_of(live)
    await later.hub.aclose()


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


async def test_in_a_saved_session_nothing_can_be_sent() -> None:
    bench = Bench(Toy())
    head = {"method": "GET", "url": "http://toy/runs/r1", "headers": {}}
    body = json.dumps({"state": "waiting"}).encode()
    frames = [
        Frame(1, 0.0, 1, Kind.REQUEST, head),
        Frame(2, 0.0, 1, Kind.RESPONSE, {"status": 200, "headers": {"content-type": "application/json"}}),
        Frame(3, 0.0, 1, Kind.DATA, {}, body),
        Frame(4, 0.0, 1, Kind.END, {"how": "eof", "by": "server"}),
    ]
    bench.store.files[PATH] = Shelf(PATH, frames)
    book = await bench.hub.open(PATH)
    (run,) = bench.hub.runs(book)
    assert [action.why_not for action in bench.hub.actions(run)] == [SAVED, "it never works"]
    with pytest.raises(Refused, match="saved session"):
        bench.hub.plan(run, "cancel", None)
    with pytest.raises(Refused, match="saved session"):
        await bench.hub.act(run, "cancel", None)
    await bench.hub.aclose()


async def test_without_its_connection_a_run_can_be_sent_nothing() -> None:
    bench = Bench(Toy())
    run, _ = await streaming(bench)
    assert [action.why_not for action in bench.hub.actions(run)] == [None, "it never works"]
    await bench.hub.disconnect(1)
    assert bench.hub.actions(run)[0].why_not == CLOSED
    assert bench.hub.connections() == []
    await bench.hub.aclose()


async def test_an_export_says_which_protocol_it_is() -> None:
    bench = Bench(Toy())
    await streaming(bench)
    await bench.hub.export(LIVE, Path("out.jsonl"), redact=False)
    ((frames, head, path, to, redact),) = bench.store.exported
    assert frames == bench.frames()
    assert (head, path, to, redact) == ({"protocol": "toy"}, Path("out.jsonl"), "wire", False)
    await bench.hub.aclose()


async def test_pasted_text_is_shown_to_every_backend() -> None:
    bench = Bench(Toy(), Toy(name="other"))
    assert [target.run for target in bench.hub.recognise("toy:r1")] == ["r1", "r1"]
    assert bench.hub.recognise("something else") == []
    await bench.hub.aclose()


async def test_the_drawing_is_the_backends() -> None:
    bench = Bench(Toy())
    run, _ = await streaming(bench)
    drawing = bench.hub.drawing(run)
    assert drawing is not None
    assert drawing.nodes == (("a", "A"),)
    assert bench.hub.loose(LIVE) == ()
    await bench.hub.aclose()


async def test_closing_leaves_no_task_no_timer_and_no_open_stream() -> None:
    bench = Bench(Toy())
    _, events = await streaming(bench)
    await bench.hub.record_to(PATH)
    await bench.hub.aclose()
    await bench.hub.aclose()
    assert len(bench.hub.tasks) == 0
    assert events.closed_by() == "client"
    assert bench.store.files[PATH].closed
    await bench.clock.advance(60)
    assert bench.clock.timers == 0
    assert isinstance(bench.hub, Hub)
