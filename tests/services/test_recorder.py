"""Frames get their number and time, are safe before they are handed on, and a full disk loses none silently."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.services import recorder as module
from inspector.services.recorder import Recorder
from tests.services.kit import HandClock, Shelf, rest

pytestmark = pytest.mark.anyio


class Desk:
    """A recorder and what it told."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.batches: list[list[Frame]] = []
        self.troubles: list[str | None] = []
        self.safe: list[int] = []
        self.file: Shelf | None = None
        self.recorder = Recorder(self.clock, self._grown, self.troubles.append)

    def _grown(self, frames: Sequence[Frame]) -> None:
        self.batches.append(list(frames))
        if self.file is not None:
            self.safe.append(self.file.last_seq)

    def to_file(self, name: str = "a.session") -> Shelf:
        self.file = Shelf(Path(name))
        self.recorder.record_to(self.file)
        return self.file

    def texts(self) -> list[object]:
        return [frame.head.get("text") for batch in self.batches for frame in batch]


async def test_frames_are_numbered_and_stamped_when_they_come_and_handed_on_in_batches() -> None:
    desk = Desk()
    number, record = desk.recorder.link({"protocol": "toy"})
    record(Kind.REQUEST, {"method": "GET"}, b"")
    await desk.clock.advance(0.01)
    record(Kind.DATA, {}, b"x")
    assert desk.batches == []
    await desk.clock.advance(0.05)
    assert [[(f.seq, f.at, f.link) for f in batch] for batch in desk.batches] == [[(1, 0.0, number), (2, 10.0, number)]]
    assert desk.batches[0][0].head == {"protocol": "toy", "method": "GET"}


async def test_no_batch_waits_longer_than_50_ms() -> None:
    desk = Desk()
    _, record = desk.recorder.link()
    for _ in range(100):
        record(Kind.DATA, {}, b"x")
        await desk.clock.advance(0.01)
    waits = [desk.batches[n][-1].at - batch[0].at for n, batch in enumerate(desk.batches)]
    assert max(waits) <= 50
    assert len(desk.batches) < 25


async def test_a_batch_that_is_full_does_not_wait() -> None:
    desk = Desk()
    _, record = desk.recorder.link()
    for _ in range(module.BATCH - 1):
        record(Kind.DATA, {}, b"x")
    await rest()
    assert desk.batches == []
    record(Kind.DATA, {}, b"x")
    await desk.clock.advance(0)
    assert sum(len(batch) for batch in desk.batches) == module.BATCH


async def test_what_takes_long_to_fold_leaves_the_loop_to_others_in_between() -> None:
    class Slow(Desk):
        def _grown(self, frames: Sequence[Frame]) -> None:
            super()._grown(frames)
            self.turn += len(frames)
            self.clock.seconds += module.SLICE_S

        turn = 0

    desk, turns = Slow(), []

    def other() -> None:
        turns.append(desk.turn)
        desk.turn = 0
        if turns[-1] or len(turns) == 1:
            desk.clock.call_at(desk.clock.now(), other)

    desk.to_file()
    streams = [desk.recorder.link()[1] for _ in range(2)]
    for number in range(3 * module.BATCH):
        streams[number % 2](Kind.DATA, {}, b"%d" % number)
    desk.clock.call_at(desk.clock.now(), other)
    await desk.clock.advance(1)
    assert set(turns[1:-1]) == {module.SLICE}
    assert [frame.body for batch in desk.batches for frame in batch] == [b"%d" % n for n in range(3 * module.BATCH)]
    assert desk.safe == [*[module.BATCH] * 15, *[2 * module.BATCH] * 15, *[3 * module.BATCH] * 15]


async def test_chunks_of_one_stream_go_together_as_far_as_they_are_small() -> None:
    desk = Desk()
    _, record = desk.recorder.link()
    for size in (10, 10, module.SLICE_BYTES, 10, 10):
        record(Kind.DATA, {}, bytes(size))
    await desk.clock.advance(1)
    assert [len(batch) for batch in desk.batches] == [3, 2]


async def test_all_is_handed_on_at_once_where_somebody_asks_for_it() -> None:
    desk = Desk()
    _, record = desk.recorder.link()
    for _ in range(module.BATCH + 1):
        record(Kind.DATA, {}, b"x")
    desk.recorder.flush()
    desk.recorder.flush()
    assert [len(batch) for batch in desk.batches] == [module.BATCH + 1]


async def test_a_batch_is_on_disk_before_it_is_shown() -> None:
    desk = Desk()
    desk.to_file()
    desk.recorder.note({"text": "one"})
    await desk.clock.advance(0.06)
    desk.recorder.note({"text": "two"})
    desk.recorder.flush()
    assert desk.safe == [1, 2]


