"""What can still be had of a session file that SQLite no longer reads: cut off, or overwritten in places.

Walks the pages one by one without the tree above them (the file format is https://www.sqlite.org/fileformat2.html).
A session is only ever appended to, so a stale copy of a row is as true as the live one; the payloads' CRCs decide.
"""

from __future__ import annotations

import contextlib
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from inspector.store.blocks import ZSTD_MAGIC, payload_of_piece, unpack_what_is_left
from inspector.store.schema import APPLICATION_ID

PAGE_SIZES = (512, 4096)
"""The page sizes that session files are written with, for a file that no longer says its own."""

_LEAF = 0x0D
_WAL_MAGICS = (0x377F0682, 0x377F0683)


@dataclass(frozen=True, slots=True)
class Saved:
    """What was found: the values of ``meta``, payloads by their first number, and rows in order.

    A row is the first and last number of a payload, how many frames it adds to those before, and the time of its last.
    ``cut``: the file is shorter than it says. ``ours``: its first bytes say that it is a session.
    """

    meta: Mapping[str, str] = field(default_factory=dict)
    rows: list[tuple[int, int, int, float]] = field(default_factory=list)
    blocks: Mapping[int, bytes] = field(default_factory=dict)
    cut: bool = False
    ours: bool = False

    @property
    def missing(self) -> int:
        """How many numbers are missing between the first and the last frame."""
        return sum(then[0] - now[1] - 1 for now, then in pairwise(self.rows) if then[0] > now[1] + 1)


def salvage(path: Path) -> Saved:
    """Reads what is left of the file. OSError where it cannot be opened at all."""
    with path.open("rb") as file:
        data = file.read() if path.stat().st_size < 4096 else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            return max((_scan(data, path, size) for size in _page_sizes(data)), key=lambda saved: len(saved.rows))
        finally:
            if isinstance(data, mmap.mmap):
                data.close()


def _page_sizes(data: bytes | mmap.mmap) -> tuple[int, ...]:
    size = int.from_bytes(data[16:18], "big")
    return (size,) if size >= 512 and size & (size - 1) == 0 and data[:6] == b"SQLite" else PAGE_SIZES


def _scan(data: bytes | mmap.mmap, path: Path, size: int) -> Saved:
    pages = _Pages(data, size, _newer_pages(path, size))
    meta: dict[str, str] = {}
    found: dict[int, tuple[int, int, float, bytes]] = {}
    for values in pages.records():
        match values:
            case [str(name), str(value)]:
                meta[name] = value
            case [int(), *_, bytes(payload)]:
                _keep(payload, found)
            case _:
                pass
    for chunks in pages.pieces():
        _keep(payload_of_piece(chunks), found)
    rows = _in_order(found)
    blocks = {first: found[first][3] for first, *_ in rows}
    told, application = int.from_bytes(data[28:32], "big"), int.from_bytes(data[68:72], "big")
    return Saved(meta, rows, blocks, len(data) < told * size, bool(rows) or application == APPLICATION_ID)


def _keep(payload: bytes, found: dict[int, tuple[int, int, float, bytes]]) -> None:
    block = unpack_what_is_left(payload)
    if block is not None and len(block) > found.get(block.first.seq, (0,))[0]:
        found[block.first.seq] = len(block), block.last.seq, block.last.at, payload


def _in_order(found: Mapping[int, tuple[int, int, float, bytes]]) -> list[tuple[int, int, int, float]]:
    """Those payloads that add something to the ones before them."""
    rows: list[tuple[int, int, int, float]] = []
    upto = 0
    for first in sorted(found):
        count, last, at, payload = found[first]
        if last <= upto:
            continue
        if first <= upto:
            block = unpack_what_is_left(payload)
            count = sum(1 for _ in block.after(upto)) if block is not None else 0
        rows.append((first, last, count, at))
        upto = last
    return rows


