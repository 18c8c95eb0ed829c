"""Pieces of text, by far the most of what streams bring: a stretch of them is decoded at once, not one by one.

A call for each event and stage would take most of the time that an event takes in all. What comes of it is the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise, repeat
from typing import Any, NamedTuple

from msgspec import MsgspecError
from msgspec.json import Decoder

from inspector.domain.events import Event, MessageSeen, RunKey, Stretch
from inspector.domain.frames import Frame, Kind
from inspector.protocols.exchange import Exchange, HttpDecoder
from inspector.protocols.jsons import short

FEW = 4
"""So many events at least make a stretch: fewer take no longer one by one."""

Read = tuple[Any, str]
"""What counts of a piece besides its text, and the text."""
Reader = Callable[[str], Read | None]

_SMALL = 4096
_LINE = 120
_MARK = "@"
_STRING = re.compile(r'\s*"([^"\\]*(?:\\.[^"\\]*)*)"')
_STRINGS = Decoder(str)


class Texts(NamedTuple):
    """What a stretch of pieces says: the text of each, and what messages grew by, with the place of its last piece."""

    run: RunKey
    texts: Sequence[str]
    grown: Sequence[tuple[MessageSeen, int]]


class FlowingDecoder(HttpDecoder):
    """An :class:`HttpDecoder` whose backend says what it takes in at once."""

    def flows(self, x: Exchange, name: str) -> bool:
        """Whether events of this name are, as a rule, pieces of text."""
        return False

    def on_pieces(self, x: Exchange, datas: Sequence[str], ids: Sequence[str | None]) -> Texts | None:
        """Consecutive events of such a name at once. None, and nothing is changed, where any is more than a piece.

        Otherwise all is as if :meth:`on_event` had been called for each.
        """
        return None

    def flow(self, frames: Sequence[Frame]) -> Iterator[tuple[float, Sequence[Event | Stretch]]]:
        """The events of frames of one link."""
        place = 0
        while place < len(frames) and not self._streams(frames[place]):
            yield frames[place].at, self.feed(frames[place])
            place += 1
        rest = frames[place:]
        if len(rest) < FEW and sum(len(frame.body) for frame in rest) < _SMALL:
            yield from super().flow(rest)
        else:
            yield from _Flow(self, self.exchanges[rest[0].link], rest)

    def _streams(self, frame: Frame) -> bool:
        """Whether it is a chunk of a stream that has begun, and is not packed."""
        x = self.exchanges.get(frame.link)
        return frame.kind is Kind.DATA and x is not None and x.sse is not None and self.readable(x, frame)


class _Flow:
    """Consecutive chunks of one stream."""

    def __init__(self, decoder: FlowingDecoder, x: Exchange, frames: Sequence[Frame]) -> None:
        assert x.sse is not None
        self._decoder = decoder
        self._x = x
        self._frames = frames
        self._items = x.sse.flow([frame.body for frame in frames])
        self._seqs = [frame.seq for frame in frames]
        self._times = [frame.at for frame in frames]
        self._parts = [0] * len(frames)
        if self._items.ends != list(range(1, len(frames) + 1)):  # most have one each
            counts = [end - start for start, end in pairwise(chain((0,), self._items.ends))]
            self._seqs = list(chain(*map(repeat, self._seqs, counts)))
            self._times = list(chain(*map(repeat, self._times, counts)))
            self._parts = list(chain(*map(range, counts)))
        self._same_until = 0
        self._again, self._pause = 0, 1

    def __iter__(self) -> Iterator[tuple[float, Sequence[Event | Stretch]]]:
        ends, first, number = self._items.ends, 0, 0
        while number < len(self._frames):
            many = bisect_right(ends, self._pieces_until(first), number)  # up to this frame, they bring nothing else
            stretch = None
            if many - number > 1 and self._may(first, ends[many - 1]):
                stretch = self._stretch(first, ends[many - 1], self._parts[first : ends[many - 1]])
            if stretch is None:
                many = number + 1
            yield self._frames[many - 1].at, self._frame(first, ends[number]) if stretch is None else [stretch]
            first, number = ends[many - 1], many

    def _frame(self, first: int, end: int) -> list[Event | Stretch]:
        """The events of one frame."""
        events: list[Event | Stretch] = []
        part = 0
        while first < end:
            until = min(end, self._pieces_until(first))
            stretch = None
            if self._may(first, until):
                stretch = self._stretch(first, until, range(part, part + until - first))
            if stretch is None:
                one = self._one(first, part)
                events += one
                part, first = part + len(one), first + 1
            else:
                events.append(stretch)
                part, first = part + until - first, until
        return events

    def _one(self, place: int, part: int) -> list[Event]:
        seq, at, link, new = self._seqs[place], self._times[place], self._x.link, tuple.__new__
        self._decoder.now = at
        return [
            new(Event, (run, seq, part, at, link, name, text, content, facts, happened))
            for part, (name, text, run, content, facts, happened) in enumerate(
                self._decoder.item(self._x, self._items.item(place)), part
            )
        ]

    def _pieces_until(self, place: int) -> int:
        """Up to where all events have this one's name; ``place`` itself where that is none of pieces."""
        names = self._items.names
        if place >= self._same_until and place < len(names):
            name, end = names[place], place
            if name is not None and self._decoder.flows(self._x, name):
                while end < len(names) and names[end] == name:
                    end += 1
            self._same_until = end
        return max(place, self._same_until)

    def _may(self, first: int, end: int) -> bool:
        return end - first >= FEW and first >= self._again

    def _stretch(self, first: int, end: int, parts: Sequence[int]) -> Stretch | None:
        self._decoder.now = self._times[end - 1]
        items, seqs = self._items, self._seqs
        told = self._decoder.on_pieces(self._x, items.datas[first:end], items.ids[first:end])
        if told is None:
            # Whoever sends what only looks like pieces is tried rarely: what was tried in vain is decoded again.
            self._again, self._pause = first + self._pause, 2 * self._pause
            return None
        self._pause = 1
        self._x.events += end - first
        grown = [(message, seqs[first + last]) for message, last in told.grown]
        name = items.names[first] or ""
        times, texts = self._times[first:end], _lines(told.texts)
        return Stretch(told.run, self._x.link, name, seqs[first:end], parts, times, texts, grown)


