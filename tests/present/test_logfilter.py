"""Which rows of a log are shown."""

from __future__ import annotations

from array import array
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.routine import Routine
from inspector.domain.rows import Rows
from inspector.present import logfilter
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts
from inspector.present.filter.fit import Fit
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.present.logfilter import GAP_MS, Filter, Shown, _ones, distinct, extend, stretches


def rows() -> Rows:
    found = Rows()
    found.append(
        [
            Event(RunKey(1), 1, 0, 0.0, 1, "values", "hello", True, (StatusSeen("running", "running"),)),
            Event(RunKey(2), 2, 0, 10.0, 2, "values", "other", True),
            Event(RunKey(1), 3, 0, 5_000.0, 1, ": beat"),
            Event(RunKey(1), 4, 0, GAP_MS + 1.0, 1, "updates", "world", True),
        ]
    )
    return found


def fit(text: str, log: Rows | None = None) -> Fit:
    tree = parse(text)
    assert not isinstance(tree, Problem)
    return Fit(tree, Columns(log or rows()), Facts)


def shown(wanted: Filter) -> Shown:
    found = Shown(rows(), wanted)
    found.grow()
    return found


def test_all_rows_and_the_silences_between_them() -> None:
    found = shown(Filter(run=1))
    assert [value for value in found.index if value >= 0] == [0, 2, 3]
    gaps = [value for value in found.index if value < 0]
    assert len(gaps) == 1
    length, beats = found.gap(3)
    assert (round(length), beats) == (round(GAP_MS + 1), 1)


def test_words_and_states_narrow_it_and_then_there_are_no_silences() -> None:
    assert list(shown(Filter(fit=fit("world"))).index) == [3]
    assert list(shown(Filter(state="running")).index) == [0]
    assert len(shown(Filter(fit=fit("nowhere")))) == 0


def test_it_grows_with_the_log_and_finds_lines() -> None:
    source = rows()
    found = Shown(source, Filter(fit=fit("o", source)))
    assert found.grow() == len(found)
    before = len(found)
    source.append([Event(None, 9, 0, 99_000.0, 1, "more")])
    assert found.grow() == 1
    assert found.index[found.find(4)] == 4
    assert len(found) == before + 1


def test_since_when_it_is_silent_at_the_tail_is_known_where_all_of_a_run_is_shown() -> None:
    log = Rows()
    said = [(1, 1_000.0, 1, "values"), (2, 2_000.0, 2, "values"), (3, 3_000.0, 1, ": ping")]
    log.append([Event(RunKey(run), seq, 0, at, 1, name, "", name == "values") for seq, at, run, name in said])
    shown = {run: Shown(log, Filter(run)) for run in (0, 1, 2, 3)}
    for each in shown.values():
        each.grow()
    assert {run: each.silent() for run, each in shown.items()} == {
        0: (2_000.0, 0),
        1: (1_000.0, 1),
        2: (2_000.0, 0),
        3: None,
    }
    some = Shown(log, Filter(fit=fit("values", log)))
    some.grow()
    assert some.silent() is None
    assert list(shown[0].gaps()) == []


def test_what_was_found_holds_for_the_same_filter_until_two_runs_turn_out_to_be_one() -> None:
    merged: dict[int, int] = {}

    def same(key: int) -> int:
        return merged.get(key, key)

    found = Shown(rows(), Filter(run=1), same)
    found.grow()
    assert found.holds(Filter(run=1), same)
    assert not found.holds(Filter(run=1), int)
    assert not found.holds(Filter(), same)
    assert not found.holds(Filter(run=1, between=(0.0, 1.0)), same)
    merged[2] = 1
    assert not found.holds(Filter(run=1), same)


def test_what_was_found_does_not_hold_where_an_exchange_failed_that_was_left_out_as_routine() -> None:
    without = Filter(without=Routine())
    found = Shown(rows(), without)
    found.grow()
    assert found.holds(without, int)
    assert without.without is not None
    without.without.failures += 1
    assert not found.holds(without, int)


MASKS = st.one_of(
    st.binary(max_size=200).map(lambda raw: bytes(byte < 12 for byte in raw)),
    st.lists(st.tuples(st.sampled_from(b"\0\1"), st.integers(0, 300)), max_size=6).map(
        lambda parts: b"".join(bytes([fits]) * length for fits, length in parts)
    ),
)


@given(MASKS, st.integers(0, 9))
def test_rows_are_leapt_to_or_gone_through_all_the_same(mask: bytes, first: int) -> None:
    assert list(_ones(mask, first)) == [first + place for place, fits in enumerate(mask) if fits]


