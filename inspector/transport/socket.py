"""One WebSocket: all frames of both directions become frames of its link, and it is told who ended it, and how."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI, ProtocolError
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response

from inspector.domain.calls import Reply
from inspector.domain.frames import Kind
from inspector.domain.redact import Secrets, redact_headers, redact_url
from inspector.transport.address import origin
from inspector.transport.faults import Fault, fault_of, timed_out
from inspector.transport.wire import Record

PING_S = 20.0
"""How often we ping. A ping that is not answered ends nothing: that would cancel the run which we want to look at."""

CLOSE_S, LEAVE_S = 5.0, 1.0
"""How long our close may go unanswered: as an act of its own, and when we leave."""

LARGEST = 64 * 1024 * 1024
GONE = "The socket is not open any more."
_QUIET = logging.getLogger("inspector.transport.socket.library")
_QUIET.disabled = True  # the library logs URLs and headers with the credentials in them
_OPS = {
    Opcode.TEXT: "text",
    Opcode.BINARY: "binary",
    Opcode.PING: "ping",
    Opcode.PONG: "pong",
    Opcode.CLOSE: "close",
}
Tap = Callable[[str, Frame], None]


class SocketWire:
    """Opens one socket, and sends and reads on it. What the peer does wrong is in the reply, or the end of the link."""

    def __init__(self, url: httpx.URL, record: Record, secrets: Secrets) -> None:
        self._url = url
        self._record = record
        self._secrets = secrets
        self._socket: ClientConnection | None = None
        self._early: list[tuple[str, Frame]] = []
        self._parts: dict[str, list[Frame]] = {"in": [], "out": []}
        self._answered = False
        self._leaving = False
        self.over = False

    async def open(
        self, head: Mapping[str, Any], headers: Mapping[str, str], shown: Mapping[str, str], trust: Trust, limit: float
    ) -> Reply:
        """Shake hands: 101 where there is a socket, else what the server answered instead, or why nothing came."""
        said = {"method": "GET", "url": self._secrets.in_text(redact_url(str(self._url))), **head}
        self._record(Kind.REQUEST, {**said, "headers": {"upgrade": "websocket", **shown}}, b"")
        try:
            self._socket = await _connected(self._url, headers, trust, limit, self._tap)
        except InvalidStatus as refusal:
            return self._refused(refusal.response)
        except (InvalidHandshake, InvalidURI, OSError, EOFError, ValueError) as problem:
            return self._failed(_fault(problem, origin(self._url), limit))
        except asyncio.CancelledError:
            self._end("closed", "client", "given up during the handshake")
            raise
        response = self._socket.response
        told = self._headers({} if response is None else dict(response.headers.raw_items()))
        self._record(Kind.RESPONSE, {"status": 101, "headers": told}, b"")
        self._answered = True
        for side, frame in self._early:
            self._keep(side, frame)
        return Reply(101, told)

    async def read(self) -> None:
        """Read to the end of the socket. Cancelled: close it, and record that we did."""
        assert self._socket is not None
        try:
            while True:
                _ = await self._socket.recv(decode=False)
        except ConnectionClosed as closed:
            self._closed(closed)
        except asyncio.CancelledError:
            await self.leave()
            raise

    async def send(self, text: str) -> str | None:
        """Send one text frame; why it did not go, or None."""
        if self._socket is None or self.over or self._leaving:
            return GONE
        try:
            await self._socket.send(text)
        except ConnectionClosed as closed:
            self._closed(closed)
            return GONE
        return None

    async def close(self) -> str | None:
        """Close it as an act of ours; None where the server answered that, or why it is not sure to know of it."""
        if self._socket is None or self.over:
            return GONE
        await self._socket.close()
        if self._socket.protocol.close_rcvd is not None:
            return None
        return f"The server did not answer our close within {CLOSE_S:g} s, and the connection was torn down."

    async def leave(self) -> None:
        """Close it, without much waiting."""
        socket, self._leaving = self._socket, True
        if socket is None or self.over:
            return
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(socket.close(), LEAVE_S)
        finally:  # also where we are told twice to leave
            socket.transport.abort()
            self._end("closed", "client", "")

    def _tap(self, side: str, frame: Frame) -> None:
        """A frame as it crosses. Those that come with the handshake's answer wait until that is recorded."""
        if self._answered:
            self._keep(side, frame)
        else:
            self._early.append((side, frame))

    def _keep(self, side: str, frame: Frame) -> None:
        """Record a whole message, or a control frame."""
        if self.over:
            return
        body, op, code = bytes(frame.data), _OPS.get(frame.opcode), None
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            parts = self._parts[side]
            parts.append(frame)
            if not frame.fin:
                return
            op = _OPS.get(parts[0].opcode, "binary")
            body = b"".join(bytes(part.data) for part in parts)
            parts.clear()
        elif frame.opcode is Opcode.CLOSE:
            code, body = _close(body)
        head: dict[str, Any] = {"dir": side, "op": op or "binary"}
        self._record(Kind.SOCKET, head if code is None else {**head, "code": code}, self._secrets.in_bytes(body))

    def _closed(self, closed: ConnectionClosed) -> None:
        """The socket is at its end: the first close decides who ended it; without one, the connection broke."""
        cause, mine = closed.__cause__, closed.sent is not None and closed.rcvd_then_sent is not True
        if mine:
            self._end("closed", "client", "" if closed.rcvd is not None else "our close was not answered")
        elif closed.rcvd is not None:
            self._end("eof", "server", "")
        elif isinstance(cause, ConnectionError):
            self._end("reset", "server", "connection reset")
        elif isinstance(cause, OSError):
            self._end("cut", "server", str(cause))
        else:
            self._end("eof", "server", "no close frame")

    def _end(self, how: str, by: str, detail: str) -> None:
        if not self.over:
            self.over = True
            more = {"detail": self._secrets.in_text(detail)} if detail else {}
            self._record(Kind.END, {"how": how, "by": by, **more}, b"")

    def _refused(self, response: Response) -> Reply:
        """The server answered, and not with a socket."""
        headers = self._headers(dict(response.headers.raw_items()))
        body = self._secrets.in_bytes(bytes(response.body or b""))
        self._record(Kind.RESPONSE, {"status": response.status_code, "headers": headers}, b"")
        if body:
            self._record(Kind.DATA, {}, body)
        self._end("eof", "server", "")
        return Reply(response.status_code, headers, body.decode("utf-8", "replace"))

    def _failed(self, fault: Fault) -> Reply:
        self._end(fault.how, fault.by, fault.detail)
        return Reply(0, error=self._secrets.in_text(fault.sentence))

    def _headers(self, raw: Mapping[str, str]) -> dict[str, str]:
        return {name: self._secrets.in_text(value) for name, value in redact_headers(raw).items()}


