"""The rows of a log in columns: a million of them without a Python object each."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable

from inspector.domain.events import Event, StatusSeen


class Rows:
    """Appends events, gives back cells. Row numbers count from 0; ``run`` 0 and ``state`` 0 mean none.

    Names, states and the summaries' bytes are kept once each or end to end; ``at`` is milliseconds of the log.
    """

    def __init__(self) -> None:
        self.seq = array("q")
        self.part = array("i")
        self.at = array("d")
        self.link = array("i")
        self.run = array("i")
        self.content = array("b")
        self._name = array("i")
        self._state = array("i")
        self._ends = array("q")
        self._text = bytearray()
        self._words: list[str] = [""]
        self._codes: dict[str, int] = {"": 0}

    def __len__(self) -> int:
        return len(self.seq)

    def append(self, events: Iterable[Event]) -> int:
        """Add rows at the end; returns how many."""
        before = len(self.seq)
        for event in events:
            self.seq.append(event.seq)
            self.part.append(event.part)
            self.at.append(event.at)
            self.link.append(event.link)
            self.run.append(event.run or 0)
            self.content.append(event.content)
            self._name.append(self._code(event.name))
            state = next((fact.state for fact in event.facts if isinstance(fact, StatusSeen)), "")
            self._state.append(self._code(state))
            self._text += event.text.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._text))
        return len(self.seq) - before

    def name(self, row: int) -> str:
        """The event's name on the wire."""
        return self._words[self._name[row]]

    def state(self, row: int) -> str:
        """The state that the event told, or an empty text."""
        return self._words[self._state[row]]

    def text(self, row: int) -> str:
        """The one-line summary."""
        start = self._ends[row - 1] if row else 0
        return self._text[start : self._ends[row]].decode("utf-8", "replace")

    def holding(self, word: str, first: int, end: int) -> bytearray:
        """For each row from ``first`` to before ``end``: 1 where a lower-case word is in its name, state or text."""
        found = bytearray(end - first)
        codes = {code for code, known in enumerate(self._words) if word in known.lower()}
        if codes:
            for place, (name, state) in enumerate(zip(self._name[first:end], self._state[first:end], strict=True)):
                if name in codes or state in codes:
                    found[place] = 1
        if not word.isascii():
            for row in range(first, end):
                found[row - first] |= word in self.text(row).lower()
            return found
        start = self._ends[first - 1] if first else 0
        texts, needle = self._text[start : self._ends[end - 1] if end else 0].lower(), word.encode()
        at = texts.find(needle)
        while at >= 0:
            row = bisect_right(self._ends, start + at, first, end)
            over = self._ends[row] - start
            if at + len(needle) <= over:
                found[row - first] = 1
                at = over - 1
            at = texts.find(needle, at + 1)
        return found

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

    def _code(self, word: str) -> int:
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = len(self._words)
            self._words.append(word)
        return code
