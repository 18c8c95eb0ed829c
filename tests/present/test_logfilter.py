"""Which rows of a log are shown."""

from __future__ import annotations

from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.rows import Rows
from inspector.present.logfilter import GAP_MS, Filter, Shown


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
    assert list(shown(Filter(words=("world",))).index) == [3]
    assert list(shown(Filter(state="running")).index) == [0]
    assert len(shown(Filter(words=("nowhere",)))) == 0


def test_it_grows_with_the_log_and_finds_lines() -> None:
    source = rows()
    found = Shown(source, Filter(words=("o",)))
    assert found.grow() == len(found)
    before = len(found)
    source.append([Event(None, 9, 0, 99_000.0, 1, "more")])
    assert found.grow() == 1
    assert found.index[found.find(4)] == 4
    assert len(found) == before + 1
