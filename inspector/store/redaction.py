"""Frames without secrets, for export. A credential that the edge of a chunk or of an event goes through is found too.

What is redacted is the text of whole events; it is cut again where the chunks were, as near as that can be told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.redact import REDACTED
from inspector.domain.redactor import Redactor
from inspector.store.pieces import cuts_of, without

MOST_BYTES = 32 * 1024 * 1024
"""A body without an end in it is redacted in parts of about this size."""

_EVENT_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_MARK = REDACTED.encode()


def redacted(frames: Frames, redactor: Redactor | None = None) -> Iterator[Frame]:
    """The frames in the same order, without what looks like a secret. They are gone through twice."""
    redactor = redactor or Redactor()
    return settled(without(frames, cuts_of(frames, redactor)), redactor)


def settled(frames: Iterable[Frame], redactor: Redactor) -> Iterator[Frame]:
    """The frames without what looks like a secret within one event, as they come."""
    queue: deque[_Entry] = deque()
    open_bodies: dict[int, list[_Entry]] = {}
    waiting = 0
    for frame in frames:
        if frame.kind is Kind.DATA:
            entry = _Entry(frame, len(frame.body), ready=False)
            open_bodies.setdefault(frame.link, []).append(entry)
            waiting += len(frame.body)
            if frame.body.endswith(_EVENT_ENDS):
                _settle(open_bodies.pop(frame.link), redactor)
        else:
            _settle(open_bodies.pop(frame.link, []), redactor)
            entry = _Entry(replace(frame, head=redactor.head(frame.head), body=redactor.body(frame.body)))
        queue.append(entry)
        if waiting > MOST_BYTES:
            for link in list(open_bodies):
                _settle(open_bodies.pop(link), redactor)
        while queue and queue[0].ready:
            waiting -= queue[0].size
            yield queue.popleft().frame
    for body in open_bodies.values():
        _settle(body, redactor)
    for entry in queue:
        yield entry.frame


@dataclass(slots=True)
class _Entry:
    frame: Frame
    size: int = 0
    ready: bool = True


def _settle(entries: list[_Entry], redactor: Redactor) -> None:
    """Redacts the chunks of one body together."""
    chunks = [entry.frame.body for entry in entries]
    whole = b"".join(chunks)
    clean = redactor.body(whole)
    if clean != whole:
        for entry, chunk in zip(entries, _cut_again(chunks, clean), strict=True):
            entry.frame = replace(entry.frame, body=chunk)
    for entry in entries:
        entry.frame = replace(entry.frame, head=redactor.head(entry.frame.head)) if entry.frame.head else entry.frame
        entry.ready = True


def _cut_again(chunks: list[bytes], clean: bytes) -> list[bytes]:
    """The clean text in as many pieces: what stayed is looked up in the chunks, a mark goes behind an edge in it."""
    whole = b"".join(chunks)
    kept = clean.split(_MARK)
    stays: list[tuple[int, int, int]] = []
    place = clean_place = 0
    for number, text in enumerate(kept):
        found = len(whole) - len(text) if number == len(kept) - 1 else whole.find(text, place)
        found = max(found, place)
        stays.append((found, clean_place, len(text)))
        place, clean_place = found + len(text), clean_place + len(text) + len(_MARK)
    pieces: list[bytes] = []
    edge = done = number = 0
    for chunk in chunks[:-1]:
        edge += len(chunk)
        while number + 1 < len(stays) and stays[number + 1][0] <= edge:
            number += 1
        start, clean_start, length = stays[number]
        cut = max(done, clean_start + min(max(edge - start, 0), length))
        pieces.append(clean[done:cut])
        done = cut
    return [*pieces, clean[done:]]