class Trust:
    """What to verify a secure socket by (None = the socket is plain), and whether proxies of the environment count."""

    def __init__(self, context: ssl.SSLContext | None, environment: bool) -> None:
        self.context = context
        self.environment = environment


class _Connect(connect):
    """Follows no redirect: credentials go to no other server."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def _connected(
    url: httpx.URL, headers: Mapping[str, str], trust: Trust, limit: float, tap: Tap
) -> ClientConnection:
    class Tapped(ClientConnection):
        """Tells of each frame before the library acts on it, so that an answer comes after what it answers."""

        def __init__(self, protocol: ClientProtocol, **options: Any) -> None:
            _listen(protocol, tap)
            super().__init__(protocol, **options)

    options: dict[str, Any] = {} if trust.context is None else {"ssl": trust.context}
    return await _Connect(
        str(url),
        create_connection=Tapped,
        additional_headers=dict(headers),
        user_agent_header=None,
        compression=None,
        proxy=True if trust.environment else None,
        open_timeout=limit,
        ping_interval=PING_S,
        ping_timeout=None,
        close_timeout=CLOSE_S,
        max_size=LARGEST,
        max_queue=None,
        logger=_QUIET,
        **options,
    )


def _listen(protocol: ClientProtocol, tap: Tap) -> None:
    """The library shows neither the control frames nor what it sends by itself; its one place for each does."""
    receive, send = protocol.recv_frame, protocol.send_frame

    def received(frame: Frame) -> None:
        tap("in", frame)
        receive(frame)

    def sent(frame: Frame) -> None:
        tap("out", frame)
        send(frame)

    protocol.recv_frame = received  # type: ignore[method-assign] # the protocol object is the library's own to make
    protocol.send_frame = sent  # type: ignore[method-assign] # likewise


def _close(body: bytes) -> tuple[int | None, bytes]:
    """Code and reason of a close frame; None where it has none, or no valid one."""
    try:
        close = Close.parse(body)
    except (ProtocolError, UnicodeDecodeError):  # the library answers it with a close that says what is wrong
        return None, body[2:]
    return (None if close.code == 1005 else int(close.code)), close.reason.encode()


def _fault(problem: Exception, place: str, limit: float) -> Fault:
    """Why there is no socket."""
    if isinstance(problem, TimeoutError):
        return timed_out(place, limit, False)
    if isinstance(problem, OSError):
        wrapped = httpx.ConnectError(str(problem))
        wrapped.__cause__ = problem
        return fault_of(wrapped, place, False, limit)
    words = str(problem).rstrip(".") or type(problem).__name__
    return Fault("cut", "server", words, f"{place} does not open a WebSocket: {words}.", False)
