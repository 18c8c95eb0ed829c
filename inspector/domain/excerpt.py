"""Some exchanges of a log, whole, as a log of its own: numbered anew, with the notes that are about them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from inspector.domain.batch import Batched, batched
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.notes import JOURNAL, MARK, REMARK, WATCH, word_of
from inspector.domain.remarks import Remarks


class Excerpt:
    """The frames of ``links``. Of the notes those stay that tell of time and servers, and those about what is in it.

    ``runs`` are the ids of its runs. Frames that stay are numbered from 1 on.
    """

    def __init__(self, frames: Frames, links: Collection[int], runs: Collection[str]) -> None:
        self._frames = frames
        self._links = links
        self._runs = runs
        self._kept = array("Q")
        for batch in frames.batches(0) if isinstance(frames, Batched) else batched(frames):
            columns = zip(batch.seqs, batch.links, batch.kinds, strict=True)
            self._kept.extend(
                seq
                for place, (seq, link, kind) in enumerate(columns)
                if (self._stays(link, batch.heads.get(place, {})) if kind is Kind.NOTE else link in links or not link)
            )

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Frame]:
        left = iter(self._kept)
        seq, number = next(left, 0), 1
        for frame in self._frames:
            if frame.seq == seq:
                yield Frame(number, frame.at, frame.link, frame.kind, self._head(frame), frame.body)
                seq, number = next(left, 0), number + 1

    def number(self, seq: int) -> int | None:
        """The new number of a frame; None where it does not stay."""
        place = bisect_left(self._kept, seq)
        return place + 1 if place < len(self._kept) and self._kept[place] == seq else None

    def found(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings by the new numbers of what proves them."""
        return tuple(replace(finding, frames=self.places(finding.frames)) for finding in findings)

    def remarks(self, remarks: Remarks) -> Remarks:
        """Those on frames that stay, by their new numbers."""
        kept = Remarks()
        kept.marks = {(at, part) for seq, part in remarks.marks if (at := self.number(seq)) is not None}
        kept.comments = {
            (at, part): text for (seq, part), text in remarks.comments.items() if (at := self.number(seq)) is not None
        }
        return kept

    def places(self, frames: Iterable[int]) -> tuple[int, ...]:
        """The new numbers of those frames that stay."""
        return tuple(at for seq in frames if (at := self.number(seq)) is not None)

    def _stays(self, link: int, head: Mapping[str, Any]) -> bool:
        """Whether a note does."""
        word = word_of(head)
        if word in (MARK, REMARK):
            return self._about(head) is not None
        if word in (WATCH, JOURNAL):
            return head.get("run") in self._runs
        return link in self._links or link == 0

    def _head(self, frame: Frame) -> Mapping[str, Any]:
        number = self._about(frame.head) if frame.kind is Kind.NOTE else None
        return frame.head if number is None else {**frame.head, "frame": number}

    def _about(self, head: Mapping[str, Any]) -> int | None:
        """The new number of the frame that a note is about."""
        seq = head.get("frame")
        return self.number(seq) if isinstance(seq, int) and seq > 0 else None