@given(st.lists(st.integers(0, 700), max_size=4), st.lists(st.integers(0, 50), max_size=3))
def test_numbers_that_count_on_are_put_at_the_end_like_any_other(lengths: list[int], others: list[int]) -> None:
    index, plain, start = array("i", others), list(others), 0
    for length in lengths:
        start += 1_000_000
        extend(index, range(start, start + length))
        plain += range(start, start + length)
        extend(index, array("i", others))
        plain += others
    assert list(index) == plain


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 300)), max_size=8), st.integers(0, 9), st.sampled_from("BHIq")
)
def test_where_a_key_gives_way_to_another_is_found_in_columns_of_any_width(
    parts: list[tuple[int, int]], most: int, width: str
) -> None:
    keys = array(width, [key for key, count in parts for _ in range(count)])
    ends, end = [], 0
    for key, group in groupby(keys):
        end += len(list(group))
        ends.append((key, end))
    assert list(stretches(keys, most)) == ends[:most]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logfilter, "PIECE", most)
        assert distinct(keys) == set(keys)


SAID = st.tuples(
    st.integers(1, 4),  # run
    st.sampled_from([0.0, 1.0, GAP_MS / 3, GAP_MS - 1, GAP_MS, 2 * GAP_MS]),  # after the one before
    st.sampled_from(["values", "values", "values", ": ping", "200"]),
)


def plainly(log: Rows, run: int, same: dict[int, int]) -> tuple[list[int], dict[int, tuple[float, int]]]:
    """The lines of a run (0 = all), one row after the other."""
    lines: list[int] = []
    gaps: dict[int, tuple[float, int]] = {}
    last: dict[int, float] = {}
    beats: dict[int, int] = {}
    for row in range(len(log)):
        key = same.get(log.run[row], log.run[row])
        if run not in (0, key):
            continue
        if not log.content[row]:
            beats[key] = beats.get(key, 0) + log.name(row).startswith(":")
        else:
            if key in last and log.at[row] - last[key] >= GAP_MS:
                gaps[row] = log.at[row] - last[key], beats.get(key, 0)
                lines.append(-row - 1)
            last[key], beats[key] = log.at[row], 0
        lines.append(row)
    return lines, gaps


@given(st.lists(st.lists(SAID, max_size=12), max_size=5), st.integers(0, 4), st.sampled_from([1, 3, 4_096]))
def test_silences_are_found_in_pieces_as_they_are_row_by_row(
    batches: list[list[tuple[int, float, str]]], run: int, piece: int
) -> None:
    log, same, seq, at = Rows(), {3: 2}, 0, 0.0
    run = same.get(run, run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logfilter, "PIECE", piece)
        found = Shown(log, Filter(run), lambda key: same.get(key, key))
        for batch in batches:
            events = []
            for key, after, name in batch:
                seq, at = seq + 1, at + after
                events.append(Event(RunKey(key), seq, 0, at, 1, name, "", name == "values"))
            log.append(events)
            found.grow()
            lines, gaps = plainly(log, run, same)
            assert list(found.index) == lines
            assert {row: found.gap(row) for row in found.gaps()} == gaps
            assert found.silences == len(gaps)


class Odd(Routine):
    """Every row of an odd frame is routine."""

    def mask(self, rows: Rows, first: int, end: int) -> bytes:
        return bytes(seq % 2 for seq in rows.seq[first:end])


def test_what_is_routine_is_left_out_and_counted_but_for_what_is_kept() -> None:
    log, odd = rows(), Odd()
    log.append([Event(RunKey(2), 5, 0, GAP_MS + 20.0, 2, "run", "", True), Event(None, 7, 0, 2 * GAP_MS, 0, "note")])
    found = Shown(log, Filter(without=odd))
    assert found.grow() == 2
    assert (list(found.index), found.left_out) == ([1, 3], 4)
    log.append([Event(RunKey(2), 9, 0, 3 * GAP_MS, 2, "run"), Event(RunKey(2), 10, 0, 3 * GAP_MS, 2, "run", "", True)])
    assert found.grow() == 2
    assert (list(found.index), found.left_out) == ([1, 3, -8, 7], 5)
    kept = Shown(log, Filter(2, without=odd, kept=frozenset({5})))
    kept.grow()
    assert (list(kept.index), kept.left_out) == ([1, -5, 4, -8, 7], 1)
    assert not kept.wanted.narrow
    typed = Shown(log, Filter(fit=fit("event == run", log), without=odd))
    typed.grow()
    assert (list(typed.index), typed.left_out) == ([7], 2), "only what would have been shown is counted"
