"""What one row of the log stands for, put together from the chunks that it came in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from inspector.domain.frames import Frame, Kind
from inspector.domain.sse import SseDecoder, SseEvent

REACH, MOST = 5_000, 24_000_000
"""How many frames back the beginning is looked for, and how many bytes are put together at most."""

AHEAD = 8
"""So many bytes tell whether an event begins."""

EVENTS = 500
"""Events of one chunk that are shown."""

_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2}")
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")

Named = tuple[str, Any]


def gather(seq: int, frame: Callable[[int], Frame]) -> list[Frame]:
    """The frame and, where it is a chunk or the end of an answer, the earlier chunks that belong to it.

    Reads back along its link to the last chunk that ended an event, or to the head of the answer.
    ``frame`` raises KeyError for a frame that is not there: for ``seq`` itself that is passed on.
    """
    last = frame(seq)
    found = [last]
    if last.kind not in (Kind.DATA, Kind.END):
        return found
    size, ahead = len(last.body), b""  # a blank line that ends within the last chunk is that of its own event
    for number in range(seq - 1, max(0, seq - REACH), -1):
        try:
            other = frame(number)
        except KeyError:
            continue
        if other.link != last.link:
            continue
        size += len(other.body)
        if other.kind is not Kind.DATA or size > MOST:
            break
        rest = _after_blank(other.body + ahead, len(other.body))
        if rest is None or rest:
            found.append(other)
        if rest is not None:
            break
        ahead = (other.body + ahead)[:AHEAD]
    return found[::-1]


def _after_blank(text: bytes, size: int) -> int | None:
    """How many of the first ``size`` bytes follow the last blank line after which a new event can begin."""
    for match in reversed(list(_BLANK.finditer(text))):
        if match.start() >= size:
            continue
        begins = text[match.end() : match.end() + AHEAD]
        if any(begins.startswith(field) or field.startswith(begins) for field in _FIELDS):
            return max(0, size - match.end())
    return None


def values_of(frames: Sequence[Frame]) -> list[Named]:
    """Named values of what :func:`gather` found: what its bytes say, its head, and where it stands."""
    last = frames[-1]
    where: dict[str, Any] = {"number": last.seq, "ms": last.at, "link": last.link, "kind": last.kind.value}
    if len(frames) > 1:
        where["chunks"] = [frame.seq for frame in frames if frame.kind is Kind.DATA]
    head: list[Named] = [("head", dict(last.head))] if last.head else []
    return [*_said(frames), *head, ("frame", where)]


def _said(frames: Sequence[Frame]) -> list[Named]:
    body = b"".join(frame.body for frame in frames)
    if not body:
        return []
    whole = _json(body)
    if whole is not None:
        return [("body", whole)]
    events = _events(frames) if frames[-1].kind in (Kind.DATA, Kind.END) else []
    return events or [("body", body.decode("utf-8", "replace"))]


def _events(frames: Sequence[Frame]) -> list[Named]:
    """The events that the last frame completed, and the one that it left unfinished; none where it is no stream."""
    decoder, last = SseDecoder(), frames[-1]
    for frame in frames[:-1]:
        decoder.feed(frame.body)
    items = decoder.feed(last.body) if last.kind is Kind.DATA else decoder.finish()
    found = [_named(item) for item in items[:EVENTS]]
    if len(items) > EVENTS:
        found.append(("…", f"{len(items) - EVENTS:,} more events"))
    pending = decoder.pending.decode("utf-8", "replace")
    if all(item.kind == "bad" for item in items) and not pending.startswith(("data:", "event:", "id:", ":")):
        return []
    return [*found, ("unfinished", pending)] if pending.strip() else found


def _named(item: SseEvent) -> Named:
    if item.kind == "comment":
        return "keep-alive", item.name
    if item.kind in ("retry", "bad", "id"):
        return item.kind, item.data or item.id or ""
    value = _json(item.data.encode("utf-8", "surrogateescape"))
    return item.name or "message", item.data if value is None else value


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
