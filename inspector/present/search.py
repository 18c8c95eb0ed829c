"""Finds a text in a log: in what its rows say, and in the bytes of its frames. In slices, as its caller has time."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from inspector.domain.batch import Batch, Batches, Span
from inspector.domain.frames import Kind
from inspector.domain.notes import TICK, word_of
from inspector.domain.rows import Rows

SLICE = 20_000
"""Rows that are looked through at a time: some milliseconds."""

AHEAD = 2_000
"""So far the row is looked for that a frame without rows of its own belongs to."""

_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")


class Needle:
    """A text as it stands in bytes, whatever its case: plain, and as JSON writes it."""

    def __init__(self, text: str) -> None:
        self.text = text.lower()
        plain, escaped = (json.dumps(text, ensure_ascii=ascii_)[1:-1] for ascii_ in (False, True))
        variants = (text, plain, escaped)
        self.forms = tuple({form.encode("utf-8", "surrogatepass").lower() for form in variants if form})
        self.longest = max(map(len, self.forms), default=0)

    def found(self, content: bytes, start: int, ends: Sequence[int], joined: bool) -> dict[int, int]:
        """In which pieces of bytes of lower case it ends, and where the first one of each begins.

        The first piece begins at ``start``, and ``ends`` tells where each ends. ``joined``: it may begin before.
        """
        places: dict[int, int] = {}
        for form in self.forms:
            at = content.find(form, max(0, start - len(form) + 1))
            while at >= 0:
                piece = bisect_right(ends, at + len(form) - 1)
                if joined or not piece or at >= ends[piece - 1]:
                    places[piece] = min(at, places.get(piece, at))
                    at = max(at, ends[piece] - len(form))  # what else ends in this piece makes no difference
                at = content.find(form, at + 1)
        return places


class Search:
    """One text in one log. ``hits`` has a 1 for each row; the log may grow meanwhile.

    First the rows are looked through, then the frames: ``batches`` gives those behind a number.
    """

    def __init__(self, rows: Rows, text: str, batches: Batches) -> None:
        self.rows = rows
        self.needle = Needle(text)
        self.hits = bytearray()
        self.seq = 0
        self._batches = batches
        self._rest: Iterator[Batch] | None = None
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
        if self._rest is None:  # first: a log that is being recorded grows when it is asked for its frames
            self._rest = self._batches(self.seq)
        while not self.rows_done:
            first, end = len(self.hits), min(len(self.rows), len(self.hits) + SLICE)
            self.hits += self.rows.holding(self.needle.text, first, end)
            if late():
                return True
        for seq in self._others:
            self._hit(seq, 0, 0)
        self._others = []
        for batch in self._rest:
            self._look_through(batch)
            self.seq = batch.seqs[-1]
            if late():
                return True
        self._rest = None
        return False

    def _look_through(self, batch: Batch) -> None:
        said = self._in_heads(batch)
        for place in said:
            self._hit(batch.seqs[place], batch.links[place], 0)
        bodies = batch.bodies.lower()
        for span in batch.spans():
            chunks = span.kind is Kind.DATA
            tail = self._tails.get(span.link, b"") if chunks else b""
            start = batch.start(span.first)
            content = tail + bodies[start : batch.ends[span.end - 1]]
            if any(form in content for form in self.needle.forms):
                for place, part in self._parts(batch, span, content, len(tail)):
                    if place not in said:
                        self._hit(batch.seqs[place], span.link, part)
            if chunks and self.needle.longest > 1:
                self._tails[span.link] = content[1 - self.needle.longest :]
            elif span.kind is Kind.END:
                self._tails.pop(span.link, None)

    def _parts(self, batch: Batch, span: Span, content: bytes, start: int) -> Iterator[tuple[int, int]]:
        """The frames of a span that hold it, and in which event of each. What they carried begins at ``start``."""
        zero = batch.start(span.first) - start
        ends = [end - zero for end in batch.ends[span.first : span.end]]
        for piece, at in self.needle.found(content, start, ends, span.kind is Kind.DATA).items():
            first = ends[piece - 1] if piece else start
            yield span.first + piece, max(content.count(end, first, max(first, at)) for end in _ENDS)

    def _in_heads(self, batch: Batch) -> set[int]:
        """The frames whose heads hold it. Most heads of a socket are the same: each is looked at once."""
        said: dict[str, bool] = {}
        found = set()
        for place, head in batch.heads.items():
            if word_of(head) == TICK:
                continue
            text = json.dumps(head, ensure_ascii=False, default=dict)
            if text not in said:
                content = text.lower().encode("utf-8", "surrogatepass")
                said[text] = any(form in content for form in self.needle.forms)
            if said[text]:
                found.add(place)
        return found

    def _hit(self, seq: int, link: int, part: int) -> None:
        """A row of the frame is found: the one that says it, else the one that was complete with this part of it."""
        row = bisect_left(self.rows.seq, seq)
        if row == len(self.rows) or self.rows.seq[row] != seq:
            self._hit_near(link, min(row, len(self.hits)))
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
