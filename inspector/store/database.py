"""SQLite connections to session files: for the one writer, and for readers that leave no trace where they can.

A session that nobody writes and that was closed properly is one file in rollback mode. While it is written, and after
a kill, a write-ahead log (``-wal``, ``-shm``) and a lock (``-lock``) stand beside it; whoever opens it next from a
folder that can be written merges the log into the file, as SQLite always does.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from inspector.domain.errors import UserError
from inspector.store import schema
from inspector.store.lock import code_of

PAGE_SIZE, SMALL_PAGE_SIZE = 4096, 512
SMALL = 4 * 1024 * 1024
"""Files up to this size are rewritten in small pages when they are closed: they are mostly half empty pages."""

DAMAGE = (
    0,  # what Python itself could not make of a value
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_ERROR,
)
_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_WRITER_WAITS_S = 0.5
"""For a stranger who holds the file locked: frames can wait in memory, the window cannot wait for them."""


def beside(path: Path) -> list[Path]:
    """The files of a session in use. While there is one, the session must not be opened by other means than SQLite:
    on POSIX, closing any handle of a file gives up all of the process's locks on it, SQLite's as well."""
    names = (path.with_name(path.name + end) for end in ("-lock", "-wal", "-shm", "-journal"))
    return [name for name in names if name.exists()]


def looks_like_sqlite(start: bytes) -> bool:
    """Whether a file with this start was meant to be an SQLite database, even if little is left of it."""
    return start.startswith(_MAGIC[:6])


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection that writes ahead: a commit is safe from a kill of the process, and readers are never blocked."""
    db = _connect(path, "rwc", _WRITER_WAITS_S)
    try:
        db.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        db.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        db.close()
        raise
    return db


def write_ahead(db: sqlite3.Connection) -> None:
    """Goes over to the write-ahead log. File systems that cannot have one stay as they are: slower, not less safe."""
    db.execute("PRAGMA journal_mode = WAL")


def finish(db: sqlite3.Connection, path: Path) -> None:
    """Makes it one file again, without the room that raw rows took. Only housekeeping: nothing is lost if it fails."""
    with contextlib.suppress(sqlite3.Error):
        db.execute("PRAGMA busy_timeout = 0")
        mode = db.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode == "delete" and path.stat().st_size <= SMALL:
            db.execute(f"PRAGMA page_size = {SMALL_PAGE_SIZE}")
            db.execute("VACUUM")


class ReadOnly:
    """A connection that changes nothing, over an older format or a folder that cannot be written by way of a copy."""

    def __init__(self, path: Path) -> None:
        """UserError where it is no session; sqlite3.DatabaseError where it is damaged."""
        self._copies: TemporaryDirectory[str] | None = None
        try:
            self.db = _connect_reader(path)
        except sqlite3.OperationalError as error:
            if code_of(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            self.db = self._connect_copy(path)
        try:
            self._check(path)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection and removes the copy if there is one."""
        self.db.close()
        if self._copies is not None:
            self._copies.cleanup()

    def _check(self, path: Path) -> None:
        application, format_ = schema.format_of(self.db)
        schema.check(application, format_, path.name)
        if format_ < schema.FORMAT:
            old, self.db = self.db, _connect(Path(":memory:"), "memory")
            with contextlib.closing(old):
                old.backup(self.db)
            schema.convert(self.db)
        self.db.execute("PRAGMA query_only = ON")

    def _connect_copy(self, path: Path) -> sqlite3.Connection:
        """A write-ahead log cannot be read where its index cannot be written."""
        self._copies = TemporaryDirectory(prefix="session-")
        copy = Path(self._copies.name, path.name)
        try:
            for original in (path, path.with_name(path.name + "-wal")):
                if original.exists():
                    shutil.copyfile(original, copy.with_name(original.name))
            return _connect_reader(copy)
        except BaseException:
            self._copies.cleanup()
            raise


def _connect_reader(path: Path) -> sqlite3.Connection:
    db = _connect(path, "rw")
    try:
        db.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


def _connect(path: Path, mode: str, waits_s: float = 5.0) -> sqlite3.Connection:
    where = ":memory:" if mode == "memory" else f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(where, uri=True, isolation_level=None, timeout=waits_s, check_same_thread=False)


def refuse_unreadable(path: Path) -> None:
    """UserError where there is no file with something in it that we may read."""
    try:
        if path.is_dir():
            raise UserError(f"{path.name} is a folder; a recording is one file.")
        if path.stat().st_size == 0:
            raise UserError(f"{path.name} is empty.")
        if not beside(path):
            with path.open("rb") as file:
                start = file.read(_HEADER)
            if len(start) < _HEADER and looks_like_sqlite(start):
                raise UserError(f"{path.name} was cut off after {len(start)} bytes; nothing in it could be read.")
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None
    except PermissionError:
        raise UserError(f"{path.name} may not be read: the system gives no permission.") from None
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from None
