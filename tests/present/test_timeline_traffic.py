"""What came on each exchange, counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.events import Event
from inspector.domain.rows import Rows
from inspector.present.timeline_traffic import Traffic, counted


def test_contents_and_keep_alives_are_kept_apart_by_exchange() -> None:
    rows = Rows()
    rows.append([Event(None, 1, 0, 1.0, 1, "values", content=True), Event(None, 2, 0, 2.0, 1, ": beat")])
    traffic = Traffic(rows)
    assert (traffic.grow(), traffic.grow()) == (2, 0)
    rows.append([Event(None, 3, 0, 3.0, 2, "values", content=True), Event(None, 4, 0, 4.0, 2, "end")])
    assert traffic.grow() == 2
    assert [list(column) for column in traffic.contents([1, 2, 9])] == [[1.0], [3.0]]
    assert [list(column) for column in traffic.beats([1, 2])] == [[2.0]]


@given(st.lists(st.floats(0, 99.9), max_size=300), st.integers(1, 40))
def test_each_moment_is_counted_once(moments: list[float], bins: int) -> None:
    counts = counted([sorted(moments)], 0.0, 100.0 / bins, bins)
    assert len(counts) == bins
    assert abs(sum(counts) - len(moments)) <= 1  # the last bin may end a rounding error before 99.9
