"""Finds a text in a log: in what its rows say, and in the bytes of its frames. In slices, as its caller has time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import TICK, word_of
from inspector.domain.rows import Rows

SLICE = 20_000
"""Rows that are looked through at a time: some milliseconds."""

AHEAD = 2_000
"""So far the row is looked for that a frame without rows of its own belongs to."""

_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")

Stretch = tuple[int, Iterable[Frame]]
"""The number of the last frame of a piece of the log, and those of its frames that may hold the text."""


class Needle:
    """A text as it stands in bytes, whatever its case: plain, and as JSON writes it."""

    def __init__(self, text: str) -> None:
        self.text = text.lower()
        plain, escaped = (json.dumps(text, ensure_ascii=ascii_)[1:-1] for ascii_ in (False, True))
        variants = (text, plain, escaped)
        self.forms = tuple({form.encode("utf-8", "surrogatepass").lower() for form in variants if form})
        self.longest = max(map(len, self.forms), default=0)
        halves = {half for form in self.forms for half in (form[: len(form) // 2], form[len(form) // 2 :])}
        self._halves = tuple(half for half in halves if half)

    def may_be_in(self, content: bytes) -> bool:
        """Whether it may begin or end in a piece of the log; false means that it does not.

        Where the edge of a chunk goes through it, one half of it is whole on one side of the edge.
        """
        content = content.lower()
        return any(half in content for half in self._halves)

    def begins_at_end(self, content: bytes) -> bool:
        """Whether bytes end in the middle of it, so that the next ones may hold the rest."""
        end = content[max(0, len(content) - self.longest + 1) :].lower()
        return any(form.startswith(end[place:]) for place in range(len(end)) for form in self.forms)

    def find(self, content: bytes, start: int = 0) -> int:
        """Where it begins in bytes of lower case that reach beyond ``start``; -1 where it does not."""
        if len(self.forms) == 1:  # as most are: a frame is looked at in a microsecond then
            return content.find(self.forms[0], start - self.longest + 1 if start >= self.longest else 0)
        found = (content.find(form, max(0, start - len(form) + 1)) for form in self.forms)
        return min((place for place in found if place >= 0), default=-1)


class Search:
    """One text in one log. ``hits`` has a 1 for each row; the log may grow meanwhile.

    First the rows are looked through, then the frames: ``stretches`` gives the pieces of the log behind a frame.
    """

    def __init__(self, rows: Rows, text: str, stretches: Callable[[int, Needle], Iterator[Stretch]]) -> None:
        self.rows = rows
        self.needle = Needle(text)
        self.hits = bytearray()
        self.seq = 0
        self._stretches = stretches
        self._pieces: Iterator[Stretch] | None = None
        self._frames: Iterator[Frame] = iter(())
        self._end = 0
        self._tails: dict[int, bytes] = {}
        self._others: list[int] = []

    @property
    def rows_done(self) -> bool:
        """Whether all rows that there are were looked through."""
        return len(self.hits) == len(self.rows)

    def progress(self, last: int) -> float:
        """How much is done, 0 to 1, where ``last`` is the number of the last frame."""
        of_rows = len(self.hits) / len(self.rows) if len(self.rows) else 1.0
        return 0.1 * of_rows + 0.9 * (min(1.0, self.seq / last) if last else 1.0)

    def also(self, frames: Iterable[int]) -> None:
        """These frames count as found, too: the comments on them hold the text."""
        self._others += frames

    def step(self, late: Callable[[], bool]) -> bool:
        """Go on until it is late; whether there is more to do."""
        if self._pieces is None:  # first: a log that is being recorded grows when it is asked for its frames
            self._pieces = self._stretches(self.seq, self.needle)
        while not self.rows_done:
            first, end = len(self.hits), min(len(self.rows), len(self.hits) + SLICE)
            self.hits += self.rows.holding(self.needle.text, first, end)
            if late():
                return True
        for seq in self._others:
            self._hit(seq, 0, 0)
        self._others = []
        while self._next_frame():
            if late():
                return True
        self._pieces = None
        return False

    def _next_frame(self) -> bool:
        assert self._pieces is not None
        for frame in self._frames:
            self._see(frame)
            return True
        self.seq = max(self.seq, self._end)
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._end, self._frames = piece[0], iter(piece[1])
        return True

    def _see(self, frame: Frame) -> None:
        self.seq = frame.seq
        if frame.head and word_of(frame.head) != TICK:
            head = json.dumps(frame.head, ensure_ascii=False, default=dict).lower().encode("utf-8", "surrogatepass")
            if self.needle.find(head) >= 0:
                self._hit(frame.seq, frame.link, 0)
                return
        tail = self._tails.get(frame.link, b"") if frame.kind is Kind.DATA else b""
        content = tail + frame.body.lower()
        place = self.needle.find(content, len(tail))
        if place >= 0:
            before = content[len(tail) : max(len(tail), place)]
            self._hit(frame.seq, frame.link, max(map(before.count, _ENDS)))
        if frame.kind is Kind.DATA:
            self._tails[frame.link] = content[1 - self.needle.longest :] if self.needle.longest > 1 else b""
        elif frame.kind is Kind.END:
            self._tails.pop(frame.link, None)

    def _hit(self, seq: int, link: int, part: int) -> None:
        """A row of the frame is found: the one that says it, else the one that was complete with this part of it."""
        row = self.rows.find_seq(seq)
        if row is None or self.rows.seq[row] != seq:
            self._hit_near(link, len(self.hits) if row is None else row)
            return
        end = row
        while end < len(self.hits) and self.rows.seq[end] == seq:
            end += 1
        if 1 not in self.hits[row:end]:
            self.hits[min(row + part, end - 1)] = 1

    def _hit_near(self, link: int, row: int) -> None:
        """A frame without rows went up in the next one of its exchange, or came to nothing behind the last one."""
        near = [*range(row, min(row + AHEAD, len(self.hits))), *range(row - 1, max(-1, row - AHEAD), -1)]
        found = next((each for each in near if self.rows.link[each] == link), near[0] if near else None)
        if found is not None:
            self.hits[found] = 1
