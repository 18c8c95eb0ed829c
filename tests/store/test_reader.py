from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.store import database, schema
from inspector.store.blocks import Block
from inspector.store.reader import KEPT_BLOCKS, Row, SessionReader
from inspector.store.session import FOLD_FRAMES, SessionWriter
from tests.store.samples import python, some_frames

COUNT = 5000
FRAMES = some_frames(COUNT)

WRITE = """
    import sys
    from pathlib import Path
    from inspector.store.session import SessionWriter
    from tests.store.samples import some_frames
    writer = SessionWriter.append_to(Path(sys.argv[1]))
    frames = some_frames(9000)
    for start in range(0, len(frames), 60):
        writer.append(frames[start : start + 60])
    writer.close()
"""

# What paths import later is imported at once: nobody may be kept out of the interpreter's folder.
READ_AS_NOBODY = """
    import os, sys, urllib.parse
    from pathlib import Path
    from inspector.store.session import SessionReader
    if os.getuid() == 0:
        os.setuid(65534)
    with SessionReader(Path(sys.argv[1])) as reader:
        print(len(list(reader.frames())), reader.recovered)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.session"


def write(path: Path, frames: list[Frame], batch: int = 40) -> SessionWriter:
    writer = SessionWriter.create(path, {"label": "x"}, started_ms=1_000_000.0)
    for start in range(0, len(frames), batch):
        writer.append(frames[start : start + batch])
    return writer


@cache
def file_of(small: bool) -> bytes:
    """A closed session, in small pages as it is, or in large ones with free pages between as a large one is."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "SMALL", 1 << 30 if small else 0)
        write(Path(folder, "a.session"), FRAMES).close()
        return Path(folder, "a.session").read_bytes()


