"""The files that a research leaves behind, and whether the report among them is the one that was streamed. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from inspector.domain.calls import Call
from inspector.protocols.jsons import short

KINDS = ("md", "json", "docx", "pdf")
LOST, ADDED = 0.15, 0.5
"""Shares of words from which on two reports are unlike: streamed and not in the file; in the file and not streamed.

A file may have more without a fault: detailed reports get a table of contents and references that are not streamed."""

_WORD = re.compile(r"\w+")


def files_of(output: Any) -> dict[str, str]:
    """Kind to path of what ``path`` names; an empty path means that the file could not be made."""
    given = output if isinstance(output, Mapping) else {}
    return {kind: given[kind] for kind in KINDS if isinstance(given.get(kind), str)}


def file_name(path: str) -> str:
    """The last part of a path, decoded: what a file is found again by."""
    return unquote(path).replace("\\", "/").rstrip("/").rpartition("/")[2]


def fetch(path: str, label: str) -> Call:
    """The read of one file: the server serves the folder that it writes to."""
    clean = path.replace("\\", "/").lstrip("/")
    return Call("GET", "/" + (clean if "%" in clean else quote(clean, errors="surrogatepass")), label=label)


def first_line(words: str) -> str:
    """The beginning of a text, for a sentence."""
    return short(words, 160)


def unlike(streamed: str, written: str) -> dict[str, float] | None:
    """The shares of words in which a report differs from its file, where that is too much; order does not matter."""
    one, two = Counter(_WORD.findall(streamed.lower())), Counter(_WORD.findall(written.lower()))
    if not one or not two:
        return None
    lost, added = (one - two).total() / one.total(), (two - one).total() / two.total()
    return {"lost": round(lost, 2), "added": round(added, 2)} if lost > LOST or added > ADDED else None
