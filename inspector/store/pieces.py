"""Secrets that stand in the pieces of several events: a key that a model writes token by token is in none of them.

The texts behind one name in the events of one stream are read as one text, all of them and those of one item apart;
what looks like a secret there and lies over an edge is cut out of all the pieces. The first gets the mark.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from inspector.domain.frames import Frame, Kind
from inspector.domain.redact import REDACTED
from inspector.domain.redactor import Redactor

Cut = tuple[int, int, bytes]
"""From, to in the bytes of a stream, and what stands there instead."""

WHOLE, KEPT = 16_384, 1_024
"""So many characters are looked through at once, and so many again with the next."""

_PAIR = re.compile(rb'"([^"\\]{1,40})"\s*:\s*"((?:[^"\\]|\\.)*+)"')
_UNIT = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_ITEMS = (b"id", b"item_id", b"call_id", b"run_id")
_NAMES_ONLY = frozenset((*_ITEMS, b"object", b"type", b"status", b"model", b"role", b"event", b"name"))
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_SIDES = ("", "in", "out")
MOST_LINE = 4 * 1024 * 1024


def cuts_of(frames: Iterable[Frame], redactor: Redactor) -> dict[tuple[int, str], list[Cut]]:
    """What has to be cut out, by stream."""
    streams: dict[tuple[int, str], _Stream] = {}
    for frame in frames:
        if frame.kind in (Kind.DATA, Kind.SOCKET) and frame.body:
            stream = streams.setdefault(_name(frame), _Stream(redactor))
            stream.feed(frame.body, whole=frame.kind is Kind.SOCKET)
        elif frame.kind is Kind.END:
            for over in [streams[frame.link, side] for side in _SIDES if (frame.link, side) in streams]:
                over.look()
    found = {name: stream.finish() for name, stream in streams.items()}
    return {name: cuts for name, cuts in found.items() if cuts}


def without(frames: Iterable[Frame], cuts: dict[tuple[int, str], list[Cut]]) -> Iterator[Frame]:
    """The frames without these places."""
    places: dict[tuple[int, str], int] = dict.fromkeys(cuts, 0)
    for frame in frames:
        name = _name(frame)
        if name in places and frame.kind in (Kind.DATA, Kind.SOCKET) and frame.body:
            start = places[name]
            places[name] = start + len(frame.body)
            body = _cut(frame.body, start, cuts[name])
            yield frame if body == frame.body else replace(frame, body=body)
        else:
            yield frame


def _name(frame: Frame) -> tuple[int, str]:
    return frame.link, str(frame.head.get("dir", "in")) if frame.kind is Kind.SOCKET else ""


def _cut(body: bytes, start: int, cuts: list[Cut]) -> bytes:
    end, done = start + len(body), start
    parts: list[bytes] = []
    for first, last, instead in cuts[max(0, bisect_right(cuts, (start,)) - 1) :]:
        if first >= end:
            break
        if last <= start:
            continue
        parts.append(body[done - start : max(first, start) - start])
        if first >= start:
            parts.append(instead)
        done = min(last, end)
    return b"".join([*parts, body[done - start :]])


@dataclass(slots=True)
class _Text:
    """Pieces of one text. ``places`` are where each begins in the joined text; ``raw`` where it begins in the stream.

    A piece with escapes has the place of each of its characters; for one without, they follow each other.
    """

    joined: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    raw: list[tuple[int, list[int] | None]] = field(default_factory=list)
    size: int = 0

    def add(self, text: str, place: int, steps: list[int] | None) -> None:
        self.places.append(self.size)
        self.raw.append((place, steps))
        self.joined.append(text)
        self.size += len(text)

    def keep(self, least: int) -> None:
        """Forget what lies before the last ``least`` characters."""
        while self.joined and self.size - len(self.joined[0]) >= least:
            gone = len(self.joined[0])
            for column in (self.joined, self.places, self.raw):
                del column[0]
            self.places = [place - gone for place in self.places]
            self.size -= gone


class _Stream:
    """The bytes of one body, or of one side of a socket."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._texts: dict[tuple[bytes, bytes], _Text] = {}
        self._cuts: dict[tuple[int, int], bytes] = {}
        self._values: set[tuple[int, str]] = set()
        self._line = b""
        self._at = 0

    def feed(self, body: bytes, whole: bool) -> None:
        """Take in the next bytes; ``whole``: they are a message, not a part of one."""
        content = self._line + body
        end = len(content) if whole or len(content) > MOST_LINE else content.rfind(b"\n") + 1
        for line in content[:end].splitlines(keepends=True):
            self._read(line)
            self._at += len(line)
        self._line = content[end:]

    def look(self) -> None:
        """Nothing follows: look through what came, and let go of it."""
        self.feed(b"", whole=True)
        for text in self._texts.values():
            self._search(text)
        self._texts = {}

    def finish(self) -> list[Cut]:
        """What is to be cut out, in order."""
        self.look()
        for _, value in sorted(self._values):
            self._redactor.spanning(value)
        return _merged([(start, end, instead) for (start, end), instead in self._cuts.items()])

    def _read(self, line: bytes) -> None:
        pairs = list(_PAIR.finditer(line))
        item = next((pair[2] for pair in pairs if pair[1] in _ITEMS), b"")
        for pair in pairs:
            if pair[1] in _NAMES_ONLY or pair[1].endswith(b"_id") or not pair[2]:
                continue
            raw = pair[2].decode("utf-8", "surrogateescape")
            text, steps = _decoded(raw)
            place = self._at + pair.start(2)
            for group in {(pair[1], b""), (pair[1], item)}:
                found = self._texts.setdefault(group, _Text())
                found.add(text, place, steps)
                if found.size > WHOLE:
                    self._search(found)
                    found.keep(KEPT)

    def _search(self, text: _Text) -> None:
        if len(text.joined) < 2:
            return
        joined = "".join(text.joined)
        for start, end in self._redactor.spans(joined):
            first, last = bisect_right(text.places, start) - 1, bisect_right(text.places, end - 1) - 1
            if joined[start:end] == REDACTED or all(self._alone(text, n, start, end) for n in range(first, last + 1)):
                continue  # each of them shows by itself what it holds, such as an id that stands in every event
            for number in range(first, last + 1):
                begin = max(start - text.places[number], 0)
                over = min(end - text.places[number], len(text.joined[number]))
                place, steps = text.raw[number]
                cut = (
                    place + _step(steps, begin, text.joined[number]),
                    place + _step(steps, over, text.joined[number]),
                )
                if number == first:
                    self._values.add((cut[0], joined[start:end]))
                if cut[1] > cut[0] and self._cuts.get(cut) != REDACTED.encode():
                    self._cuts[cut] = REDACTED.encode() if number == first else b""

    def _alone(self, text: _Text, number: int, start: int, end: int) -> bool:
        """Whether a piece shows by itself what it holds of a secret; else it takes those beside it."""
        piece, place = text.joined[number], text.places[number]
        begin, over = max(start - place, 0), min(end - place, len(piece))
        return any(first <= begin and over <= last for first, last in self._redactor.spans(piece))


def _step(steps: list[int] | None, count: int, text: str) -> int:
    """The bytes that so many characters of a piece take in the stream."""
    if steps is None:
        return count if text.isascii() else len(text[:count].encode("utf-8", "surrogateescape"))
    return steps[count]


def _decoded(raw: str) -> tuple[str, list[int] | None]:
    if "\\" not in raw:
        return raw, None
    text: list[str] = []
    steps = [0]
    for unit in _UNIT.findall(raw):
        text.append(unit if len(unit) == 1 else _meant(unit))
        steps.append(steps[-1] + len(unit.encode("utf-8", "surrogateescape")))
    return "".join(text), steps


def _meant(unit: str) -> str:
    return chr(int("0x" + unit[2:], 0)) if len(unit) == 6 else _ESCAPES.get(unit[1], unit[1])


def _merged(cuts: list[Cut]) -> list[Cut]:
    """In order, and without overlaps; where two meet, the mark stays."""
    found: list[Cut] = []
    for start, end, instead in sorted(cuts):
        if found and start < found[-1][1]:
            first, last, before = found[-1]
            found[-1] = first, max(last, end), before or instead
        else:
            found.append((start, end, instead))
    return found
