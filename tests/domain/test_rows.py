"""Rows in columns."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain import rows as columns
from inspector.domain.events import Event, RunKey, StatusSeen, Stretch
from inspector.domain.rows import AT_A_TIME, NARROW, Codes, Rows, extended

TEXTS = st.text(max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from([None, 1, 2])), max_size=30))
def test_cells_come_back_as_they_went_in(cells: list[tuple[str, str, int | None]]) -> None:
    rows = Rows()
    events = [
        Event(None if run is None else RunKey(run), seq, 0, seq * 1.5, 1, name, text, True, (StatusSeen(name, name),))
        for seq, (name, text, run) in enumerate(cells, 1)
    ]
    assert rows.append(events[:10]) + rows.append(events[10:]) == len(rows) == len(cells)
    for row, (name, text, run) in enumerate(cells):
        assert (rows.name(row), rows.state(row), rows.run[row]) == (name, name, run or 0)
        assert rows.text(row) == text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@given(st.lists(TEXTS, min_size=1, max_size=9))
def test_a_stretch_is_as_many_rows(texts: list[str]) -> None:
    numbers = range(7, 7 + len(texts))
    events = [
        Event(RunKey(2), seq, 1, seq * 1.5, 3, "piece", text, True) for seq, text in zip(numbers, texts, strict=True)
    ]
    stretch = Stretch(RunKey(2), 3, "piece", numbers, [1] * len(texts), [seq * 1.5 for seq in numbers], texts, ())
    other = Event(None, 1, 0, 0.0, 1, "x", "y")
    one, many = Rows(), Rows()
    assert one.append([other, *events, other]) == many.append([other, stretch, other]) == len(texts) + 2
    for row in range(len(one)):
        a, b = (
            [rows.seq[row], rows.part[row], rows.at[row], rows.link[row], rows.run[row], rows.content[row]]
            for rows in (one, many)
        )
        assert [*a, one.name(row), one.state(row), one.text(row)] == [
            *b,
            many.name(row),
            many.state(row),
            many.text(row),
        ]


def test_a_frame_is_found_or_the_next_one_that_has_a_row() -> None:
    rows = Rows()
    rows.append([Event(None, seq, part, 0.0, 1, "x") for seq, part in ((2, 0), (2, 1), (5, 0))])
    assert [rows.find_seq(seq) for seq in (1, 2, 3, 5, 6)] == [0, 0, 2, 2, None]


def test_a_row_without_a_state_has_none() -> None:
    rows = Rows()
    rows.append([Event(None, 1, 0, 0.0, 1, "x")])
    assert rows.state(0) == ""
    assert not rows.content[0]


@given(
    st.lists(st.one_of(st.integers(0, 9), st.integers(NARROW - 2, NARROW + 3)), max_size=60),
    st.sets(st.one_of(st.integers(0, 9), st.integers(NARROW - 2, NARROW + 3)), max_size=4),
    st.integers(0, 60),
)
def test_codes_are_found_however_many_there_are(codes: list[int], wanted: set[int], first: int) -> None:
    column = Codes()
    column.extend(codes[:3])
    column.extend(codes[3:])
    first = min(first, len(codes))
    assert list(column.wide) == codes
    assert list(column.among(wanted, first, len(codes))) == [code in wanted for code in codes[first:]]


@given(st.lists(st.integers(250, 2_000), max_size=60), st.lists(st.integers(0, 59), max_size=9), st.integers(0, 9))
def test_codes_of_two_bytes_are_found_however_many_are_wanted(codes: list[int], places: list[int], other: int) -> None:
    wanted = {code for place, code in enumerate(codes) if place in places} | {other, 256}
    for pairs in (0, 16):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(columns, "PAIRS", pairs)
            column = Codes()
            column.extend(codes)
            assert list(column.among(wanted, 0, len(codes))) == [code in wanted for code in codes]
            assert list(column.among(set(codes), 0, len(codes))) == [True] * len(codes)


@given(st.lists(st.lists(st.one_of(st.integers(0, 300), st.integers(-3, 1 << 40)), max_size=5), max_size=8))
def test_a_column_is_as_wide_as_its_numbers_need(parts: list[list[int]]) -> None:
    column = array("B")
    for part in parts:
        column = extended(column, part)
    numbers = [number for part in parts for number in part]
    assert list(column) == numbers
    assert column.itemsize == 1 or not all(0 <= number < 256 for number in numbers)


def test_what_no_column_holds_is_refused_and_spoils_nothing() -> None:
    column = array("B", [1])
    with pytest.raises(OverflowError):
        extended(column, [2, 1 << 70])
    assert list(column) == [1]


def test_rows_are_chosen_by_name_by_state_and_by_run() -> None:
    rows = Rows()
    rows.append([Event(RunKey(1), 1, 0, 0.0, 1, "values", facts=(StatusSeen("running", "running"),))])
    rows.append([Event(None, 2, 0, 0.0, 1, ": beat"), Event(RunKey(2), 3, 0, 0.0, 1, "values")])
    assert list(rows.named(lambda name: name == "values", 0, 3)) == [1, 0, 1]
    assert list(rows.stated(bool, 0, 3)) == [1, 0, 0]
    assert list(rows.of_runs({0, 2}, 0, 3)) == [0, 1, 1]
    assert rows.words() == ({"values", ": beat"}, {"running"})


@given(
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=20),
    st.text(max_size=3),
    st.integers(0, 20),
    st.sampled_from([1, 3, AT_A_TIME]),
)
def test_words_are_found_in_texts_alone_or_in_all_that_a_row_tells(
    cells: list[tuple[str, str, str]], word: str, first: int, at_a_time: int
) -> None:
    rows, word, first = Rows(), word.lower(), min(first, len(cells))
    rows.append([Event(None, 1, 0, 0.0, 1, n, t, False, (StatusSeen(s, s),)) for n, s, t in cells])
    texts = [rows.text(row).lower() for row in range(len(rows))]
    if word.isascii():  # then only such letters are the same in both cases
        texts = ["".join(c.lower() if c.isascii() else c for c in rows.text(row)) for row in range(len(rows))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "AT_A_TIME", at_a_time)
        assert list(rows.saying(word, first, len(rows))) == [word in text for text in texts[first:]]
    told = [f"{rows.name(row)}\0{rows.state(row)}".lower() for row in range(len(rows))]
    wanted = [word in text or word in other for text, other in zip(texts, told, strict=True)][first:]
    assert "\0" in word or list(rows.holding(word, first, len(rows))) == wanted