def _lines(texts: Sequence[str]) -> Sequence[str]:
    """Of each what :func:`short` gives."""
    if max(map(len, texts)) > _LINE:
        return list(map(short, texts))
    lines = [text.strip() for text in texts]
    whole = "\0".join(lines)
    return lines if " ".join(whole.split()) == whole else [" ".join(text.split()) for text in texts]


def texts_of(datas: Sequence[str], field: str, read: Reader) -> list[tuple[Any, list[str]]] | None:
    """The texts of JSON values in order, and what else counts of them: told once for those that have it alike.

    ``read`` gives both of one value, or None where it is more than that; then so does this. ``field`` has the text.
    """
    found: list[tuple[Any, list[str]]] = []
    place = again = 0
    while place < len(datas):
        one = read(datas[place])
        if one is None:
            return None
        kind, text = one
        texts: list[str] = []
        if place >= again:  # what was gone through in vain is not gone through from each of its places
            again, texts = _alike(datas, place, f'"{field}":', kind, read)
        found.append((kind, texts or [text]))
        place += len(texts) or 1
    return found


def _alike(datas: Sequence[str], place: int, key: str, kind: Any, read: Reader) -> tuple[int, list[str]]:
    """The texts from here on while nothing else differs: what is before and behind a text has to be read only once.

    None of them where that does not show. Before them stands the place up to which was looked.

    That it is the text which is between them shows where another one is put there. What stands there is no more than
    the inside of one string, where as many strings as lines are found: none can go on over the end of a line.
    """
    first = datas[place]
    string = _STRING.match(first, first.find(key) + len(key))
    if string is None:
        return place + 1, []
    before, behind = first[: string.start(1)], first[string.end(1) :]
    a, b, end = len(before), len(behind), place + 1
    while end < len(datas) and datas[end].startswith(before) and datas[end].endswith(behind):
        end += 1
    alike = datas[place:end]
    if len(alike) < FEW or min(map(len, alike)) < a + b or read(before + _MARK + behind) != (kind, _MARK):
        return end, []
    lines = '"\n"'.join([data[a:-b] for data in alike])
    try:
        texts = _STRINGS.decode_lines(f'"{lines}"')
    except (MsgspecError, UnicodeError):
        return end, []
    return end, texts if len(texts) == len(alike) else []
