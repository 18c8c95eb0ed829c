"""Frames without secrets, for export. A credential that a body was cut through by the edge of a chunk is found too.

What is redacted is the text of whole events; it is cut again where the chunks were, as near as that can be told.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inspector.domain.frames import Frame, Kind
from inspector.domain.redact import REDACTED, redact_headers, redact_text, redact_url

MOST_BYTES = 32 * 1024 * 1024
"""A body without an end in it is redacted in parts of about this size."""

_EVENT_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_MARK = REDACTED.encode()


def redacted(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The frames in the same order, without what looks like a secret."""
    queue: deque[_Entry] = deque()
    open_bodies: dict[int, list[_Entry]] = {}
    waiting = 0
    for frame in frames:
        if frame.kind is Kind.DATA:
            entry = _Entry(frame, len(frame.body), ready=False)
            open_bodies.setdefault(frame.link, []).append(entry)
            waiting += len(frame.body)
            if frame.body.endswith(_EVENT_ENDS):
                _settle(open_bodies.pop(frame.link))
        else:
            _settle(open_bodies.pop(frame.link, []))
            entry = _Entry(replace(frame, head=redacted_head(frame.head), body=_redacted(frame.body)))
        queue.append(entry)
        if waiting > MOST_BYTES:
            for link in list(open_bodies):
                _settle(open_bodies.pop(link))
        while queue and queue[0].ready:
            waiting -= queue[0].size
            yield queue.popleft().frame
    for body in open_bodies.values():
        _settle(body)
    for entry in queue:
        yield entry.frame


def redacted_head(head: Mapping[str, Any]) -> dict[str, Any]:
    """The head of a frame or of a log without secrets, wherever in it they are."""
    clean = dict(head)
    if isinstance(clean.get("headers"), Mapping):
        clean["headers"] = redact_headers({str(name): _word(value) for name, value in clean["headers"].items()})
    if isinstance(clean.get("url"), str):
        clean["url"] = redact_url(clean["url"])
    text = json.dumps(clean, ensure_ascii=False, default=dict)
    changed = redact_text(text)
    if changed == text:
        return clean
    value = json.loads(changed)
    return value if isinstance(value, dict) else {}


@dataclass(slots=True)
class _Entry:
    frame: Frame
    size: int = 0
    ready: bool = True


def _settle(entries: list[_Entry]) -> None:
    """Redacts the chunks of one body together."""
    chunks = [entry.frame.body for entry in entries]
    whole = b"".join(chunks)
    clean = _redacted(whole)
    if clean != whole:
        for entry, chunk in zip(entries, _cut_again(chunks, clean), strict=True):
            entry.frame = replace(entry.frame, body=chunk)
    for entry in entries:
        entry.frame = replace(entry.frame, head=redacted_head(entry.frame.head)) if entry.frame.head else entry.frame
        entry.ready = True


def _redacted(body: bytes) -> bytes:
    return redact_text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape") if body else body


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


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=dict)
