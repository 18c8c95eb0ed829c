"""What crossed the wire of an event that is cut across chunks, put together: asked about where it is whole."""

from __future__ import annotations

import re
from collections.abc import Callable

from inspector.domain.frames import Frame, Kind
from inspector.present.search import Needle

MOST = 65_536
"""So many bytes of an event that is not whole yet are kept: a pattern sees no more of it."""

_END = re.compile(rb"\n\n|\r\n\r\n|\r\r")

Asked = Callable[[bytes], bool]


class Carried:
    """Asked about one frame after the other. A chunk is looked at with the bytes before it of an event that goes on.

    So is the end of an exchange, with those of an event that never became whole, or of an answer that is whole only
    there. ``needle``: what is asked is whether this text is in them.
    """

    def __init__(self, ask: Asked, needle: Needle | None = None) -> None:
        self._ask = ask
        self._needle = needle
        self._open: dict[int, bytes] = {}
        self._owed: set[int] = set()

    def fits(self, frame: Frame) -> bool:
        """Whether what came with this frame fits."""
        if frame.kind not in (Kind.DATA, Kind.END):
            return self._ask(frame.body)
        before, owed = self._open.pop(frame.link, b""), frame.link in self._owed
        self._owed.discard(frame.link)
        if frame.kind is Kind.END:
            return owed or self._ask(before + frame.body)
        content = before + frame.body
        fits = owed or self._ask(content)
        ends = [found.end() for found in _END.finditer(content, max(0, len(before) - 3))]
        rest = content[ends[-1] :] if ends else content
        if rest:
            self._open[frame.link] = rest[-MOST:]
            if fits and (not ends or self._ask(rest)):
                self._owed.add(frame.link)
        return fits

    def may_hold(self, content: bytes) -> bool:
        """Whether one of the frames in these bytes may fit."""
        if self._needle is None or self._owed or self._needle.may_be_in(content):
            return True
        return any(map(self._needle.begins_at_end, self._open.values()))
