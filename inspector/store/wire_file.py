"""An opened wire log: where its lines are is held in memory, what is in them is read when it is asked for.

A first reading looks at each line as far as it must to number it, and to tell what is wrong with it.
"""

from __future__ import annotations

import io
import math
import os
import weakref
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import msgspec

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.log import Importer, protocol_of
from inspector.store.wirelog import MOST_WARNINGS, VERSION, frame_of, loads, sniff

AT_ONCE = 256
_KINDS = frozenset(Kind)
_PRESENT = frozenset((Kind.REQUEST, Kind.RESPONSE, Kind.DATA, Kind.SOCKET, Kind.END))


class _Line(msgspec.Struct):
    """What a line must tell for its number, time and exchange; the rest is not looked at."""

    is_: str = msgspec.field(name="is")
    t: float
    x: int


class WireLog:
    """``source`` gives the bytes from one place to another. May be used from several threads."""

    kind = "wire"
    recovered: str | None = None
    live = False

    def __init__(self, source: _Bytes | _File, index: _Index) -> None:
        self.head = index.head
        self.warnings: Sequence[str] = [*index.warnings, *index.more_warnings()]
        self._source = source
        self._index = index

    @property
    def protocol(self) -> str | None:
        """What the file says it speaks."""
        return protocol_of(self.head)

    @property
    def started_ms(self) -> float | None:
        """Unix time of the log's zero in ms, which our own exports tell in their heads."""
        told = self.head.get("started_ms")
        if not isinstance(told, int | float) or isinstance(told, bool) or not math.isfinite(told):
            return None
        return float(told)

    def __len__(self) -> int:
        return len(self._index.seqs)

    def __iter__(self) -> Iterator[Frame]:
        for first in range(0, len(self), AT_ONCE):
            yield from self._frames(first, min(first + AT_ONCE, len(self)))

    def frame(self, seq: int) -> Frame:
        """The frame of this number; KeyError where there is none."""
        place = bisect_left(self._index.seqs, seq)
        if place == len(self) or self._index.seqs[place] != seq:
            raise KeyError(seq)
        found = self._frames(place, place + 1)
        if not found:
            raise KeyError(seq)
        return found[0]

    def more(self) -> Sequence[Frame]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def _frames(self, first: int, end: int) -> list[Frame]:
        """Lines that were cut or changed since the first reading are left out."""
        index = self._index
        start, stop = index.starts[first], index.ends[end - 1]
        content = self._source.read(start, stop)
        found: list[Frame] = []
        for place in range(first, end):
            entry = loads(content[index.starts[place] - start : index.ends[place] - start])
            if isinstance(entry, dict):
                try:
                    found.append(frame_of(entry, index.seqs[place], index.ats[place], index.links[place]))
                except ValueError:
                    continue
        return found


class _Bytes:
    """A log that is held in memory: one that had to be turned into UTF-8."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, start: int, end: int) -> bytes:
        return self._content[start:end]

    def close(self) -> None:
        """There is nothing to let go of."""


class _File:
    """A file that stays open: by its name, another could be found in its place later."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._guard = Lock()
        self._let_go = weakref.finalize(self, os.close, self._file)

    def read(self, start: int, end: int) -> bytes:
        parts: list[bytes] = []
        with self._guard:
            if not self._let_go.alive:
                return b""
            with suppress(OSError):
                os.lseek(self._file, start, os.SEEK_SET)
                while start < end and (part := os.read(self._file, end - start)):
                    parts.append(part)
                    start += len(part)
        return b"".join(parts)

    def close(self) -> None:
        with self._guard:
            self._let_go()


