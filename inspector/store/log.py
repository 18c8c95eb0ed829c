"""An opened log, whatever kind of file it came from, and how kinds of files are told to :mod:`inspector.store.open`."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from inspector.domain.frames import Frame

SNIFFED = 64 * 1024
"""So many bytes of a file say what it is."""


class Log(Protocol):
    """What can be asked of an opened file. Its end is what it was at opening until :meth:`more`."""

    @property
    def kind(self) -> str:
        """The format of the file, in one word."""
        ...

    @property
    def head(self) -> Mapping[str, Any]:
        """What the file says about itself, in the keys of a wire log's first line."""
        ...

    @property
    def protocol(self) -> str | None:
        """What the file says it speaks."""
        ...

    @property
    def started_ms(self) -> float | None:
        """Unix time of the log's zero in ms, where the file tells it."""
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

    def __len__(self) -> int:
        """How many frames there are up to the known end."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order, up to the known end."""
        ...

    def frame(self, seq: int) -> Frame:
        """The frame of this number; KeyError where there is none."""
        ...

    def more(self) -> Sequence[Frame]:
        """The frames that were written since the opening or the last call."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class ReadLog:
    """A log that was read whole into memory; it never grows."""

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
    def protocol(self) -> str | None:
        """What the file says it speaks."""
        return protocol_of(self.head)

    @property
    def started_ms(self) -> float | None:
        """Unix time of the log's zero in ms, which our own exports tell in their heads."""
        told = self.head.get("started_ms")
        if not isinstance(told, int | float) or isinstance(told, bool) or not math.isfinite(told):
            return None
        return float(told)

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    def frame(self, seq: int) -> Frame:
        """The frame of this number; KeyError where there is none."""
        place = bisect_left(self._frames, seq, key=lambda frame: frame.seq)
        if place == len(self._frames) or self._frames[place].seq != seq:
            raise KeyError(seq)
        return self._frames[place]

    def more(self) -> Sequence[Frame]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """There is nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file that can be read as a log.

    ``sniff`` is given the first :data:`SNIFFED` bytes without a byte order mark, and must not raise; the first importer
    that knows the file reads it. ``read`` is given the whole of it, in UTF-8 if it is a text, and its name; it raises
    UserError where nothing in it can be used. ``stream`` does the same where the file can be read again later, and
    holds less of it in memory. ``expects`` names such files for whoever has opened another.
    """

    kind: str
    expects: str
    sniff: Callable[[bytes], bool]
    read: Callable[[BinaryIO, str], Log]
    stream: Callable[[BinaryIO, str, Path], Log] | None = None


def lines_of(start: bytes) -> Iterator[bytes]:
    """The lines that are not empty. The last may be cut off where the text was."""
    return (line for line in start.split(b"\n") if line.strip())


def protocol_of(head: Mapping[str, Any]) -> str | None:
    """The protocol that a head names."""
    protocol = head.get("protocol")
    return protocol if isinstance(protocol, str) else None
