"""Plays a recording to any client: the bytes, the chunks, the times and the endings as they were recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from inspector.capture.http import HttpServer, Reply, Request, Upgraded
from inspector.demo.clock import Clock, LoopClock, Timer
from inspector.demo.replay_log import Matcher, Recorded, exchanges
from inspector.demo.replay_socket import SocketReplay
from inspector.demo.routes import compact
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.store.open import open_log


class ReplayServer:
    """A server on the loopback interface that answers from a recording. Close it with :meth:`aclose`."""

    def __init__(self, clock: Clock, http: HttpServer) -> None:
        self._clock = clock
        self._http = http
        self.url = http.url

    @classmethod
    async def start(
        cls, log: Path | Iterable[Frame], port: int = 0, *, speed: float = 1.0, clock: Clock | None = None
    ) -> ReplayServer:
        """Begin to listen on 127.0.0.1, and play a file ``speed`` times as fast as recorded; port 0 takes a free one.

        Raises UserError where the file cannot be read, there is nothing to play, or the port cannot be had.
        """
        recorded = _read(log) if isinstance(log, Path) else exchanges(log)
        if not recorded:
            raise UserError("This recording holds no request that could be answered again.")
        if speed <= 0:
            raise UserError("The speed of a replay must be greater than zero.")
        clock = clock or LoopClock(speed)
        try:
            http = await HttpServer.start(_Player(clock, Matcher(recorded)), port)
        except OSError as problem:
            clock.close()
            raise UserError(f"Port {port} of this machine cannot be used: {problem.strerror}.") from problem
        return cls(clock, http)

    async def aclose(self) -> None:
        """Drop all connections, and listen no more."""
        await self._http.aclose()
        self._clock.close()


def _read(path: Path) -> list[Recorded]:
    log = open_log(path)
    try:
        return exchanges(log)
    finally:
        log.close()


class _Player:
    def __init__(self, clock: Clock, matcher: Matcher) -> None:
        self._clock = clock
        self._matcher = matcher

    def answer(self, request: Request, reply: Reply) -> None:
        """Play the exchange that fits the request."""
        recorded = self._matcher.match(request.method, request.target)
        if recorded is None:
            detail = {"detail": f"The recording holds no answer to {request.method} {request.path}."}
            reply.send(404, [("content-type", "application/json")], compact(detail))
            return
        _Playback(self._clock, recorded, reply).next()

    def upgrade(self, request: Request, transport: asyncio.Transport) -> Upgraded | None:
        """Play the socket that fits the request."""
        recorded = self._matcher.match(request.method, request.target, socket=True)
        return SocketReplay(self._clock, recorded, request, transport) if recorded is not None else None


class _Playback:
    """One exchange being played: the answer's head, its chunks, its end, each at its time after the request."""

    def __init__(self, clock: Clock, recorded: Recorded, reply: Reply) -> None:
        self._clock = clock
        self._recorded = recorded
        self._reply = reply
        self._began = clock.now()
        self._position = -1 if recorded.status is not None else len(recorded.chunks)
        self._timer: Timer | None = None
        reply.on_gone(self._stop)

    def next(self) -> None:
        """Play what is due, and wait for what comes next. A recording that tells no end leaves the exchange open."""
        while (due := self._due()) is not None:
            wait = (due - self._recorded.at) / 1000 - (self._clock.now() - self._began)
            if wait > 0:
                self._timer = self._clock.later(wait, self.next)
                return
            self._play()

    def _due(self) -> float | None:
        """The time of the log at which something is to be played, None where nothing more is."""
        recorded, position = self._recorded, self._position
        if position > len(recorded.chunks) or self._reply.over:
            return None
        if position < 0:
            return recorded.answered_at
        if position < len(recorded.chunks):
            return recorded.chunks[position].at
        return recorded.ended_at if recorded.end is not None else None

    def _play(self) -> None:
        recorded, reply, position = self._recorded, self._reply, self._position
        self._position += 1
        if position < 0:
            reply.open(recorded.status or 200, recorded.answer_headers())
        elif position < len(recorded.chunks):
            reply.chunk(recorded.chunks[position].body)
        else:
            self._end(recorded.end or "eof")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end(self, how: str) -> None:
        if how in ("reset", "refused"):
            self._reply.reset()
        elif how == "eof" and self._recorded.status is not None:
            self._reply.end()
        else:
            self._reply.cut()
