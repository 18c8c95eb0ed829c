from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store import database, schema
from inspector.store.session import BULK, FOLD_BYTES, FOLD_FRAMES, SessionReader, SessionWriter
from tests.store.samples import python, some_frames

RECORD = """
    import sys
    from pathlib import Path
    from inspector.store.session import SessionWriter
    from tests.store.samples import some_frames
    writer = SessionWriter.create(Path(sys.argv[1]), {"label": "to be killed"})
    frames = some_frames(40000)
    size = int(sys.argv[2])
    for start in range(0, len(frames), size):
        writer.append(frames[start : start + size])
        print(writer.last_seq, flush=True)
"""


def read(path: Path) -> list[Frame]:
    with SessionReader(path) as reader:
        assert reader.recovered is None
        return list(reader.frames())


def rows(path: Path) -> list[tuple[int, int, int]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT first, n, packed FROM block ORDER BY first").fetchall()


@pytest.mark.parametrize("batch", (1, 7, 333, BULK, FOLD_FRAMES, 5000))
def test_what_was_appended_is_read_back_and_the_file_stands_alone(tmp_path: Path, batch: int) -> None:
    path, frames = tmp_path / "a.session", some_frames(4500 if batch > 1 else 300)
    with SessionWriter.create(path, {"wire": 1, "label": "x"}, started_ms=123.5) as writer:
        for start in range(0, len(frames), batch):
            writer.append(frames[start : start + batch])
        assert (writer.last_seq, writer.last_at) == (frames[-1].seq, frames[-1].at)
        assert writer.last_link == max(frame.link for frame in frames)
        assert writer.started_ms == 123.5
    assert read(path) == frames
    assert list(tmp_path.iterdir()) == [path]
    with SessionReader(path) as reader:
        assert reader.head == {"wire": 1, "label": "x"}
        assert (reader.started_ms, len(reader), reader.live) == (123.5, len(frames), False)


@pytest.mark.parametrize("name", ("ä ö.session", "100%25 #1?.session", "a'b", "no ending"))
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for part in range(2):
        with SessionWriter.create(path, {}) if part == 0 else SessionWriter.append_to(path) as writer:
            writer.append(some_frames(5, after=part * 5))
            with SessionReader(path) as reader:
                assert len(reader) == (part + 1) * 5
    assert read(path) == some_frames(10)
    assert list(tmp_path.iterdir()) == [path]


def test_a_stranger_who_locks_the_file_does_not_stop_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
            stranger.execute("BEGIN IMMEDIATE")
            with pytest.raises(
                UserError, match=r"^a\.session cannot be written \(database is locked\): 5 entries wait"
            ):
                writer.append(some_frames(5))
        writer.append([])
    assert read(path) == some_frames(5)


def test_raw_rows_are_folded_into_compressed_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        for start in range(0, FOLD_FRAMES + 200, 100):
            writer.append(some_frames(100, after=start))
        assert rows(path) == [(1, FOLD_FRAMES, 1), (FOLD_FRAMES + 1, 100, 0), (FOLD_FRAMES + 101, 100, 0)]
    assert rows(path) == [(1, FOLD_FRAMES, 1), (FOLD_FRAMES + 1, 200, 1)]


def test_large_bodies_are_folded_by_their_size(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    frames = [Frame(seq, 0.0, 1, Kind.DATA, {}, bytes(FOLD_BYTES // 4)) for seq in range(1, 10)]
    with SessionWriter.create(path, {}) as writer:
        for frame in frames:
            writer.append([frame])
        assert rows(path) == [(1, 4, 1), (5, 4, 1), (9, 1, 0)]
    assert read(path) == frames


def test_a_ten_megabyte_event_is_an_entry_like_any_other(tmp_path: Path) -> None:
    frames = [*some_frames(3), Frame(4, 50.0, 1, Kind.DATA, {}, b"data: " + b"0123456789" * 1_000_000)]
    with SessionWriter.create(tmp_path / "a.session", {}) as writer:
        writer.append(frames)
    assert read(tmp_path / "a.session") == frames


def test_a_session_is_continued_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    for part in range(4):
        writer = SessionWriter.create(path, {}) if part == 0 else SessionWriter.append_to(path)
        assert writer.last_seq == part * 700
        assert writer.last_link == max((frame.link for frame in some_frames(part * 700)), default=0)
        with writer:
            writer.append(some_frames(700, after=part * 700))
    assert read(path) == some_frames(2800)


def test_numbers_may_have_gaps_but_never_fall(tmp_path: Path) -> None:
    frames = [Frame(seq, 0.0, 1, Kind.DATA) for seq in (3, 4, 9)]
    with SessionWriter.create(tmp_path / "a.session", {}) as writer:
        writer.append(frames)
        with pytest.raises(ValueError, match="frame 9 comes after frame 9"):
            writer.append(frames[-1:])
    assert read(tmp_path / "a.session") == frames


def test_the_writer_gives_back_what_it_wrote(tmp_path: Path) -> None:
    frames = some_frames(FOLD_FRAMES * 2 + 50)
    with SessionWriter.create(tmp_path / "a.session", {}) as writer:
        for start in range(0, len(frames), 50):
            writer.append(frames[start : start + 50])
        for seq in (1, 1999, 2000, 2001, 4000, 4001, 4050):
            assert writer.frame(seq) == frames[seq - 1]
        for seq in (0, 4051):
            with pytest.raises(KeyError):
                writer.frame(seq)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    for name, content in (("a.session", b"a text of somebody else"), ("b.db", None)):
        path = tmp_path / name
        if content is None:
            SessionWriter.create(path, {}).close()
        else:
            path.write_bytes(content)
        before = path.read_bytes()
        with pytest.raises(UserError, match=rf"^{path.name} exists already and is left as it is"):
            SessionWriter.create(path, {})
        assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.session", "b.db"]


def test_places_where_no_session_can_be(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        SessionWriter.create(tmp_path, {})
    with pytest.raises(UserError, match="There is no folder"):
        SessionWriter.create(tmp_path / "gone" / "a.session", {})
    with pytest.raises(UserError, match="There is no file"):
        SessionWriter.append_to(tmp_path / "a.session")
    assert list(tmp_path.iterdir()) == []


def test_only_a_whole_session_is_continued(tmp_path: Path) -> None:
    whole, cut, text, foreign = (tmp_path / name for name in ("whole.session", "cut.session", "a.txt", "foreign.db"))
    with SessionWriter.create(whole, {}) as writer:
        writer.append(some_frames(300))
    cut.write_bytes(whole.read_bytes()[:-2000])
    text.write_text("some text\n" * 100)
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE mine(a)")
    for path, why in (
        (cut, "is damaged and cannot be continued"),
        (text, "is not a session"),
        (foreign, "is a database of another program"),
    ):
        before = path.read_bytes()
        with pytest.raises(UserError, match=why):
            SessionWriter.append_to(path)
        assert path.read_bytes() == before


def test_a_session_in_use_takes_no_second_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        writer.append(some_frames(3))
        with pytest.raises(UserError, match="is being recorded by another window"):
            SessionWriter.append_to(path)
        with pytest.raises(UserError, match="is being recorded by another window"):
            SessionWriter.create(path, {})
        writer.append(some_frames(3, after=3))
    assert read(path) == some_frames(6)


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, connections, connect = tmp_path / "a.session", [], database.connect_writer

    def connect_small(where: Path) -> sqlite3.Connection:
        db = connect(where)
        db.execute("PRAGMA max_page_count = 20")
        connections.append(db)
        return db

    monkeypatch.setattr(database, "connect_writer", connect_small)
    writer = SessionWriter.create(path, {})
    writer.append(some_frames(5))
    for start in (5, 205):
        with pytest.raises(
            UserError, match=rf"^The disk has no room for a\.session: {start + 195} entries wait in memory"
        ):
            writer.append(some_frames(200, after=start, size=1500))
    assert writer.pending == 400
    assert writer.frame(405).seq == 405
    with pytest.raises(UserError):
        writer.close()
    connections[0].execute("PRAGMA max_page_count = 1000000")
    writer.append([])
    assert writer.pending == 0
    writer.close()
    assert read(path) == [*some_frames(5), *some_frames(400, after=5, size=1500)]


@contextmanager
def small_files() -> Iterator[None]:
    """No file may grow beyond 60,000 bytes."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_disk_that_fails_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    writer = SessionWriter.create(path, {})
    writer.append(some_frames(5))
    why = r"^a\.session cannot be written \(disk I/O error\): 300 entries wait"
    with small_files(), pytest.raises(UserError, match=why):
        writer.append(some_frames(300, after=5, size=400))
    writer.append(some_frames(5, after=305, size=400))
    writer.close()
    assert read(path) == [*some_frames(5), *some_frames(305, after=5, size=400)]


def test_giving_up_leaves_what_could_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    writer = SessionWriter.create(path, {})
    writer.append(some_frames(5))
    with small_files():
        with pytest.raises(UserError):
            writer.append(some_frames(300, after=5, size=400))
        writer.close(give_up=True)
    with SessionReader(path) as reader:
        assert list(reader.frames()) == some_frames(5)


@pytest.mark.parametrize("size, batches", ((1, 40), (50, 3), (300, 9), (2500, 2), (2500, 6)))
def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path, size: int, batches: int) -> None:
    path = tmp_path / "a.session"
    with python(RECORD, path, size) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(batches)]
        child.kill()
        told += [int(line) for line in child.stdout]
    with SessionReader(path) as reader:
        assert reader.recovered is not None
        assert reader.recovered.startswith(
            f"The recording stopped without being closed; all {len(reader):,} entries up to"
        )
        assert not reader.live
        frames = list(reader.frames())
    assert told[-1] <= len(frames) <= told[-1] + size
    assert frames == some_frames(len(frames))
    # Whoever reads it first makes it one file again, and whoever continues it needs nothing else.
    assert not path.with_name("a.session-wal").exists()
    with SessionWriter.append_to(path) as writer:
        writer.append(some_frames(10, after=writer.last_seq))
    assert read(path) == some_frames(len(frames) + 10)


KILLED = """
    import os, sys
    from pathlib import Path
    from inspector.store.session import SessionWriter
    from tests.store.samples import some_frames
    frames = some_frames(60000)
    for line in sys.stdin:
        path, size = line.rsplit(" ", 1)
        child = os.fork()
        if child == 0:
            told = os.open(path + ".told", os.O_WRONLY | os.O_CREAT)
            writer = SessionWriter.create(Path(path), {})
            for start in range(0, len(frames), int(size)):
                writer.append(frames[start : start + int(size)])
                os.write(told, f"{writer.last_seq:8}".encode())
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)
"""
KILLS = int(os.environ.get("KILLS", "10"))
"""How often a writer is killed; a hundred take about half a minute."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")
def test_kills_at_random_moments_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    random = Random()
    with python(KILLED) as forker, python(RECORD, tmp_path / "load.session", 50) as load:
        assert forker.stdin is not None
        assert forker.stdout is not None
        assert load.stdout is not None
        for number in range(KILLS):
            path = tmp_path / f"{number}.session"
            told, size = path.with_name(path.name + ".told"), random.choice((1, 3, 20, 120, 700, 2500))
            forker.stdin.write(f"{path} {size}\n")
            forker.stdin.flush()
            child, enough = int(forker.stdout.readline()), random.randrange(1, min(200, 50_000 // size)) * 8
            while not told.exists() or told.stat().st_size < enough:
                load.stdout.readline()
            for _ in range(random.randrange(2000)):
                told.exists()  # so that it dies anywhere between two acknowledgements
            os.kill(child, signal.SIGKILL)
            assert forker.stdout.readline() == "ended\n"
            acknowledged = int(told.read_bytes()[-8:])
            with SessionReader(path) as reader:
                frames = list(reader)
            assert acknowledged <= len(frames) <= acknowledged + size
            assert frames == some_frames(len(frames))
            path.unlink()
        load.kill()
        forker.stdin.close()
        forker.wait(60)


def test_a_file_that_vanished_is_told_and_what_comes_waits(tmp_path: Path) -> None:
    path, away = tmp_path / "a.session", tmp_path / "b.session"
    writer = SessionWriter.create(path, {})
    writer.append(some_frames(5))
    path.rename(away)
    with pytest.raises(UserError, match=r"^a\.session is gone from its folder: 3 entries wait in memory"):
        writer.append(some_frames(3, after=5))
    assert (writer.pending, writer.frame(7)) == (3, some_frames(8)[6])
    path.write_bytes(b"another file")
    with pytest.raises(UserError, match="is gone"):
        writer.append(())
    path.unlink()
    away.rename(path)
    writer.append(some_frames(1, after=8))
    writer.close()
    assert read(path) == some_frames(9)


FORMATS = Path(__file__).parents[1] / "recordings" / "formats"


@pytest.mark.parametrize("number", range(1, schema.FORMAT + 1))
def test_a_file_of_every_format_that_was_released_is_opened(number: int, tmp_path: Path) -> None:
    kept = FORMATS / f"format-{number}.session"
    path = tmp_path / kept.name
    path.write_bytes(kept.read_bytes())
    with SessionReader(path) as reader:
        assert (reader.head, reader.started_ms, reader.recovered) == (
            {"label": "kept for ever"},
            1_790_000_000_000.0,
            None,
        )
        assert list(reader) == some_frames(2600)
    with SessionWriter.append_to(path) as writer:
        writer.append(some_frames(5, after=2600))
    assert read(path) == some_frames(2605)


def test_a_recording_over_fifty_kilobytes_takes_a_seventh_of_its_log(tmp_path: Path) -> None:
    frames = some_frames(1200)
    log = sum(
        len(json.dumps({"t": f.at, "x": f.link, "is": f.kind, **f.head, "text": f.body.decode()})) for f in frames
    )
    with SessionWriter.create(tmp_path / "a.session", {}) as writer:
        for start in range(0, len(frames), 10):
            writer.append(frames[start : start + 10])
    assert 50_000 < log < 200_000
    assert (tmp_path / "a.session").stat().st_size < 0.15 * log