def _newer_pages(path: Path, size: int) -> dict[int, bytes]:
    """Pages in the write-ahead log beside the file, the newest of each number."""
    newer: dict[int, bytes] = {}
    with contextlib.suppress(OSError), path.with_name(path.name + "-wal").open("rb") as log:
        magic, _, log_size, _, salt, salt_2, *_ = struct.unpack(">8I", log.read(32).ljust(32, b"\0"))
        if magic not in _WAL_MAGICS or log_size != size:
            return newer
        while len(frame := log.read(24 + size)) == 24 + size:
            number, _, *salts = struct.unpack_from(">4I", frame)
            if salts != [salt, salt_2]:
                break
            newer[number] = frame[24:]
    return newer


class _Pages:
    """The pages of a database file and the records on its table leaves."""

    def __init__(self, data: bytes | mmap.mmap, size: int, newer: Mapping[int, bytes]) -> None:
        self._data = data
        self._size = size
        self._newer = newer

    def records(self) -> Iterator[list[object]]:
        for number in range(1, -(-len(self._data) // self._size) + 1):
            yield from self._records_on(self._old(number), 100 if number == 1 else 0)
        for number, page in self._newer.items():
            yield from self._records_on(page, 100 if number == 1 else 0)

    def pieces(self) -> Iterator[Iterator[bytes]]:
        """The bytes from every start of a zstd frame on: of rows whose beginning is lost."""
        place = self._data.find(ZSTD_MAGIC)
        while place >= 0:
            yield self._overflow(place)
            place = self._data.find(ZSTD_MAGIC, place + 1)

    def _overflow(self, place: int) -> Iterator[bytes]:
        page, start = self._old(place // self._size + 1), place % self._size
        for _ in range(len(self._data) // self._size):
            yield page[start:]
            following = int.from_bytes(page[:4], "big")
            page, start = self._page(following), 4
            if not following or not page:
                break

    def _page(self, number: int) -> bytes:
        return self._newer.get(number) or self._old(number)

    def _old(self, number: int) -> bytes:
        return bytes(self._data[(number - 1) * self._size : number * self._size])

    def _records_on(self, page: bytes, start: int) -> Iterator[list[object]]:
        if len(page) < start + 8 or page[start] != _LEAF:
            return
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        for index in range(min(count, self._size // 4)):
            place = start + 8 + 2 * index
            cell = int.from_bytes(page[place : place + 2], "big")
            with contextlib.suppress(IndexError, ValueError, struct.error):
                length, place = _varint(page, cell)
                key, place = _varint(page, place)
                yield _record(self._payload(page, place, length), key)

    def _payload(self, page: bytes, place: int, length: int) -> bytes:
        """The bytes of one record with what overflowed to other pages; shorter where such a page is missing."""
        most = self._size - 35
        if length <= most:
            return page[place : place + length]
        least = (self._size - 12) * 32 // 255 - 23
        local = least + (length - least) % (self._size - 4)
        local = local if local <= most else least
        pieces = [page[place : place + local]]
        following, missing = int.from_bytes(page[place + local : place + local + 4], "big"), length - local
        while missing > 0 and following:
            more = self._page(following)
            piece = more[4 : 4 + missing]
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
            following = int.from_bytes(more[:4], "big") if len(more) == self._size else 0
        return b"".join(pieces)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[place + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + step + 1
    return value << 8 | data[place + 8], place + 9


def _record(payload: bytes, key: int) -> list[object]:
    """The values of a record; a first NULL is the row's key. A value that is cut off is given as far as it goes."""
    head_end, place = _varint(payload, 0)
    values: list[object] = []
    body = head_end
    while place < head_end:
        type_, place = _varint(payload, place)
        value, body = _value(payload, body, type_)
        values.append(value)
    if values and values[0] is None:
        values[0] = key
    return values


def _value(payload: bytes, place: int, type_: int) -> tuple[object, int]:
    if type_ >= 12:
        end = place + (type_ - 12) // 2
        piece = payload[place:end]
        return (piece.decode() if type_ % 2 else piece), end
    if type_ == 7:
        return struct.unpack_from(">d", payload, place)[0], place + 8
    if type_ in (8, 9):
        return type_ - 8, place
    size = (0, 1, 2, 3, 4, 6, 8)[type_]
    value = int.from_bytes(payload[place : place + size], "big", signed=True)
    return (value if size else None), place + size
