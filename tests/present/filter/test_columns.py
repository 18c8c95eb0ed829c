"""What filters work out of rows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from inspector.domain.batch import Batch
from inspector.domain.events import Event, RunKey
from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.present.filter import columns
from inspector.present.filter.columns import Columns, Question, Scan, Spacing, direction
from inspector.present.filter.facts import Facts


def row(run: int, seq: int, at: float, content: bool = True) -> Event:
    return Event(RunKey(run), seq, 0, at, 1, "x" if content else ": beat", "", content)


def test_times_between_rows_are_those_within_a_run_and_grow_with_the_log() -> None:
    rows = Rows()
    columns = Columns(rows)
    rows.append([row(1, 1, 0.0), row(2, 2, 10.0), row(1, 3, 30.0, content=False)])
    assert [math.isnan(gap) for gap in columns.gaps(0, 3)] == [True, True, False]
    rows.append([row(1, 4, 50.0), row(2, 5, 60.0)])
    assert list(columns.gaps(2, 5)) == [30.0, 20.0, 50.0]
    assert list(columns.silences(3, 5)) == [50.0, 50.0]
    assert math.isnan(columns.silences(2, 3)[0])
    assert columns.run_keys() == {0, 1, 2}
    assert [columns.gap(each) for each in (2, 3, 4)] == [30.0, 20.0, 50.0]
    assert math.isnan(columns.gap(1))


def test_two_runs_that_turn_out_to_be_one_are_measured_anew() -> None:
    rows = Rows()
    rows.append([row(1, 1, 0.0), row(2, 2, 10.0)])
    columns = Columns(rows)
    assert math.isnan(columns.gaps(1, 2)[0])
    columns.facts = Facts(same=lambda key: min(key, 1))
    assert list(columns.gaps(1, 2)) == [10.0]
    assert columns.gap(1) == 10.0


@pytest.mark.parametrize("content", [False, True])
def test_the_time_between_many_rows_is_measured_step_by_step(monkeypatch: pytest.MonkeyPatch, content: bool) -> None:
    monkeypatch.setattr(columns, "STEP", 3)
    monkeypatch.setattr(columns, "AT_ONCE", 2)
    rows, asked = Rows(), Spacing(content)
    rows.append([row(1 + seq % 2, seq, 10.0 * seq, content=seq % 3 > 0) for seq in range(1, 9)])
    by_steps, at_once = Columns(rows), Columns(rows)
    assert not by_steps.known(asked)
    turns = iter([False, True])
    assert by_steps.go_on(asked, lambda: next(turns), 0) == 3 / 8
    assert not by_steps.known(asked)
    assert by_steps.go_on(asked, lambda: False, 0) == 1.0
    assert by_steps.known(asked)
    told = [(each.silences if content else each.gaps)(0, 8) for each in (by_steps, at_once)]
    assert str(told[0]) == str(told[1])  # NaN is no equal of itself
    assert [str(at_once.gap(each)) for each in range(8)] == [str(each) for each in at_once.gaps(0, 8)]


def test_frames_are_gone_through_once_for_each_question() -> None:
    frames = [Frame(seq, 0.0, 1, Kind.DATA, {}, b"x" * seq) for seq in range(1, 5)]
    asked: list[int] = []

    def batches(after: int) -> Iterator[Batch]:
        asked.append(after)
        return (Batch.of([frame]) for frame in frames if frame.seq > after)

    asking = Columns(Rows(), Facts(batches=batches))
    large = Question("large", lambda batch: [place for place, size in enumerate(batch.sizes) if size > 2])
    assert not asking.known(large)
    assert [list(asking.scan(large, lambda: True).found) for _ in range(2)] == [[], []]
    assert list(asking.scan(large, lambda: True).found) == [3]
    assert not asking.known(large)
    assert list(asking.scan(large).found) == [3, 4]
    assert asking.known(large)
    frames.append(Frame(5, 0.0, 1, Kind.DATA, {}, b"xxxxx"))
    assert list(asking.scan(large).found) == [3, 4, 5]
    assert asked == [0, 1, 2, 3, 4]


def test_the_rows_of_few_frames_and_of_many_are_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, scan = Rows(), Scan()
    rows.append([Event(RunKey(1), seq, part, 0.0, 1, "x", "") for seq in (2, 3, 5, 9) for part in range(seq % 3 + 1)])
    scan.found.extend([1, 3, 5, 12])
    for share in (0, 1000):
        monkeypatch.setattr(columns, "FEW", share)
        assert list(scan.mask(rows, 0, len(rows))) == [rows.seq[row] in (3, 5) for row in range(len(rows))]
        assert scan.mask(rows, 4, 6) == scan.mask(rows, 0, len(rows))[4:6]


def test_the_way_of_a_frame() -> None:
    assert [direction(Kind.SOCKET, {"dir": "out"}), direction(Kind.DATA, {}), direction(Kind.NOTE, {})] == [
        *("out", "in", "")
    ]
