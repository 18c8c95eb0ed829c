"""A WebSocket of the app: its bytes are passed on in both directions, and its frames are read along the way."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

from websockets.frames import CloseCode, Frame, Opcode
from websockets.streams import StreamReader

from inspector.capture import failing
from inspector.capture.exchange import Means, Passing, Record
from inspector.capture.faults import fault_of
from inspector.capture.http import Request, drained, tear_down
from inspector.capture.tunnel import connected
from inspector.domain.errors import Refused
from inspector.domain.frames import Kind
from inspector.domain.redact import Secrets, redact_headers, redact_url

_WORDS = {
    Opcode.TEXT: "text",
    Opcode.BINARY: "binary",
    Opcode.PING: "ping",
    Opcode.PONG: "pong",
    Opcode.CLOSE: "close",
}
_CHUNK = 1 << 16
_HEAD = 1 << 16
_FULL = 1 << 18
"""Bytes that may wait for the server before the app has to."""

_DROPPED = frozenset({"host", "sec-websocket-extensions"})
"""Compressed messages could not be read along the way, so no extension is agreed on."""


NO_KICK = "A WebSocket cannot be sent again: what the app has said on it is a conversation, not one request."
OVER = "This exchange is over."


class SocketRelay:
    """One upgraded connection. It is a link of the log from its handshake on."""

    def __init__(
        self, means: Means, request: Request, transport: asyncio.Transport, over: Callable[[Passing], None]
    ) -> None:
        self._means = means
        self._request = request
        self._app = transport
        self._secrets = Secrets(request.headers)
        self._url = means.upstream.url(request.target)
        self.link, self._record = means.open_link()
        self.links = [self.link]
        self._began = self._quiet_since = means.seconds()
        self._finished = over
        self._status: int | None = None
        self._relayed = 0
        self._how: str | None = None
        self._over = False
        self._to_server: asyncio.StreamWriter | None = None
        self._waiting = bytearray()
        self._held = False
        self._relief: asyncio.Task[None] | None = None
        self._head = b""
        self._in = Reader(False, self._took("in"))
        self._out = Reader(True, self._took("out"))
        scheme = "wss" if self._url.scheme == "https" else "ws"
        head = {
            "method": request.method,
            "url": self._secrets.in_text(redact_url(str(self._url.copy_with(scheme=scheme)))),
            "headers": redact_headers(request.headers),
            "exchange": self.link,
        }
        self._note(Kind.REQUEST, head)
        self._task = means.start(f"socket {self.link} of the app", self._run())

    @property
    def state(self) -> str:
        """waiting (for the server to agree) | relaying | over."""
        return "over" if self._over else "waiting" if self._status is None else "relaying"

    def shown(self) -> dict[str, Any]:
        """How it stands, for whoever asks. Times in seconds."""
        now = self._means.seconds()
        return {
            "id": self.link,
            "links": self.links,
            "method": self._request.method,
            "path": redact_url(self._request.target),
            "state": self.state,
            "status": self._status,
            "attempts": 1,
            "relayed": self._relayed,
            "age_s": round(now - self._began, 3),
            "silent_s": None if self._over else round(now - self._quiet_since, 3),
            "timeout_s": None,
            "how": self._how,
            "kick": OVER if self._over else NO_KICK,
            "fail": OVER if self._over else None,
        }

    def kick(self) -> str:
        """Always refused, with the reason."""
        raise Refused(OVER if self._over else NO_KICK)

    def fail(self) -> str:
        """End it for the app in the words of its protocol, where those can be said now; what was done."""
        if self._over:
            raise Refused(OVER)
        if self._status is None:
            status, lines, body = failing.refusal()
            head = [f"HTTP/1.1 {status} Service Unavailable", f"content-length: {len(body)}", "connection: close"]
            head += [f"{name}: {value}" for name, value in lines]
            self._app.write(("\r\n".join(head) + "\r\n\r\n").encode() + body)
            what = f"answer {status}"
        elif self._in.whole:
            payload = CloseCode.INTERNAL_ERROR.to_bytes(2, "big") + failing.WHY.encode()
            self._app.write(Frame(Opcode.CLOSE, payload).serialize(mask=False))
            what = f"close {CloseCode.INTERNAL_ERROR:d}"
        else:
            what = "a broken connection"
        self._end("closed", "client", f"failed by hand: the app got {what}", "failed by hand")
        self._app.close()
        self._task.cancel()
        return f"The app got {what}."

    def received(self, data: bytes) -> None:
        """Bytes of the app."""
        if self._to_server is None:
            self._waiting += data
            waiting = len(self._waiting)
        else:
            if not self._to_server.is_closing():
                self._to_server.write(data)
            waiting = self._to_server.transport.get_write_buffer_size()
        self._out.feed(data)
        if waiting > _FULL and not self._held:
            self._held = True
            self._app.pause_reading()
            if self._to_server is not None:
                self._relief = self._means.start(
                    f"socket {self.link} waits for its server", self._relieve(self._to_server)
                )

    async def _relieve(self, writer: asyncio.StreamWriter) -> None:
        """Let the app go on once the server has taken what waits."""
        with suppress(OSError):
            await writer.drain()
        self._held = False
        if not self._app.is_closing():
            self._app.resume_reading()

    def lost(self, torn: bool) -> None:
        """The app's connection is gone."""
        how = "reset" if torn else "closed" if self._in.closed or self._out.closed else "eof"
        self._end(how, "client", told="eof" if how == "closed" else "the app left")
        self._task.cancel()

    async def _run(self) -> None:
        writer: asyncio.StreamWriter | None = None
        try:
            reader, writer = await connected(self._url)
            writer.write(self._handshake())
            await self._read(reader, writer)
            self._end("eof", "server")
            self._app.close()
        except (OSError, ssl.SSLError) as error:
            self._failed(error)
        finally:
            if writer is not None:
                if self._held:  # by a server that takes nothing
                    writer.transport.abort()
                writer.close()
            self._end("closed", "client")

    def _handshake(self) -> bytes:
        target = self._url.raw_path.decode("latin-1")
        lines = [f"{self._request.method} {target} HTTP/1.1", f"host: {self._url.netloc.decode()}"]
        lines += [f"{name}: {value}" for name, value in self._request.lines if name.lower() not in _DROPPED]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            self._app.write(data)
            self._relayed += len(data)
            self._quiet_since = self._means.seconds()
            if self._to_server is not None:
                self._in.feed(data)
                await drained(self._app)
                continue
            self._head += data
            if len(self._head) > _HEAD:
                return
            before, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                continue
            if not self._answered(before):
                self._data(rest)
                continue
            self._to_server = writer
            writer.write(bytes(self._waiting))
            self._waiting.clear()
            self._in.feed(rest)
            if self._held:
                await self._relieve(writer)

    def _answered(self, head: bytes) -> bool:
        """Whether the server agreed; its answer is recorded either way, once."""
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        status = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self._status = status
        self._note(Kind.RESPONSE, {"status": status, "headers": redact_headers(headers)})
        return status == 101

    def _data(self, body: bytes) -> None:
        if body:
            self._note(Kind.DATA, {}, self._secrets.in_bytes(body))

    def _failed(self, error: Exception) -> None:
        fault = fault_of(error)
        if self._end(fault.how, "server", fault.detail):
            tear_down(self._app)

    def _took(self, direction: str) -> Callable[[str, bytes, int | None], None]:
        def took(op: str, body: bytes, code: int | None) -> None:
            head = {"dir": direction, "op": op, **({} if code is None else {"code": code})}
            self._note(Kind.SOCKET, head, self._secrets.in_bytes(body))

        return took

    def _end(self, how: str, by: str, detail: str = "", told: str = "") -> bool:
        """Whether this was its end. ``told``: how, in the words of the door."""
        if self._over:
            return False
        self._note(Kind.END, {"how": how, "by": by, **({"detail": detail} if detail else {})})
        self._over, self._how = True, told or how
        self._finished(self)
        return True

    def _note(self, kind: Kind, head: dict[str, object], body: bytes = b"") -> None:
        if not self._over:
            record: Record = self._record
            record(kind, head, body)


