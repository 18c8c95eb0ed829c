"""Sockets for the HTTP library, without the ceremony that its own backend holds around each read.

An event of a stream is a read of its own, so what a read costs is what a stream costs. Here what has come is given at
once and whole: what came while the program was busy takes one read, however many events it is.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import re
import selectors
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

UNREAD = 256 * 1024
"""How many bytes may wait for who reads them, before the peer has to."""

EYEBALLS_S = 0.25
"""How long an address may stay silent before the next one is tried as well (RFC 8305)."""

_HEAD = re.compile(rb"HTTP/1\.[01] [2-5].*?\n\r?\n", re.DOTALL)
_CLOSED = "The connection was closed here."


def quick(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Has the client use these sockets, those to proxies too.

    It takes no backend itself, and whoever gives it a pool of its own does without the proxies of the environment.
    """
    mounts: dict[object, object] = getattr(client, "_mounts", {})
    for transport in (getattr(client, "_transport", None), *mounts.values()):
        pool = getattr(transport, "_pool", None)
        if isinstance(pool, httpcore.AsyncConnectionPool):
            pool._network_backend = Network()
    return client


class Network(httpcore.AsyncNetworkBackend):
    """Connects on the running loop of asyncio."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises ConnectError from what the system said, or ConnectTimeout."""
        loop, local = asyncio.get_running_loop(), None if local_address is None else (local_address, 0)
        deadline = asyncio.timeout(timeout)
        try:
            async with deadline:
                transport, pipe = await loop.create_connection(
                    Pipe, host, port, local_addr=local, happy_eyeballs_delay=None if _is_at_once(host) else EYEBALLS_S
                )
        except (OSError, UnicodeError) as exc:
            if isinstance(exc, TimeoutError) and deadline.expired():
                raise httpcore.ConnectTimeout(exc) from exc
            cause = _first_of(exc)
            if cause is not exc:
                exc.__context__ = cause  # the pool raises it anew ``from None``: see _because
            raise httpcore.ConnectError(cause) from cause
        for option in socket_options or ():
            transport.get_extra_info("socket").setsockopt(*option)
        return Stream(transport, pipe)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Pipe(asyncio.Protocol):
    """What has come over one connection and is not read yet. ``over``: nothing more will come; ``broken`` says why not.

    One task reads and one writes.
    """

    def __init__(self) -> None:
        self.over = False
        self.broken: Exception | None = None
        self.unread = bytearray()
        self.transport: asyncio.Transport | None = None
        self._paused = False
        self._reader: asyncio.Future[None] | None = None
        self._full: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.unread += data
        if len(self.unread) > UNREAD and not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self.over = True
        self._wake()
        encrypted = self.transport is not None and self.transport.get_extra_info("ssl_object") is not None
        return not encrypted  # TLS knows no half of a connection; else a request may still be on its way

    def connection_lost(self, exc: Exception | None) -> None:
        # Many servers end TLS without a farewell; whether the answer was whole, HTTP knows.
        if not self.over and not isinstance(exc, ssl.SSLEOFError):
            self.broken = exc
        self.over = True
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._full = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        full, self._full = self._full, None
        if full is not None and not full.done():
            full.set_result(None)

    def take(self, most: int) -> bytes:
        """What has come, from its beginning."""
        taken = bytes(self.unread[:most])
        del self.unread[:most]
        if self._paused and not self.unread and self.transport is not None:
            self._paused = False
            self.transport.resume_reading()
        return taken

    async def came(self) -> None:
        """Wait for something to read, or the end."""
        if not self.unread and not self.over:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None

    async def room(self) -> None:
        """Wait until the peer has taken most of what was written."""
        if self._full is not None:
            await self._full

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class Stream(httpcore.AsyncNetworkStream):
    """One connection, as the HTTP library uses it. ``at_body``: it was given the head of an answer, and no byte more.

    Then what follows can be read here, past the library.
    """

    def __init__(self, transport: asyncio.Transport, pipe: Pipe) -> None:
        self.at_body = False
        self._transport = transport
        self._pipe = pipe
        self._closed = False
        self._asked = False
        self._apart = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most so many bytes, none at the end. ReadError from what broke the connection, or ReadTimeout."""
        pipe, self.at_body = self._pipe, False
        if self._apart:
            apart, self._apart = self._apart, b""
            return apart
        if not pipe.unread:
            await (pipe.came() if timeout is None else _within(timeout, pipe.came, httpcore.ReadTimeout))
        if self._closed:
            raise httpcore.ReadError(_CLOSED)
        if pipe.broken is not None and not pipe.unread:
            raise _because(httpcore.ReadError, pipe.broken)
        if self._asked:
            self._asked, head = False, _HEAD.match(pipe.unread, 0, max_bytes)
            if head is not None:
                self.at_body, max_bytes = True, head.end()
        return pipe.take(max_bytes)

    def put_back(self, data: bytes, rest: bytes) -> None:
        """Have ``data`` read next, by itself, and the rest behind it.

        A rest that nobody asked for stays in sight here: a connection that has one is not used for another request.
        """
        self._apart = data
        self._pipe.unread[:0] = rest

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """WriteError from what broke the connection, or WriteTimeout."""
        if not buffer:
            return
        self._asked = True
        if not self._transport.is_closing():
            self._transport.write(buffer)
            await (self._pipe.room() if timeout is None else _within(timeout, self._pipe.room, httpcore.WriteTimeout))
        if self._transport.is_closing():
            raise _because(httpcore.WriteError, self._pipe.broken)

    async def aclose(self) -> None:
        """Close it, and wait for nothing that the peer would have to do."""
        self._closed = True
        self._transport.close()
        self._transport.abort()  # what it still has to write would wait for the peer, and so does the end of TLS
        await asyncio.sleep(0)  # then the loop has closed the socket

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The connection, encrypted from here on. ConnectError from what the handshake said, or ConnectTimeout."""
        loop, deadline = asyncio.get_running_loop(), asyncio.timeout(timeout)
        try:
            async with deadline:
                transport = await loop.start_tls(
                    self._transport, self._pipe, ssl_context, server_hostname=server_hostname
                )
        except BaseException as exc:
            self._transport.abort()
            await self.aclose()
            if isinstance(exc, TimeoutError) and deadline.expired():
                raise httpcore.ConnectTimeout(exc) from exc
            if isinstance(exc, (OSError, ssl.SSLError)):
                raise httpcore.ConnectError(exc) from exc
            raise
        assert transport is not None
        self._pipe.transport = transport
        return Stream(transport, self._pipe)

    def get_extra_info(self, info: str) -> Any:
        """What the library asks of a connection."""
        match info:
            case "client_addr":
                return self._transport.get_extra_info("sockname")
            case "server_addr":
                return self._transport.get_extra_info("peername")
            case "is_readable":
                return self._pipe.over or bool(self._pipe.unread) or self._has_news()
        return self._transport.get_extra_info(info)

    def _has_news(self) -> bool:
        """Whether the system knows of bytes or an end that the loop has not told yet."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._transport.get_extra_info("socket").fileno(), selectors.EVENT_READ)
            return bool(selector.select(0))


def _is_at_once(host: str) -> bool:
    """Whether no race is needed: one that is called off can lose the socket that it has won, and leave it open."""
    if host.lower() == "localhost":
        return True
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


async def _within(seconds: float, wait: Callable[[], Awaitable[None]], late: type[Exception]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wait()
    except TimeoutError as exc:
        raise late(exc) from exc


def _because(kind: type[Exception], cause: Exception | None) -> Exception:
    """The pool raises it anew ``from None``: the context is what stays of its origin."""
    error = kind(_CLOSED if cause is None else cause)
    error.__context__ = cause
    return error


def _first_of(exc: OSError | UnicodeError) -> OSError:
    """asyncio folds the failures of several addresses into a text: one of them again, a refusal before all others.

    A name with a label that is empty or too long for one is no name that could be found.
    """
    if isinstance(exc, UnicodeError):
        return socket.gaierror(socket.EAI_NONAME, str(exc))
    told = [int(number) for number in re.findall(r"\[Errno (\d+)\]", str(exc))] if exc.errno is None else []
    if not told:
        return exc
    number = errno.ECONNREFUSED if errno.ECONNREFUSED in told else told[-1]
    return OSError(number, os.strerror(number))
