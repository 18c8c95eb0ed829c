from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from inspector.capture.http import tear_down
from inspector.capture.sockets import Reader, SocketRelay
from inspector.domain.frames import Kind
from tests.capture.kit import Bench, bench
from tests.transport.server import Peer, always, answer

pytestmark = pytest.mark.anyio


async def echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message)
        if message == "bye":
            await socket.close(1001, "going away")


def frames(on: Bench) -> list[tuple[str, str, bytes]]:
    told = (frame for frame in on.log.frames if frame.kind is Kind.SOCKET)
    return [(frame.head["dir"], frame.head["op"], frame.body) for frame in told]


def lead(on: Bench, port: int) -> None:
    """To another server than the kit's."""
    object.__setattr__(on.server.proxy._means.upstream, "origin", f"http://127.0.0.1:{port}")


async def test_messages_pass_in_both_directions_and_become_frames() -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with bench(always(b""), base="/v1") as on:
            lead(on, port)
            url = f"ws://127.0.0.1:{on.server.port}/v1/responses"
            async with connect(url, additional_headers={"authorization": "Bearer pl4nted-key-000"}) as socket:
                await socket.send("hello")
                assert await socket.recv() == "hello"
                await socket.send("x" * 300_000)
                assert await socket.recv() == "x" * 300_000
                await socket.send(["a", "b"])
                assert await socket.recv() == "ab"
                await socket.send("bye")
                assert await socket.recv() == "bye"
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
            await on.until(lambda: "end" in on.log.kinds(1))
            assert on.log.kinds(1)[:2] == ["request", "response"]
            assert on.log.head(1, Kind.RESPONSE)["status"] == 101
            said = frames(on)
            assert said[:2] == [("out", "text", b"hello"), ("in", "text", b"hello")]
            assert ("out", "text", b"ab") in said
            closes = [frame.head for frame in on.log.frames if frame.head.get("op") == "close"]
            assert [(head["dir"], head["code"]) for head in closes] == [("in", 1001), ("out", 1001)]
            assert on.log.end(1)[0] in ("closed", "eof")
            assert not on.log.holds("pl4nted-key-000")


async def test_a_server_that_refuses_the_handshake() -> None:
    async with bench(always(answer(403, b"no"))) as on:
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(f"ws://127.0.0.1:{on.server.port}/v1/responses"):
                pass
        assert on.log.head(1, Kind.RESPONSE)["status"] == 403
        await on.until(lambda: "end" in on.log.kinds(1))


async def test_a_socket_of_a_web_page_is_refused() -> None:
    async with bench(always(answer(200))) as on:
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(f"ws://127.0.0.1:{on.server.port}/v1/responses", origin="https://evil.example.com"):  # type: ignore[arg-type]
                pass
        assert on.log.frames == []


async def test_an_app_that_goes_away() -> None:
    async with serve(echo, "127.0.0.1", 0) as server, bench(always(b"")) as on:
        port = next(iter(server.sockets)).getsockname()[1]
        lead(on, port)
        socket = await connect(f"ws://127.0.0.1:{on.server.port}/v1/responses")
        await socket.send("hello")
        await socket.recv()
        socket.transport.abort()
        await on.until(lambda: "end" in on.log.kinds(1))
        assert on.log.end(1)[1] == "client"
        await asyncio.sleep(0)


async def test_a_socket_that_hangs_is_ended_for_the_app_and_not_sent_again() -> None:
    async with serve(echo, "127.0.0.1", 0) as server, bench(always(b"")) as on:
        lead(on, next(iter(server.sockets)).getsockname()[1])
        async with connect(f"ws://127.0.0.1:{on.server.port}/v1/responses") as socket:
            await socket.send("hello")
            await socket.recv()
            _, told = await on.control("GET", "/exchanges")
            (shown,) = told["exchanges"]
            assert (shown["state"], shown["status"], shown["fail"]) == ("relaying", 101, None)
            status, told = await on.control("POST", f"/exchanges/{shown['id']}/kick")
            assert (status, told["detail"]) == (409, shown["kick"])
            status, told = await on.control("POST", f"/exchanges/{shown['id']}/fail")
            assert (status, told["done"]) == (200, "The app got close 1011.")
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1011
        assert on.log.end(1) == ("closed", "client", "failed by hand: the app got close 1011")
        assert on.server.proxy.exchanges[1].shown()["how"] == "failed by hand"
        status, _ = await on.control("POST", "/exchanges/1/fail")
        assert status == 409


