"""Which rows of a log are shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.rows import Rows
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts
from inspector.present.filter.fit import Fit
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.present.logfilter import GAP_MS, Filter, Shown, _ones


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


@given(st.binary(max_size=200).map(lambda raw: bytes(byte < 12 for byte in raw)), st.integers(0, 9))
def test_rows_are_leapt_to_or_gone_through_all_the_same(mask: bytes, first: int) -> None:
    assert list(_ones(mask, first)) == [first + place for place, fits in enumerate(mask) if fits]
