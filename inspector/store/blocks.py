"""Frames to bytes and back: the payload of one row of a session file.

A payload is a nine byte head (magic, codec, CRC of what follows) and a run of groups of up to 64 frames, each with its
own length and CRC. A compressed payload is a run of zstd frames of a few groups each, and every group ends a block of
its zstd frame: so whatever is left of a file that was cut off can be read from the next zstd frame on, and up to the
last whole group (:func:`unpack_what_is_left`, :func:`payload_of_piece`).
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import sub
from typing import Any

import zstandard

from inspector.domain.batch import Batch
from inspector.domain.frames import Frame, Kind

GROUP_FRAMES = 64
GROUP_BYTES = 64 * 1024
PIECE_GROUPS = 8
MAGIC = b"SIf1"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
RAW, ZSTD = 0, 1
MOST_BYTES = 1 << 30
"""No payload of ours unpacks to more (SQLite's own limit for a value): a file that claims it is damaged or hostile."""

_HEAD = struct.Struct("<4sBI")
_FRAMED = struct.Struct("<II")
_GROUP = struct.Struct("<IQdB")
# Their places in this table are what is stored: new kinds go to the end.
_KINDS = (Kind.REQUEST, Kind.RESPONSE, Kind.DATA, Kind.SOCKET, Kind.END, Kind.NOTE, Kind.REST)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_DENSE, _MICROSECONDS = 1, 2


def weights(frames: Sequence[Frame]) -> list[int]:
    """About how many bytes each frame takes before compression."""
    return [len(frame.body) + (300 if frame.head else 24) for frame in frames]


def pack(frames: Sequence[Frame], codec: int = RAW, level: int = 3) -> bytes:
    """One payload. Heads must be JSON values (TypeError); their tuples come back as lists."""
    groups = [_pack_group(group) for group in _grouped(frames)]
    if codec == ZSTD:
        packer = zstandard.ZstdCompressor(level=level)
        starts = range(0, len(groups), PIECE_GROUPS)
        content = b"".join(_compressed(packer, groups[start : start + PIECE_GROUPS]) for start in starts)
    else:
        content = b"".join(groups)
    return _HEAD.pack(MAGIC, codec, zlib.crc32(content)) + content


def unpack(payload: bytes) -> Block:
    """The frames of a payload; ValueError where it is damaged."""
    if len(payload) < _HEAD.size:
        raise ValueError("too short")
    magic, codec, check = _HEAD.unpack_from(payload)
    content = memoryview(payload)[_HEAD.size :]
    if magic != MAGIC or zlib.crc32(content) != check:
        raise ValueError("damaged")
    block = Block(b"".join(_plain(content, codec, 1 << 20)))
    if not len(block):
        raise ValueError("empty")
    return block


def unpack_what_is_left(payload: bytes) -> Block | None:
    """The frames of a payload whose end is missing or wrong: its whole groups. None where there is none."""
    if len(payload) < _HEAD.size or not payload.startswith(MAGIC):
        return None
    pieces: list[bytes] = []
    try:
        # Small steps: what was unpacked before the damage must be out before the damage raises.
        for piece in _plain(memoryview(payload)[_HEAD.size :], payload[len(MAGIC)], 4096):
            pieces.append(piece)
    except ValueError:
        pass
    block = Block(b"".join(pieces))
    return block if len(block) else None


def payload_of_piece(chunks: Iterable[bytes]) -> bytes:
    """A payload of the one zstd frame that begins these bytes, for :func:`unpack_what_is_left`."""
    reader = zstandard.ZstdDecompressor().decompressobj()
    taken: list[bytes] = []
    try:
        for chunk in chunks:
            taken.append(chunk)
            reader.decompress(chunk)
            if reader.eof:
                taken[-1] = chunk[: len(chunk) - len(reader.unused_data)]
                break
    except zstandard.ZstdError:
        pass
    return _HEAD.pack(MAGIC, ZSTD, 0) + b"".join(taken)


class Block:
    """The frames of one payload, made when they are asked for. It ends before the first damaged group.

    ``content`` is what they are made of: the bytes of every body stand in it as they are, those of heads as JSON.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._groups: list[tuple[int, int, int]] = []
        self._made: dict[int, list[Frame]] = {}
        place = 0
        while place + _FRAMED.size + _GROUP.size <= len(content):
            length, check = _FRAMED.unpack_from(content, place)
            place += _FRAMED.size
            if length < _GROUP.size or zlib.crc32(memoryview(content)[place : place + length]) != check:
                break
            count, first = _GROUP.unpack_from(content, place)[:2]
            self._groups.append((place, count, first))
            place += length

    def __len__(self) -> int:
        return sum(count for _, count, _ in self._groups)

    def __iter__(self) -> Iterator[Frame]:
        for number in range(len(self._groups)):
            yield from self._frames(number)

    @property
    def first(self) -> Frame:
        """The first frame; the block must not be empty."""
        return self._frames(0)[0]

    @property
    def last(self) -> Frame:
        """The last frame; the block must not be empty."""
        return self._frames(len(self._groups) - 1)[-1]

    def after(self, seq: int) -> Iterator[Frame]:
        """The frames with greater numbers than ``seq``, in order."""
        for number in range(len(self._groups)):
            if number + 1 < len(self._groups) and self._groups[number + 1][2] <= seq + 1:
                continue
            yield from (frame for frame in self._frames(number) if frame.seq > seq)

    def batch(self) -> Batch:
        """All of them in columns: to look through them this takes a tenth of the time that it takes to make them."""
        content, heads = self.content, dict[int, Mapping[str, Any]]()
        seqs, links, kinds, sizes, bodies = list[int](), list[int](), bytearray(), list[int](), list[bytes]()
        for start, _, _ in self._groups:
            group = _Group(content, start)
            if group.heads_at < group.bodies_at:
                heads |= {len(seqs) + place: head for place, head in group.heads(content).items()}
            seqs += group.seqs()
            links += group.links
            kinds += bytes(group.kinds)
            sizes += group.body_sizes
            bodies.append(content[group.bodies_at : group.bodies_at + sum(group.body_sizes)])
        return Batch(seqs, links, list(map(_KINDS.__getitem__, kinds)), heads, sizes, b"".join(bodies))

    def find(self, seq: int) -> Frame | None:
        """The frame of this number."""
        frame = next(self.after(seq - 1), None)
        return frame if frame is not None and frame.seq == seq else None

    def _frames(self, number: int) -> list[Frame]:
        if number not in self._made:
            self._made[number] = _unpack_group(self.content, self._groups[number][0])
        return self._made[number]


def _plain(content: memoryview, codec: int, step: int) -> Iterator[bytes]:
    if codec == RAW:
        yield bytes(content)
        return
    if codec != ZSTD:
        raise ValueError("unknown codec")
    size = 0
    try:
        reader = zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True)
        while piece := reader.read(step):
            size += len(piece)
            if size > MOST_BYTES:
                raise ValueError("too large")
            yield piece
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error


def _compressed(packer: zstandard.ZstdCompressor, groups: Sequence[bytes]) -> bytes:
    stream = packer.compressobj()
    pieces = [stream.compress(group) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) for group in groups]
    return b"".join(pieces) + stream.flush()


def _grouped(frames: Sequence[Frame]) -> Iterator[Sequence[Frame]]:
    start = 0
    while start < len(frames):
        group = frames[start : start + GROUP_FRAMES]
        if sum(weights(group)) >= GROUP_BYTES:
            before = list(accumulate(weights(group), initial=0))
            group = group[: bisect_left(before, GROUP_BYTES)]
        yield group
        start += len(group)


def _pack_group(frames: Sequence[Frame]) -> bytes:
    seqs, times = [frame.seq for frame in frames], [frame.at for frame in frames]
    flags = 0
    columns: list[bytes] = []
    if seqs[-1] - seqs[0] == len(seqs) - 1:
        flags |= _DENSE
    else:
        columns.append(_planes(array("I", [seq - seqs[0] for seq in seqs])))
    micros = _microseconds(times)
    if micros is None:
        columns.append(_planes(array("d", times)))
    else:
        flags |= _MICROSECONDS
        columns.append(_planes(micros))
    heads = [_json(frame.head) if frame.head else b"" for frame in frames]
    bodies = [frame.body for frame in frames]
    columns.append(_planes(array("I", [frame.link for frame in frames])))
    columns.append(bytes([_NUMBERS[frame.kind] for frame in frames]))
    columns.append(_planes(array("I", list(map(len, heads)))))
    columns.append(_planes(array("I", list(map(len, bodies)))))
    start = _GROUP.pack(len(frames), seqs[0], times[0], flags)
    group = b"".join((start, *columns, *heads, *bodies))
    return _FRAMED.pack(len(group), zlib.crc32(group)) + group


def _unpack_group(content: bytes, place: int) -> list[Frame]:
    group = _Group(content, place)
    heads, times, place = group.heads(content), group.times(), group.bodies_at
    frames = []
    for index, (seq, link, size) in enumerate(zip(group.seqs(), group.links, group.body_sizes, strict=True)):
        head, body = heads.get(index) or {}, content[place : place + size]
        frames.append(Frame(seq, times[index], link, _KINDS[group.kinds[index]], head, body))
        place += size
    return frames


class _Group:
    """The columns of one group, and where its heads and its bodies begin."""

    def __init__(self, content: bytes, place: int) -> None:
        self.count, self._first, self._at, flags = _GROUP.unpack_from(content, place)
        columns = _Columns(content, place + _GROUP.size, self.count)
        self._steps = None if flags & _DENSE else columns.take("I")
        self._micros = bool(flags & _MICROSECONDS)
        self._times = columns.later("i" if self._micros else "d")
        self.links, self.kinds = columns.small(), columns.take("B")
        self._head_sizes, self.body_sizes = columns.small(), columns.small()
        self.heads_at = columns.place
        self.bodies_at = columns.place + sum(self._head_sizes)

    def seqs(self) -> Sequence[int]:
        """The numbers of its frames."""
        first, steps = self._first, self._steps
        return range(first, first + self.count) if steps is None else [first + step for step in steps]

    def times(self) -> Sequence[float]:
        """Their times."""
        column = self._times()
        if not self._micros:
            return column
        start = round(self._at * 1000)
        return [(start + step) / 1000 for step in accumulate(column)]

    def heads(self, content: bytes) -> dict[int, dict[str, Any]]:
        """The heads of those frames that have one, by their places."""
        found, place = {}, self.heads_at
        for index, size in enumerate(self._head_sizes):
            if size:
                found[index] = json.loads(content[place : place + size])
                place += size
        return found


class _Columns:
    """Takes one column of a group after the other."""

    def __init__(self, content: bytes, place: int, count: int) -> None:
        self.place = place
        self._content = content
        self._count = count

    def later(self, code: str) -> Callable[[], array[Any]]:
        """Passes over a column; what it gives takes it."""
        mine = _Columns(self._content, self.place, self._count)
        self.place += array(code).itemsize * self._count
        return lambda: mine.take(code)

    def small(self) -> Sequence[int]:
        """Takes a column of type ``I``, most of which have numbers below 256: then its first plane is all there is."""
        start, high, end = self.place, self.place + self._count, self.place + 4 * self._count
        if self._content.count(0, high, end) < end - high:
            return self.take("I")
        self.place = end
        return self._content[start:high]

    def take(self, code: str) -> array[Any]:
        column: array[Any] = array(code)
        size, count = column.itemsize, self._count
        data = bytearray(size * count)
        for plane in range(size):
            data[plane::size] = self._content[self.place + plane * count : self.place + (plane + 1) * count]
        self.place += size * count
        column.frombytes(data)
        if sys.byteorder == "big":
            column.byteswap()
        return column


def _planes(column: array[Any]) -> bytes:
    """All first bytes, then all second bytes …: small numbers then compress to almost nothing."""
    if sys.byteorder == "big":
        column.byteswap()
    data, size = column.tobytes(), column.itemsize
    return b"".join(data[plane::size] for plane in range(size))


def _microseconds(times: Sequence[float]) -> array[int] | None:
    """The steps between the times in whole microseconds, or None where that would lose something."""
    micros = [round(at * 1000) for at in times]
    if [micro / 1000 for micro in micros] != times:
        return None
    try:
        return array("i", [0, *map(sub, micros[1:], micros)])
    except OverflowError:
        return None


def _json(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, separators=(",", ":"), default=_as_json).encode()


def _as_json(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
