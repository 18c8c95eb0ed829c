"""What was derived from a log, kept beside it: a cache in a folder of the user's own, thrown away without a loss.

Its name holds which file it was made of (place, size, time of the last change) and which code made it (a digest of the
sources): one that does not fit is not found. It is a pickle, so nothing but plain values and the project's own classes
comes out of it, and what the program has in one piece only (lifecycles) goes in by name. Long columns of numbers stand
behind it as they are in memory: nine tenths of a large log are read and no more.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import struct
import sys
import zlib
from array import array
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import platformdirs
import zstandard

from inspector.store.atomic import replacing
from inspector.store.settings import APP, HOME

KEPT_FILES, KEPT_BYTES = 40, 1 << 30
"""So many caches, and so large all together, are kept; the oldest go first."""

APART = 4096
"""Columns of so many bytes and more stand apart."""

Column: TypeAlias = "array[Any] | bytearray"

_MAGIC = b"SId2"
_HEAD = struct.Struct("<4sIQI")
"""Magic; CRC-32 of all that follows; bytes of the packed pickle; how many columns there are."""

_COLUMN = struct.Struct("<cQ")
"""Of each column: its type, as ``array`` names it, or a blank for bytes, and its length in bytes."""

_ENDING = ".derived"
_SOURCES = ("domain", "protocols", "services", "store")
_PLAIN = (
    {("builtins", name) for name in ("set", "frozenset", "bytearray", "dict", "list", "tuple", "complex", "range")}
    | {("array", "array"), ("array", "_array_reconstructor"), ("collections", "OrderedDict"), ("collections", "deque")}
    | {("collections", "defaultdict")}
)


def recall(path: Path, known: Mapping[str, object]) -> Any | None:
    """What was derived from this file by the same code; None where that is not kept, or cannot be read."""
    place = _place(path)
    if place is None:
        return None
    try:
        with place.open("rb", buffering=0) as file:
            value = _read(file, known)
    except Exception:  # noqa: BLE001 # a broken pickle can raise anything, and the log is still there to be read anew
        return None
    with suppress(OSError):
        os.utime(place)
    return value


def keep(path: Path, value: object, known: Mapping[str, object]) -> bool:
    """Keep it for the next time; whether that could be done. ``known`` are the objects that are kept by their names."""
    place = _place(path)
    if place is None:
        return False
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(place) as file:
            _write(file, value, known)
        _tidy(place.parent)
    except (OSError, RuntimeError):  # the latter where it was changed meanwhile
        return False
    return True


def folder() -> Path:
    """Where the caches are."""
    home = os.environ.get(HOME)
    return (Path(home) / "cache" if home else platformdirs.user_cache_path(APP, appauthor=False)) / "derived"


@cache
def code() -> str:
    """Which code derives: a digest of its sources."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for part in _SOURCES:
        for source in sorted((root / part).rglob("*.py")):
            digest.update(str(source.relative_to(root)).encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _place(path: Path) -> Path | None:
    try:
        told = path.stat()
    except OSError:
        return None
    name = f"{os.path.realpath(path)}\0{told.st_size}\0{told.st_mtime_ns}\0{told.st_ino}\0{code()}\0{sys.byteorder}"
    return folder() / (hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:40] + _ENDING)


def _tidy(place: Path) -> None:
    found = sorted(place.glob(f"*{_ENDING}"), key=lambda file: file.stat().st_mtime, reverse=True)
    size = 0
    for number, file in enumerate(found):
        size += file.stat().st_size
        if number >= KEPT_FILES or (number and size > KEPT_BYTES):
            file.unlink(missing_ok=True)


def _write(file: BinaryIO, value: object, known: Mapping[str, object]) -> None:
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, known)
    pickler.dump(value)
    packed = zstandard.ZstdCompressor(level=1).compress(buffer.getbuffer())
    table = b"".join(_COLUMN.pack(*_told(column)) for column in pickler.columns)
    parts = (table, packed, *pickler.columns)
    crc = 0
    # Copies, one at a time: a column cannot grow while somebody looks into it, and a note may come from another thread.
    for part in parts:
        crc = zlib.crc32(bytes(part), crc)
    file.write(_HEAD.pack(_MAGIC, crc, len(packed), len(pickler.columns)))
    for part in parts:
        file.write(bytes(part))


def _read(file: io.FileIO, known: Mapping[str, object]) -> Any:
    magic, crc, size, count = _HEAD.unpack(file.read(_HEAD.size))
    if magic != _MAGIC:
        raise ValueError
    table, packed = file.read(count * _COLUMN.size), file.read(size)
    if file.tell() + sum(length for _, length in _COLUMN.iter_unpack(table)) != os.fstat(file.fileno()).st_size:
        raise ValueError  # before room is made for what is not there
    found = zlib.crc32(packed, zlib.crc32(table))
    columns: list[Column] = []
    for kind, length in _COLUMN.iter_unpack(table):
        content = bytearray(length)
        file.readinto(content)
        found = zlib.crc32(content, found)
        columns.append(content if kind == b" " else array(kind.decode(), content))
    if found != crc:
        raise ValueError
    plain = zstandard.ZstdDecompressor().decompress(packed)
    return _Unpickler(io.BytesIO(plain), known, columns).load()


def _told(column: Column) -> tuple[bytes, int]:
    return (
        (b" ", len(column)) if isinstance(column, bytearray) else (column.typecode.encode(), memoryview(column).nbytes)
    )


def _made_of(kind: type) -> tuple[str, ...] | None:
    """The values that an instance is made of, where it is a dataclass of slots, which takes all of them."""
    if not is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return None
    names = tuple(field.name for field in fields(kind) if field.init and not field.kw_only)
    whole = kind.__dict__.get("__slots__") == names and len(names) == len(fields(kind))
    return names if whole else None


class _Pickler(pickle.Pickler):
    """``columns`` are those that stand apart, in the order of the numbers that they go in by."""

    def __init__(self, file: io.BytesIO, known: Mapping[str, object]) -> None:
        super().__init__(file, protocol=5)
        self._names: dict[int, str | int] = {id(value): name for name, value in known.items()}
        self._made: dict[type, tuple[str, ...] | None] = {}
        self.columns: list[Column] = []

    def persistent_id(self, value: Any) -> str | int | None:
        if isinstance(value, array | bytearray) and len(value) >= APART and id(value) not in self._names:
            self._names[id(value)] = len(self.columns)
            self.columns.append(value)
        return self._names.get(id(value))

    def reducer_override(self, value: Any) -> Any:
        """A dataclass is made anew by a call: what Python would do restores it field by field, in four times that."""
        kind = type(value)
        if kind not in self._made:
            self._made[kind] = _made_of(kind)
        names = self._made[kind]
        return NotImplemented if names is None else (kind, tuple([getattr(value, name) for name in names]))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: Mapping[str, object], columns: list[Column]) -> None:
        super().__init__(file)
        self._known = known
        self._columns = columns

    def persistent_load(self, name: Any) -> object:
        return self._columns[name] if isinstance(name, int) else self._known[name]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith(("inspector.domain.", "inspector.services.", "inspector.protocols.")) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a cache")