class Reader:
    """Reads the frames of one direction. ``took`` gets op, payload, and the code of a close.

    A message that comes in several frames is told as one. What is no WebSocket any more is passed over.
    """

    def __init__(self, masked: bool, took: Callable[[str, bytes, int | None], None]) -> None:
        self.closed = False
        self._took = took
        self._inside = False
        self._stream = StreamReader()
        self._parts: list[bytes] = []
        self._op = "binary"
        self._broken = False
        self._frames = self._parse(masked)
        next(self._frames)

    @property
    def whole(self) -> bool:
        """Whether the last frame has ended, so that another one can follow."""
        return not (self._inside or self._stream.buffer or self._broken)

    def feed(self, data: bytes) -> None:
        """Bytes as they came."""
        if self._broken or not data:
            return
        self._stream.feed_data(data)
        try:
            next(self._frames)
        except Exception:  # noqa: BLE001  # whatever the library finds wrong: the bytes have been passed on all the same
            self._broken = True

    def _parse(self, masked: bool) -> Generator[None, None, None]:
        while True:
            frame = yield from Frame.parse(self._exactly, mask=masked)
            self._inside = False
            self._take(frame)

    def _exactly(self, size: int) -> Generator[None, None, bytearray]:
        data = yield from self._stream.read_exact(size)
        self._inside = True
        return data

    def _take(self, frame: Frame) -> None:
        body = bytes(frame.data)
        if frame.opcode is Opcode.CLOSE:
            self.closed = True
            code = int.from_bytes(body[:2], "big") if len(body) >= 2 else CloseCode.NO_STATUS_RCVD
            self._took("close", body[2:], int(code))
        elif frame.opcode in (Opcode.PING, Opcode.PONG):
            self._took(_WORDS[frame.opcode], body, None)
        else:
            if frame.opcode is not Opcode.CONT:
                self._op, self._parts = _WORDS[frame.opcode], []
            self._parts.append(body)
            if frame.fin:
                self._took(self._op, b"".join(self._parts), None)
                self._parts = []