def check_damaged(content: bytes) -> tuple[int, str | None]:
    """What a damaged file gives is true and complete as far as it says; how much, and what is said about it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.session")
        path.write_bytes(content)
        try:
            reader = SessionReader(path)
        except UserError as error:
            return 0, str(error)
        with reader:
            frames = list(reader.frames())
            assert all(frame == FRAMES[frame.seq - 1] for frame in frames)
            assert [frame.seq for frame in frames] == sorted({frame.seq for frame in frames})
            assert frames == list(reader.frames())
            assert len(frames) == len(reader)
            assert reader.recovered is not None or frames == FRAMES
            assert all(reader.frame(frame.seq) == frame for frame in frames[::97])
            assert reader.more() == []
            return len(frames), reader.recovered


@given(st.integers(0, COUNT + 10), st.none() | st.integers(0, 3000))
def test_reads_from_any_number_on(after: int, limit: int | None) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.session")
        path.write_bytes(file_of(True))
        with SessionReader(path) as reader:
            assert list(reader.frames(after, limit)) == FRAMES[after:][:limit]


def test_any_frame_is_found_by_its_number(path: Path) -> None:
    path.write_bytes(file_of(True))
    with SessionReader(path) as reader:
        for seq in (1, FOLD_FRAMES, FOLD_FRAMES + 1, COUNT, *range(7, COUNT, 431)):
            assert reader.frame(seq) == FRAMES[seq - 1]
        for seq in (-1, 0, COUNT + 1):
            with pytest.raises(KeyError):
                reader.frame(seq)


def test_numbers_with_gaps_are_found_too(path: Path) -> None:
    frames = [frame for frame in some_frames(900) if frame.seq % 3]
    write(path, frames).close()
    with SessionReader(path) as reader:
        assert list(reader.frames(after=299)) == [frame for frame in frames if frame.seq > 299]
        assert reader.frame(301).seq == 301
        with pytest.raises(KeyError):
            reader.frame(300)


def test_opening_reads_no_frames(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(file_of(True))
    loads: list[int] = []

    def load(reader: SessionReader, row: Row) -> Block | None:
        loads.append(row.first)
        return real(reader, row)

    real = SessionReader._load
    monkeypatch.setattr(SessionReader, "_load", load)
    with SessionReader(path) as reader:
        assert (len(reader), reader.last_seq, loads) == (COUNT, COUNT, [])
        assert [reader.frame(seq).seq for seq in (2001, 2002, 3999)] == [2001, 2002, 3999]
        assert loads == [2001]


def test_blocks_in_memory_are_few(path: Path) -> None:
    count = FOLD_FRAMES * (KEPT_BLOCKS + 3)
    write(path, some_frames(count, size=1), batch=5000).close()
    with SessionReader(path) as reader:
        assert sum(1 for _ in reader.frames()) == count
        assert len(reader._blocks) == KEPT_BLOCKS


def test_follows_a_writer_and_its_end_is_where_it_was_at_opening(path: Path) -> None:
    writer = write(path, some_frames(100))
    with SessionReader(path) as reader:
        assert (reader.live, reader.recovered) == (True, None)
        writer.append(some_frames(2500, after=100))
        assert list(reader.frames()) == some_frames(100)
        assert reader.more() == some_frames(2500, after=100)
        assert reader.more() == []
        writer.append(some_frames(10, after=2600))
        writer.close()
        assert (reader.live, reader.recovered) == (False, None)
        assert reader.more() == some_frames(10, after=2600)
        assert list(reader.frames()) == some_frames(2610)


def test_follows_another_process_through_its_folds(path: Path) -> None:
    SessionWriter.create(path, {}).close()
    with SessionReader(path) as reader, python(WRITE, path) as child:
        frames: list[Frame] = []
        while child.poll() is None:
            frames += reader.more()
            if frames:
                middle = len(frames) // 2
                assert reader.frame(frames[middle].seq) == frames[middle]
        frames += reader.more()
        assert child.returncode == 0
    assert frames == some_frames(9000)


def test_a_writer_that_is_killed_while_it_is_followed_is_noticed(path: Path) -> None:
    SessionWriter.create(path, {}).close()
    with python(WRITE.replace("writer.close()", "print('done', flush=True); sys.stdin.read()"), path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        with SessionReader(path) as reader:
            assert (reader.live, len(reader), reader.recovered) == (True, 9000, None)
            child.kill()
            child.wait()
            assert reader.more() == []
            said = reader.recovered
    assert said is not None
    assert said.startswith("The recording stopped without being closed; all 9,000 entries up to ")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs the permissions of POSIX")
@pytest.mark.parametrize("killed", (False, True))
def test_reads_in_a_folder_that_cannot_be_written(path: Path, killed: bool) -> None:
    writer = write(path, some_frames(100))
    if killed:
        files = {file: file.read_bytes() for file in path.parent.glob("a.session*") if not file.name.endswith("-lock")}
        writer.close()
        for file, content in files.items():
            file.write_bytes(content)
    else:
        writer.close()
    for file in path.parent.iterdir():
        file.chmod(0o444)
    parents = [path.parent, path.parent.parent, path.parent.parent.parent]
    modes = [(parent, parent.stat().st_mode) for parent in parents]
    try:
        for parent in parents:
            parent.chmod(0o555)
        with python(READ_AS_NOBODY, path) as child:
            told, _ = child.communicate()
    finally:
        for parent, mode in modes:
            parent.chmod(mode)
    assert told.startswith("100 The recording stopped without being closed" if killed else "100 None")


def test_what_is_no_session_is_said_in_one_sentence(tmp_path: Path) -> None:
    newer, foreign, cases = tmp_path / "newer.session", tmp_path / "foreign.db", tmp_path / "case"
    SessionWriter.create(newer, {}).close()
    with closing(sqlite3.connect(newer)) as db:
        db.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE mine(a)")
    for path, why in (
        (tmp_path, "is a folder; a recording is one file."),
        (tmp_path / "gone", "There is no file "),
        (newer, "was written by a newer Stream Inspector (format 2; this one reads up to 1)."),
        (foreign, "is a database of another program, not a session of Stream Inspector."),
    ):
        with pytest.raises(UserError) as caught:
            SessionReader(path)
        assert why in str(caught.value)
    header = file_of(True)[:100]
    for content, why in (
        (b"", "case is empty."),
        (header[:40], "case was cut off after 40 bytes; nothing in it could be read."),
        (header, "case was cut off; nothing in it could be read."),
        (header + bytes(range(256)) * 250, "case is damaged; nothing in it could be read."),
        (header[:16] + os.urandom(9000), "case is no session of Stream Inspector, or damaged beyond recognition."),
        (b"some text\n" * 999, "case is no session of Stream Inspector, or damaged beyond recognition."),
    ):
        cases.write_bytes(content)
        with pytest.raises(UserError) as caught:
            SessionReader(cases)
        assert str(caught.value) == why


@given(st.booleans(), st.floats(0, 1))
def test_a_file_cut_off_anywhere_gives_what_is_left(small: bool, part: float) -> None:
    whole = file_of(small)
    check_damaged(whole[: int(len(whole) * part)])


def test_the_more_is_left_the_more_is_had() -> None:
    whole = file_of(True)
    counts = [check_damaged(whole[: len(whole) * part // 20])[0] for part in range(21)]
    assert counts == sorted(counts)
    assert counts[14] > COUNT * 0.4
    assert counts[19] > COUNT * 0.8
    assert counts[20] == COUNT
    count, said = check_damaged(whole[: len(whole) * 19 // 20])
    assert said is not None
    assert said.startswith(f"The file was cut off; {count:,} entries up to ")


@given(st.booleans(), st.floats(0, 1), st.binary(min_size=1, max_size=900))
@example(True, 0.014521684747506928, b"0")
def test_a_file_overwritten_anywhere_gives_what_is_left(small: bool, part: float, garbage: bytes) -> None:
    whole = bytearray(file_of(small))
    place = int((len(whole) - len(garbage)) * part)
    whole[place : place + len(garbage)] = garbage
    check_damaged(bytes(whole))


def test_a_block_that_is_damaged_costs_no_other(path: Path) -> None:
    whole = bytearray(file_of(True))
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(bytes(whole))
        (payload,) = db.execute("SELECT body FROM block WHERE first = 2001").fetchone()
    place = whole.find(payload[2000:2040])
    whole[place + 10] ^= 0xFF
    path.write_bytes(whole)
    with SessionReader(path) as reader:
        said = [reader.recovered]
        frames = list(reader.frames())
        said.append(reader.recovered)
    assert {frame.seq for frame in frames} >= {*range(1, 2001), *range(4001, COUNT + 1)}
    assert said[0] is None
    assert said[1] is not None
    assert said[1].startswith(f"The file is damaged; {len(frames):,} entries up to ")
    assert said[1].endswith(f"; {COUNT - len(frames):,} before that are missing.")


def test_an_index_that_lost_its_rows_is_no_short_log(path: Path) -> None:
    write(path, FRAMES).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM block WHERE first > 2000")
    with SessionReader(path) as reader:
        assert reader.recovered is not None
        assert len(list(reader.frames())) >= 2000


def test_the_frames_come_in_columns_from_any_number_to_the_known_end(path: Path) -> None:
    writer = write(path, FRAMES)
    with SessionReader(path) as reader:
        writer.append(some_frames(700, after=COUNT))
        writer.close()
        for after in (0, 10, FOLD_FRAMES, COUNT - 1, COUNT):
            found = [
                Frame(seq, FRAMES[seq - 1].at, link, kind, batch.heads.get(place, {}), batch.body(place))
                for batch in reader.batches(after)
                for place, (seq, link, kind) in enumerate(zip(batch.seqs, batch.links, batch.kinds, strict=True))
            ]
            assert found == FRAMES[after:]
