"""One writer a session file: a lock that dies with the process that holds it.

It is SQLite's own exclusive lock on an empty file beside the session (``NAME-lock``), because that is the one lock that
behaves alike on Linux, macOS and Windows, between processes and between two windows of one process. That file must
never be opened by other means: on POSIX, closing any handle of a file gives up the process's locks on it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from inspector.domain.errors import UserError


def lock_path(path: Path) -> Path:
    """The file beside ``path`` that carries the lock."""
    return path.with_name(path.name + "-lock")


def code_of(error: Exception) -> int:
    """SQLite's primary result code of an error, or 0."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


class WriterLock:
    """The right to write to one session file."""

    def __init__(self, path: Path) -> None:
        """Takes the lock; UserError where somebody else has it or the folder takes no files."""
        self._path = lock_path(path)
        try:
            self._db = self._take()
        except sqlite3.Error as error:
            if code_of(error) == sqlite3.SQLITE_BUSY:
                raise UserError(f"{path.name} is being recorded by another window.") from None
            raise UserError(f"{path.name} cannot be recorded: the folder {path.parent} takes no new files.") from None

    def release(self) -> None:
        """Gives the right back. The file goes first: whoever waits for the old one notices and starts anew."""
        if os.name == "nt":
            self._db.close()
        with contextlib.suppress(OSError):
            self._path.unlink()
        self._db.close()

    def _take(self) -> sqlite3.Connection:
        while True:
            before = _identity(self._path)
            db = sqlite3.connect(self._path, isolation_level=None, timeout=0.3, check_same_thread=False)
            try:
                db.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error:
                db.close()
                raise
            # A lock on a file that was removed or made meanwhile may be a lock that nobody else sees.
            if before is not None and before == _identity(self._path):
                return db
            db.close()


def is_held(path: Path) -> bool:
    """Whether somebody is writing to this session file now. Takes nothing away from anybody."""
    lock = lock_path(path)
    if not lock.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"{lock.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as db:
            db.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error as error:
        return code_of(error) == sqlite3.SQLITE_BUSY
    return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
