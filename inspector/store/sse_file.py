"""Bare event streams (``*.sse``), and answers saved with their header lines as ``curl -i`` prints them.

Such a file holds no times and does not say how the connection ended. What is made up for it (a status, an end) carries
``assumed`` in its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.log import Importer, ReadLog

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: ([^\r\n]*))?\r?\n")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*\r?\n")
_FIELD = re.compile(rb"(?:(?:data|event|id|retry)(?::|$)|:)")
LINE_END = re.compile(rb"\r\n|\n|\r")
_EVENT_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)+")


def sniff_stream(start: bytes) -> bool:
    """Whether the first lines are fields or comments of an event stream."""
    lines = [line for line in LINE_END.split(start)[:20] if line]
    known = [line for line in lines if _FIELD.match(line)]
    return bool(known) and _FIELD.match(lines[0]) is not None and len(known) * 2 > len(lines)


def sniff_answer(start: bytes) -> bool:
    """Whether it begins with the status line of an HTTP answer."""
    return _STATUS.match(start) is not None


def read_stream(file: BinaryIO, name: str) -> ReadLog:
    """An event stream: one data frame an event."""
    made = _Frames()
    made.response(200, {"content-type": "text/event-stream"}, assumed=True)
    made.body(file.read())
    made.end()
    return ReadLog("sse", {"label": name, "assumed": True}, made.frames, [NO_TIMES])


def read_answer(file: BinaryIO, name: str) -> ReadLog:
    """Answers with their header lines; those before the last are the redirects and interim answers that led to it."""
    content = file.read()
    made = _Frames()
    place = 0
    while (status := _STATUS.match(content, place)) is not None:
        place, headers = _headers(content, status.end())
        code = int(status[1])
        more = _STATUS.match(content, place) is not None
        if more and (code < 200 or _is_tunnel(code, status[2])):
            made.note(f"HTTP {code} before the answer", headers)
            continue
        made.response(code, headers)
        made.body(content[place:] if not more else b"")
        made.end()
    if not made.frames:
        raise UserError(f"{name} holds no HTTP answer.")
    return ReadLog("http", {"label": name, "assumed": True}, made.frames, [NO_TIMES])


NO_TIMES = "The file holds no times and no end of the connection: silences cannot be judged, and an end is assumed."


def events_of(content: bytes) -> Iterator[bytes]:
    """The content cut behind every empty line; all pieces together are the content."""
    place = 0
    for match in _EVENT_END.finditer(content):
        yield content[place : match.end()]
        place = match.end()
    if place < len(content):
        yield content[place:]


class _Frames:
    """Numbers frames; each response begins a link."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._link = 0

    def response(self, status: int, headers: dict[str, str], assumed: bool = False) -> None:
        self._link += 1
        head: dict[str, Any] = {"status": status, "headers": headers}
        self._add(Kind.RESPONSE, {**head, "assumed": True} if assumed else head)

    def body(self, content: bytes) -> None:
        for piece in events_of(content):
            self._add(Kind.DATA, {}, piece)

    def end(self) -> None:
        self._add(Kind.END, {"how": "eof", "by": "server", "assumed": True})

    def note(self, text: str, headers: dict[str, str]) -> None:
        self.frames.append(Frame(len(self.frames) + 1, 0.0, 0, Kind.NOTE, {"text": text, "headers": headers}))

    def _add(self, kind: Kind, head: dict[str, Any], body: bytes = b"") -> None:
        self.frames.append(Frame(len(self.frames) + 1, 0.0, self._link, kind, head, body))


def _headers(content: bytes, place: int) -> tuple[int, dict[str, str]]:
    """The place behind the empty line, and the headers; repeated ones are joined as HTTP allows."""
    headers: dict[str, str] = {}
    while (line := _HEADER.match(content, place)) is not None:
        name, value = line[1].decode().lower(), line[2].decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
        place = line.end()
    empty = LINE_END.match(content, place)
    return (empty.end() if empty is not None else place), headers


def _is_tunnel(code: int, reason: bytes | None) -> bool:
    return code == 200 and reason is not None and reason.lower() == b"connection established"


STREAM = Importer("sse", "an event stream (*.sse)", sniff_stream, read_stream)
ANSWER = Importer("http", "an answer saved with curl -i", sniff_answer, read_answer)
