"""Some exchanges of a log as a log of its own."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.domain.batch import Batch
from inspector.domain.excerpt import Excerpt
from inspector.domain.findings import Finding, Severity
from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import JOURNAL, TICK, WATCH, note
from inspector.domain.remarks import Remarks, comment, mark

LOG = [
    Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": "/a"}),
    Frame(2, 0.0, 2, Kind.REQUEST, {"method": "GET", "url": "/b"}),
    Frame(3, 1.0, 0, Kind.NOTE, note(TICK, "")),
    Frame(4, 2.0, 2, Kind.DATA, {}, b"x"),
    Frame(5, 2.0, 0, Kind.NOTE, mark((4, 1), True)),
    Frame(6, 2.0, 0, Kind.NOTE, comment((1, 0), "about the other")),
    Frame(7, 2.0, 0, Kind.NOTE, note(WATCH, "", run="ours")),
    Frame(8, 2.0, 0, Kind.NOTE, note(JOURNAL, "", run="another", plan=["secret"])),
    Frame(9, 3.0, 1, Kind.END, {"how": "eof"}),
]


def test_whole_exchanges_stay_with_what_is_said_about_them() -> None:
    part = Excerpt(LOG, {2}, {"ours"})
    kept = list(part)
    assert [(frame.seq, frame.at, frame.link, frame.kind) for frame in kept] == [
        (1, 0.0, 2, Kind.REQUEST),
        (2, 1.0, 0, Kind.NOTE),
        (3, 2.0, 2, Kind.DATA),
        (4, 2.0, 0, Kind.NOTE),
        (5, 2.0, 0, Kind.NOTE),
    ]
    assert kept[3].head["frame"] == 3
    assert kept[4].head["run"] == "ours"
    assert len(part) == len(kept) == len(list(part))
    assert "secret" not in str(kept)


def test_findings_are_told_by_the_new_numbers() -> None:
    part = Excerpt(LOG, {2}, ())
    (found,) = part.found([Finding("stream.cut", Severity.ERROR, (1, 4), {})])
    assert found.frames == (3,)
    assert part.places([2, 9]) == (1,)


def test_remarks_are_too() -> None:
    told = Remarks()
    told.take(mark((4, 1), True))
    told.take(comment((1, 0), "about the other"))
    told.take(comment((2, 0), "here"))
    kept = Excerpt(LOG, {2}, ()).remarks(told)
    assert (kept.marks, kept.comments) == ({(3, 1)}, {(1, 0): "here"})


class Columns(list[Frame]):
    """A log that keeps its frames in columns."""

    def batches(self, after: int) -> Iterator[Batch]:
        rest = [frame for frame in self if frame.seq > after]
        return (Batch.of(rest[first : first + 2]) for first in range(0, len(rest), 2))


def test_a_log_in_columns_gives_the_same() -> None:
    for links in (set[int](), {1}, {2}, {1, 2}):
        assert list(Excerpt(Columns(LOG), links, {"ours"})) == list(Excerpt(LOG, links, {"ours"}))
