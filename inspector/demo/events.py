"""An event stream as a server writes it, with keep-alives; and the faults that such a stream can have on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from inspector.capture.http import Headers, Reply
from inspector.demo.clock import Clock, Timer


class Trouble(StrEnum):
    """What is wrong with a stream, while the run behind it is not touched by it."""

    NONE = "none"
    CUT = "cut"  # the connection breaks off in the middle of an event
    NO_FINAL = "no_final"  # the body ends properly, before the event that tells the end
    SILENT = "silent"  # status and headers, and then not one byte


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble, and after how many seconds it sets in."""

    trouble: Trouble = Trouble.NONE
    after: float = 0.0


NO_FAULT = Fault()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of server writes its streams. ``beat`` is its keep-alive, empty where it sends none."""

    end: str
    beat: bytes
    headers: tuple[tuple[str, str], ...]

    def event(self, name: str, data: bytes, id_: str | None = None) -> bytes:
        """One event in bytes, its id last."""
        end = self.end.encode()
        tail = b"" if id_ is None else b"id: " + id_.encode() + end
        return b"event: " + name.encode() + end + b"data: " + data + end + tail + end


class EventStream:
    """One open stream to one client."""

    def __init__(
        self,
        reply: Reply,
        clock: Clock,
        dialect: Dialect,
        *,
        beat_every: float | None = None,
        fault: Fault = NO_FAULT,
        headers: Headers = (),
    ) -> None:
        self._reply = reply
        self._clock = clock
        self._dialect = dialect
        self._beat_every = None if fault.trouble is Trouble.SILENT else beat_every
        self._trouble = fault.trouble
        self._breaks_at = clock.now() + fault.after
        self._timer: Timer | None = None
        reply.open(200, [*headers, *dialect.headers])
        reply.on_gone(self._stop)
        self._next_beat()

    @property
    def over(self) -> bool:
        """Nothing can be sent any more."""
        return self._reply.over

    def on_gone(self, then: Callable[[], None]) -> None:
        """Call ``then`` once the stream is over, however it ended."""
        self._reply.on_gone(then)

    def event(self, name: str, data: bytes, id_: str | None = None) -> None:
        """Send one event; with a cut stream that is due, the half of it, and no more."""
        whole = self._dialect.event(name, data, id_)
        if self._trouble is Trouble.SILENT:
            return
        if self._trouble is Trouble.CUT and self._clock.now() >= self._breaks_at:
            self._reply.chunk(whole[: len(whole) // 2])
            self._reply.cut()
            return
        self._reply.chunk(whole)

    def end(self) -> None:
        """End the body properly. A silent stream stays open: what holds it back holds back its end, too."""
        if self._trouble is not Trouble.SILENT:
            self._reply.end()

    def _next_beat(self) -> None:
        if self._beat_every and self._dialect.beat and not self._reply.over:
            self._timer = self._clock.later(self._beat_every, self._beat)

    def _beat(self) -> None:
        self._reply.chunk(self._dialect.beat)
        self._next_beat()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
