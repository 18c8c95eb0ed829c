"""What was derived from a log, kept beside it: a cache in a folder of the user's own, thrown away without a loss.

Its name holds which file it was made of (place, size, time of the last change) and which code made it (a digest of the
sources): one that does not fit is not found. It is a pickle, so nothing but plain values and the project's own classes
comes out of it, and what the program has in one piece only (lifecycles) goes in by name.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
import zstandard

from inspector.store.atomic import replacing
from inspector.store.settings import APP, HOME

KEPT_FILES, KEPT_BYTES = 40, 2 << 30
"""So many caches, and so large all together, are kept; the oldest go first."""

_MAGIC = b"SId1"
_ENDING = ".derived"
_SOURCES = ("domain", "protocols", "services")
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
        content = place.read_bytes()
        if content[:4] != _MAGIC or zlib.crc32(memoryview(content)[8:]) != int.from_bytes(content[4:8], "big"):
            return None
        plain = zstandard.ZstdDecompressor().decompress(memoryview(content)[8:])
        value = _Unpickler(io.BytesIO(plain), known).load()
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
    buffer = io.BytesIO()
    _Pickler(buffer, known).dump(value)
    packed = zstandard.ZstdCompressor(level=1).compress(buffer.getbuffer())
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(place) as file:
            file.write(_MAGIC + zlib.crc32(packed).to_bytes(4, "big"))
            file.write(packed)
        _tidy(place.parent)
    except OSError:
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
    name = f"{path.absolute()}\0{told.st_size}\0{told.st_mtime_ns}\0{told.st_ino}\0{code()}"
    return folder() / (hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:40] + _ENDING)


def _tidy(place: Path) -> None:
    found = sorted(place.glob(f"*{_ENDING}"), key=lambda file: file.stat().st_mtime, reverse=True)
    size = 0
    for number, file in enumerate(found):
        size += file.stat().st_size
        if number >= KEPT_FILES or (number and size > KEPT_BYTES):
            file.unlink(missing_ok=True)


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, known: Mapping[str, object]) -> None:
        super().__init__(file, protocol=5)
        self._names = {id(value): name for name, value in known.items()}

    def persistent_id(self, value: Any) -> str | None:
        return self._names.get(id(value))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: Mapping[str, object]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, name: Any) -> object:
        return self._known[name]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith(("inspector.domain.", "inspector.services.", "inspector.protocols.")) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a cache")
