"""What a person wrote beside a log: marks and comments, by the frame and the event in it that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.domain.notes import MARK, REMARK, note, word_of

Spot = tuple[int, int]
"""The number of a frame, and of the event in it (0 = the first)."""


class Remarks:
    """Folds notes; the newest about a spot counts. ``version`` grows with each."""

    def __init__(self) -> None:
        self.comments: dict[Spot, str] = {}
        self.marks: set[Spot] = set()
        self.version = 0

    def take(self, head: Mapping[str, Any]) -> bool:
        """Take in the head of a note; whether it was one of these. An odd one of a foreign file is left out."""
        word, frame, part = word_of(head), head.get("frame"), head.get("part", 0)
        if word not in (REMARK, MARK) or not isinstance(frame, int) or not isinstance(part, int):
            return False
        self.version += 1
        if word == MARK:
            (self.marks.add if head.get("on") is True else self.marks.discard)((frame, part))
        elif text := str(head.get("text", "")).strip():
            self.comments[frame, part] = text
        else:
            self.comments.pop((frame, part), None)
        return True

    def of(self, frame: int) -> list[str]:
        """The comments on a frame."""
        return [text for (seq, _), text in sorted(self.comments.items()) if seq == frame]


def comment(spot: Spot, text: str) -> dict[str, Any]:
    """The head of a note: this comment in place of an earlier one; an empty text takes it away."""
    return note(REMARK, text.strip(), **_about(spot))


def mark(spot: Spot, on: bool) -> dict[str, Any]:
    """The head of a note: something is marked, or is not any more."""
    return note(MARK, f"frame {spot[0]} {'marked' if on else 'not marked any more'}", on=on, **_about(spot))


def _about(spot: Spot) -> dict[str, int]:
    return {"frame": spot[0], "part": spot[1]} if spot[1] else {"frame": spot[0]}
