"""Session databases of the OpenAI Agents SDK (``SQLiteSession``), opened to read, as saved conversations.

Tables ``agent_sessions`` (session_id, created_at, updated_at) and ``agent_messages`` (id, session_id, message_data as
JSON, created_at); both names may be chosen by the program.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.agent_files import BASE, PROTOCOL
from inspector.store.log import ReadLog
from inspector.store.wirelog import dumps

_SESSIONS = {"session_id", "created_at", "updated_at"}
_MESSAGES = {"id", "session_id", "message_data"}


def read_sessions(path: Path) -> ReadLog | None:
    """The conversations of this database; None where it is none of the SDK's."""
    try:
        with contextlib.closing(_connect(path)) as db:
            tables = _tables(db)
            if tables is None:
                return None
            frames, bad = _frames(db, *tables)
    except sqlite3.Error:
        return None
    if not frames:
        raise UserError(f"{path.name} is a session database of the Agents SDK without a conversation in it.")
    warnings = [f"{bad:,} entries are no JSON; they are shown as they are."] if bad else []
    return ReadLog("agent_session", {"label": path.name, "protocol": PROTOCOL}, frames, warnings)


def _connect(path: Path) -> sqlite3.Connection:
    """Read only: of a database in use, what its write-ahead log holds is seen, too."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)


def _tables(db: sqlite3.Connection) -> tuple[str, str] | None:
    """The names of the two tables, by their columns. A database that says whose it is is somebody else's."""
    if db.execute("PRAGMA application_id").fetchone()[0]:
        return None
    found: dict[str, set[str]] = {}
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        found[name] = {row[1] for row in db.execute(f"PRAGMA table_info({_quoted(name)})")}
    messages = [name for name, columns in found.items() if columns >= _MESSAGES]
    sessions = [name for name, columns in found.items() if columns >= _SESSIONS and name not in messages]
    if not messages or not sessions:
        return None
    return sessions[0], messages[0]


def _frames(db: sqlite3.Connection, sessions: str, messages: str) -> tuple[list[Frame], int]:
    """One answer a conversation, the oldest first; and how many entries were no JSON."""
    frames: list[Frame] = []
    bad = 0
    order = f"SELECT session_id, created_at, updated_at FROM {_quoted(sessions)} ORDER BY created_at, session_id"
    for link, (ident, created, updated) in enumerate(db.execute(order).fetchall(), 1):
        entries = []
        query = f"SELECT message_data FROM {_quoted(messages)} WHERE session_id = ? ORDER BY id"
        for (data,) in db.execute(query, (ident,)):
            entry = _loads(data)
            bad += entry is None
            entries.append({"type": "text", "text": str(data)} if entry is None else entry)
        value = {"session_id": str(ident), "created_at": created, "updated_at": updated, "items": entries}
        frames += _exchange(len(frames), link, dumps(value))
    return frames, bad


def _exchange(before: int, link: int, body: bytes) -> Iterator[Frame]:
    request: Mapping[str, Any] = {"method": "GET", "url": f"{BASE}/sessions", "headers": {}, "assumed": True}
    answer = {"status": 200, "headers": {"content-type": "application/json"}, "assumed": True}
    yield Frame(before + 1, 0.0, link, Kind.REQUEST, request)
    yield Frame(before + 2, 0.0, link, Kind.RESPONSE, answer)
    yield Frame(before + 3, 0.0, link, Kind.DATA, {}, body)
    yield Frame(before + 4, 0.0, link, Kind.END, {"how": "eof", "by": "server", "assumed": True})


def _loads(data: Any) -> Any:
    try:
        return json.loads(data)
    except (TypeError, ValueError, RecursionError):
        return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
