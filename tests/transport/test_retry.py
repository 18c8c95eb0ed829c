from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from inspector.transport.retry import Retry, retry_after

DATE = "Sat, 21 Nov 2026 04:00:00 GMT"


def retry(rng: float = 1.0, tries: int = 3) -> Retry:
    return Retry(tries=tries, first=0.3, most=5.0, patience=10.0, rng=lambda: rng)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 409, 422, 500])
def test_an_answer_is_an_answer(status: int) -> None:
    assert retry().pause(1, status, {}, transient=False) is None


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_later_means_later(status: int) -> None:
    assert retry().pause(1, status, {}, transient=False) == 0.3


def test_a_failure_on_the_way_may_pass() -> None:
    assert retry().pause(1, 0, {}, transient=True) == 0.3
    assert retry().pause(1, 0, {}, transient=False) is None


def test_the_pause_doubles_up_to_a_limit() -> None:
    pauses = [retry(tries=99).pause(made, 503, {}, transient=False) for made in range(1, 8)]
    assert pauses == pytest.approx([0.3, 0.6, 1.2, 2.4, 4.8, 5.0, 5.0])


def test_jitter_takes_the_whole_range() -> None:
    assert retry(rng=0.0).pause(2, 503, {}, transient=False) == 0.0
    assert retry(rng=0.5).pause(2, 503, {}, transient=False) == pytest.approx(0.3)


def test_three_tries_are_enough() -> None:
    assert retry().pause(2, 503, {}, transient=False) is not None
    assert retry().pause(3, 503, {}, transient=False) is None


def test_the_servers_wish_is_honoured_up_to_our_patience() -> None:
    assert retry().pause(1, 503, {"retry-after": "7"}, transient=False) == 7.0
    assert retry().pause(1, 429, {"retry-after-ms": "250"}, transient=False) == 0.25
    assert retry().pause(1, 429, {"retry-after": "11"}, transient=False) is None


def test_a_wish_without_a_reason_counts_for_nothing() -> None:
    assert retry().pause(1, 0, {"retry-after": "7"}, transient=True) == 0.3


@pytest.mark.parametrize("value", ["", "soon", "-1", "inf", "nan", "Sat, 99 Foo 2026"])
def test_a_wish_that_cannot_be_read_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}) is None


def test_a_date_is_read_against_the_servers_own_clock() -> None:
    assert retry_after({"date": DATE, "retry-after": "Sat, 21 Nov 2026 04:00:05 GMT"}) == 5.0
    assert retry_after({"date": DATE, "retry-after": "Sat, 21 Nov 2026 03:00:00 GMT"}) == 0.0


def test_a_date_without_the_servers_clock_is_read_against_ours() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    seconds = retry_after({"retry-after": soon})
    assert seconds is not None
    assert 50 < seconds <= 100
