"""What filters work out of rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from inspector.domain.events import Event, RunKey
from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.present.filter.columns import Columns, Question, direction
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


def test_two_runs_that_turn_out_to_be_one_are_measured_anew() -> None:
    rows = Rows()
    rows.append([row(1, 1, 0.0), row(2, 2, 10.0)])
    columns = Columns(rows)
    assert math.isnan(columns.gaps(1, 2)[0])
    columns.facts = Facts(same=lambda key: min(key, 1))
    assert list(columns.gaps(1, 2)) == [10.0]


def test_frames_are_gone_through_once_for_each_question() -> None:
    frames = [Frame(seq, 0.0, 1, Kind.DATA, {}, b"x" * seq) for seq in range(1, 5)]
    asked: list[int] = []

    def stretches(after: int, may_hold: Callable[[bytes], bool]) -> Iterator[tuple[int, Iterable[Frame]]]:
        asked.append(after)
        yield frames[-1].seq, [frame for frame in frames if frame.seq > after]

    columns = Columns(Rows(), Facts(stretches=stretches))
    large = Question("large", lambda frame: len(frame.body) > 2)
    assert not columns.scanned(large)
    assert [columns.scan(large, lambda: True).found for _ in range(2)] == [set(), set()]
    assert columns.scan(large, lambda: True).found == {3}
    assert not columns.scanned(large)
    assert columns.scan(large).found == {3, 4}
    assert columns.scanned(large)
    frames.append(Frame(5, 0.0, 1, Kind.DATA, {}, b"xxxxx"))
    assert columns.scan(large).found == {3, 4, 5}
    assert asked == [0, 1, 2, 3, 4]


def test_the_way_of_a_frame() -> None:
    out = Frame(1, 0.0, 1, Kind.SOCKET, {"dir": "out"})
    assert [direction(frame) for frame in (out, Frame(2, 0.0, 1, Kind.DATA), Frame(3, 0.0, 0, Kind.NOTE))] == [
        *("out", "in", "")
    ]
