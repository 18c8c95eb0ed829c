from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.present import times


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"),
        (-5, "0 ms"),
        (412, "412 ms"),
        (1000, "1.0 s"),
        (9_940, "9.9 s"),
        (9_960, "10 s"),
        (41_200, "41 s"),
        (60_000, "1 min"),
        (192_000, "3 min 12 s"),
        (7_500_000, "2 h 5 min"),
        (7_200_000, "2 h"),
        (90_000_000, "1 d 1 h"),
        (172_800_000, "2 d"),
    ],
)
def test_a_span_has_the_two_units_that_matter(ms: float, text: str) -> None:
    assert times.span(ms) == text


@pytest.mark.parametrize(("ms", "text"), [(400, "0.4s"), (41_000, "41.0s"), (61_000, "1:01"), (3_725_000, "1:02:05")])
def test_a_clock_counts(ms: float, text: str) -> None:
    assert times.clock(ms) == text


@given(st.floats(0, 59_000))
def test_a_clock_is_as_wide_after_a_tenth_as_before(ms: float) -> None:
    assert len(times.clock(ms)) == (4 if round(ms / 1000, 1) < 10 else 5)


def test_log_times() -> None:
    assert times.since_start(1204.4) == "1.204"
    assert times.since_start(3_723_204) == "1:02:03.204"
    assert times.difference(3) == "+0.003"
    assert times.difference(192_000) == "+3 min 12 s"
    assert times.difference(-20) == "−0.020"


def test_time_of_day_knows_its_zone() -> None:
    assert times.time_of_day(1_795_222_805_594, 0) == "01:00:05.594"
    assert times.time_of_day(1_795_222_805_594, 3_600_000) == "02:00:05.594"
    assert times.time_of_day(0, -3_600_000) == "23:00:00.000"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (4_120, "4.1 kB"), (12_000, "12 kB"), (10_400_000, "10 MB")]
)
def test_sizes(count: int, text: str) -> None:
    assert times.size(count) == text
