"""Marks and comments on a log that is not being recorded: in the session file itself, or else in a file of our own.

Evidence is not touched: a wire log, an archive, a session that somebody else writes, that was cut off or has an older
format stays as it is, and what is said about it goes into a folder of the user's own, keyed by the place of the file.
Each line there has the head of the note and a check of the frame that it is about: where another file stands in that
place by now, its frames get none of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store import schema
from inspector.store.session import SessionWriter
from inspector.store.settings import sessions_folder


def annotate(path: Path, about: Frame, head: Mapping[str, Any], whole: bool) -> bool:
    """Keep a note about a frame of this file; UserError where that cannot be. Whether it is in the file itself now.

    ``whole``: nobody writes the file, and nothing of it is missing.
    """
    place = _place(path)
    if whole and not place.exists() and _takes_notes(path):  # what is apart is taken for newer than what is in it
        with suppress(UserError):
            _append(path, head)
            return True
    line = json.dumps({"check": check(about), "head": dict(head)}, ensure_ascii=False) + "\n"
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place.open("ab") as file:
            file.write(line.encode("utf-8", "surrogatepass"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UserError(f"What you noted cannot be kept in {place}: {error.strerror or error}.") from None
    return False


def asides(path: Path, frame: Callable[[int], Frame]) -> list[dict[str, Any]]:
    """The heads of the notes that are kept apart from this file, oldest first. ``frame``: KeyError where none is."""
    try:
        lines = _place(path).read_bytes().splitlines()
    except OSError:
        return []
    heads = []
    for line in lines:
        with suppress(ValueError, KeyError, TypeError, RecursionError):  # it was cut off, or means another file
            entry = json.loads(line)
            if entry["check"] == check(frame(entry["head"]["frame"])):
                heads.append(entry["head"])
    return heads


def check(frame: Frame) -> int:
    """A number that another frame hardly has."""
    return zlib.crc32(frame.body, zlib.crc32(f"{frame.kind.value} {frame.link} {frame.at}".encode()))


def _append(path: Path, head: Mapping[str, Any]) -> None:
    with SessionWriter.append_to(path) as writer:
        writer.append([Frame(writer.last_seq + 1, writer.last_at, 0, Kind.NOTE, dict(head))])


def _takes_notes(path: Path) -> bool:
    """Whether it is a session of the present format that may be written. It is asked of SQLite, which others may have
    open: closing a handle of our own would give up their locks."""
    if not os.access(path, os.W_OK):
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return schema.format_of(db) == (schema.APPLICATION_ID, schema.FORMAT)
    except sqlite3.Error:
        return False


def _place(path: Path) -> Path:
    name = hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:40]
    return sessions_folder().parent / "remarks" / f"{name}.jsonl"
