"""Opened files are read in slices, followed while they grow, exported and put together."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import REMARK, note
from inspector.domain.redactor import Redactor
from inspector.domain.remarks import comment, mark
from inspector.services import files
from inspector.services.files import SLICE, Files, OpenFile, Shift
from inspector.services.model import Account, Change
from inspector.services.tasks import Tasks
from tests.services.kit import Files as Store
from tests.services.kit import HandClock, Shelf, rest
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

PATH = Path("a.session")


class Desk:
    """The shelf on fakes."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Store()
        self.changes: list[Change] = []
        self.tasks = Tasks(lambda name, error: pytest.fail(f"{name}: {error}"))
        self.files = Files(self.store, (Toy(),), self.clock, self.tasks, self.changes.append)

    def shelf(self, *states: str) -> Shelf:
        shelf = self.store.files[PATH] = Shelf(PATH, stream(*states))
        return shelf


def stream(*states: str) -> list[Frame]:
    head = {"method": "GET", "url": "http://toy/runs/r1/stream", "headers": {}}
    frames = [Frame(1, 0.0, 1, Kind.REQUEST, head)]
    frames.append(Frame(2, 1.0, 1, Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}))
    for state in states:
        number = len(frames) + 1
        body = f"data: {json.dumps({'state': state})}\n\n".encode()
        frames.append(Frame(number, float(number), 1, Kind.DATA, {}, body))
    return frames


async def test_a_file_can_be_seen_while_it_is_read_and_is_judged_when_it_was() -> None:
    desk = Desk()
    desk.shelf(*["running"] * (2 * SLICE), "done")
    seen: list[tuple[int, int, bool]] = []
    all_ = 2 * SLICE + 3

    def progress(done: int, all_: int) -> None:
        seen.append((done, all_, desk.files.opened[2].shown().loading))

    file = await desk.files.open(2, PATH, progress)
    assert seen == [(SLICE, all_, True), (2 * SLICE, all_, True), (all_, all_, True)]
    assert not file.shown().loading
    assert file.shown().title == "a.session"
    assert file.ledger.verdict(file.ledger.run_keys()[0]).ending == "completed"
    assert desk.changes[0].kind == "books"
    await desk.files.aclose()
    assert desk.store.files[PATH].closed


async def test_other_work_goes_on_while_a_file_is_read() -> None:
    desk, turns = Desk(), []
    desk.shelf(*["running"] * (4 * SLICE))

    async def other() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    _ = desk.tasks.start("other", other())
    await desk.files.open(2, PATH)
    assert len(turns) >= 4
    await desk.tasks.aclose()


async def test_a_file_that_cannot_be_opened_leaves_nothing() -> None:
    desk = Desk()
    with pytest.raises(UserError, match="no file"):
        await desk.files.open(2, Path("missing"))
    assert desk.files.opened == {}


