"""Session files (``*.session``): raw frames with their arrival times, in one SQLite file that survives its writer.

Each append commits one raw row; about every 2000 frames the raw rows are folded into one compressed row.
"""

from __future__ import annotations

import contextlib
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from operator import lt
from pathlib import Path
from typing import Any, Self

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.store import database, schema
from inspector.store.blocks import RAW, ZSTD, Block, pack, unpack, weights
from inspector.store.lock import WriterLock, code_of
from inspector.store.reader import SessionReader

FOLD_FRAMES = 2000
FOLD_BYTES = 1024 * 1024
BULK = 500
"""So many frames that come at once are folded at once: first raw, they would be written twice."""
_LEVEL, _LAST_LEVEL = 3, 9
_INSERT = "INSERT INTO block(first, last, n, link, at, packed, body) VALUES(?, ?, ?, ?, ?, ?, ?)"

__all__ = ["SessionReader", "SessionWriter"]


class SessionWriter:
    """The one writer of a session file. Numbers of frames must rise (ValueError)."""

    def __init__(self, path: Path, db: sqlite3.Connection, lock: WriterLock) -> None:
        """Use :meth:`create` or :meth:`append_to`."""
        self.path = path
        self._db = db
        self._lock = lock
        self._pending: list[Frame] = []
        self._tail: list[Frame] = []
        self._tail_weight = 0
        self._block: tuple[int, Block] | None = None
        self._last_seq = 0
        self._last_at = 0.0
        self._last_link = 0
        self._closed = False
        self._inode = path.stat().st_ino

    @classmethod
    def create(cls, path: Path, head: Mapping[str, Any], started_ms: float | None = None) -> SessionWriter:
        """Begin a file. One that exists and holds something is never overwritten (UserError).

        ``head`` is what a wire log has in its first line; ``started_ms`` Unix time of its zero (default: now).
        """
        if path.is_dir():
            raise UserError(f"{path.name} is a folder; a session is one file.")
        if not path.parent.is_dir():
            raise UserError(f"There is no folder {path.parent} to record {path.name} in.")
        with _locked(path) as lock:
            if path.exists() and path.stat().st_size:
                raise UserError(f"{path.name} exists already and is left as it is; record under another name.")
            with _connected(path) as db:
                schema.create(db, head, started_ms)
                database.write_ahead(db)
                return cls(path, db, lock)

    @classmethod
    def append_to(cls, path: Path) -> SessionWriter:
        """Continue a session; one of an older format is brought to the present one. UserError where that cannot be."""
        database.refuse_unreadable(path)
        with _locked(path) as lock, _connected(path) as db:
            schema.check(*schema.format_of(db), path.name)
            schema.convert(db)
            database.write_ahead(db)
            db.execute("UPDATE meta SET value = 'open' WHERE name = 'state'")
            writer = cls(path, db, lock)
            writer._resume()
            return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pending(self) -> int:
        """How many frames wait in memory because the disk took no more."""
        return len(self._pending)

    @property
    def last_seq(self) -> int:
        """The number of the last frame, or 0."""
        return self._last_seq

    @property
    def last_at(self) -> float:
        """The time of the last frame, ms since the log began."""
        return self._last_at

    @property
    def last_link(self) -> int:
        """The greatest number of an exchange, or 0."""
        return self._last_link

    @property
    def started_ms(self) -> float:
        """Unix time of the log's zero, in ms."""
        return float(schema.meta_of(self._db)["started_ms"])

    def append(self, frames: Sequence[Frame]) -> None:
        """Keep frames: once this returns they survive a kill of the process.

        UserError where the disk does not take them. They are not lost then: they wait and go with the next append (an
        empty one will do) or with :meth:`close`.
        """
        if frames:
            self._check(frames)
        fresh = [*self._pending, *frames]
        if not fresh:
            return
        full, rest = self._folds(fresh)
        folded = [_row(chunk, ZSTD, _LEVEL) for chunk in full]
        raw = _row(rest, RAW) if rest else None
        self._accept(frames)
        if not self._is_there():
            raise UserError(f"{self.path.name} is gone from its folder: {self._wait()}")
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._replace(folded)
            if raw is not None:
                self._db.execute(_INSERT, raw)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise UserError(self._why_not(error)) from None
        if full:
            self._tail, self._tail_weight = [], 0
        self._tail.extend(rest)
        self._tail_weight += sum(weights(rest))
        self._pending = []

    def frame(self, seq: int) -> Frame:
        """One of the frames written (or waiting to be); KeyError where there is none."""
        found = self._packed(seq)
        for frames in (self._tail, self._pending):
            if found is None and frames and frames[0].seq <= seq <= frames[-1].seq:
                found = next((frame for frame in frames if frame.seq == seq), None)
        if found is None:
            raise KeyError(seq)
        return found

    def close(self, give_up: bool = False) -> None:
        """Finish the file: one file, compressed, marked as closed.

        UserError, and still open, where waiting frames cannot be written; with ``give_up`` they are left behind.
        """
        if self._closed:
            return
        if not give_up:
            self.append(())
        self._closed = True
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if self._tail:
                self._replace([_row(self._tail, ZSTD, _LAST_LEVEL)])
            schema.mark_closed(self._db, self._last_seq)
            self._db.execute("COMMIT")
            database.finish(self._db, self.path)
        except sqlite3.Error:
            # What was appended is safe in raw rows; only the folding and the mark are missing.
            self._roll_back()
        finally:
            self._db.close()
            self._lock.release()

    def _check(self, frames: Sequence[Frame]) -> None:
        numbers = [self._last_seq, *[frame.seq for frame in frames]]
        if not all(map(lt, numbers, numbers[1:])):
            last, number = next(pair for pair in pairwise(numbers) if pair[0] >= pair[1])
            raise ValueError(f"frame {number} comes after frame {last}")

    def _accept(self, frames: Sequence[Frame]) -> None:
        """Takes frames over into the pending ones: they can be stored."""
        if frames:
            self._pending.extend(frames)
            self._last_seq, self._last_at = frames[-1].seq, frames[-1].at
            self._last_link = max(self._last_link, *[frame.link for frame in frames])

    def _folds(self, fresh: Sequence[Frame]) -> tuple[list[Sequence[Frame]], Sequence[Frame]]:
        """What is to be folded now, in blocks, and what then stays raw."""
        few = len(fresh) < BULK and len(self._tail) + len(fresh) < FOLD_FRAMES
        if few and self._tail_weight + sum(weights(fresh)) < FOLD_BYTES:
            return [], fresh
        frames, start = [*self._tail, *fresh], 0
        full: list[Sequence[Frame]] = []
        while len(frames) - start >= BULK or sum(weights(frames[start:])) >= FOLD_BYTES:
            block = frames[start : start + FOLD_FRAMES]
            if sum(weights(block)) > FOLD_BYTES:
                block = block[: bisect_left(list(accumulate(weights(block))), FOLD_BYTES) + 1]
            full.append(block)
            start += len(block)
        return full, frames[start:]

    def _replace(self, folded: Sequence[tuple[Any, ...]]) -> None:
        """Folded rows in the place of the raw ones that are in them."""
        if folded:
            self._db.execute("DELETE FROM block WHERE first >= ?", folded[0][:1])
            self._db.executemany(_INSERT, folded)

    def _packed(self, seq: int) -> Frame | None:
        if self._block is None or not self._block[0] <= seq <= self._block[1].last.seq:
            query = "SELECT first, body FROM block WHERE first <= ? AND packed = ? ORDER BY first DESC LIMIT 1"
            row = self._db.execute(query, (seq, ZSTD)).fetchone()
            if row is None:
                return None
            self._block = row[0], unpack(row[1])
        return self._block[1].find(seq)

    def _resume(self) -> None:
        for (payload,) in self._db.execute("SELECT body FROM block WHERE packed = ? ORDER BY first", (RAW,)):
            self._tail.extend(unpack(payload))
        self._tail_weight = sum(weights(self._tail))
        row = self._db.execute("SELECT last, at FROM block ORDER BY first DESC LIMIT 1").fetchone()
        if row is not None:
            self._last_seq, self._last_at = row
            self._last_link = int(self._db.execute("SELECT max(link) FROM block").fetchone()[0])

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _why_not(self, error: sqlite3.Error) -> str:
        if code_of(error) == sqlite3.SQLITE_FULL:
            return f"The disk has no room for {self.path.name}: {self._wait()}"
        return f"{self.path.name} cannot be written ({error}): {self._wait()}"

    def _wait(self) -> str:
        return f"{len(self._pending)} entries wait in memory and are written as soon as that is possible."

    def _is_there(self) -> bool:
        """Whether the file still has its name: what is written to a deleted one succeeds, and is lost at the end."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False


def _row(frames: Sequence[Frame], codec: int, level: int = _LEVEL) -> tuple[Any, ...]:
    """One row of the file; TypeError where a head is no JSON."""
    last, link = frames[-1], max([frame.link for frame in frames])
    return frames[0].seq, last.seq, len(frames), link, last.at, codec, pack(frames, codec, level)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[WriterLock]:
    lock = WriterLock(path)
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for a writer, which it keeps unless it cannot begin; what is wrong with the file is said."""
    db: sqlite3.Connection | None = None
    try:
        db = database.connect_writer(path)
        yield db
    except BaseException as error:
        if db is not None:
            db.close()
        if isinstance(error, sqlite3.Error | ValueError):
            raise UserError(_refusal(path, error)) from None
        raise


def _refusal(path: Path, error: Exception) -> str:
    code = code_of(error)
    if isinstance(error, ValueError) or code == sqlite3.SQLITE_CORRUPT:
        return f"{path.name} is damaged and cannot be continued; open it to see what can be read of it."
    if code == sqlite3.SQLITE_NOTADB:
        return f"{path.name} is not a session of Stream Inspector."
    if code == sqlite3.SQLITE_FULL:
        return f"The disk has no room for {path.name}."
    return f"{path.name} cannot be written: {error}."
