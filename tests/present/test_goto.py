"""A frame or a time, however somebody writes it."""

from __future__ import annotations

import pytest

from inspector.domain.errors import UserError
from inspector.domain.events import Event
from inspector.domain.rows import Rows
from inspector.present.goto import Place, place_of, where

NOON = 12 * 3_600_000.0
HOUR = 3_600_000.0


def log(*entries: tuple[int, int, float]) -> Rows:
    rows = Rows()
    rows.append([Event(None, seq, part, at, 1, "event", "") for seq, part, at in entries])
    return rows


ROWS = log((2, 0, 100.0), (4, 0, 35_000.0), (4, 1, 35_000.0), (7, 0, 70_500.0), (9, 0, 200_000.0))


@pytest.mark.parametrize(
    "text, row",
    [
        *(("4", 1), ("#4", 1), (" 4.1 ", 2), ("4.7", 2), ("9", 4)),
        *(("35s", 1), ("35000ms", 1), ("1min 10.5s", 3), ("0.0003h", 1), ("0s", 0)),
        *(("12:00:35", 1), ("12:00:00", 0), ("12:01:10.500", 3), ("12:03:20", 4)),
    ],
)
def test_a_place_is_found(text: str, row: int) -> None:
    assert place_of(text, ROWS, None, NOON).row == row


def test_a_time_of_day_is_that_of_the_clock_on_the_wall() -> None:
    assert place_of("14:00:35", ROWS, None, NOON, 2 * HOUR) == Place(1)
    assert place_of("12:01", ROWS, None, NOON).row == 3
    night = log((1, 0, 0.0), (2, 0, HOUR), (3, 0, 3 * HOUR))
    assert place_of("00:30", night, None, 23 * HOUR + 1_700_000_000_000 // 86_400_000 * 86_400_000).row == 2


def test_from_here_goes_on_and_back() -> None:
    assert place_of("+35s", ROWS, 1, None) == Place(3)
    assert place_of("-35 s", ROWS, 3, None) == Place(2)
    assert place_of("−1h", ROWS, 3, None) == Place(0, "the log begins here")
    assert place_of("+1h", ROWS, 3, None) == Place(4, "the log ends here")
    assert place_of("+35s", ROWS, None, None).row == 3


def test_what_is_near_is_said_to_be_near() -> None:
    assert place_of("5", ROWS, None, None) == Place(3, "frame 5 has no row of its own: this is the next one")
    assert place_of("100s", ROWS, None, None) == Place(4, "the next one came 100.0 s later")
    assert place_of("11:59:00", ROWS, None, NOON) == Place(0, "the log begins here")
    assert place_of("12:10:00", ROWS, None, NOON) == Place(4, "the log ends here")


@pytest.mark.parametrize(
    "text, said",
    [
        *(("99", "There is no frame 99: this log has 2 to 9."), ("1", "There is no frame 1: this log has 2 to 9.")),
        *(("soon", "“soon” is no place in this log: type a frame"), ("", "Type a frame"), ("+", "“\\+” is no place")),
        *(("25:00", "“25:00” is no time of day."), ("35", "There is no frame 35"), ("3 parsecs", "is no place")),
    ],
)
def test_what_is_no_place_is_said(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        place_of(text, ROWS, None, NOON)


def test_a_log_without_a_date_has_no_time_of_day() -> None:
    with pytest.raises(UserError, match="does not tell at what time of day"):
        place_of("12:00", ROWS, None, None)
    assert place_of("0:01:10", ROWS, None, None).row == 3
    with pytest.raises(UserError, match="Nothing has been recorded yet"):
        place_of("1", Rows(), None, None)


def test_a_row_is_said_in_words() -> None:
    assert where(ROWS, 3, None, 0.0) == "#7 at 70.500 s"
    assert where(ROWS, 3, NOON, HOUR) == "#7 at 70.500 s (13:01:10.500)"