async def test_a_reading_that_is_stopped_closes_the_file() -> None:
    desk = Desk()
    desk.shelf(*["running"] * (4 * SLICE))
    task: asyncio.Task[OpenFile]

    def stop(done: int, all_: int) -> None:
        task.cancel()

    task = desk.tasks.start("open", desk.files.open(2, PATH, stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    await rest()
    assert desk.files.opened == {}
    assert desk.store.files[PATH].closed


async def test_a_session_that_another_process_writes_is_followed_to_its_end() -> None:
    desk = Desk()
    shelf = desk.shelf("running")
    shelf.live = True
    file = await desk.files.open(2, PATH)
    assert file.shown().live
    key = file.ledger.run_keys()[0]
    assert file.ledger.verdict(key).ending == "running"
    desk.changes.clear()
    whole = file.frames()
    before = list(whole)
    shelf.kept.append(stream("running", "waiting")[-1])
    await desk.clock.advance(0.6)
    assert (list(whole), len(whole)) == (before, len(before))
    assert len(file.frames()) == len(before) + 1
    assert file.ledger.verdict(key).ending == "waiting"
    assert [(change.kind, change.rows) for change in desk.changes] == [("rows", 1)]
    shelf.kept.append(stream("running", "waiting", "done")[-1])
    shelf.live = False
    await desk.clock.advance(0.6)
    assert file.ledger.verdict(key).ending == "completed"
    assert not file.shown().live
    assert len(desk.tasks) == 0


async def test_what_a_long_file_came_to_is_kept_and_taken_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DERIVED_FROM", 4)
    desk = Desk()
    shelf = desk.shelf("running", "done")
    first = await desk.files.open(2, PATH)
    assert first.keeper is not None
    await first.keeper
    assert set(desk.store.derived) == {PATH}
    await desk.files.close(2)
    shelf.read = 0
    desk.changes.clear()
    again = await desk.files.open(3, PATH)
    assert shelf.read == 0
    assert not again.loading
    assert again.ledger.rows.seq == first.ledger.rows.seq
    assert [again.ledger.verdict(key) for key in again.ledger.run_keys()] == [
        first.ledger.verdict(key) for key in first.ledger.run_keys()
    ]
    assert Change(3, 0, len(again.ledger.rows), frozenset(again.ledger.run_keys())) in desk.changes
    assert len(desk.tasks) == 0


async def test_what_a_long_file_came_to_is_kept_anew_once_for_several_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DERIVED_FROM", 4)
    desk = Desk()
    desk.shelf("running", "done")
    file = await desk.files.open(2, PATH)
    assert file.keeper is not None
    await file.keeper
    desk.store.derived.clear()
    for seq in (1, 2):
        desk.files.annotate(2, seq, mark((seq, 0), True))
    await rest()
    assert desk.store.derived == {}
    await desk.clock.advance(3.0)
    await file.keeper
    assert desk.store.derived[PATH]["remarks"].marks == {(1, 0), (2, 0)}
    assert len(desk.tasks) == 0


async def test_what_still_grows_or_is_short_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.shelf("running", "done")
    await desk.files.open(2, PATH)
    await rest()
    monkeypatch.setattr(files, "DERIVED_FROM", 4)
    desk.store.files[PATH].live = True
    await desk.files.open(3, PATH)
    await desk.files.aclose()
    assert desk.store.derived == {}


async def test_the_first_page_can_be_shown_before_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DERIVED_FROM", 2 * SLICE)
    desk = Desk()
    desk.shelf(*["running"] * (2 * SLICE), "done")
    seen: list[int] = []
    await desk.files.open(2, PATH, None, lambda: seen.append(len(desk.files.opened[2].ledger.rows)))
    assert len(seen) == 1
    assert 0 < seen[0] < 2 * SLICE
    await desk.files.close(2)


async def test_what_is_read_is_told_now_and_then_and_all_of_it() -> None:
    desk = Desk()
    desk.shelf(*["running"] * (5 * SLICE), "done")
    file = await desk.files.open(2, PATH)
    told = [change for change in desk.changes if change.kind == "rows" and change.rows]
    assert len(told) < 5, "the clock stood still"
    place = 0
    for change in told:
        assert change.first_row == place
        place += change.rows
    assert place == len(file.ledger.rows)
    assert frozenset().union(*(change.runs for change in told)) == set(file.ledger.run_keys())


async def test_closing_a_followed_file_ends_the_following() -> None:
    desk = Desk()
    desk.shelf("running").live = True
    await desk.files.open(2, PATH)
    await desk.files.close(2)
    assert len(desk.tasks) == 0
    assert desk.clock.timers == 0


async def test_exporting_happens_elsewhere_and_tells_how_far_it_is() -> None:
    desk, told = Desk(), []
    frames = stream("done")
    account, head = Account({"schema": 1}, "# It"), {"protocol": "toy"}
    await desk.files.export(frames, head, Path("out"), "wire", Redactor(), lambda *step: told.append(step), account)
    await rest()
    assert desk.store.exported == [(frames, head, Path("out"), "wire", True)]
    assert desk.store.told == [({"schema": 1}, "# It")]
    assert told == [(3, 3)]


async def test_what_an_export_would_take_out_is_counted_elsewhere() -> None:
    desk, told, redactor = Desk(), [], Redactor()
    frames = [*stream("done"), Frame(9, 9.0, 1, Kind.DATA, {}, b"ada@example.com")]
    await desk.files.rehearse(frames, {}, redactor, lambda *step: told.append(step), Account())
    await rest()
    assert [(one.what, one.times) for one in redactor.replaced()] == [("e-mail address", 1)]
    assert (told, desk.store.exported) == ([(4, 4)], [])


async def test_a_file_that_is_imported_stands_behind_what_was_there() -> None:
    desk, target = Desk(), Path("all.session")
    first = desk.shelf("done")
    first.protocol, first.started_ms = "toy", 5_000.0
    assert await desk.files.import_into(PATH, target, None) == (3, ())
    second = desk.shelf("running")
    remark = Frame(4, 9.0, 0, Kind.NOTE, note(REMARK, "odd", frame=2))
    second.kept.append(remark)
    second.protocol, second.started_ms, second.warnings, second.recovered = "toy", 65_000.0, ("odd",), "cut off"
    assert await desk.files.import_into(PATH, target, None) == (4, ("cut off", "odd"))
    kept = desk.store.files[target].kept
    assert [(frame.seq, frame.link, frame.at) for frame in kept[2:6]] == [
        (3, 1, 3.0),
        (4, 2, 60_000.0),
        (5, 2, 60_001.0),
        (6, 2, 60_003.0),
    ]
    assert (kept[6].link, kept[6].head["frame"]) == (0, 5)
    assert [frame.head["protocol"] for frame in kept if frame.kind is Kind.REQUEST] == ["toy", "toy"]


def test_a_log_that_does_not_tell_its_time_comes_right_behind() -> None:
    writer, log = Shelf(PATH, stream("done")), Shelf(PATH)
    assert Shift.onto(writer, log).at == 3.0


async def test_what_a_person_notes_goes_into_a_session_or_beside_it_and_into_every_export() -> None:
    desk = Desk()
    desk.shelf("done")
    file = await desk.files.open(7, PATH)
    rows, now = len(file.ledger.rows), file.ledger.now()
    assert desk.files.annotate(7, 2, comment((2, 0), "here"))
    assert (file.ledger.remarks.comments, len(file.ledger.rows), file.ledger.now()) == ({(2, 0): "here"}, rows + 1, now)
    desk.store.files[PATH].recovered = "cut off"
    assert not desk.files.annotate(7, 1, mark((1, 0), True))
    assert file.ledger.remarks.marks == {(1, 0)}
    frames = list(file.frames())
    assert [(frame.seq, frame.head.get("inspector")) for frame in frames[-2:]] == [
        (frames[-2].seq, "remark"),
        (frames[-2].seq + 1, "mark"),
    ]
    assert len(file.frames()) == len(frames)
    await desk.files.close(7)
    again = await desk.files.open(8, PATH)
    assert (again.ledger.remarks.comments, again.ledger.remarks.marks) == ({(2, 0): "here"}, {(1, 0)})
    target = Path("all.session")
    await desk.files.import_into(PATH, target, None)
    assert [frame.head.get("inspector") for frame in desk.store.files[target].kept[-2:]] == ["remark", "mark"]


async def test_what_no_file_takes_is_kept_as_long_as_the_log_is_open() -> None:
    desk = Desk()
    desk.shelf("done").full = True
    file = await desk.files.open(7, PATH)
    with pytest.raises(UserError, match="cannot be kept"):
        desk.files.annotate(7, 2, comment((2, 0), "here"))
    with pytest.raises(UserError, match="is missing"):
        desk.files.annotate(7, 99, mark((99, 0), True))
    assert (file.ledger.remarks.comments, file.ledger.remarks.marks) == ({(2, 0): "here"}, {(99, 0)})
    assert len(list(file.frames())) == len(file.log) + 2
