"""What came on each exchange, counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.events import Event
from inspector.domain.rows import Rows
from inspector.present.timeline_traffic import Traffic, counted


def row(seq: int, link: int, name: str = "values") -> Event:
    return Event(None, seq, 0, float(seq), link, name, content=name == "values")


def test_contents_and_keep_alives_are_kept_apart_by_exchange() -> None:
    rows = Rows()
    traffic = Traffic(rows)
    traffic.grow([1, 2])
    rows.append([row(1, 1), row(2, 2), row(3, 1, ": beat"), row(4, 2), row(5, 2), row(6, 1), row(7, 1, "end")])
    traffic.grow([1])
    assert [list(column) for column in traffic.contents([1, 2, 9])] == [[1.0, 6.0]]
    rows.append([row(8, 1), row(9, 2, ": beat"), row(10, 2, "end")])
    for _ in range(2):
        traffic.grow([1, 2, 9])
        assert [list(column) for column in traffic.contents([1, 2, 9])] == [[1.0, 6.0, 8.0], [2.0, 4.0, 5.0]]
        assert [list(column) for column in traffic.beats([1, 2])] == [[3.0], [9.0]]


@given(st.lists(st.floats(0, 99.9), max_size=300), st.integers(1, 40))
def test_each_moment_is_counted_once(moments: list[float], bins: int) -> None:
    counts = counted([sorted(moments)], 0.0, 100.0 / bins, bins)
    assert len(counts) == bins
    assert abs(sum(counts) - len(moments)) <= 1  # the last bin may end a rounding error before 99.9
