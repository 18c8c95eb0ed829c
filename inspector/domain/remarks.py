"""What a person wrote beside a log: marks and comments, by the number of the frame they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.domain.notes import MARK, REMARK, note, word_of


class Remarks:
    """Folds notes; the newest about a frame counts. ``version`` grows with each."""

    def __init__(self) -> None:
        self.comments: dict[int, str] = {}
        self.marks: set[int] = set()
        self.version = 0

    def take(self, head: Mapping[str, Any]) -> bool:
        """Take in the head of a note; whether it was one of these. An odd one of a foreign file is left out."""
        word, frame = word_of(head), head.get("frame")
        if word not in (REMARK, MARK) or not isinstance(frame, int):
            return False
        self.version += 1
        if word == MARK:
            (self.marks.add if head.get("on") is True else self.marks.discard)(frame)
        elif text := str(head.get("text", "")).strip():
            self.comments[frame] = text
        else:
            self.comments.pop(frame, None)
        return True

    def beside(self) -> frozenset[int]:
        """The frames that have any."""
        return frozenset(self.marks | self.comments.keys())


def comment(frame: int, text: str) -> dict[str, Any]:
    """The head of a note: this comment on a frame in place of an earlier one; an empty text takes it away."""
    return note(REMARK, text.strip(), frame=frame)


def mark(frame: int, on: bool) -> dict[str, Any]:
    """The head of a note: a frame is marked, or is not any more."""
    return note(MARK, f"frame {frame} {'marked' if on else 'not marked any more'}", frame=frame, on=on)
