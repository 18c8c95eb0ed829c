"""What is kept of exchanges that were let go."""

from __future__ import annotations

import pickle

from inspector.domain.bygone import Called, Exchanges, Stream, Streams
from inspector.domain.frames import Frame, Kind
from inspector.domain.link import Condition, Link


def link(number: int, gaps: tuple[tuple[float, float, int], ...] = (), end: float | None = 90_000.0) -> Link:
    one = Link(number, "toy", gaps=list(gaps))
    head = {"method": "GET", "url": f"http://x/{number % 2}", "connection": "c"}
    one.see(Frame(1, 1_000.0, number, Kind.REQUEST, head))
    one.see(Frame(2, 2_000.0, number, Kind.RESPONSE, {"status": 200}))
    if end is not None:
        one.see(Frame(9, end, number, Kind.END, {"how": "cut", "by": "server"}))
    return one


def test_of_every_exchange_it_is_known_what_was_called() -> None:
    gone = Exchanges()
    for number in range(1, 5):
        gone.add(link(number))
    told = {number: Called("toy", "c", "GET", f"http://x/{number % 2}", 200) for number in range(1, 5)}
    assert dict(gone) == told
    assert dict(pickle.loads(pickle.dumps(gone))) == told
    assert len(gone) == 4


def test_a_stream_is_seen_as_it_went_and_an_open_one_up_to_now() -> None:
    over = Stream.of(link(7))
    assert (over.condition, over.first, over.last, over.open, over.ok) == (Condition.BROKEN, 1, 9, False, True)
    assert (over.opened_at, over.headers_at, over.quiet_at, over.until) == (1_000.0, 2_000.0, 2_000.0, 90_000.0)
    going = Stream.of(link(7, end=None), 50_000.0, 30_000.0)
    assert (going.condition, going.open, going.until) == (Condition.SILENT, True, 50_000.0)


def test_silences_are_counted_from_a_limit_on_and_the_longest_is_told() -> None:
    streams = Streams()
    streams.add(Stream.of(link(1, ((3_000.0, 9_000.0, 2), (20_000.0, 60_000.0, 5)))))
    other = Streams()
    other.add(Stream.of(link(2, ((10_000.0, 50_000.0, 1), (60_000.0, 70_000.0, 0)))))
    streams.merge(other)
    assert streams.silent(30_000.0) == (2, (10_000.0, 50_000.0, 1)), "the first of two that are as long"
    assert streams.silent(5_000.0)[0] == 4
    assert streams.silent(40_001.0) == (0, None)
    assert [one.number for one in streams.gone] == [1, 2]
