"""What a person notes about a recording is there again, in the file or beside it; nothing that came is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.remarks import comment, mark
from inspector.store.database import beside
from inspector.store.reader import SessionReader
from inspector.store.remarks import annotate, asides
from inspector.store.session import SessionWriter
from inspector.store.settings import HOME

FRAMES = [Frame(n, n * 10.0, 1, Kind.DATA, {}, b"data: %d\n\n" % n) for n in range(1, 6)]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    monkeypatch.setenv(HOME, str(place))
    return place


def recorded(path: Path) -> Path:
    with SessionWriter.create(path, {}, 0.0) as writer:
        writer.append(FRAMES)
    return path


def test_a_session_takes_it_itself_while_it_is_open_and_time_stands_still(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.session")
    with SessionReader(path) as reader:
        assert annotate(path, reader.frame(2), comment((2, 0), "here it hangs"), whole=True)
        assert annotate(path, reader.frame(3), mark((3, 0), True), whole=True)
        added = reader.more()
        assert [(frame.seq, frame.at, frame.kind) for frame in added] == [(6, 50.0, Kind.NOTE), (7, 50.0, Kind.NOTE)]
        assert (added[0].head["text"], added[1].head["on"]) == ("here it hangs", True)
        assert reader.frame(5) == FRAMES[4]
    assert beside(path) == []
    with SessionReader(path) as reader:
        assert list(reader)[:5] == FRAMES
        assert (len(reader), reader.recovered) == (7, None)
        assert asides(path, reader.frame) == []


def test_evidence_of_others_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "curl.txt"
    path.write_bytes(b"data: 1\n\n")
    told = path.stat()
    frames = {frame.seq: frame for frame in FRAMES}
    assert not annotate(path, frames[1], comment((1, 0), "«here»"), whole=True)
    assert not annotate(path, frames[2], mark((2, 0), True), whole=True)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (b"data: 1\n\n", told.st_mtime_ns)
    assert asides(path, frames.__getitem__) == [comment((1, 0), "«here»"), mark((2, 0), True)]
    frames[1] = Frame(1, 0.0, 1, Kind.DATA, {}, b"data: another file in its place\n\n")
    assert asides(path, frames.__getitem__) == [mark((2, 0), True)]
    del frames[2]
    assert asides(path, frames.__getitem__) == []


def test_a_session_that_is_being_written_or_was_cut_off_is_left_as_it_is(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}, 0.0) as writer:
        writer.append(FRAMES)
        assert not annotate(path, FRAMES[0], comment((1, 0), "while it is written"), whole=True)
    assert not annotate(path, FRAMES[1], comment((2, 0), "cut off"), whole=False)
    assert not annotate(path, FRAMES[1], comment((2, 0), "what is apart stays the newest"), whole=True)
    with SessionReader(path) as reader:
        assert len(reader) == 5
        assert [head["text"] for head in asides(path, reader.frame)] == [
            "while it is written",
            "cut off",
            "what is apart stays the newest",
        ]
    (kept,) = (home / "remarks").iterdir()
    kept.write_bytes(b'{"check": 1\n[]\n\xff\n' + kept.read_bytes()[:-9])
    with SessionReader(path) as reader:
        assert [head["text"] for head in asides(path, reader.frame)] == ["while it is written", "cut off"]


def test_where_it_cannot_be_kept_somebody_is_told(tmp_path: Path, home: Path) -> None:
    home.write_text("in the way")
    with pytest.raises(UserError, match="cannot be kept in"):
        annotate(tmp_path / "a.sse", FRAMES[0], comment((1, 0), "lost?"), whole=True)
