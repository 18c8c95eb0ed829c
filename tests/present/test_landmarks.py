"""Rows to go to, among those that are shown."""

from __future__ import annotations

import random
from array import array

from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.rows import Rows
from inspector.present.landmarks import (
    Changes,
    Visible,
    both,
    cells_of,
    cells_with,
    flags_of,
    following,
    preceding,
)


def told(seq: int, state: str = "", run: int = 1) -> Event:
    facts = (StatusSeen(state, state),) if state else ()
    return Event(RunKey(run), seq, 0, float(seq), 1, "event", "", facts=facts)


def test_the_next_and_the_last_are_found_around_the_ends() -> None:
    flags = bytes([0, 1, 0, 1, 0])
    assert following(flags, -1) == (1, False, 1, 2)
    assert following(flags, 1) == (3, False, 2, 2)
    assert following(flags, 3) == (1, True, 1, 2)
    assert preceding(flags, 3) == (1, False, 1, 2)
    assert preceding(flags, 1) == (3, True, 2, 2)
    assert preceding(flags, 0) == (3, True, 2, 2)
    assert following(bytes(4), 0) is None
    assert preceding(b"", 0) is None


def test_a_state_that_is_told_again_is_no_change_of_state() -> None:
    rows = Rows()
    changes = Changes(rows, lambda key: 1 if key == 3 else key)
    rows.append([told(1), told(2, "queued"), told(3, "running"), told(4, "queued", run=2), told(5, "running")])
    assert list(changes.grow()) == [0, 1, 1, 1, 0]
    rows.append([told(6, "running", run=3), told(7, "done", run=3), told(8, "queued", run=2)])
    assert list(changes.grow()) == [0, 1, 1, 1, 0, 0, 1, 0]


def test_frames_are_found_by_their_rows() -> None:
    rows = Rows()
    rows.append([told(2), told(2), told(5)])
    assert list(flags_of(rows, [2, 4])) == [1, 0, 1]
    assert list(flags_of(rows, [9])) == [0, 0, 0]


def test_what_is_shown_is_known_however_the_lines_grow() -> None:
    dice = random.Random(3)
    for _ in range(40):
        visible, index, shown = Visible(), array("q"), set[int]()
        rows = 0
        for _ in range(4):
            end, keep = rows + dice.randrange(200), dice.choice([0.02, 0.5, 1.0])
            for row in range(rows, end):
                if dice.random() < keep:
                    if dice.random() < 0.1:
                        index.append(-(row + 1))
                    index.append(row)
                    shown.add(row)
            rows = end
            flags = visible.grow(index, rows)
            assert [row for row in range(rows) if flags[row]] == sorted(shown)
            assert len(flags) == rows


def test_rows_that_have_both_are_joined() -> None:
    assert both(bytes([1, 1, 0, 0]), bytearray([1, 0, 1])) == bytes([1, 0, 0])


def test_a_million_lines_fall_into_as_many_parts_as_there_are_pixels() -> None:
    index = array("q", range(1_000_000))
    flags = bytearray(1_000_000)
    for row in (0, 499_999, 500_000, 999_999):
        flags[row] = 1
    cells = cells_of(index, 1_000_000, 400)
    assert (len(cells), cells[0], cells[-1]) == (401, 0, 1_000_000)
    flags[999_998] = 1
    assert cells_with(flags, cells) == {0: 1, 199: 1, 200: 1, 399: 2}


def test_few_lines_are_a_part_each_and_a_silence_has_one_too() -> None:
    index = array("q", [3, -8, 7, 9])
    flags = bytearray(12)
    flags[7] = 1
    assert cells_with(flags, cells_of(index, 12, 400)) == {1: 1, 2: 1}
    assert cells_with(flags, cells_of(array("q"), 12, 400)) == {}
