"""Reading session files: at once also where they are large, while they are written, and after they were damaged."""

from __future__ import annotations

import json
import math
import sqlite3
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, Self

from inspector.domain.batch import Batch
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.store import database, schema
from inspector.store.blocks import RAW, Block, unpack, unpack_what_is_left
from inspector.store.lock import code_of, is_held
from inspector.store.log import protocol_of
from inspector.store.salvage import Saved, salvage

KEPT_BLOCKS = 8


class Row(NamedTuple):
    """One row of the file: the numbers of its first and last frame, how many it adds, and the time of the last."""

    first: int
    last: int
    adds: int
    at: float
    packed: bool


class SessionReader:
    """Reads one session file and changes nothing in it. May be used from several threads, one call at a time each.

    The end of the log is what it was at opening; :meth:`more` moves it.
    """

    def __init__(self, path: Path) -> None:
        """UserError where nothing can be read of it."""
        database.refuse_unreadable(path)
        self.path = path
        self._guard = RLock()
        self._source: database.ReadOnly | None = None
        self._saved = Saved()
        self._rows: list[Row] = []
        self._end = self._count = 0
        self._blocks: OrderedDict[int, tuple[int, Block]] = OrderedDict()
        self._recovered: str | None = None
        self._meta: Mapping[str, str] = {}
        try:
            self._source = database.ReadOnly(path)
            self._refresh()
            self._move_end()
            self._look_at_state(self._source)
        except (sqlite3.DatabaseError, ValueError) as error:
            self._damaged(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def kind(self) -> str:
        """The format, in one word, as for every log."""
        return "session"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Nothing: what is wrong with a session is in :attr:`recovered`."""
        return ()

    @property
    def head(self) -> Mapping[str, Any]:
        """What was said about the log when it was begun: the keys of a wire log's first line."""
        try:
            head = json.loads(self._meta.get("head", "{}"))
        except ValueError:
            return {}
        return head if isinstance(head, dict) else {}

    @property
    def started_ms(self) -> float | None:
        """Unix time of the log's zero in ms; None where nobody knew it, or a damaged file no longer tells it."""
        try:
            told = float(self._meta["started_ms"])
        except (KeyError, ValueError):
            return None
        return told if math.isfinite(told) else None

    @property
    def protocol(self) -> str | None:
        """What the head says it speaks."""
        return protocol_of(self.head)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Frame]:
        return self.frames()

    @property
    def last_seq(self) -> int:
        """The number of the last frame up to the known end, or 0."""
        return self._end

    @property
    def recovered(self) -> str | None:
        """One sentence about a file that was not closed, was cut off or is damaged. Reading may find damage later."""
        return self._recovered

    @property
    def live(self) -> bool:
        """Whether somebody is recording to it now."""
        return self._source is not None and is_held(self.path)

    def frames(self, after: int = 0, limit: int | None = None) -> Iterator[Frame]:
        """The frames with greater numbers than ``after`` up to the known end, at most ``limit``."""
        pieces = (block.after(seq) for block, seq in self._pieces(after))
        return islice((frame for piece in pieces for frame in piece if frame.seq <= self._end), limit)

    def batches(self, after: int) -> Iterator[Batch]:
        """The same in columns, some thousand at a time: to look through them."""
        end = self._end
        return (block.batch().between(seq, end) for block, seq in self._pieces(after))

    def _pieces(self, after: int) -> Iterator[tuple[Block, int]]:
        """The blocks in which there are frames behind ``after``, and the number behind which they are in each."""
        end, seq = self._end, after
        while seq < end:
            block, last = self._covering(seq + 1)
            if block is not None:
                yield block, seq
            seq = max(seq + 1, last)

    def frame(self, seq: int) -> Frame:
        """The frame of this number; KeyError where there is none."""
        block, _ = self._covering(seq)
        frame = block.find(seq) if block is not None else None
        if frame is None:
            raise KeyError(seq)
        return frame

    def more(self) -> list[Frame]:
        """The frames that were written since the opening or the last call: for following a recording."""
        with self._guard:
            end = self._end
            if self._source is not None:
                try:
                    self._refresh()
                    self._move_end()
                    if self._end == end:
                        self._look_at_state(self._source)
                except (sqlite3.DatabaseError, ValueError) as error:
                    self._damaged(error)
            return list(self.frames(after=end))

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            if self._source is not None:
                self._source.close()
                self._source = None

    def _look_at_state(self, source: database.ReadOnly) -> None:
        held = is_held(self.path)
        self._meta = schema.meta_of(source.db)
        if self._meta.get("state") == "open" and not held:
            self._recovered = self._not_closed()
        if self._meta.get("state") == "closed" and self._meta.get("last", str(self._end)) != str(self._end):
            # More may have been written, and the file closed, since its rows were read.
            self._refresh()
            self._move_end()
            if schema.meta_of(source.db).get("last") != str(self._end):
                raise ValueError("its index is damaged")

    def _move_end(self) -> None:
        self._end = self._rows[-1].last if self._rows else 0
        self._count = sum(row.adds for row in self._rows)

    def _refresh(self) -> None:
        """Reads the rows that are new. Packed rows stay as they are; raw ones may have been folded."""
        assert self._source is not None
        keep = len(self._rows)
        while keep and not self._rows[keep - 1].packed:
            keep -= 1
        after = self._rows[keep - 1].last if keep else 0
        query = "SELECT first, last, n, at, packed FROM block WHERE first > ? ORDER BY first"
        found = self._source.db.execute(query, (after,)).fetchall()
        rows = [Row(first, last, adds, at, packed != RAW) for first, last, adds, at, packed in found]
        for row in rows:
            if not _plausible(row, after):
                raise ValueError("its index is damaged")
            after = row.last
        self._rows[keep:] = rows

    def _covering(self, seq: int) -> tuple[Block | None, int]:
        """The block that holds this number or the next greater one, and the last number in it."""
        with self._guard:
            stale: Row | None = None
            while True:
                place = bisect_left(self._rows, seq, key=lambda row: row.last)
                if place == len(self._rows):
                    return None, seq
                row = self._rows[place]
                try:
                    block = self._block(row)
                    if block is not None:
                        return block, row.last
                    if row == stale:
                        raise ValueError("its index is damaged")
                    stale = row
                    self._refresh()
                except (sqlite3.DatabaseError, ValueError) as error:
                    self._damaged(error)

    def _block(self, row: Row) -> Block | None:
        """The frames of a row; None where it was folded into another meanwhile. ValueError where it is damaged."""
        kept = self._blocks.get(row.first)
        if kept is not None and kept[0] == row.last:
            self._blocks.move_to_end(row.first)
            return kept[1]
        block = self._load(row)
        if block is None:
            return None
        self._blocks[row.first] = row.last, block
        if len(self._blocks) > KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return block

    def _load(self, row: Row) -> Block | None:
        if self._source is None:
            return unpack_what_is_left(self._saved.blocks.get(row.first, b"")) or Block(b"")
        found = self._source.db.execute("SELECT body FROM block WHERE first = ?", (row.first,)).fetchone()
        if found is None and not row.packed:
            return None
        block = unpack(found[0] if found is not None and isinstance(found[0], bytes) else b"")
        if (len(block), block.last.seq) == (row.adds, row.last):
            return block
        if row.packed:
            raise ValueError("its index is damaged")
        return None

    def _damaged(self, error: Exception) -> None:
        """Goes over to what can be salvaged. UserError where that is nothing, or where the error is another."""
        name = self.path.name
        if isinstance(error, sqlite3.Error) and code_of(error) not in database.DAMAGE:
            raise UserError(f"{name} cannot be read now: {error}.") from None
        if is_held(self.path):
            raise UserError(f"{name} cannot be read while it is recorded: {error}.") from None
        self.close()
        try:
            self._saved = salvage(self.path)
        except OSError as fault:
            raise UserError(f"{name} cannot be read: {fault.strerror or fault}.") from None
        self._meta = {**self._meta, **self._saved.meta}
        self._rows = [Row(*row, packed=True) for row in self._saved.rows]
        self._move_end()
        self._blocks.clear()
        if not self._rows and not {"head", "state", "started_ms"} <= self._meta.keys():
            what = "was cut off" if self._saved.cut else "is damaged"
            if not self._saved.ours:
                raise UserError(f"{name} is no session of Stream Inspector, or damaged beyond recognition.")
            raise UserError(f"{name} {what}; nothing in it could be read.")
        self._recovered = self._what_was_saved()

    def _not_closed(self) -> str:
        if not self._rows:
            return "The recording stopped before anything came, without being closed."
        upto = _upto(self.started_ms, self._rows[-1].at)
        return f"The recording stopped without being closed; all {self._count:,} entries{upto} are here."

    def _what_was_saved(self) -> str:
        what = "The file was cut off" if self._saved.cut else "The file is damaged"
        if not self._rows:
            return f"{what}; none of its entries could be read."
        missing = self._saved.missing + self._rows[0].first - 1
        gaps = f"; {missing:,} before that are missing" if missing else ""
        return f"{what}; {self._count:,} entries{_upto(self.started_ms, self._rows[-1].at)} could be read{gaps}."


def _upto(started_ms: float | None, at: float) -> str:
    if started_ms is None:
        return ""
    try:
        when = datetime.fromtimestamp((started_ms + at) / 1000, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    return f" up to {when:%H:%M:%S}"


def _plausible(row: Row, after: int) -> bool:
    numbers = all(type(value) is int for value in row[:3]) and type(row.at) is float
    return numbers and after < row.first <= row.last and 0 < row.adds <= row.last - row.first + 1
