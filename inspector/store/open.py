"""Opens any file that holds a log. The content decides what it is, never the name."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import BinaryIO

from inspector.domain.errors import UserError
from inspector.store import event_lines, sse_file, wirelog
from inspector.store.database import beside, looks_like_sqlite, refuse_unreadable
from inspector.store.log import Importer, Log
from inspector.store.reader import SessionReader

SNIFFED = 64 * 1024

IMPORTERS: list[Importer] = [wirelog.IMPORTER, event_lines.IMPORTER, sse_file.STREAM, sse_file.ANSWER]
"""Asked in this order; a format more is an entry more."""

_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


def open_log(path: Path) -> Log:
    """The log in this file; UserError, one sentence, where there is none."""
    refuse_unreadable(path)
    if beside(path):
        return SessionReader(path)
    try:
        return _open(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from None


def _open(path: Path) -> Log:
    with path.open("rb") as file:
        start = file.read(SNIFFED)
        if not looks_like_sqlite(start):
            file.seek(0)
            return _import(file, start, path.name)
    return SessionReader(path)


def _import(file: BinaryIO, start: bytes, name: str) -> Log:
    for magic, how in _PACKED.items():
        if start.startswith(magic):
            raise UserError(f"{name} is compressed ({how}); unpack it first.")
    text = file
    encoding = _UTF_16.get(start[:2])
    if encoding is not None:
        # What a PowerShell redirection makes of any output.
        content = file.read()[2:].decode(encoding, "replace").encode()
        text, start = io.BytesIO(content), content[:SNIFFED]
    if start.startswith(codecs.BOM_UTF8):
        text.seek(len(codecs.BOM_UTF8))
        start = start[len(codecs.BOM_UTF8) :]
    for importer in IMPORTERS:
        if importer.sniff(start):
            return importer.read(text, name)
    known = ", ".join(importer.expects for importer in IMPORTERS)
    raise UserError(f"{name} is nothing that can be opened here: a session (*.session), {known}.")
