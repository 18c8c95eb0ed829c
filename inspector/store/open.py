"""Opens any file that holds a log. The content decides what it is, never the name."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.store import (
    agent_files,
    curl_file,
    event_lines,
    har_file,
    object_file,
    research_file,
    sse_file,
    thread_file,
    wire_file,
)
from inspector.store.agent_sessions import read_sessions
from inspector.store.database import beside, looks_like_sqlite, refuse_unreadable
from inspector.store.log import SNIFFED, Importer, Log
from inspector.store.reader import SessionReader

Progress = Callable[[int, int], None]
"""Told how many bytes are read, of how many. What it raises ends the reading."""

MOST_UNPACKED = 1 << 30
"""Bytes: what is unpacked is held in memory, and a small file can hold any amount of nothing."""

IMPORTERS: list[Importer] = [
    agent_files.FEED,
    wire_file.IMPORTER,
    event_lines.IMPORTER,
    agent_files.STATE,
    agent_files.EXPORT,
    har_file.IMPORTER,
    research_file.IMPORTER,
    thread_file.IMPORTER,
    object_file.IMPORTER,
    sse_file.IMPORTER,
    curl_file.IMPORTER,
]
"""Asked in this order; a format more is an entry more."""

_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


def open_log(path: Path, progress: Progress = lambda done, total: None) -> Log:
    """The log in this file; UserError, one sentence, where there is none. A session is not read before it is asked."""
    refuse_unreadable(path)
    if beside(path):
        return read_sessions(path) or SessionReader(path)
    try:
        return _open(path, progress)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from None


def _open(path: Path, progress: Progress) -> Log:
    with path.open("rb") as file:
        start = file.read(SNIFFED)
        if not looks_like_sqlite(start):
            file.seek(0)
            told = io.BufferedReader(_Told(file, path.stat().st_size, progress), 1024 * 1024)
            return _import(told, start, path)
    return read_sessions(path) or SessionReader(path)


class _Told(io.RawIOBase):
    """A file that tells how far it was read."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress) -> None:
        super().__init__()
        self._file = file
        self._size = size
        self._progress = progress

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        count: int = self._file.readinto(buffer)  # type: ignore[attr-defined] # every file that is read has it
        self._progress(self._file.tell(), self._size)
        return count


def _import(file: BinaryIO, start: bytes, path: Path) -> Log:
    name = path.name
    text = _plain(file, start, name)
    if text is not file:
        start = text.read(SNIFFED)
        text.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        text.seek(len(codecs.BOM_UTF8))
        start = start[len(codecs.BOM_UTF8) :]
    for importer in IMPORTERS:
        if importer.sniff(start):
            if importer.stream is not None and text is file:
                return importer.stream(text, name, path)
            return importer.read(text, name)
    known = ", ".join(importer.expects for importer in IMPORTERS)
    raise UserError(f"{name} is nothing that can be opened here: a session (*.session), {known}.")


def _plain(file: BinaryIO, start: bytes, name: str) -> BinaryIO:
    """The file itself, or what is in it unpacked and in UTF-8."""
    for magic, how in _PACKED.items():
        if start.startswith(magic):
            content = _unpacked(file, how, name)
            if looks_like_sqlite(content):
                break
            if content.startswith(tuple(_PACKED)):
                raise UserError(f"{name} is compressed more than once; unpack it first.")
            return _plain(io.BytesIO(content), content[:SNIFFED], name)
    else:
        encoding = _UTF_16.get(start[:2])
        # What a PowerShell redirection makes of any output.
        return file if encoding is None else io.BytesIO(file.read()[2:].decode(encoding, "replace").encode())
    raise UserError(f"{name} is a compressed session ({how}); unpack it first.")


def _unpacked(file: BinaryIO, how: str, name: str) -> bytes:
    """All that a compressed file holds. UserError where it is broken, of a kind that cannot be read here, or huge."""
    if how != "gzip":
        raise UserError(f"{name} is compressed ({how}); unpack it first.")
    try:
        content = gzip.GzipFile(fileobj=file).read(MOST_UNPACKED + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise UserError(f"{name} is compressed ({how}) and cannot be unpacked: {error}.") from None
    if len(content) > MOST_UNPACKED:
        raise UserError(
            f"{name} is compressed ({how}) and holds more than {MOST_UNPACKED >> 20:,} MB; unpack it first."
        )
    return content
