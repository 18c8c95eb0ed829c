"""Some exchanges of a log, whole, as a log of its own: numbered anew, with the notes that are about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.notes import JOURNAL, MARK, REMARK, WATCH, word_of
from inspector.domain.remarks import Remarks


class Excerpt:
    """The frames of ``links``. Of the notes those stay that tell of time and servers, and those about what is in it.

    ``runs`` are the ids of its runs. ``numbers`` maps the number of a frame that stays to its new one.
    """

    def __init__(self, frames: Frames, links: Collection[int], runs: Collection[str]) -> None:
        self._frames = frames
        self._links = links
        self._runs = runs
        self.numbers: dict[int, int] = {}
        for frame in frames:
            if self._stays(frame):
                self.numbers[frame.seq] = len(self.numbers) + 1

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._frames:
            number = self.numbers.get(frame.seq)
            if number is not None:
                yield replace(frame, seq=number, head=self._head(frame))

    def found(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings by the new numbers of what proves them."""
        return tuple(replace(finding, frames=self.places(finding.frames)) for finding in findings)

    def remarks(self, remarks: Remarks) -> Remarks:
        """Those on frames that stay, by their new numbers."""
        kept, numbers = Remarks(), self.numbers
        kept.marks = {(numbers[seq], part) for seq, part in remarks.marks if seq in numbers}
        kept.comments = {(numbers[seq], part): text for (seq, part), text in remarks.comments.items() if seq in numbers}
        return kept

    def places(self, frames: Iterable[int]) -> tuple[int, ...]:
        """The new numbers of those frames that stay."""
        return tuple(self.numbers[seq] for seq in frames if seq in self.numbers)

    def _stays(self, frame: Frame) -> bool:
        word = word_of(frame.head) if frame.kind is Kind.NOTE else None
        if word in (MARK, REMARK):
            return frame.head.get("frame") in self.numbers
        if word in (WATCH, JOURNAL):
            return frame.head.get("run") in self._runs
        return frame.link in self._links or frame.link == 0

    def _head(self, frame: Frame) -> Mapping[str, object]:
        about = frame.head.get("frame") if frame.kind is Kind.NOTE else None
        return frame.head if about not in self.numbers else {**frame.head, "frame": self.numbers[about]}
