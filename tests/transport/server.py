"""Servers that do to a client, byte by byte, what a test says; and a log that keeps the frames."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from inspector.domain.frames import Frame, Kind
from inspector.transport.wire import Record

SELF_SIGNED = Path(__file__).with_name("self_signed.test.pem")
EXPIRED = Path(__file__).with_name("expired.test.pem")

Talk = Callable[["Peer"], Awaitable[None]]


class Peer:
    """The server's end of one connection. ``requests`` are those read so far, as heads and bodies."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.requests: list[tuple[str, bytes]] = []

    async def request(self) -> str:
        """The head of the next request."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            (int(line.partition(":")[2]) for line in head.splitlines() if line.lower().startswith("content-length:")), 0
        )
        self.requests.append((head, await self.reader.readexactly(length)))
        return head

    async def send(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def chunk(self, body: bytes) -> None:
        await self.send(b"%x\r\n%s\r\n" % (len(body), body))

    async def gone(self) -> None:
        """Wait until the client has closed its end."""
        try:
            await self.reader.read()
        except ConnectionError:
            return

    def reset(self) -> None:
        """Tear the connection down with a reset."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Server:
    """Its ``url``, and the peers that came, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.peers: list[Peer] = []

    @property
    def requests(self) -> list[tuple[str, bytes]]:
        return [request for peer in self.peers for request in peer.requests]


@asynccontextmanager
async def serving(*talks: Talk, certificate: Path | None = None, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """A server on the loopback interface: the first connection gets the first talk, those beyond the last one that."""
    tasks: set[asyncio.Task[Any]] = set()
    peers: list[Peer] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        peer = Peer(reader, writer)
        peers.append(peer)
        try:
            await talks[min(len(peers), len(talks)) - 1](peer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    server = await asyncio.start_server(meet, host, 0, ssl=context)
    handle = Server(f"{'https' if certificate else 'http'}://{host}:{server.sockets[0].getsockname()[1]}")
    handle.peers = peers
    try:
        yield handle
    finally:
        server.close()
        for task in [*tasks]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{lines}\r\n".encode() + body


def always(*replies: bytes) -> Talk:
    """Answers the requests of a connection with these, one after another, the last one for ever."""

    async def talk(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(replies[min(len(peer.requests), len(replies)) - 1])

    return talk


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


class Log:
    """Keeps frames by link; the time of a frame is its number. ``seen`` is set at each."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.links = 0
        self.seen = asyncio.Event()

    def open(self) -> tuple[int, Record]:
        self.links += 1
        link = self.links

        def record(kind: Kind, head: Mapping[str, Any], body: bytes) -> None:
            seq = len(self.frames) + 1
            self.frames.append(Frame(seq, float(seq), link, kind, head, body))
            self.seen.set()

        return link, record

    def kinds(self, link: int) -> list[str]:
        return [frame.kind.value for frame in self.frames if frame.link == link]

    def head(self, link: int, kind: Kind) -> Mapping[str, Any]:
        (frame,) = [frame for frame in self.frames if (frame.link, frame.kind) == (link, kind)]
        return frame.head

    def end(self, link: int) -> tuple[str, str, str | None]:
        head = self.head(link, Kind.END)
        return head["how"], head["by"], head.get("detail")

    def body(self, link: int) -> bytes:
        return b"".join(frame.body for frame in self.frames if (frame.link, frame.kind) == (link, Kind.DATA))

    async def until(self, count: int, kind: Kind) -> None:
        """Wait until there are so many frames of a kind."""
        while sum(frame.kind is kind for frame in self.frames) < count:
            self.seen.clear()
            await self.seen.wait()

    def holds(self, secret: str) -> bool:
        return any(secret in repr(frame.head) or secret.encode() in frame.body for frame in self.frames)
