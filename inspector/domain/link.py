"""One exchange as it stands: which of the three clocks is how old, and how the connection ended, if it did."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from inspector.domain.charts import Chart, State, StateKind
from inspector.domain.events import Event, Opened, Purpose, RunKey, Stretch
from inspector.domain.frames import Frame, Kind

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class Condition(StrEnum):
    """How a link stands, whatever its run does."""

    CONNECTING = "connecting"
    OPEN = "open"  # a 2xx answer, not one event yet
    LIVE = "live"
    SILENT = "silent"
    ENDED = "ended"  # the server ended the body cleanly
    BROKEN = "broken"  # the body broke off, or there was no connection
    CLOSED = "closed"  # the client closed it
    REFUSED = "refused"  # answered with an error, or not with a stream


LINK_CHART = Chart(
    "link",
    (
        State("connecting", StateKind.START),
        State("open", StateKind.BUSY),
        State("live", StateKind.BUSY),
        State("silent", StateKind.WAITS),
        State("ended", StateKind.GOOD_END),
        State("closed", StateKind.GOOD_END),
        State("broken", StateKind.BAD_END),
        State("refused", StateKind.BAD_END),
    ),
    frozenset(
        [("connecting", to) for to in ("open", "refused", "broken", "closed")]
        + [("open", to) for to in ("live", "silent", "ended", "broken", "closed")]
        + [("live", to) for to in ("silent", "ended", "broken", "closed")]
        + [("silent", to) for to in ("live", "ended", "broken", "closed")]
    ),
)


@dataclass(slots=True)
class Link:
    """The facts of one exchange. Times are milliseconds of the log; None = has not happened.

    ``gaps`` are the silences between contents that were longer than ``GAP_MS``: (from, to, keep-alives in between).
    Of a socket, ``closes`` are the close frames of both sides, ``late`` the frames after the first of them, and
    ``heart`` its pings and pongs: (at, frame, in | out, ping | pong).
    """

    number: int
    protocol: str
    method: str = ""
    url: str = ""
    request: Frame | None = None
    opened_at: float = 0.0
    opened: Opened = field(default_factory=lambda: Opened(Purpose.OTHER))
    runs: list[RunKey] = field(default_factory=list)
    response: Frame | None = None
    status: int | None = None
    content_type: str = ""
    headers_at: float | None = None
    last_byte_at: float | None = None
    first_event_at: float | None = None
    last_content_at: float | None = None
    last_content_seq: int | None = None
    last_seq: int = 0
    beats: int = 0
    contents: int = 0
    gaps: list[tuple[float, float, int]] = field(default_factory=list)
    end: Frame | None = None
    closes: list[Frame] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    heart: list[tuple[float, int, str, str]] = field(default_factory=list)
    not_a_stream: bool = False

    GAP_MS = 5_000.0

    def see(self, frame: Frame) -> None:
        """Take in a frame of this link."""
        self.last_seq = frame.seq
        if frame.kind is Kind.DATA or frame.kind is Kind.SOCKET:
            if frame.head.get("dir") != "out":
                self.last_byte_at = frame.at
            if frame.kind is Kind.SOCKET:
                self._socket(frame)
            elif self.status is None:
                self.status, self.headers_at = 200, frame.at  # a body proves the answer that was not recorded
        elif frame.kind is Kind.REQUEST:
            self.request, self.opened_at = frame, frame.at
            self.method, self.url = str(frame.head.get("method", "")), str(frame.head.get("url", ""))
        elif frame.kind is Kind.RESPONSE:
            self.response, self.headers_at, self.last_byte_at = frame, frame.at, frame.at
            status = frame.head.get("status")
            self.status = status if isinstance(status, int) else None
            self.content_type = str(frame.headers.get("content-type", "")).partition(";")[0].strip().lower()
        elif frame.kind is Kind.END and self.end is None:
            self.end = frame  # a socket has two sides that end; the first to go decides

    def _socket(self, frame: Frame) -> None:
        if self.status is None:
            self.status, self.headers_at = 101, frame.at  # a frame proves the handshake that was not recorded
        op, side = str(frame.head.get("op", "")), str(frame.head.get("dir", "in"))
        if op == "close":
            self.closes.append(frame)
        elif op in ("ping", "pong"):
            self.heart.append((frame.at, frame.seq, side, op))
        elif self.closes:
            self.late.append(frame.seq)

    def heard(self, event: Event | Stretch) -> None:
        """Take in an event, or a stretch of them, that came over this link."""
        if not event.content:
            if event.name.startswith(":"):
                self.beats += 1
            return
        at = event.at
        since = self.last_content_at if self.last_content_at is not None else self.headers_at
        if since is not None and at - since >= self.GAP_MS:
            self.gaps.append((since, at, self.beats))
        self.beats = 0
        self.contents += 1
        if self.first_event_at is None:
            self.first_event_at = at
        self.last_content_at, self.last_content_seq = at, event.seq
        if isinstance(event, Stretch):
            if event.times[-1] - at >= self.GAP_MS:
                self.gaps += [(a, b, 0) for a, b in pairwise(event.times) if b - a >= self.GAP_MS]
            self.contents += len(event) - 1
            self.last_content_at, self.last_content_seq = event.times[-1], event.seqs[-1]

    def heard_beats(self) -> int:
        """Pings and pongs of the other side since the last content: life, not progress."""
        since = self.last_content_at if self.last_content_at is not None else self.opened_at
        return sum(side == "in" and at > since for at, _, side, _ in self.heart)

    @property
    def streams(self) -> bool:
        """Whether this exchange carries, or should carry, a run's events."""
        return self.opened.purpose in (Purpose.CREATE, Purpose.CONTINUE, Purpose.JOIN, Purpose.WAIT)

    @property
    def ok(self) -> bool:
        """Whether the answer was a success (2xx, or 101 for a socket)."""
        return self.status is not None and (200 <= self.status < 300 or self.status == 101)

    @property
    def socket(self) -> bool:
        """Whether it is a WebSocket."""
        return self.status == 101

    @property
    def last(self) -> Frame | None:
        """What ended it: a socket's first close frame, else the end of the exchange; None while it is open."""
        return self.closes[0] if self.closes else self.end

    @property
    def ended_by(self) -> str | None:
        """Who ended it: server | client, or None while it is open."""
        if self.closes:
            return "server" if self.closes[0].head.get("dir") == "in" else "client"
        return None if self.end is None else str(self.end.head.get("by", "server"))

    def silence(self, now: float) -> float:
        """Milliseconds without content up to ``now``, or up to the end of the link."""
        until = self.last.at if self.last is not None else now
        since = self.last_content_at
        if since is None:
            since = self.headers_at if self.headers_at is not None else self.opened_at
        return max(0.0, until - since)

    def condition(self, now: float, silent_ms: float) -> Condition:
        """How the link stands at ``now``, with content silence from ``silent_ms`` on called silent."""
        if self.socket and self.last is not None:
            if self.ended_by == "client":
                return Condition.CLOSED
            return Condition.ENDED if self.last.head.get("code") == 1000 else Condition.BROKEN
        if self.end is not None:
            how = str(self.end.head.get("how", "eof"))
            if self.ended_by == "client" and how in ("eof", "closed", "reset"):
                if self.status is not None and not self.ok:
                    return Condition.REFUSED
                return Condition.CLOSED
            if how in ("cut", "reset", "refused"):
                return Condition.BROKEN
            if (self.status is not None and not self.ok) or self.not_a_stream:
                return Condition.REFUSED
            return Condition.ENDED
        if self.status is None:
            return Condition.CONNECTING
        if not self.ok:
            return Condition.REFUSED
        if self.silence(now) >= silent_ms:
            return Condition.SILENT
        return Condition.OPEN if self.first_event_at is None else Condition.LIVE

    def fact(self, name: str) -> Any:
        """A value of the request's head. Where only a header tells the client's read timeout, it is ``timeout_s``."""
        if self.request is None:
            return None
        value = self.request.head.get(name)
        return _read_timeout(self.request) if value is None and name == "timeout_s" else value


def _read_timeout(request: Frame) -> float | None:
    """Seconds, as the official clients of OpenAI tell them: the read timeout (Python), or the whole one (Node)."""
    for name in ("x-stainless-read-timeout", "x-stainless-timeout"):
        told = str(request.headers.get(name, ""))
        if _SECONDS.fullmatch(told):
            return float(told)
    return None
