from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.store import schema
from inspector.store.session import SessionReader, SessionWriter
from tests.store.samples import some_frames


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def test_a_session_says_what_it_is_and_when_it_began(db: sqlite3.Connection) -> None:
    before = datetime.now(UTC).timestamp() * 1000
    schema.create(db, {"label": "ä"})
    meta = schema.meta_of(db)
    assert schema.format_of(db) == (schema.APPLICATION_ID, schema.FORMAT)
    assert meta["head"] == '{"label":"\\u00e4"}'
    assert meta["state"] == "open"
    assert before - 1 <= float(meta["started_ms"]) <= datetime.now(UTC).timestamp() * 1000 + 1
    assert datetime.fromisoformat(meta["created"]).tzinfo is not None
    assert meta["tool"]


def test_foreign_and_newer_files_are_told_apart() -> None:
    with pytest.raises(UserError, match=r"^a\.db is a database of another program"):
        schema.check(7, 1, "a.db")
    with pytest.raises(UserError, match=r"newer Stream Inspector \(format 9; this one reads up to 1\)"):
        schema.check(schema.APPLICATION_ID, 9, "a.session")
    with pytest.raises(UserError, match="format -1, which this Stream Inspector no longer reads"):
        schema.check(schema.APPLICATION_ID, -1, "a.session")
    schema.check(schema.APPLICATION_ID, schema.FORMAT, "a.session")


def _make_older(path: Path, count: int) -> None:
    """As if two formats ago the time of the log's zero had had another name, and one format ago another unit."""
    with SessionWriter.create(path, {"label": "old"}, started_ms=5000.0) as writer:
        writer.append(some_frames(count))
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET name = 'zero', value = '5' WHERE name = 'started_ms'")
        db.execute(f"PRAGMA user_version = {schema.FORMAT - 2}")
        db.commit()


def _rename(db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET name = 'started_ms' WHERE name = 'zero'")


def _to_milliseconds(db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET value = value * 1000 WHERE name = 'started_ms'")


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(schema.CONVERTERS, schema.FORMAT - 2, _rename)
    monkeypatch.setitem(schema.CONVERTERS, schema.FORMAT - 1, _to_milliseconds)


@pytest.mark.usefixtures("chain")
def test_an_older_session_is_read_through_all_steps_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.session"
    _make_older(path, 10)
    before = path.read_bytes()
    with SessionReader(path) as reader:
        assert reader.started_ms == 5000.0
        assert list(reader.frames()) == some_frames(10)
        assert reader.more() == []
    assert path.read_bytes() == before


@pytest.mark.usefixtures("chain")
def test_continuing_an_older_session_converts_the_file(tmp_path: Path) -> None:
    path = tmp_path / "old.session"
    _make_older(path, 10)
    with SessionWriter.append_to(path) as writer:
        writer.append(some_frames(5, after=10))
    with closing(sqlite3.connect(path)) as db:
        assert schema.format_of(db) == (schema.APPLICATION_ID, schema.FORMAT)
        assert float(schema.meta_of(db)["started_ms"]) == 5000.0
    with SessionReader(path) as reader:
        assert list(reader.frames()) == some_frames(15)


def test_a_conversion_that_fails_changes_nothing(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT nothing FROM nowhere")

    schema.create(db, {})
    db.execute(f"PRAGMA user_version = {schema.FORMAT - 2}")
    before = schema.meta_of(db)
    monkeypatch.setitem(schema.CONVERTERS, schema.FORMAT - 2, lambda db: db.execute("DELETE FROM meta") and None)
    monkeypatch.setitem(schema.CONVERTERS, schema.FORMAT - 1, stumble)
    with pytest.raises(sqlite3.OperationalError):
        schema.convert(db)
    assert schema.meta_of(db) == before
    assert schema.format_of(db)[1] == schema.FORMAT - 2
