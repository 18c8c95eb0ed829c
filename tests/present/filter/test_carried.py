"""Text and patterns in events that are cut across chunks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.batch import Batch
from inspector.domain.frames import Frame, Kind
from inspector.present.filter import carried
from inspector.present.filter.carried import MOST, Asked, Carried, rest


def chunks(*bodies: bytes, link: int = 1) -> list[Frame]:
    return [Frame(seq, 0.0, link, Kind.DATA, {}, body) for seq, body in enumerate(bodies, 1)]


def word(text: str, piece: int = 100) -> Looking:
    return Looking(lambda content: text.encode() in content, piece)


class Looking:
    """Goes through frames in batches of so many."""

    def __init__(self, holds: Asked, piece: int = 100, may: Asked | None = None) -> None:
        self.piece = piece
        self.carried = Carried(holds, may or holds)

    def fits(self, frames: Sequence[Frame]) -> list[bool]:
        found: list[bool] = []
        for first in range(0, len(frames), self.piece):
            part = frames[first : first + self.piece]
            fitting = list(self.carried.fitting(Batch.of(part)))
            assert fitting == sorted(fitting)
            found += [place in fitting for place in range(len(part))]
        return found


END = Frame(99, 0.0, 1, Kind.END, {"how": "eof"})


@pytest.mark.parametrize("piece", [1, 2, 100])
def test_text_that_is_cut_fits_where_it_is_whole_and_on_to_the_end_of_its_event(piece: int) -> None:
    frames = chunks(b"data: a time", b"out", b" of it", b"\n\ndata: b\n\n", b"data: c\n\n")
    assert word("timeout", piece).fits([*frames, END]) == [False, True, True, True, False, False]


def test_exchanges_that_go_on_beside_each_other_are_kept_apart() -> None:
    first, other = chunks(b"data: time", b"out\n\n"), chunks(b"data: x", b"out\n\n", link=2)
    beside = [first[0], other[0], other[1], first[1]]
    assert word("timeout").fits(beside) == [False, False, False, True]


def test_what_never_became_whole_fits_at_the_end_of_its_exchange() -> None:
    looking = word("timeout")
    assert looking.fits([*chunks(b'{"error": "tim', b'eout"}'), END]) == [False, True, True]
    assert looking.fits([END]) == [False]


def test_what_came_long_ago_in_a_large_event_is_remembered() -> None:
    frames = chunks(b"data: timeout", *[b"x" * MOST] * 3, b"\n\n", b"data: y\n\n")
    assert word("timeout").fits(frames) == [True] * 5 + [False]


kinds = st.sampled_from((*[Kind.DATA] * 9, Kind.END, Kind.SOCKET))
pieces = st.lists(st.text("ab\n\r", max_size=5).map(str.encode), max_size=40)


def plainly(frames: Sequence[Frame], asked: Asked) -> list[bool]:
    """A look at the bytes of each frame behind all those of its event."""
    found, came = [], dict[int, bytes]()
    for frame in frames:
        before = re.split(rb"\n\n|\r\n\r\n|\r\r", came.get(frame.link, b""))[-1]
        stream = frame.kind in (Kind.DATA, Kind.END)
        found.append(asked(before + frame.body if stream else frame.body))
        if frame.kind is Kind.DATA:
            came[frame.link] = came.get(frame.link, b"") + frame.body
        elif frame.kind is Kind.END:
            came.pop(frame.link, None)
    return found


@given(pieces, st.lists(st.tuples(st.integers(1, 2), kinds)), st.data())
def test_frames_that_are_passed_over_are_those_that_do_not_fit(
    bodies: list[bytes], others: list[tuple[int, Kind]], data: st.DataObject
) -> None:
    several = [*others, *[(1, Kind.DATA)] * len(bodies)]
    frames = [
        Frame(seq, 0.0, link, kind, {}, body)
        for seq, (body, (link, kind)) in enumerate(zip(bodies, several, strict=False), 1)
    ]
    wanted = data.draw(st.sampled_from((b"ab", b"aab", b"a\n", b"\r")))
    size = data.draw(st.integers(1, 50))

    def asked(content: bytes) -> bool:
        return wanted in content

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carried, "FEW", data.draw(st.integers(1, 4)))
        patch.setattr(carried, "PARTS", 2)
        assert Looking(asked, size).fits(frames) == plainly(frames, asked)
        assert Looking(asked, size, lambda content: True).fits(frames) == plainly(frames, asked)


@given(st.text("a\n\r").map(str.encode))
def test_what_stands_behind_the_last_event(content: bytes) -> None:
    assert rest(content) == re.split(rb"\n\n|\r\n\r\n|\r\r", content)[-1]
