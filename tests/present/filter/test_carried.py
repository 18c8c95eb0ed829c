"""Text and patterns in events that are cut across chunks."""

from __future__ import annotations

from inspector.domain.frames import Frame, Kind
from inspector.present.filter.carried import MOST, Carried
from inspector.present.search import Needle


def chunks(*bodies: bytes, link: int = 1) -> list[Frame]:
    return [Frame(seq, 0.0, link, Kind.DATA, {}, body) for seq, body in enumerate(bodies, 1)]


def word(text: str) -> Carried:
    return Carried(lambda content: text.encode() in content, Needle(text))


END = Frame(99, 0.0, 1, Kind.END, {"how": "eof"})


def test_text_that_is_cut_fits_where_it_is_whole_and_on_to_the_end_of_its_event() -> None:
    carried = word("timeout")
    frames = chunks(b"data: a time", b"out", b" of it", b"\n\ndata: b\n\n", b"data: c\n\n")
    assert [carried.fits(frame) for frame in frames] == [False, True, True, True, False]
    assert not carried.fits(END)


def test_exchanges_that_go_on_beside_each_other_are_kept_apart() -> None:
    carried = word("timeout")
    first, other = chunks(b"data: time", b"out\n\n"), chunks(b"data: x", b"out\n\n", link=2)
    beside = [first[0], other[0], other[1], first[1]]
    assert [carried.fits(frame) for frame in beside] == [False, False, False, True]


def test_what_never_became_whole_fits_at_the_end_of_its_exchange() -> None:
    carried = word("timeout")
    assert [carried.fits(frame) for frame in (*chunks(b'{"error": "tim', b'eout"}'), END)] == [False, True, True]
    assert not carried.fits(END)


def test_what_came_long_ago_in_a_large_event_is_remembered() -> None:
    carried = word("timeout")
    frames = chunks(b"data: timeout", *[b"x" * MOST] * 3, b"\n\n", b"data: y\n\n")
    assert [carried.fits(frame) for frame in frames] == [True] * 5 + [False]


def test_pieces_of_a_log_are_left_out_only_where_no_half_of_it_can_be_in_them() -> None:
    carried = word("timeout")
    assert not carried.may_hold(b"nothing of that")
    assert carried.may_hold(b"in time")
    for frame in chunks(b"data: timeou"):
        carried.fits(frame)
    assert carried.may_hold(b"t\n\n")
    for frame in chunks(b"", b"t"):
        carried.fits(frame)
    assert carried.may_hold(b"what ends the event")
    assert Carried(lambda content: False).may_hold(b"whatever a pattern may fit")
