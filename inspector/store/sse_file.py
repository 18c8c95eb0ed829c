"""Bare event streams (``*.sse``).

Such a file holds no times, and does not say how the connection ended unless it was copied from the screen on which
curl said so; its numbers are those of its manual, "EXIT CODES". What is made up (a status, an end) carries ``assumed``
in its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from inspector.domain.frames import Frame, Kind
from inspector.store.log import Importer, ReadLog

_FIELD = re.compile(rb"(?:(?:data|event|id|retry)(?::|$)|:)")
LINE_END = re.compile(rb"\r\n|\n|\r")
_FAULT = re.compile(rb"(?:\r?\n)?curl: \((\d+)\) ([^\r\n]*)\s*\Z")
_LEFT = re.compile(rb"(?:\^C\s*|\n\^C.*)\Z")
MOST_WORDS = 4_096
"""What curl said at last is no longer: to look for it in all of a long stream would take seconds."""

_EVENT_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)+")


def sniff(start: bytes) -> bool:
    """Whether the first lines are fields or comments of an event stream."""
    lines = [line for line in LINE_END.split(start)[:20] if line]
    known = [line for line in lines if _FIELD.match(line)]
    return bool(known) and _FIELD.match(lines[0]) is not None and len(known) * 2 > len(lines)


def read(file: BinaryIO, name: str) -> ReadLog:
    """An event stream: one data frame an event."""
    return stream(file.read(), name)


def stream(content: bytes, name: str) -> ReadLog:
    """The same, of bytes."""
    content, end = last_words(content)
    frames = [Frame(1, 0.0, 1, Kind.RESPONSE, {**ASSUMED_ANSWER, "assumed": True})]
    frames += [Frame(n, 0.0, 1, Kind.DATA, {}, piece) for n, piece in enumerate(events_of(content), 2)]
    frames.append(Frame(len(frames) + 1, 0.0, 1, Kind.END, end or ASSUMED_END))
    return ReadLog("sse", {"label": name, "assumed": True}, frames, [NO_TIMES if end is None else ONLY_TIMES])


ASSUMED_ANSWER: Mapping[str, Any] = {"status": 200, "headers": {"content-type": "text/event-stream"}}
ASSUMED_END: Mapping[str, Any] = {"how": "eof", "by": "server", "assumed": True}
NO_TIMES = "The file holds no times and no end of the connection: silences cannot be judged, and an end is assumed."
ONLY_TIMES = "The file holds no times: silences cannot be judged."


def events_of(content: bytes) -> Iterator[bytes]:
    """The content cut behind every empty line; all pieces together are the content."""
    place = 0
    for match in _EVENT_END.finditer(content):
        yield content[place : match.end()]
        place = match.end()
    if place < len(content):
        yield content[place:]


def last_words(content: bytes) -> tuple[bytes, dict[str, Any] | None]:
    """The content without the line in which curl, or who stopped it, says why it ended; and the end that this tells."""
    start = _last_line(content)
    fault = _FAULT.search(content, start)
    if fault is not None:
        how, by = _ENDS.get(int(fault[1]), ("reset", "server"))
        why = fault[2].decode("utf-8", "replace")
        return content[: fault.start()] + b"\n" * fault[0].startswith((b"\n", b"\r")), {
            "how": how,
            "by": by,
            "detail": why,
        }
    stopped = _LEFT.search(content, start)
    if stopped is not None:
        return content[: stopped.start()], {"how": "closed", "by": "client", "detail": _STOPPED}
    return content, None


def _last_line(content: bytes) -> int:
    """Where the line end before the last line that is not blank begins; of a very long line, only its end."""
    end = len(content)
    while end and content[end - 1] in b" \t\r\n\v\f":
        end -= 1
    lines = max(content.rfind(b"\n", 0, end), content.rfind(b"\r", 0, end))
    return max(0, lines - 1, end - MOST_WORDS)


_ENDS = {
    6: ("refused", "server"),
    7: ("refused", "server"),
    18: ("cut", "server"),
    23: ("closed", "client"),
    28: ("closed", "client"),
    35: ("refused", "server"),
    42: ("closed", "client"),
    60: ("refused", "server"),
}
"""By exit code; any other broke the connection."""

_STOPPED = "stopped by hand"


IMPORTER = Importer("sse", "an event stream (*.sse)", sniff, read)
