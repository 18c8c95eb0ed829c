"""Sockets against a server that does byte by byte what a test says."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from inspector.domain.calls import Answer, Call
from inspector.domain.frames import Kind
from inspector.transport import socket
from inspector.transport.http import HttpClient, Limits
from tests.transport.server import Log, Peer, answer, serving

pytestmark = pytest.mark.anyio

OPEN = Call("GET", "/ws", answer=Answer.SOCKET)
KEY = "pl4nted-key-000"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(op: int, body: bytes = b"", fin: bool = True) -> bytes:
    size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + struct.pack("!H", len(body))
    return bytes([op | (0x80 if fin else 0)]) + size + body


def close(code: int, reason: str = "") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason.encode())


async def upgraded(peer: Peer, early: bytes = b"") -> None:
    """Shake hands; ``early`` comes in the same bytes."""
    head = await peer.request()
    line = next(line for line in head.splitlines() if line.lower().startswith("sec-websocket-key:"))
    digest = hashlib.sha1(line.partition(":")[2].strip().encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    accept = base64.b64encode(digest).decode()
    lines = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
    await peer.send(f"HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n".encode() + early)


async def received(peer: Peer) -> tuple[int, bytes]:
    """The next frame of the client: its opcode and what is under the mask."""
    first, size = await peer.reader.readexactly(2)
    length = size & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", await peer.reader.readexactly(2))
    mask = await peer.reader.readexactly(4)
    body = await peer.reader.readexactly(length)
    return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))


class Session:
    """A client with its first socket open, and what was recorded."""

    def __init__(self, client: HttpClient, log: Log, pump: asyncio.Task[Any]) -> None:
        self.client, self.log, self.pump = client, log, pump

    async def send(self, method: str, text: str | None = None, link: int = 1) -> Any:
        call = Call(method, "/ws", json=text, reads=False, answer=Answer.FRAME, link=link)
        return (await self.client.send(call, self.log.open)).reply

    def crossed(self) -> list[tuple[Any, ...]]:
        """Direction, opcode, code and text of what crossed."""
        frames = [each for each in self.log.frames if each.kind is Kind.SOCKET]
        return [(each.head["dir"], each.head["op"], each.head.get("code"), each.body.decode()) for each in frames]


@asynccontextmanager
async def open_socket(talk: Callable[[Peer], Awaitable[None]], **options: Any) -> AsyncIterator[Session]:
    log = Log()
    async with serving(talk) as server:
        client = HttpClient(server.url, **options)
        try:
            exchange = await client.send(OPEN, log.open)
            assert exchange.reply.status == 101, exchange.reply
            assert exchange.pump is not None
            async with asyncio.TaskGroup() as tasks:
                pump = tasks.create_task(_run(exchange.pump))
                yield Session(client, log, pump)
                pump.cancel()
        finally:
            await client.aclose()


async def _run(pump: Callable[[], Awaitable[None]]) -> None:
    await pump()


async def test_all_that_crosses_is_recorded_in_its_order() -> None:
    async def talk(peer: Peer) -> None:
        await upgraded(peer, early=frame(TEXT, b"early"))
        assert await received(peer) == (TEXT, b"start {}")
        await peer.send(frame(PING, b"p1"), frame(TEXT, b"ha", fin=False), frame(0, b"lf"), frame(BINARY, b"b"))
        assert await received(peer) == (PONG, b"p1")
        await peer.send(close(1012, "going"))
        await received(peer)

    async with open_socket(talk) as session:
        sent = await session.send("SEND", "start {}")
        assert (sent.status, sent.link) == (101, 1)
        await session.pump
    assert session.log.kinds(1)[:3] == ["request", "response", "frame"]
    assert session.crossed() == [
        ("in", "text", None, "early"),
        ("out", "text", None, "start {}"),
        ("in", "ping", None, "p1"),
        ("out", "pong", None, "p1"),
        ("in", "text", None, "half"),
        ("in", "binary", None, "b"),
        ("in", "close", 1012, "going"),
        ("out", "close", 1012, "going"),
    ]
    assert session.log.end(1) == ("eof", "server", None)
    assert session.log.head(1, Kind.REQUEST)["url"].startswith("ws://127.0.0.1:")
    assert session.log.head(1, Kind.RESPONSE)["status"] == 101


@pytest.mark.parametrize(
    ("last", "end"),
    [
        ("eof", ("eof", "server", "no close frame")),
        ("reset", ("reset", "server", "connection reset")),
    ],
)
async def test_the_ways_in_which_a_connection_breaks_are_told_apart(last: str, end: tuple[str, str, str]) -> None:
    async def talk(peer: Peer) -> None:
        await upgraded(peer)
        assert (await received(peer))[0] == TEXT
        if last == "reset":
            peer.reset()

    async with open_socket(talk) as session:
        assert (await session.send("SEND", "x")).ok
        await session.pump
    assert session.log.end(1) == end


async def test_a_server_that_closes_for_want_of_a_pong_is_not_one_that_went_away() -> None:
    async def talk(peer: Peer) -> None:
        await upgraded(peer, early=close(1011, "keepalive ping timeout"))
        await received(peer)

    async with open_socket(talk) as session:
        await session.pump
    assert session.crossed()[0] == ("in", "close", 1011, "keepalive ping timeout")
    assert session.log.end(1) == ("eof", "server", None)


async def test_our_close_is_ours_and_what_comes_after_it_is_kept() -> None:
    async def talk(peer: Peer) -> None:
        await upgraded(peer)
        assert (await received(peer))[0] == CLOSE
        await peer.send(frame(TEXT, b"late"), close(1000))

    async with open_socket(talk) as session:
        reply = await session.send("CLOSE")
        assert reply.ok
        await session.pump
        again = await session.send("CLOSE")
    assert session.crossed() == [
        ("out", "close", 1000, ""),
        ("in", "text", None, "late"),
        ("in", "close", 1000, ""),
    ]
    assert session.log.end(1) == ("closed", "client", None)
    assert (again.status, again.error) == (0, socket.GONE)


async def test_a_close_that_nobody_answers_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "CLOSE_S", 0.01)

    async def deaf(peer: Peer) -> None:
        await upgraded(peer)
        await peer.gone()
        await peer.gone()

    async with open_socket(deaf) as session:
        reply = await session.send("CLOSE")
        await session.pump
    assert reply.status == 0
    assert "did not answer our close" in str(reply.error)
    assert session.log.end(1) == ("closed", "client", "our close was not answered")


async def test_an_unanswered_ping_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "PING_S", 0.005)
    heard = asyncio.Event()

    async def deaf(peer: Peer) -> None:
        await upgraded(peer)
        for _ in range(3):
            assert (await received(peer))[0] == PING
        heard.set()
        while (await received(peer))[0] == PING:
            pass

    async with open_socket(deaf) as session:
        await session.log.until(3, Kind.SOCKET)
        await heard.wait()
        pings = [each.head for each in session.log.frames if each.kind is Kind.SOCKET]
        assert {(head["dir"], head["op"]) for head in pings} == {("out", "ping")}
        assert not session.pump.done()


@pytest.mark.parametrize("how", ["cancel", "aclose"])
async def test_leaving_closes_the_socket_and_says_who_did(how: str) -> None:
    seen: list[int] = []

    async def talk(peer: Peer) -> None:
        await upgraded(peer)
        seen.append((await received(peer))[0])
        await peer.send(close(1000))

    async with open_socket(talk) as session:
        if how == "aclose":
            await session.client.aclose()
        session.pump.cancel()
        await asyncio.wait([session.pump])
    assert seen == [CLOSE]
    assert session.log.end(1)[:2] == ("closed", "client")
    assert session.log.kinds(1).count("end") == 1


async def test_an_answer_that_is_no_socket_is_an_answer() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer(403, b'{"detail": "no"}', content_type="application/json"))

    log = Log()
    async with serving(talk) as server:
        client = HttpClient(server.url)
        exchange = await client.send(OPEN, log.open)
        await client.aclose()
    assert (exchange.reply.status, exchange.pump) == (403, None)
    assert log.kinds(1) == ["request", "response", "data", "end"]
    assert log.body(1) == b'{"detail": "no"}'


async def test_a_redirect_is_not_followed() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer(302, location="ws://127.0.0.1:9/ws"))

    async with serving(talk) as server:
        client = HttpClient(server.url)
        exchange = await client.send(OPEN, Log().open)
        await client.aclose()
        assert exchange.reply.status == 302
        assert len(server.requests) == 1


async def test_nobody_there_and_nobody_who_answers_are_one_sentence_each() -> None:
    async def mute(peer: Peer) -> None:
        await peer.gone()

    async def rude(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"220 mail ready\r\n\r\n")

    async with serving(mute, rude) as server:
        client = HttpClient(server.url, limits=Limits(connect=0.05))
        late = (await client.send(OPEN, Log().open)).reply
        client = HttpClient(server.url)
        wrong = (await client.send(OPEN, Log().open)).reply
        url = server.url
    log = Log()
    gone = (await HttpClient(url).send(OPEN, log.open)).reply
    assert "no answer within 0.05 s" in str(late.error)
    assert "does not open a WebSocket" in str(wrong.error)
    assert "connection refused" in str(gone.error)
    assert log.end(1)[:2] == ("refused", "server")


async def test_a_frame_for_a_socket_that_is_not_open_is_not_sent() -> None:
    client = HttpClient("http://127.0.0.1:9")
    call = Call("SEND", "/ws", json="x", reads=False, answer=Answer.FRAME, link=7)
    reply = (await client.send(call, Log().open)).reply
    assert (reply.status, reply.error, reply.link) == (0, socket.GONE, 7)


async def test_no_secret_gets_into_a_frame() -> None:
    async def talk(peer: Peer) -> None:
        await upgraded(peer)
        _, body = await received(peer)
        await peer.send(frame(TEXT, body), close(1008, KEY))
        await received(peer)

    async with open_socket(talk, headers={"authorization": f"Bearer {KEY}"}) as session:
        assert (await session.send("SEND", f"start {KEY}")).ok
        await session.pump
    assert not session.log.holds(KEY)
    assert ("in", "text", None, "start <redacted>") in session.crossed()


def test_what_would_be_sent_is_shown() -> None:
    client = HttpClient("https://h/base?token=t0k3n-s3cret", headers={"x-api-key": KEY}, variables={"x-api-key": "K"})
    opening = client.preview(OPEN)
    assert opening.url == "wss://h/base/ws?token=%3Credacted%3E" or "t0k3n" not in opening.url
    assert opening.headers == {"x-api-key": "$K"}
    sent = client.preview(Call("SEND", "/ws", json="start {}", reads=False, answer=Answer.FRAME))
    assert (sent.method, sent.headers, sent.body) == ("SEND", {}, "start {}")
