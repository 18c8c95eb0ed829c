"""The rows of a log in columns: a million of them without a Python object each."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, groupby, repeat
from typing import cast

from inspector.domain.events import Event, Fact, StatusSeen, Stretch

COMMON = 8
"""A word that is as often in the texts as in one row of so many is looked for row by row."""

PAIRS = 16
"""Of so many different upper bytes at most, numbers of two bytes are looked up byte by byte."""

AT_A_TIME = 8_192
"""Rows whose texts are looked through at a time: they stay near the processor."""

NARROW = 255
"""Codes below it stand in one byte, too: a million of those are looked up in a millisecond."""


_WIDER = {"B": "H", "H": "I", "I": "q"}


def extended(column: array[int], numbers: Sequence[int]) -> array[int]:
    """The column with these at its end: itself, or from the first number on that needs it a wider one."""
    while True:
        try:
            fresh = array(column.typecode, numbers)
        except OverflowError:
            if column.typecode not in _WIDER:
                raise
            column = array(_WIDER[column.typecode], column)
        else:
            column.extend(fresh)
            return column


class Codes:
    """A column of small numbers that stand for something. ``wide`` has all of them."""

    def __init__(self) -> None:
        self._low = bytearray()
        self._wide: array[int] | None = None

    @property
    def wide(self) -> Sequence[int]:
        """The numbers. Ask again after more were added."""
        return self._low if self._wide is None else self._wide

    def extend(self, codes: list[int]) -> None:
        """Add several at the end."""
        narrow = max(codes, default=0) < NARROW
        if self._wide is None and not narrow:
            self._wide = array("H", list(self._low))
        if self._wide is not None:
            self._wide = extended(self._wide, codes)
        self._low += bytes(codes) if narrow else bytes([min(NARROW, code) for code in codes])

    def among(self, wanted: Iterable[int], first: int, end: int) -> bytes:
        """For each row from ``first`` to before ``end``: 1 where its code is one of these."""
        codes = set(wanted)
        if not codes:
            return bytes(max(0, end - first))
        part, table = self._low[first:end], bytearray(256)
        for code in codes:
            table[min(code, NARROW)] = code < NARROW
        found = part.translate(table)
        if max(codes) < NARROW or not (high := part.count(NARROW)):
            return bytes(found)
        if 4 * high > len(part):
            return _among(codes, self.wide[first:end])
        place = part.find(NARROW)
        while place >= 0:
            found[place] = self.wide[first + place] in codes
            place = part.find(NARROW, place + 1)
        return bytes(found)


def _among(codes: set[int], column: Sequence[int]) -> bytes:
    """By the two bytes of each number: to have a million numbers looked up one by one takes a tenth of a second."""
    above: dict[int, set[int]] = {}
    for code in codes:
        above.setdefault(code >> 8, set()).add(code & 255)
    if not isinstance(column, array) or column.typecode != "H" or len(above) > PAIRS:
        return bytes(map(codes.__contains__, column))
    raw = column.tobytes()
    lower, upper = (raw[0::2], raw[1::2]) if sys.byteorder == "little" else (raw[1::2], raw[0::2])
    found = 0
    for high, lows in above.items():
        here = int.from_bytes(upper.translate(bytes(code == high for code in range(256))))
        found |= here & int.from_bytes(lower.translate(bytes(code in lows for code in range(256))))
    return found.to_bytes(len(column))


class Rows:
    """Appends events, gives back cells. Row numbers count from 0; ``run`` 0 and ``state`` 0 mean none.

    Names, states and the summaries' bytes are kept once each or end to end; ``at`` is milliseconds of the log. A column
    is as wide as its greatest number needs: most logs have few runs and few exchanges, and a part is seldom above ten.
    """

    def __init__(self) -> None:
        self.seq = array("B")
        self.part = array("B")
        self.at = array("d")
        self.link = array("B")
        self._run = Codes()
        self.content = array("b")
        self._name = Codes()
        self._state = Codes()
        self._ends = array("B")
        self._text = bytearray()
        self._words: list[str] = [""]
        self._codes: dict[str, int] = {"": 0}

    def __len__(self) -> int:
        return len(self.seq)

    @property
    def run(self) -> Sequence[int]:
        """The keys of the runs. Ask again after rows were added, as for every column but ``at``."""
        return self._run.wide

    def append(self, events: Iterable[Event | Stretch]) -> int:
        """Add rows at the end; returns how many."""
        first = len(self)
        for kind, fresh in groupby(events, type):
            if kind is Stretch:
                for stretch in fresh:
                    self._stretch(cast(Stretch, stretch))
            else:
                self._events(cast(Iterator[Event], fresh))
        return len(self) - first

    def _events(self, fresh: Iterable[Event]) -> None:
        # A column at a time: a call for each cell would take most of the time that a row takes in all.
        runs, seqs, parts, times, links, names, texts, contents, facts, _ = zip(*fresh, strict=True)
        self._place(seqs, parts, times, links)
        self._run.extend([run or 0 for run in runs])
        self.content.frombytes(bytes(contents))
        self._name.extend(self._coded(names))
        told = any(facts)  # most tell nothing
        self._state.extend(self._coded([_state_of(each) for each in facts]) if told else [0] * len(facts))
        self._say(texts)

    def _stretch(self, pieces: Stretch) -> None:
        count = len(pieces)
        self._place(pieces.seqs, pieces.parts, pieces.times, [pieces.link] * count)
        self._run.extend([pieces.run] * count)
        self.content.frombytes(b"\1" * count)
        self._name.extend(self._coded([pieces.name]) * count)
        self._state.extend([0] * count)
        self._say(pieces.texts)

    def _place(self, seqs: Sequence[int], parts: Sequence[int], times: Sequence[float], links: Sequence[int]) -> None:
        self.seq = extended(self.seq, seqs)
        self.part = extended(self.part, parts)
        self.at.extend(times)
        self.link = extended(self.link, links)

    def _say(self, texts: Sequence[str]) -> None:
        told = "".join(texts).encode("utf-8", "surrogatepass")
        sizes: Iterable[int] = map(len, texts)
        if sum(map(len, texts)) != len(told):  # not only ASCII
            sizes = [len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass")) for text in texts]
        self._ends = extended(self._ends, list(accumulate(sizes, initial=len(self._text)))[1:])
        self._text += told

    def name(self, row: int) -> str:
        """The event's name on the wire."""
        return self._words[self._name.wide[row]]

    def state(self, row: int) -> str:
        """The state that the event told, or an empty text."""
        return self._words[self._state.wide[row]]

    def text(self, row: int) -> str:
        """The one-line summary."""
        start = self._ends[row - 1] if row else 0
        return self._text[start : self._ends[row]].decode("utf-8", "replace")

    def holding(self, word: str, first: int, end: int) -> bytearray:
        """For each row from ``first`` to before ``end``: 1 where a lower-case word is in its name, state or text."""
        codes = {code for code, known in enumerate(self._words) if word in known.lower()}
        found = self.saying(word, first, end)
        for column in (self._name, self._state):
            other = column.among(codes, first, end)
            if 1 in other:
                found = bytearray((int.from_bytes(found) | int.from_bytes(other)).to_bytes(len(found)))
        return found

    def saying(self, word: str, first: int, end: int) -> bytearray:
        """The same by the text alone."""
        if not word:
            return bytearray([1]) * max(0, end - first)
        found = bytearray(max(0, end - first))
        if not word.isascii():
            for row in range(first, end):
                found[row - first] = word in self.text(row).lower()
            return found
        for start in range(first, end, AT_A_TIME):
            self._look_through(word.encode(), start, min(end, start + AT_A_TIME), found, start - first)
        return found

    def _look_through(self, needle: bytes, first: int, end: int, found: bytearray, place: int) -> None:
        """Put a 1 for each of some rows that has a lower-case word into what is found, from a place on."""
        start = self._ends[first - 1] if first else 0
        texts = self._text[start : self._ends[end - 1]].lower()
        at = texts.find(needle)
        if at >= 0 and COMMON * texts.count(needle) > end - first:
            ends = [over - start for over in self._ends[first:end]]
            places = map(texts.find, repeat(needle), chain((0,), ends), ends)
            found[place : place + end - first] = bytes(map((-1).__ne__, places))
            return
        while at >= 0:
            row = bisect_right(self._ends, start + at, first, end)
            over = self._ends[row] - start
            if at + len(needle) <= over:
                found[place + row - first] = 1
                at = over - 1
            at = texts.find(needle, at + 1)

    def named(self, fits: Callable[[str], bool], first: int, end: int) -> bytes:
        """For each row from ``first`` to before ``end``: 1 where its name fits. Each name is asked about once."""
        return self._name.among(self._fitting(fits), first, end)

    def stated(self, fits: Callable[[str], bool], first: int, end: int) -> bytes:
        """The same by the state that a row told, which is an empty text for most."""
        return self._state.among(self._fitting(fits), first, end)

    def of_runs(self, keys: Iterable[int], first: int, end: int) -> bytes:
        """The same by the run; 0 stands for none."""
        return self._run.among(keys, first, end)

    def words(self) -> tuple[set[str], set[str]]:
        """All names and all states that there are."""
        names, states = ({self._words[code] for code in set(column.wide)} for column in (self._name, self._state))
        return names, states - {""}

    def find_seq(self, seq: int) -> int | None:
        """The first row of this frame, or of the next one that has a row."""
        low, high = 0, len(self.seq)
        while low < high:
            middle = (low + high) // 2
            if self.seq[middle] < seq:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.seq) else None

    def _fitting(self, fits: Callable[[str], bool]) -> set[int]:
        return {code for code, word in enumerate(self._words) if fits(word)}

    def _coded(self, words: Sequence[str]) -> list[int]:
        codes = self._codes
        for word in dict.fromkeys(words):
            if word not in codes:
                codes[word] = len(self._words)
                self._words.append(word)
        if len(words) == words.count(words[0]):
            return [codes[words[0]]] * len(words)
        return list(map(codes.__getitem__, words))


def _state_of(facts: Sequence[Fact]) -> str:
    for fact in facts:
        if isinstance(fact, StatusSeen):
            return fact.state
    return ""
