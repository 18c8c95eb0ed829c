"""Frames in columns."""

from __future__ import annotations

import pytest

from inspector.domain import batch as batches
from inspector.domain.batch import Batch, Span, batched
from inspector.domain.frames import Frame, Kind


def frame(seq: int, link: int = 1, kind: Kind = Kind.DATA, body: bytes = b"", **head: object) -> Frame:
    return Frame(seq, 0.0, link, kind, head, body)


SOME = [frame(2, kind=Kind.REQUEST, url="/"), frame(3, body=b"ab"), frame(5), frame(6, body=b"c"), frame(9, link=2)]


def test_what_the_columns_tell_of_a_frame() -> None:
    batch = Batch.of(SOME)
    assert [batch.body(place) for place in range(len(batch))] == [b"", b"ab", b"", b"c", b""]
    assert (batch.seqs, batch.heads) == ([2, 3, 5, 6, 9], {0: {"url": "/"}})


def test_frames_of_one_exchange_and_kind_behind_each_other_are_a_span() -> None:
    spans = [Span(0, 1, 1, Kind.REQUEST), Span(1, 4, 1, Kind.DATA), Span(4, 5, 2, Kind.DATA)]
    assert Batch.of(SOME).spans() == spans
    assert Batch.of([]).spans() == []


@pytest.mark.parametrize(("after", "last"), [(0, 9), (2, 9), (3, 5), (4, 8), (9, 9), (0, 1)])
def test_a_part_of_them_is_as_if_the_others_were_not_there(after: int, last: int) -> None:
    part, plain = Batch.of(SOME).between(after, last), Batch.of([each for each in SOME if after < each.seq <= last])
    for column in Batch.__slots__:
        assert getattr(part, column) == getattr(plain, column), column


def test_single_frames_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MANY", 2)
    assert [batch.seqs for batch in batched(SOME)] == [[2, 3], [5, 6], [9]]
