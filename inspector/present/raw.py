"""A frame as it crossed the wire, as text: header lines, then the bytes, with the ends of chunks made visible."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any

from inspector.domain.frames import Frame, Kind

MOST = 64_000
"""Bytes that are shown unless somebody asks for all."""

LINE = 1_000
"""Characters after which a line is broken: laying out one line of megabytes takes seconds."""

BREAK = "¬\n"
EVENTS = 500
"""Values of one chunk that are shown as a tree."""


def head_lines(frame: Frame) -> list[str]:
    """What stands before the bytes."""
    head = frame.head
    if frame.kind is Kind.REQUEST:
        return [f"{head.get('method', '')} {head.get('url', '')}", *_headers(frame.headers)]
    if frame.kind is Kind.RESPONSE:
        return [f"HTTP {head.get('status', '?')}", *_headers(frame.headers)]
    if frame.kind is Kind.END:
        detail = f": {head['detail']}" if head.get("detail") else ""
        return [f"end: {head.get('how', '?')}, by the {head.get('by', '?')}{detail}"]
    if frame.kind is Kind.SOCKET:
        code = f" {head['code']}" if head.get("code") else ""
        return [f"socket {head.get('dir', '?')} {head.get('op', '?')}{code}"]
    if frame.kind in (Kind.NOTE, Kind.REST):
        return [json.dumps(dict(head), ensure_ascii=False, indent=2, default=str)]
    return []


def _headers(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def body_text(body: bytes, everything: bool = False) -> str:
    """The bytes as text with visible line ends, long lines broken; as a hex dump where they are not UTF-8."""
    whole = everything or len(body) <= MOST
    cut = body if whole else body[:MOST]
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(cut, final=whole)
    except UnicodeDecodeError:
        return dump(cut)
    text = text.replace("\r\n", "␍␊\n").replace("\r", "␍\n").replace("\u2028", "\u2424").replace("\u2029", "\u2424")
    return "\n".join(broken(line) for line in text.split("\n"))


def broken(line: str) -> str:
    """A line with a mark wherever it had to be broken."""
    if len(line) <= LINE:
        return line
    return BREAK.join(line[start : start + LINE] for start in range(0, len(line), LINE))


def dump(body: bytes) -> str:
    """Sixteen bytes a line, as hex and as letters."""
    lines = []
    for start in range(0, len(body), 16):
        part = body[start : start + 16]
        letters = "".join(chr(b) if 32 <= b < 127 else "·" for b in part)
        lines.append(f"{start:08x}  {part.hex(' '):<47}  {letters}")
    return "\n".join(lines)


def values_of(frame: Frame) -> list[tuple[str, Any]]:
    """A frame as named values: its head, and every JSON value in its body or in the data lines of its events."""
    found: list[tuple[str, Any]] = [
        ("frame", {"number": frame.seq, "ms": frame.at, "link": frame.link, "kind": frame.kind.value})
    ]
    if frame.head:
        found.append(("head", dict(frame.head)))
    whole = _json(frame.body)
    if whole is not None:
        found.append(("body", whole))
    elif frame.kind is Kind.DATA:
        found += _events(frame.body)
    elif frame.body:
        found.append(("body", frame.body.decode("utf-8", "replace")))
    return found


def _events(body: bytes) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for value in _values(body.decode("utf-8", "replace")):
        if len(found) == EVENTS:
            found.append(("…", "more events"))
            break
        found.append(value)
    return found


def _values(text: str) -> Iterator[tuple[str, Any]]:
    """The events of a chunk by their names. Halves of events, at its ends, are shown as the lines that they are."""
    name, data = "data", []
    for line in [*text.splitlines(), ""]:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif line.startswith(":"):
            yield "keep-alive", line[1:].strip()
        elif line.strip() and not line.startswith(("id:", "retry:")):
            yield "piece", line
        elif not line and data:
            value = _json("\n".join(data).encode())
            yield name, "\n".join(data) if value is None else value
            name, data = "data", []


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