async def test_a_socket_that_was_never_agreed_to_is_answered() -> None:
    async def silent(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with bench(silent) as on:
        knocking = on.knock(f"ws://127.0.0.1:{on.server.port}/v1/responses")
        await on.until(lambda: len(on.behind.requests) == 1)
        assert on.server.proxy.exchanges[1].state == "waiting"
        assert (await on.control("POST", "/exchanges/1/fail"))[0] == 200
        with pytest.raises(InvalidStatus, match="503"):
            await knocking


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 1000])
def test_frames_are_read_however_they_are_cut(cut: int) -> None:
    told: list[tuple[str, bytes, int | None]] = []
    reader = Reader(True, lambda op, body, code: told.append((op, body, code)))
    data = b"".join(
        Frame(opcode, body, fin).serialize(mask=True)
        for opcode, body, fin in (
            (Opcode.TEXT, b"hal", False),
            (Opcode.PING, b"p", True),
            (Opcode.CONT, b"lo", True),
            (Opcode.CLOSE, b"\x03\xe8done", True),
        )
    )
    for start in range(0, len(data), cut):
        reader.feed(data[start : start + cut])
    assert told == [("ping", b"p", None), ("text", b"hallo", None), ("close", b"done", 1000)]
    assert reader.closed


def test_between_two_frames_a_close_can_be_said() -> None:
    reader = Reader(False, lambda op, body, code: None)
    data = Frame(Opcode.TEXT, b"hello").serialize(mask=False)
    for at in range(len(data)):
        assert reader.whole is (at == 0)
        reader.feed(data[at : at + 1])
    assert reader.whole


def test_what_is_no_frame_ends_the_reading_and_nothing_else() -> None:
    told: list[str] = []
    reader = Reader(False, lambda op, body, code: told.append(op))
    reader.feed(b"\xff" * 40)
    reader.feed(b"more")
    assert told == []


LARGE, MANY = 1 << 20, 24
"""A frame, and more of them than the sockets of a system hold between two programs that do not read."""

UPGRADE = b"GET /v1/responses HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
AGREED = b"HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"


async def too_long(waiter: asyncio.Event) -> None:
    """That it is not done is all that can be seen of one who has to wait."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await waiter.wait()


async def test_a_server_has_to_wait_for_an_app_that_does_not_read() -> None:
    all_sent = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(AGREED)
        for _ in range(MANY):
            await peer.send(Frame(Opcode.BINARY, bytes(LARGE)).serialize(mask=False))
        all_sent.set()
        await peer.gone()

    async with bench(talk) as on:
        reader, writer = await on.raw(UPGRADE % on.server.port)
        await reader.readuntil(b"\r\n\r\n")
        await too_long(all_sent)
        await reader.readexactly(MANY * (LARGE + 10))
        await all_sent.wait()
        writer.close()
        await on.until(lambda: "end" in on.log.kinds(1))
        assert sum(len(body) for _, _, body in frames(on)) == MANY * LARGE


@pytest.mark.parametrize("agreed_first", [True, False])
async def test_an_app_has_to_wait_for_a_server_that_does_not_read(agreed_first: bool) -> None:
    blocked, all_sent, got = asyncio.Event(), asyncio.Event(), asyncio.Event()
    frame = Frame(Opcode.BINARY, bytes(LARGE)).serialize(mask=True)

    async def talk(peer: Peer) -> None:
        await peer.request()
        if agreed_first:
            await peer.send(AGREED)
        await blocked.wait()
        if not agreed_first:
            await peer.send(AGREED)
        await peer.reader.readexactly(MANY * len(frame))
        got.set()
        await peer.gone()

    async def send(writer: asyncio.StreamWriter) -> None:
        for _ in range(MANY):
            writer.write(frame)
            await writer.drain()
        all_sent.set()

    async with bench(talk) as on:
        _, writer = await on.raw(UPGRADE % on.server.port)
        sending = asyncio.gather(send(writer))
        await too_long(all_sent)
        blocked.set()
        await got.wait()
        await sending
        writer.close()
        await on.until(lambda: "end" in on.log.kinds(1))
        assert len(frames(on)) == MANY


async def test_an_app_that_leaves_a_server_that_takes_nothing_is_over() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(AGREED)
        await done.wait()

    done = asyncio.Event()
    async with bench(talk) as on:
        reader, writer = await on.raw(UPGRADE % on.server.port)
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(MANY):
            writer.write(Frame(Opcode.BINARY, bytes(LARGE)).serialize(mask=True))
        relay = on.server.proxy.exchanges[1]
        assert isinstance(relay, SocketRelay)
        await on.until(lambda: relay._held)
        relay.fail()
        await on.until(lambda: not len(on._tasks))
        writer.transport.abort()
        done.set()


async def test_an_app_that_resets_its_socket_is_told_from_one_that_leaves() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(AGREED)
        await peer.gone()

    async with bench(talk, talk) as on:
        for link, reset in ((1, True), (2, False)):
            reader, writer = await on.raw(UPGRADE % on.server.port)
            await reader.readuntil(b"\r\n\r\n")
            if reset:
                assert isinstance(writer.transport, asyncio.Transport)
                tear_down(writer.transport)
            writer.close()
            await on.log.until(link, Kind.END)
        assert [on.log.end(link)[:2] for link in (1, 2)] == [("reset", "client"), ("eof", "client")]
