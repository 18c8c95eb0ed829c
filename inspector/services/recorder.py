"""Gives what crosses the wire its number and its time, keeps it on disk, and hands it on in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import TICK, note
from inspector.services.clock import Clock, Timer
from inspector.services.ports import Record, SessionWriter

FLUSH_S, BATCH = 0.05, 120
"""Frames are made safe and handed on after this long, or when they are this many."""

SLICE, SLICE_S = 8, 0.002
"""A batch is handed on a few frames at a time, until so much time has passed; then the loop has its turn. Chunks that
follow each other on one link count as one: they are taken in at once."""

SLICE_BYTES = 32 * 1024

TICK_S = 5.0
RETRY_S = 2.0
FRAME_BYTES = 400
COPIED = 2_000
BOUND = 256 * 1024 * 1024
"""Bytes that are kept in memory where there is no file, or for a disk that takes no more."""


class Recorder:
    """The live log. ``grown`` is given each batch, after it is safe on disk; ``trouble`` hears of a full disk, once.

    ``trouble`` is called with a sentence, and with None when the disk takes everything again.
    """

    def __init__(
        self, clock: Clock, grown: Callable[[Sequence[Frame]], None], trouble: Callable[[str | None], None]
    ) -> None:
        self._clock = clock
        self._grown = grown
        self._trouble = trouble
        self._zero = clock.now()
        self.started_ms = clock.wall().timestamp() * 1000
        self._seq = 0
        self._links = 0
        self._open: set[int] = set()
        self._last_at = 0.0
        self._batch: list[Frame] = []
        self._safe: list[Frame] = []
        self._timer: Timer | None = None
        self._ticker: Timer | None = None
        self._retry: Timer | None = None
        self._file: SessionWriter | None = None
        self._kept: dict[int, Frame] = {}
        self._held = 0
        self._lost_from = 0
        self._deaf: set[int] = set()
        self._problem: str | None = None
        self._closed = False

    def now(self) -> float:
        """Milliseconds since the log began."""
        return round((self._clock.now() - self._zero) * 1000, 3)

    def clock_at(self, log_ms: float) -> float:
        """The clock's seconds at a log time."""
        return self._zero + log_ms / 1000

    @property
    def file(self) -> SessionWriter | None:
        """Where it is recorded."""
        return self._file

    @property
    def open_links(self) -> frozenset[int]:
        """The exchanges that have not ended."""
        return frozenset(self._open)

    def link(self, head: Mapping[str, Any] | None = None) -> tuple[int, Record]:
        """Open the next exchange; ``head`` is added to its request (``protocol``, ``connection``)."""
        self._links += 1
        number, extra = self._links, dict(head or {})

        def record(kind: Kind, head: Mapping[str, Any], body: bytes) -> None:
            if number in self._deaf:
                return
            if kind is Kind.REQUEST:
                self._open.add(number)
                head = {**extra, **head}
            elif kind is Kind.END:
                self._open.discard(number)
            self._add(number, kind, head, body)

        return number, record

    def note(self, head: Mapping[str, Any], at: float | None = None) -> int:
        """Write a note of ours; returns its number."""
        return self._add(0, Kind.NOTE, head, b"", at)

    def tick(self, at: float | None = None) -> None:
        """Write down that time has passed."""
        self.note(note(TICK, ""), at)

    def flush(self) -> None:
        """Make what came safe, and hand it on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._batch = self._batch, []
        self._keep(batch)
        safe, self._safe = [*self._safe, *batch], []
        if safe:
            self._grown(safe)

    def record_to(self, file: SessionWriter) -> None:
        """Record to this file from now on, all of the log from its beginning.

        UserError where the file does not take what is there already; then all stays as it was.
        """
        self.flush()
        try:
            for first in range(1, self._seq + 1, COPIED):
                file.append(list(self._known(first, min(first + COPIED, self._seq + 1))))
        except UserError:
            file.close(give_up=True)
            raise
        old, self._file = self._file, file
        self._kept, self._held, self._lost_from = {}, 0, 0
        self._say(None)
        if old is not None:
            self._finish(old)

    def frame(self, seq: int) -> Frame:
        """One of the frames so far; KeyError where there is none, or where it could not be kept."""
        if self._batch and seq >= self._batch[0].seq:
            self.flush()
        return self._kept[seq] if self._file is None else self._file.frame(seq)

    def frames(self, after: int = 0) -> Iterator[Frame]:
        """All frames so far, or those behind this number, that could be kept."""
        self.flush()
        return self._known(after + 1, self._seq + 1)

    def hang_up(self, but: Collection[int] = ()) -> None:
        """From now on nothing of the exchanges is recorded, except of these: that we close them tells of no run."""
        self.tick()
        self._deaf = self._open - set(but)
        self.flush()

    def close(self) -> None:
        """Write what is left, finish the file, and take no more."""
        if self._closed:
            return
        self.tick()
        self.flush()
        self._closed = True
        for timer in (self._timer, self._ticker, self._retry):
            if timer is not None:
                timer.cancel()
        if self._file is not None:
            self._finish(self._file)

    def _add(self, link: int, kind: Kind, head: Mapping[str, Any], body: bytes, at: float | None = None) -> int:
        if self._closed:
            return self._seq
        self._seq += 1
        self._last_at = max(self._last_at, self.now() if at is None else at)
        self._batch.append(Frame(self._seq, self._last_at, link, kind, head, body))
        if self._timer is None or len(self._batch) == BATCH:
            self._wait()
        if self._ticker is None and self._open:
            self._ticker = self._clock.call_at(self._clock.now() + TICK_S, self._tick_now)
        return self._seq

    def _wait(self) -> None:
        """Flush when the oldest frame has waited long enough, or at once where there are many."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._safe or len(self._batch) >= BATCH:
            self._timer = self._clock.call_at(self._clock.now(), self._flush_now)
        elif self._batch:
            self._timer = self._clock.call_at(self.clock_at(self._batch[0].at) + FLUSH_S, self._flush_now)

    def _flush_now(self) -> None:
        """What came in a flood goes in pieces, with the loop's other work in between."""
        self._timer = None
        if not self._safe:
            self._safe, self._batch = self._batch[:BATCH], self._batch[BATCH:]
            self._keep(self._safe)
        until = self._clock.now() + SLICE_S
        while self._safe and self._clock.now() < until:
            end = _few(self._safe)
            piece, self._safe = self._safe[:end], self._safe[end:]
            self._grown(piece)
        self._wait()

    def _tick_now(self) -> None:
        self._ticker = None
        if not self._open:
            return
        quiet = self.now() - self._last_at
        if quiet >= TICK_S * 1000 - 1:
            self.tick()
            quiet = 0.0
        if self._ticker is None:
            self._ticker = self._clock.call_at(self._clock.now() + TICK_S - quiet / 1000, self._tick_now)

    def _keep(self, frames: Sequence[Frame]) -> None:
        if not frames:
            return
        size = sum(len(frame.body) + FRAME_BYTES for frame in frames)
        if self._held + size > BOUND and not self._lost_from:
            self._lost_from = frames[0].seq
            where = "memory" if self._file is None else "the disk, nor in memory"
            self._say(f"There is no more room in {where}: what comes from now on is shown but not kept.")
        if self._lost_from:
            return
        if self._file is None:
            self._kept.update((frame.seq, frame) for frame in frames)
            self._held += size
            return
        self._held += size
        self._write(self._file, frames)

    def _write(self, file: SessionWriter, frames: Sequence[Frame]) -> None:
        try:
            file.append(frames)
        except UserError as error:
            if self._problem is None:
                self._say(str(error))
            if self._retry is None:
                self._retry = self._clock.call_at(self._clock.now() + RETRY_S, self._try_again)
            return
        self._held = 0
        self._say(None)
        if self._lost_from:
            first, self._lost_from = self._lost_from, 0
            self.note({"text": f"entries {first} to {self._seq} were not kept: the disk was full"})

    def _try_again(self) -> None:
        self._retry = None
        if self._file is not None and self._problem is not None:
            self._write(self._file, ())

    def _say(self, problem: str | None) -> None:
        if problem != self._problem:
            self._problem = problem
            self._trouble(problem)

    def _known(self, first: int, end: int) -> Iterator[Frame]:
        for seq in range(first, end):
            with suppress(KeyError):
                yield self._kept[seq] if self._file is None else self._file.frame(seq)

    def _finish(self, file: SessionWriter) -> None:
        try:
            file.close()
        except UserError as error:
            file.close(give_up=True)
            self._say(str(error))


def _few(frames: Sequence[Frame]) -> int:
    """How many frames are handed on at a time."""
    size = links = last = 0
    for place, frame in enumerate(frames):
        links += frame.link != last or frame.kind is not Kind.DATA
        if links > SLICE or size > SLICE_BYTES:
            return place
        size, last = size + len(frame.body), frame.link
    return len(frames)
