"""An opened log, whatever kind of file it came from, and how kinds of files are told to :mod:`inspector.store.open`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Protocol

from inspector.domain.frames import Frame


class Log(Protocol):
    """What can be asked of an opened file. Its end is what it was at opening until :meth:`poll`."""

    @property
    def kind(self) -> str:
        """The format of the file, in one word."""
        ...

    @property
    def head(self) -> Mapping[str, Any]:
        """What the file says about itself, in the keys of a wire log's first line."""
        ...

    @property
    def started_ms(self) -> float | None:
        """Unix time of the log's zero in ms, where the file tells it."""
        ...

    @property
    def count(self) -> int:
        """How many frames there are up to the known end."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """What is odd about the file, a sentence each."""
        ...

    @property
    def recovered(self) -> str | None:
        """One sentence about a file that was not closed, was cut off or is damaged."""
        ...

    @property
    def live(self) -> bool:
        """Whether somebody is writing it now."""
        ...

    def frames(self, after: int = 0, limit: int | None = None) -> Iterator[Frame]:
        """The frames with greater numbers than ``after`` up to the known end, at most ``limit``."""
        ...

    def frame(self, seq: int) -> Frame:
        """The frame of this number; KeyError where there is none."""
        ...

    def poll(self) -> Sequence[Frame]:
        """The frames that were written since the opening or the last poll."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class ReadLog:
    """A log that was read whole into memory; it never grows."""

    started_ms: float | None = None
    recovered: str | None = None
    live = False

    def __init__(
        self, kind: str, head: Mapping[str, Any], frames: Sequence[Frame], warnings: Sequence[str] = ()
    ) -> None:
        """The frames must be in the order of their numbers."""
        self.kind = kind
        self.head = head
        self.warnings = warnings
        self._frames = frames

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self._frames)

    def frames(self, after: int = 0, limit: int | None = None) -> Iterator[Frame]:
        """The frames with greater numbers than ``after``, at most ``limit``."""
        start = bisect_right(self._frames, after, key=_number)
        return islice(self._frames, start, None if limit is None else start + limit)

    def frame(self, seq: int) -> Frame:
        """The frame of this number; KeyError where there is none."""
        place = bisect_left(self._frames, seq, key=_number)
        if place == len(self._frames) or self._frames[place].seq != seq:
            raise KeyError(seq)
        return self._frames[place]

    def poll(self) -> Sequence[Frame]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """There is nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file that can be read as a log.

    ``sniff`` is given the first 64 kB without a byte order mark, and must not raise; the first importer that knows the
    file reads it. ``read`` is given the whole of it, in UTF-8 if it is a text, and its name; it raises UserError where
    nothing in it can be used. ``expects`` names such files for whoever has opened another.
    """

    kind: str
    expects: str
    sniff: Callable[[bytes], bool]
    read: Callable[[BinaryIO, str], Log]


def lines_of(start: bytes) -> Iterator[bytes]:
    """The lines that are not empty. The last may be cut off where the text was."""
    return (line for line in start.split(b"\n") if line.strip())


def _number(frame: Frame) -> int:
    return frame.seq
