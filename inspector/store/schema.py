"""What a session file is: the tables, how it is told from other SQLite files, and how older ones are converted.

``meta`` holds names and values: ``created`` (ISO 8601), ``started_ms`` (Unix time of the log's zero), ``tool``,
``head`` (JSON), ``state`` (open | closed) and, once it was closed, ``last``: the number of its last frame, so that a
damaged index cannot pass for a short log. ``block`` holds frames: raw rows as they were appended, later folded into
packed ones (see :mod:`inspector.store.blocks`); an index of the file is a walk over its small columns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from inspector.domain.errors import UserError

FORMAT = 1
APPLICATION_ID = 0x53496E73
"""Bytes 68 to 71 of the file (SQLite's own place for it); the format stands in bytes 60 to 63 (``user_version``)."""

CONVERTERS: dict[int, Callable[[sqlite3.Connection], None]] = {}
"""By format: what makes the next format of it. Runs inside a transaction, on a copy where the file is only read."""

_TABLES = (
    "CREATE TABLE meta(name TEXT NOT NULL, value TEXT NOT NULL)",
    "CREATE TABLE block(first INTEGER PRIMARY KEY, last INT, n INT, link INT, at REAL, packed INT, body BLOB)",
)


def create(db: sqlite3.Connection, head: Mapping[str, Any], started_ms: float | None = None) -> None:
    """Makes an empty database a session, in one transaction. ``started_ms`` is now unless it is given."""
    now = datetime.now(UTC)
    meta = {
        "created": now.isoformat(timespec="milliseconds"),
        "started_ms": repr(now.timestamp() * 1000 if started_ms is None else started_ms),
        "tool": _tool_version(),
        "head": json.dumps(dict(head), separators=(",", ":")),
        "state": "open",
    }
    db.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        db.execute(table)
    db.executemany("INSERT INTO meta(name, value) VALUES(?, ?)", list(meta.items()))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")


def check(application: int, format_: int, name: str) -> None:
    """UserError where these two numbers do not belong to a session that this version can read."""
    if application != APPLICATION_ID:
        raise UserError(f"{name} is a database of another program, not a session of Stream Inspector.")
    if format_ > FORMAT:
        raise UserError(
            f"{name} was written by a newer Stream Inspector (format {format_}; this one reads up to {FORMAT})."
        )
    if any(step not in CONVERTERS for step in range(format_, FORMAT)):
        raise UserError(f"{name} has format {format_}, which this Stream Inspector no longer reads.")


def format_of(db: sqlite3.Connection) -> tuple[int, int]:
    """Application id and format of an open database."""
    return (
        int(db.execute("PRAGMA application_id").fetchone()[0]),
        int(db.execute("PRAGMA user_version").fetchone()[0]),
    )


def convert(db: sqlite3.Connection) -> None:
    """Brings an older session, checked before, to the present format: all steps or none."""
    db.execute("BEGIN IMMEDIATE")
    try:
        for step in range(format_of(db)[1], FORMAT):
            CONVERTERS[step](db)
            db.execute(f"PRAGMA user_version = {step + 1}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def meta_of(db: sqlite3.Connection) -> dict[str, str]:
    """The names and values of ``meta``."""
    return dict(db.execute("SELECT name, value FROM meta"))


def mark_closed(db: sqlite3.Connection, last_seq: int) -> None:
    """Says that the recording was finished, and with which frame."""
    db.execute("UPDATE meta SET value = 'closed' WHERE name = 'state'")
    db.execute("DELETE FROM meta WHERE name = 'last'")
    db.execute("INSERT INTO meta(name, value) VALUES('last', ?)", (str(last_seq),))


def _tool_version() -> str:
    # Takes long to import, and only who begins a file asks.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("stream-inspector")
    except PackageNotFoundError:
        return "unknown"
