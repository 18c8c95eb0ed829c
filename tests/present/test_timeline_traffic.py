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


def test_only_the_time_that_is_shown_is_read_and_another_time_is_added() -> None:
    rows = Rows()
    rows.append([row(seq, 1, ": beat" if seq % 3 == 0 else "values") for seq in range(1, 10)])
    for spans in ([(4, 6)], [(4, 6), (4, 8)], [(4, 6), (2, 7)], [(4, 6), (1, 2)], [(2, 8), (4, 6)]):
        traffic = Traffic(rows)
        for start, end in spans:
            traffic.grow([1], start, end)
            inside = [at for column in traffic.contents([1]) for at in column if start <= at <= end]
            assert inside == [at for at in rows.at if start <= at <= end and at % 3]
            beats = [at for column in traffic.beats([1]) for at in column if start <= at <= end]
            assert beats == [at for at in rows.at if start <= at <= end and not at % 3]


@given(st.lists(st.floats(0, 99.9), max_size=300), st.integers(1, 40))
def test_each_moment_is_counted_once(moments: list[float], bins: int) -> None:
    counts = counted([sorted(moments)], 0.0, 100.0 / bins, bins)
    assert len(counts) == bins
    assert abs(sum(counts) - len(moments)) <= 1  # the last bin may end a rounding error before 99.9