class _Index:
    """Where the entries are: one number each for their lines, numbers, times and exchanges."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.starts, self.ends, self.seqs = array("q"), array("q"), array("q")
        self.ats, self.links = array("d"), array("q")
        self.warnings: list[str] = []
        self._first = True
        self._seq = 0
        self._left_out = 0
        self._last_link = 1
        self._most_link = 0
        self._guessed: set[str] = set()
        self._decode = msgspec.json.Decoder(_Line).decode

    def take(self, number: int, line: bytes, start: int) -> None:
        """The next line that is not empty, which begins here."""
        if self._first:
            self._first = False
            entry = loads(line)
            if isinstance(entry, dict) and "is" not in entry:
                self._take_head(entry)
                return
        self._seq += 1
        told = self._told(line) or self._read(number, line)
        if told is None:
            return
        at, link = told
        for column, value in ((self.starts, start), (self.ends, start + len(line)), (self.seqs, self._seq)):
            column.append(value)
        self.ats.append(at)
        self.links.append(link)
        if link:
            self._last_link = link
            self._most_link = max(self._most_link, link)

    def more_warnings(self) -> list[str]:
        """How many lines are not named."""
        hidden = self._left_out - MOST_WARNINGS
        return [f"{hidden:,} more lines were left out."] if hidden > 0 else []

    def _told(self, line: bytes) -> tuple[float, int] | None:
        """Time and exchange of a line that is as it should be; None where it has to be looked at closely."""
        try:
            entry = self._decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        usual = entry.is_ in _PRESENT and 0 <= entry.x < 1 << 32 and b'"b64"' not in line
        return (entry.t, entry.x) if usual else None

    def _read(self, number: int, line: bytes) -> tuple[float, int] | None:
        entry = loads(line)
        if not isinstance(entry, dict):
            self._leave_out(number, "it is no JSON object" if line.endswith(b"\n") else "it is cut off in the middle")
            return None
        at, link = self._at(entry, number), self._link(entry, number)
        try:
            frame_of(entry, self._seq, at, link)
        except ValueError as error:
            self._leave_out(number, str(error))
            return None
        return at, link

    def _take_head(self, head: dict[str, Any]) -> None:
        self.head = head
        version = head.get("wire")
        if isinstance(version, int) and version > VERSION:
            self.warnings.append(f"The log has a newer format ({version}); what is not known of it is left out.")

    def _leave_out(self, number: int, why: str) -> None:
        self._left_out += 1
        if self._left_out <= MOST_WARNINGS:
            self.warnings.append(f"Line {number:,} was left out: {why}.")

    def _at(self, entry: Mapping[str, Any], number: int) -> float:
        at = entry.get("t")
        if isinstance(at, int | float) and not isinstance(at, bool) and math.isfinite(at):
            return float(at)
        self._guess(f"Line {number:,} has no time (t); it and others like it count to the time before.", "t")
        return self.ats[-1] if self.ats else 0.0

    def _link(self, entry: Mapping[str, Any], number: int) -> int:
        link = entry.get("x")
        if isinstance(link, int) and not isinstance(link, bool) and 0 <= link < 1 << 32:
            return link
        if link is None and (entry.get("is") == Kind.NOTE or entry.get("is") not in _KINDS):
            return 0
        self._guess(f"Line {number:,} names no exchange (x); it and others like it count to the exchange before.", "x")
        return self._most_link + 1 if entry.get("is") == Kind.REQUEST else self._last_link

    def _guess(self, warning: str, what: str) -> None:
        if what not in self._guessed:
            self._guessed.add(what)
            self.warnings.append(warning)


def read(file: BinaryIO, name: str, path: Path | None = None) -> WireLog:
    """Reads a wire log. Lines that cannot be used are left out with a warning; UserError where there is no other.

    ``path`` is where to read it again; None = it is held in memory.
    """
    if path is None:
        content = file.read()
        return WireLog(_Bytes(content), _indexed(io.BytesIO(content), name, 0))
    return WireLog(_File(path), _indexed(file, name, file.tell()))


def _indexed(file: BinaryIO, name: str, start: int) -> _Index:
    index = _Index()
    for number, line in enumerate(file, 1):
        if line.strip():
            index.take(number, line, start)
        start += len(line)
    if not index.seqs and not index.head and index.warnings:
        raise UserError(f"{name} is no wire log: none of its lines is an entry.")
    return index


IMPORTER = Importer("wire", "a wire log (*.wire.jsonl)", sniff, read, read)
