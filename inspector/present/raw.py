"""A frame as it crossed the wire, as text: header lines, then the bytes, with the ends of chunks made visible."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from inspector.domain.frames import Frame, Kind

MOST = 64_000
"""Bytes that are shown unless somebody asks for all."""

LINE = 1_000
"""Characters after which a line is broken: laying out one line of megabytes takes seconds."""

BREAK = "¬\n"
_INNER = bytes(range(0x80, 0xC0))
"""Bytes with which no letter begins."""


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


def body_text(body: bytes) -> str:
    """The bytes as text, long lines broken; as a hex dump where they are not UTF-8.

    Line ends other than LF are spelled out: not every font has a letter for them.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return dump(body)
    text = (
        text.replace("\r\n", "\\r\\n\n")
        .replace("\r", "\\r\n")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
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


def chunks_text(frames: Sequence[Frame], everything: bool = False) -> tuple[str, int]:
    """Frames with their heads, their bytes and a mark where each chunk ends; and how many bytes are left out.

    Of much, the end is shown, since that is what completed the row. A letter that two chunks share stands in the later.
    """
    size = sum(len(frame.body) for frame in frames)
    skip = 0 if everything else max(0, size - MOST)
    hidden, parts, carried = skip, [], b""
    for frame in frames:
        if skip and skip >= len(frame.body):
            skip -= len(frame.body)
            continue
        body = frame.body[skip:].lstrip(_INNER) if skip else frame.body
        if skip:
            hidden, skip = hidden + len(frame.body) - skip - len(body), 0
        parts += head_lines(frame)
        if frame.body:
            shown, carried = _held(carried + body)
            parts += [body_text(shown), f"⟪ end of chunk #{frame.seq}, {len(frame.body):,} bytes ⟫"]
    if carried:
        parts.append(dump(carried))
    before = [f"⟪ {hidden:,} bytes before ⟫"] if hidden else []
    return "\n".join(before + parts), hidden


def _held(body: bytes) -> tuple[bytes, bytes]:
    """The bytes without a letter that their end cuts through, and the beginning of that letter."""
    for back in range(1, min(4, len(body) + 1)):
        lead = body[-back]
        if lead >= 0xC0:
            needs = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return (body[:-back], body[-back:]) if needs > back else (body, b"")
        if lead < 0x80:
            break
    return body, b""
