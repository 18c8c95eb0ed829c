"""Plays a recorded WebSocket to a client: the server's frames at their times, counted from the client's first one."""

from __future__ import annotations

import asyncio

from websockets.frames import Frame as SocketFrame
from websockets.frames import Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from inspector.capture.http import Request, tear_down
from inspector.demo.clock import Clock, Timer
from inspector.demo.replay_log import Recorded, value
from inspector.domain.frames import Frame

_DATA = (Opcode.TEXT, Opcode.BINARY)
_OPCODES = {"text": Opcode.TEXT, "binary": Opcode.BINARY, "ping": Opcode.PING}
_DEFAULT_CODE = 1000
_NO_CODE = 1005


class SocketReplay:
    """One connection. Frames of the recorded client are not waited for, save its first one."""

    def __init__(self, clock: Clock, recorded: Recorded, request: Request, transport: asyncio.Transport) -> None:
        self._clock = clock
        self._recorded = recorded
        self._transport = transport
        self._left = list(recorded.frames)
        self._timer: Timer | None = None
        self._anchor: tuple[float, float] | None = None
        self._waiting = False
        self._closed = False
        protocol = recorded.headers.get("sec-websocket-protocol")
        self._socket = ServerProtocol(subprotocols=[Subprotocol(protocol)] if protocol else None, max_size=None)
        self.received(request.raw)

    def received(self, data: bytes) -> None:
        """Bytes of the client."""
        self._socket.receive_data(data)
        for event in self._socket.events_received():
            if isinstance(event, Handshake):
                self._socket.send_response(self._socket.accept(event))
                if self._socket.state is State.OPEN:
                    self._anchor = (self._recorded.at, self._clock.now())
                    self._next()
            elif isinstance(event, SocketFrame) and event.opcode in _DATA and self._waiting:
                self._waiting = False
                self._anchor = (self._left.pop(0).at, self._clock.now())
                self._next()
        self._flush()

    def lost(self, torn: bool) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()

    def _next(self) -> None:
        """Wait for what comes next: the client's first frame, or the time of the server's next one, or of the end."""
        assert self._anchor is not None
        while self._left and value(self._left[0], "dir") == "out" and self._client_spoke(self._left[0]):
            self._left.pop(0)
        if self._left and value(self._left[0], "dir") == "out":
            self._waiting = True
            return
        if self._left:
            due = self._left[0].at
        elif self._recorded.end is not None:
            due = self._recorded.ended_at
        else:
            return
        log_time, real_time = self._anchor
        self._timer = self._clock.later((due - log_time) / 1000 - (self._clock.now() - real_time), self._play)

    def _client_spoke(self, frame: Frame) -> bool:
        """This frame of the recorded client need not be waited for: it is no message, or not the first one."""
        first = next((one for one in self._recorded.frames if _is_message(one)), None)
        return frame is not first

    def _play(self) -> None:
        if self._left:
            self._send(self._left.pop(0))
            self._flush()
            self._next()
        elif self._recorded.end == "reset":
            tear_down(self._transport)
        else:
            self._transport.close()

    def _send(self, frame: Frame) -> None:
        kind = str(value(frame, "op", "text"))
        if self._socket.state is not State.OPEN:
            # A server that misbehaves sends on after its close, and that is a part of the recording.
            late = SocketFrame(_OPCODES.get(kind, Opcode.TEXT), frame.body)
            if not self._transport.is_closing():
                self._transport.write(late.serialize(mask=False))
        elif kind == "text":
            self._socket.send_text(frame.body)
        elif kind == "binary":
            self._socket.send_binary(frame.body)
        elif kind == "ping":
            self._socket.send_ping(frame.body)
        elif kind == "close":
            code = int(value(frame, "code", _DEFAULT_CODE))
            reason = frame.body.decode("utf-8", "replace")
            self._closed = True
            self._socket.send_close(None if code == _NO_CODE else code, "" if code == _NO_CODE else reason)

    def _flush(self) -> None:
        """Write what the protocol has to send. The end of a connection that the recorded server closed has its time."""
        for data in self._socket.data_to_send():
            if self._transport.is_closing():
                return
            if data:
                self._transport.write(data)
            elif not (self._closed and self._left):
                self._transport.close()


def _is_message(frame: Frame) -> bool:
    return value(frame, "dir") == "out" and value(frame, "op", "text") in ("text", "binary")
