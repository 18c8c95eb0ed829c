from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.store import database, schema
from inspector.store.session import SessionWriter
from tests.store.samples import some_frames


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.session"


def test_a_session_in_use_is_known_by_the_files_beside_it(path: Path) -> None:
    with SessionWriter.create(path, {}) as writer:
        writer.append(some_frames(3))
        assert {file.name.removeprefix("a.session") for file in database.beside(path)} == {"-lock", "-wal", "-shm"}
    assert database.beside(path) == []


def test_what_was_meant_to_be_a_database_is_known_by_its_start(path: Path) -> None:
    SessionWriter.create(path, {}).close()
    assert database.looks_like_sqlite(path.read_bytes()[:10])
    assert not database.looks_like_sqlite(b"event: a\n")
    assert not database.looks_like_sqlite(b"SQL")


def test_a_reading_connection_cannot_write(path: Path) -> None:
    SessionWriter.create(path, {}).close()
    source = database.ReadOnly(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        source.db.execute("DELETE FROM meta")
    source.close()


def test_a_foreign_database_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE mine(a)")
    before = path.read_bytes()
    with pytest.raises(UserError, match="is a database of another program"):
        database.ReadOnly(path)
    assert path.read_bytes() == before


def test_what_cannot_be_written_is_let_go_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[sqlite3.Connection] = []
    connect = database._connect

    def noted(*how: object) -> sqlite3.Connection:
        opened.append(connect(*how))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(database, "_connect", noted)
    path.write_bytes(b"a database of another kind\n" * 400)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        database.connect_writer(path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_finishing_leaves_one_small_file(path: Path) -> None:
    with closing(database.connect_writer(path)) as db:
        schema.create(db, {})
        database.write_ahead(db)
        for _ in range(50):
            db.execute("INSERT INTO block(body) VALUES(?)", (bytes(5000),))
        db.execute("DELETE FROM block")
        database.finish(db, path)
    assert path.stat().st_size < 4096
    assert list(path.parent.iterdir()) == [path]
    with closing(sqlite3.connect(path)) as db:
        assert schema.format_of(db) == (schema.APPLICATION_ID, schema.FORMAT)


def test_finishing_beside_a_reader_keeps_what_was_written(path: Path) -> None:
    SessionWriter.create(path, {}).close()
    with closing(database.connect_writer(path)) as db:
        database.write_ahead(db)
        source = database.ReadOnly(path)
        db.execute("UPDATE meta SET value = 'mine' WHERE name = 'state'")
        database.finish(db, path)
    assert schema.meta_of(source.db)["state"] == "mine"
    source.close()
    assert list(path.parent.iterdir()) == [path]
    with closing(sqlite3.connect(path)) as db:
        assert schema.meta_of(db)["state"] == "mine"


def test_unreadable_things_are_named(path: Path) -> None:
    with pytest.raises(UserError, match=r"^There is no file .*a\.session\.$"):
        database.refuse_unreadable(path)
    with pytest.raises(UserError, match="is a folder; a recording is one file"):
        database.refuse_unreadable(path.parent)
    path.write_bytes(b"")
    with pytest.raises(UserError, match=r"^a\.session is empty\.$"):
        database.refuse_unreadable(path)
    path.write_bytes(b"SQLite format 3\0")
    with pytest.raises(UserError, match=r"^a\.session was cut off after 16 bytes"):
        database.refuse_unreadable(path)
    path.write_bytes(b"data: 1\n")
    database.refuse_unreadable(path)
