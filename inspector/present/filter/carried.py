"""What crossed the wire of an event that is cut across chunks, put together: asked about where it is whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from inspector.domain.batch import Batch
from inspector.domain.frames import Kind

MOST = 65_536
"""So many bytes of an event that is not whole yet are kept: a pattern sees no more of it."""

FEW, PARTS = 8, 16
"""Of more chunks than so few, parts are asked about as a whole first."""

_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_END = re.compile(b"|".join(_ENDS))

Asked = Callable[[bytes], bool]


class Carried:
    """Asked about one batch after the other. A chunk is looked at with the bytes before it of an event that goes on.

    So is the end of an exchange, with those of an event that never became whole, or of an answer that is whole only
    there. ``may``: whether it may fit any part of these bytes; what is true costs time and no more.
    """

    def __init__(self, ask: Asked, may: Asked = lambda content: True) -> None:
        self._ask = ask
        self._may = may
        self._open: dict[int, bytes] = {}
        self._owed: set[int] = set()

    def fitting(self, batch: Batch) -> Iterator[int]:
        """The places of those frames that fit by what came with them."""
        for span in batch.spans():
            if span.kind is Kind.DATA:
                yield from self._chunks(batch, span.link, span.first, span.end)
            elif span.kind is Kind.END:
                yield from (place for place in range(span.first, span.end) if self._over(span.link, batch.body(place)))
            elif self._may(batch.bodies[batch.start(span.first) : batch.ends[span.end - 1]]):
                yield from (place for place in range(span.first, span.end) if self._ask(batch.body(place)))

    def _chunks(self, batch: Batch, link: int, first: int, end: int) -> Iterator[int]:
        """Of some chunks of one exchange. Those that cannot fit are passed over many at a time."""
        content = self._open.get(link, b"") + batch.bodies[batch.start(first) : batch.ends[end - 1]]
        if link not in self._owed and not self._may(content):
            self._open[link] = rest(content)[-MOST:]
        elif end - first <= FEW:
            yield from (place for place in range(first, end) if self._chunk(link, batch.body(place)))
        else:
            step = max(FEW, (end - first) // PARTS)
            for start in range(first, end, step):
                yield from self._chunks(batch, link, start, min(start + step, end))

    def _chunk(self, link: int, body: bytes) -> bool:
        content, owed = self._open.get(link, b"") + body, link in self._owed
        fits, left = owed or self._ask(content), rest(content)
        self._open[link] = left[-MOST:]
        self._owed.discard(link)
        if fits and left and (len(left) == len(content) or self._ask(left)):
            self._owed.add(link)
        return fits

    def _over(self, link: int, body: bytes) -> bool:
        owed = link in self._owed
        self._owed.discard(link)
        return self._ask(self._open.pop(link, b"") + body) or owed


def rest(content: bytes) -> bytes:
    """What stands behind the last whole event."""
    last = max(map(content.rfind, _ENDS))
    if last < 0:
        return content
    end = len(content[:last].rstrip(b"\r\n"))  # several blank lines are told apart from the first one on
    while found := _END.search(content, end):
        end = found.end()
    return content[end:]