async def test_time_is_noted_while_a_link_is_open_and_only_then() -> None:
    desk = Desk()
    _, record = desk.recorder.link()
    await desk.clock.advance(20)
    assert desk.batches == []
    record(Kind.REQUEST, {}, b"")
    await desk.clock.advance(16)
    ticks = [f.at for batch in desk.batches for f in batch if f.head.get("inspector") == "tick"]
    assert ticks == [25_000.0, 30_000.0, 35_000.0]
    record(Kind.DATA, {}, b"x")
    await desk.clock.advance(4)
    assert len([f for batch in desk.batches for f in batch]) == 5
    record(Kind.END, {}, b"")
    count = desk.clock.timers
    await desk.clock.advance(30)
    assert len([f for batch in desk.batches for f in batch]) == 6
    assert count >= 1
    assert desk.clock.timers == 0


async def test_a_full_disk_is_told_once_and_nothing_is_lost() -> None:
    desk = Desk()
    file = desk.to_file()
    file.full = True
    for n in range(3):
        desk.recorder.note({"text": str(n)})
        await desk.clock.advance(0.06)
    assert len(desk.troubles) == 1
    assert "no room" in str(desk.troubles[0])
    assert desk.texts() == ["0", "1", "2"]
    assert file.kept == []
    file.full = False
    await desk.clock.advance(3)
    assert [frame.head["text"] for frame in file.kept] == ["0", "1", "2"]
    assert desk.troubles[-1] is None


async def test_beyond_the_bound_it_says_that_nothing_more_is_kept_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BOUND", 1000)
    desk = Desk()
    file = desk.to_file()
    file.full = True
    for n in range(6):
        desk.recorder.note({"text": str(n)})
        await desk.clock.advance(0.06)
    assert len(desk.troubles) == 2
    assert "not kept" in str(desk.troubles[1])
    assert desk.texts() == [str(n) for n in range(6)]
    assert file.pending == 2
    with pytest.raises(KeyError):
        desk.recorder.frame(5)
    file.full = False
    await desk.clock.advance(3)
    assert [frame.head["text"] for frame in file.kept] == ["0", "1", "entries 3 to 6 were not kept: the disk was full"]
    desk.recorder.note({"text": "again"})
    await desk.clock.advance(0.06)
    assert file.kept[-1].head["text"] == "again"


async def test_without_a_file_it_is_kept_in_memory_and_goes_to_the_file_that_comes_later() -> None:
    desk = Desk()
    desk.recorder.note({"text": "early"})
    assert desk.recorder.frame(1).head["text"] == "early"
    first = desk.to_file("a.session")
    desk.recorder.note({"text": "late"})
    desk.recorder.flush()
    assert [frame.head["text"] for frame in first.kept] == ["early", "late"]
    second = desk.to_file("b.session")
    assert [frame.head["text"] for frame in second.kept] == ["early", "late"]
    assert first.closed
    assert [frame.seq for frame in desk.recorder.frames()] == [1, 2]


async def test_a_file_that_takes_nothing_leaves_all_as_it_was() -> None:
    desk = Desk()
    desk.recorder.note({"text": "early"})
    file = Shelf(Path("full.session"))
    file.full = True
    with pytest.raises(Exception, match="no room"):
        desk.recorder.record_to(file)
    assert file.closed
    assert desk.recorder.file is None
    assert desk.recorder.frame(1).head["text"] == "early"


async def test_hanging_up_records_that_time_passed_but_not_that_we_left() -> None:
    desk = Desk()
    file = desk.to_file()
    harmless, record = desk.recorder.link()
    harmful, other = desk.recorder.link()
    record(Kind.REQUEST, {}, b"")
    other(Kind.REQUEST, {}, b"")
    desk.recorder.hang_up([harmful])
    record(Kind.END, {}, b"")
    other(Kind.END, {}, b"")
    desk.recorder.note({"text": "a last word"})
    desk.recorder.flush()
    assert [(frame.kind, frame.link) for frame in file.kept] == [
        (Kind.REQUEST, harmless),
        (Kind.REQUEST, harmful),
        (Kind.NOTE, 0),
        (Kind.END, harmful),
        (Kind.NOTE, 0),
    ]
    desk.recorder.close()


async def test_closing_writes_what_is_left_with_the_time_and_takes_no_more() -> None:
    desk = Desk()
    file = desk.to_file()
    _, record = desk.recorder.link()
    record(Kind.REQUEST, {}, b"")
    await desk.clock.advance(1)
    desk.recorder.close()
    record(Kind.DATA, {}, b"late")
    assert [(frame.kind, frame.at) for frame in file.kept] == [(Kind.REQUEST, 0.0), (Kind.NOTE, 1000.0)]
    assert file.closed
    assert desk.clock.timers == 0
