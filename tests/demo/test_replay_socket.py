from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from inspector.capture.http import Request
from inspector.demo.replay import ReplayServer
from inspector.demo.replay_log import exchanges
from inspector.demo.replay_socket import SocketReplay
from inspector.domain.frames import Frame
from tests.demo.support import HandClock, frames

WIRE = Path(__file__).parents[1] / "recordings" / "wire"


def read(name: str) -> list[Frame]:
    return frames((WIRE / f"{name}.wire.jsonl").read_text(encoding="utf-8").splitlines())


def texts(log: list[Frame], direction: str) -> list[str]:
    frames_of = exchanges(log)[0].frames
    return [one.body.decode() for one in frames_of if one.head["dir"] == direction and one.head["op"] == "text"]


@asynccontextmanager
async def connected(log: list[Frame], path: str, **how: float) -> AsyncIterator[ClientConnection]:
    server = await ReplayServer.start(log, speed=how.get("speed", 1000.0))
    try:
        async with connect(server.url.replace("http", "ws") + path, ping_interval=None, max_size=None) as socket:
            yield socket
    finally:
        await server.aclose()


async def heard(socket: ClientConnection) -> tuple[list[str], ConnectionClosed]:
    """All texts until the end, and the end."""
    found: list[str] = []
    while True:
        try:
            found.append(str(await socket.recv()))
        except ConnectionClosed as end:
            return found, end


async def test_the_servers_frames_come_once_the_client_has_spoken() -> None:
    log = read("chat_ok_and_errors")
    async with connected(log, "/ws") as socket:
        await socket.send("chat whatever this client wants")
        wanted = texts(log, "in")
        assert [str(await socket.recv()) for _ in wanted] == wanted


async def test_nothing_comes_before_the_client_has_spoken() -> None:
    log = read("server_sigterm_while_llm_hangs")
    async with connected(log, "/ws") as socket:
        with pytest.raises(TimeoutError):
            await _within(socket, 0.1)


async def _within(socket: ClientConnection, seconds: float) -> str:
    return str(await asyncio.wait_for(socket.recv(), seconds))


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("client_never_answers_ping_server_closes_1011", 1011, "keepalive ping timeout"),
        ("server_sigterm_while_llm_hangs", 1012, ""),
    ],
)
async def test_the_server_closes_as_it_did(name: str, code: int, reason: str) -> None:
    log = read(name)
    async with connected(log, "/ws") as socket:
        await socket.send("start")
        found, end = await heard(socket)
    assert found == texts(log, "in")
    assert end.rcvd is not None
    assert (end.rcvd.code, end.rcvd.reason) == (code, reason)


@pytest.mark.parametrize("how", ["eof", "reset"])
async def test_a_socket_can_end_without_a_close_frame(how: str) -> None:
    log = frames(
        [
            '{"t": 0, "x": 1, "is": "request", "method": "GET", "url": "ws://elsewhere/ws", "headers": {}}',
            '{"t": 1, "x": 1, "is": "response", "status": 101, "headers": {}}',
            '{"t": 2, "x": 1, "is": "frame", "dir": "in", "op": "text", "text": "hello"}',
            '{"t": 3, "x": 1, "is": "frame", "dir": "in", "op": "binary", "b64": "AP8="}',
            '{"t": 4, "x": 1, "is": "frame", "dir": "in", "op": "ping", "text": "p"}',
            f'{{"t": 5, "x": 1, "is": "end", "how": "{how}", "by": "server"}}',
        ]
    )
    async with connected(log, "/ws") as socket:
        assert await socket.recv() == "hello"
        assert await socket.recv() == b"\x00\xff"
        _, end = await heard(socket)
        assert end.rcvd is None


async def test_a_recording_that_stops_leaves_the_socket_open() -> None:
    log = read("v2_ws_start_after_cancel")
    async with connected(log, "/threads/01a1fb98-b32e-70d1-aa1b-969198a7c161/stream/events") as socket:
        await socket.send('{"id": 1, "method": "subscription.subscribe"}')
        wanted = texts(log, "in")
        assert [str(await socket.recv()) for _ in wanted] == wanted
        with pytest.raises(TimeoutError):
            await _within(socket, 0.1)


class Written(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.data += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


async def test_only_a_proper_handshake_opens_the_socket() -> None:
    (recorded,) = exchanges(read("v2_ws_start_after_cancel"))
    head = b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    for key, answer in ((b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"101"), (b"", b"400")):
        transport = Written()
        SocketReplay(HandClock(), recorded, Request("GET", "/ws", {}, raw=head + key + b"\r\n"), transport)
        assert transport.data.startswith(b"HTTP/1.1 " + answer)
        assert transport.closed == (answer == b"400")


HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def test_a_server_that_went_on_after_its_close_does_so_again() -> None:
    log = frames(
        [
            '{"t": 0, "x": 1, "is": "request", "method": "GET", "url": "ws://elsewhere/ws", "headers": {}}',
            '{"t": 1, "x": 1, "is": "frame", "dir": "in", "op": "close", "text": "", "code": 1012}',
            '{"t": 2, "x": 1, "is": "frame", "dir": "out", "op": "close", "text": "", "code": 1012}',
            '{"t": 9, "x": 1, "is": "frame", "dir": "in", "op": "text", "text": "late"}',
            '{"t": 10, "x": 1, "is": "end", "how": "eof", "by": "server"}',
        ]
    )
    clock, transport = HandClock(), Written()
    socket = SocketReplay(clock, exchanges(log)[0], Request("GET", "/ws", {}, raw=HANDSHAKE), transport)
    clock.turn(0.005)
    socket.received(b"\x88\x82\x00\x00\x00\x00\x03\xf4")
    assert not transport.closed
    clock.turn(0.1)
    assert transport.data.endswith(b"\x88\x02\x03\xf4" + b"\x81\x04late")
    assert transport.closed


async def test_a_socket_that_is_not_in_the_recording_is_refused() -> None:
    log = read("join_missing_run")
    server = await ReplayServer.start(log)
    with pytest.raises(Exception, match="HTTP 404"):
        await connect(server.url.replace("http", "ws") + "/ws")
    await server.aclose()


async def test_leaving_stops_the_play() -> None:
    clock = HandClock()
    server = await ReplayServer.start(read("client_never_answers_ping_server_closes_1011"), clock=clock)
    async with connect(server.url.replace("http", "ws") + "/ws", ping_interval=None) as socket:
        await socket.send("start")
        await clock.asked.wait()
        assert clock.waiting == 1
    await asyncio.wait_for(clock.cancelled.wait(), 60)
    assert clock.waiting == 0
    await server.aclose()
