"""Two clocks that lie to each other somehow."""

from __future__ import annotations

from inspector.protocols.agents_sdk.clock import WallClock

DAY = 1_700_000_000_000.0


def test_without_a_report_nothing_is_known() -> None:
    assert WallClock().log_time(DAY) is None
    clock = WallClock()
    clock.tell(10.0, [])
    assert clock.log_time(DAY) is None


def test_the_shortest_delay_between_moment_and_report_is_believed() -> None:
    clock = WallClock()
    clock.tell(5_000.0, [DAY, DAY + 1_000])  # reported 4 s late
    assert clock.log_time(DAY + 1_000) == 5_000.0
    clock.tell(8_010.0, [DAY + 8_000])  # 10 ms late
    assert clock.log_time(DAY + 1_000) == 1_010.0
    clock.tell(20_000.0, [DAY + 12_000])  # late again: nothing learnt
    assert clock.log_time(DAY + 1_000) == 1_010.0
    assert clock.log_time(None) is None


def test_a_clock_that_was_set_is_believed_anew() -> None:
    clock = WallClock()
    clock.tell(0.0, [DAY])
    clock.tell(1_000.0, [DAY - 3_600_000])
    assert clock.log_time(DAY - 3_600_000) == 1_000.0
