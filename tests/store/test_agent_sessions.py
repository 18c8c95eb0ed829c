"""Session databases of the Agents SDK."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store.agent_sessions import read_sessions
from inspector.store.open import open_log
from inspector.store.session import SessionWriter

ITEMS = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


def database(
    path: Path, sessions: str = "agent_sessions", messages: str = "agent_messages", empty: bool = False
) -> Path:
    """What ``SQLiteSession`` of openai-agents 0.24 makes."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            f"CREATE TABLE {sessions} (session_id TEXT PRIMARY KEY, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, "
            "updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"
        )
        db.execute(
            f"CREATE TABLE {messages} (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL, "
            f"message_data TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"
        )
        for name in [] if empty else ["one", "two"]:
            db.execute(f"INSERT INTO {sessions} (session_id) VALUES (?)", (name,))
            for item in ITEMS:
                db.execute(f"INSERT INTO {messages} (session_id, message_data) VALUES (?, ?)", (name, json.dumps(item)))
    return path


@pytest.mark.parametrize(("sessions", "messages"), [("agent_sessions", "agent_messages"), ("mine", '"my messages"')])
def test_each_conversation_is_an_answer(sessions: str, messages: str, tmp_path: Path) -> None:
    log = open_log(database(tmp_path / "x.db", sessions, messages))
    assert (log.kind, log.protocol) == ("agent_session", "agents_sdk")
    bodies = [json.loads(frame.body) for frame in log if frame.kind is Kind.DATA]
    assert [(body["session_id"], body["items"]) for body in bodies] == [("one", ITEMS), ("two", ITEMS)]


def test_it_is_only_read(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db")
    before = path.read_bytes()
    open_log(path).close()
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.db"]


def test_a_database_that_the_program_is_writing_can_be_read(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('two', '{\"role\": \"user\"}')")
        db.commit()
        bodies = [json.loads(frame.body) for frame in open_log(path) if frame.kind is Kind.DATA]
    assert len(bodies[1]["items"]) == 3


def test_an_entry_that_is_no_json_is_shown_as_it_is(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('one', 'oops')")
    log = open_log(path)
    assert list(log.warnings) == ["1 entries are no JSON; they are shown as they are."]


def test_what_holds_no_conversation_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="without a conversation"):
        open_log(database(tmp_path / "x.db", empty=True))


def test_our_own_sessions_and_other_files_are_none(tmp_path: Path) -> None:
    ours = tmp_path / "a.session"
    SessionWriter.create(ours, {"wire": 1}).close()
    assert read_sessions(ours) is None
    other = tmp_path / "b.db"
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE t (x)")
    assert read_sessions(other) is None
    broken = tmp_path / "c.db"
    broken.write_bytes(b"SQLite format 3\0" + b"x" * 200)
    assert read_sessions(broken) is None
