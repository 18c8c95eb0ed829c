from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.domain.frames import Frame
from inspector.store.blocks import unpack_what_is_left
from inspector.store.salvage import Saved, salvage
from inspector.store.session import FOLD_FRAMES, SessionWriter
from tests.store.samples import some_frames


def frames_of(saved: Saved) -> list[Frame]:
    frames: list[Frame] = []
    for first, last, adds, at in saved.rows:
        block = unpack_what_is_left(saved.blocks[first])
        assert block is not None
        new = list(block.after(frames[-1].seq if frames else 0))
        assert (new[-1].seq, len(new), new[-1].at) == (last, adds, at)
        frames += new
    return frames


def test_a_whole_file_is_found_whole(tmp_path: Path) -> None:
    path, frames = tmp_path / "a.session", some_frames(FOLD_FRAMES * 2 + 100)
    with SessionWriter.create(path, {"label": "x"}, started_ms=5.0) as writer:
        for start in range(0, len(frames), 300):
            writer.append(frames[start : start + 300])
    saved = salvage(path)
    assert frames_of(saved) == frames
    assert (saved.missing, saved.cut, saved.ours) == (0, False, True)
    assert saved.meta["head"] == '{"label":"x"}'
    assert saved.meta["started_ms"] == "5.0"


def test_rows_that_are_only_in_the_write_ahead_log_count(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.session", tmp_path / "copy.session"
    frames = some_frames(200)
    with SessionWriter.create(path, {}) as writer:
        for start in range(0, 200, 10):
            writer.append(frames[start : start + 10])
        log = path.with_name("a.session-wal").read_bytes()
        content = path.read_bytes()
    copy.write_bytes(content)
    assert frames_of(salvage(copy)) == []
    copy.with_name("copy.session-wal").write_bytes(log)
    assert frames_of(salvage(copy)) == frames
    copy.with_name("copy.session-wal").write_bytes(log[: len(log) // 2])
    some = frames_of(salvage(copy))
    assert 0 < len(some) < 200
    assert some == frames[: len(some)]


def test_a_row_without_its_leaf_is_found_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        for start in range(0, FOLD_FRAMES * 3, 400):
            writer.append(some_frames(400, after=start))
    whole = bytearray(path.read_bytes())
    for place in range(512, len(whole), 512):
        if whole[place] == 0x0D:
            whole[place : place + 8] = bytes(8)
    path.write_bytes(whole)
    saved = salvage(path)
    frames = frames_of(saved)
    assert all(frame == some_frames(1, after=frame.seq - 1)[0] for frame in frames)
    assert len(frames) > FOLD_FRAMES * 2
    assert saved.missing + saved.rows[0][0] - 1 == FOLD_FRAMES * 3 - len(frames)


def test_the_page_size_is_found_where_the_header_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        writer.append(some_frames(500))
    content = path.read_bytes()
    path.write_bytes(bytes(100) + content[100:])
    assert frames_of(salvage(path)) == some_frames(500)


@pytest.mark.parametrize("content", (b"", b"x", b"SQLite format 3\0" + bytes(84), os.urandom(20000), b"\x0d" * 20000))
def test_other_files_give_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.session"
    path.write_bytes(content)
    saved = salvage(path)
    assert (saved.rows, saved.ours) == ([], False)


def test_another_database_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE mine(name, value, more)")
        db.executemany("INSERT INTO mine VALUES(?, ?, ?)", [(n, "text", b"blob" * n) for n in range(500)])
        db.commit()
    saved = salvage(path)
    assert (saved.rows, dict(saved.meta), saved.ours) == ([], {}, False)
