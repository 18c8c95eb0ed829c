"""The frame: one thing that crossed the wire, with its time, exactly as it arrived and with nothing derived.

A frame is one entry of a wire log and one row of a session file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

TOGETHER = 500
"""So many chunks are taken at once at the most."""


class Kind(StrEnum):
    """What a frame is. The values are the ``is`` of a wire log."""

    REQUEST = "request"
    RESPONSE = "response"
    DATA = "data"
    SOCKET = "frame"
    END = "end"
    NOTE = "note"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry of the log.

    ``seq`` counts from 1 within a log. ``at`` is milliseconds since the log began. ``link`` numbers the exchange: one
    HTTP request with its answer, or one socket (0 = none). ``head`` holds, by ``kind``:

    - request: ``method``, ``url``, ``headers``; ``json`` true when ``body`` is a JSON text;
      ``protocol`` and ``connection`` when they are known; ``timeout_s`` when the client told its read timeout
    - response: ``status``, ``headers``
    - data: nothing; ``body`` is one chunk as it was read
    - frame (socket): ``dir`` in | out, ``op``, ``code`` for a close
    - end: ``how`` eof | cut | reset | refused | closed, ``by`` server | client, ``detail``
    - note: whatever the recorder had to say; see :mod:`inspector.domain.notes` for ours
    """

    seq: int
    at: float
    link: int
    kind: Kind
    head: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header lines of a request or response, names in lower case, however the log has them."""
        value = self.head.get("headers")
        if not isinstance(value, Mapping):
            return {}
        return value if all(map(_is_lower, value)) else {str(name).lower(): line for name, line in value.items()}


def _is_lower(name: object) -> bool:
    return isinstance(name, str) and name == name.lower()


def chunks_until(frames: Sequence[Frame], place: int) -> int:
    """Up to which frame all go on with the chunk before ``place``, on the same link and in the order of time."""
    number, at = frames[place - 1].link, frames[place - 1].at
    end = min(len(frames), place + TOGETHER)
    while place < end and (frame := frames[place]).link == number and frame.kind is Kind.DATA and frame.at >= at:
        at = frame.at
        place += 1
    return place


class Frames(Protocol):
    """Frames that can be gone through more than once: a list of them, or a log."""

    def __len__(self) -> int:
        """How many."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """In order, from the first on."""
        ...
