from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import suppress
from typing import Any

import httpcore
import httpx
import pytest

from inspector.transport.faults import fault_of
from inspector.transport.network import UNREAD, Network, Pipe, Stream, quick
from tests.transport.server import SELF_SIGNED, Peer, always, answer, serving

pytestmark = pytest.mark.anyio
HANGING = 60
LOOPS = ["asyncio", pytest.param("qt", marks=pytest.mark.qt_loop)]


async def connected(url: str) -> Stream:
    place = httpx.URL(url)
    assert place.port is not None
    stream = await Network().connect_tcp(place.host, place.port)
    assert isinstance(stream, Stream)
    return stream


def chain(exc: BaseException | None) -> list[type[BaseException]]:
    found = []
    while exc is not None:
        found.append(type(exc))
        exc = exc.__cause__ or exc.__context__
    return found


@pytest.mark.parametrize("_loop", LOOPS)
async def test_what_came_meanwhile_is_one_read_and_then_the_end(_loop: str) -> None:
    sent = asyncio.Event()

    async def talk(peer: Peer) -> None:
        assert await peer.reader.readexactly(4) == b"ping"
        await peer.send(b"one,", b"two,", b"three")
        sent.set()
        await peer.reader.readexactly(1)

    async with serving(talk) as server:
        stream = await connected(server.url)
        await stream.write(b"")
        await stream.write(b"ping")
        await sent.wait()
        got = b""
        while len(got) < 13:
            got += await stream.read(8)
            assert len(got) in (8, 13)
        await stream.write(b".")
        assert await stream.read(8) == b""
        assert await stream.read(8) == b""
        await stream.aclose()


async def test_a_reset_comes_after_what_came_before_it_and_tells_what_it_is() -> None:
    async def talk(peer: Peer) -> None:
        await peer.send(b"data")
        await peer.reader.readexactly(1)
        peer.reset()

    async with serving(talk) as server:
        stream = await connected(server.url)
        assert await stream.read(8) == b"data"
        await stream.write(b".")
        with pytest.raises(httpcore.ReadError) as read:
            await stream.read(8)
        with pytest.raises(httpcore.WriteError) as written:
            await stream.write(b".")
        await stream.aclose()
    assert ConnectionResetError in chain(read.value)
    assert ConnectionResetError in chain(written.value)


async def test_what_we_close_is_neither_read_nor_written() -> None:
    async def talk(peer: Peer) -> None:
        await peer.gone()

    async with serving(talk) as server:
        stream = await connected(server.url)
        assert not stream.get_extra_info("is_readable")
        reading = asyncio.gather(stream.read(8), return_exceptions=True)
        await asyncio.sleep(0)
        await stream.aclose()
        (error,) = await reading
        assert isinstance(error, httpcore.ReadError)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b".")
        assert stream.get_extra_info("is_readable")


async def test_a_peer_that_takes_nothing_is_waited_for_and_left_at_once() -> None:
    done = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await done.wait()

    async with serving(talk) as server:
        stream = await connected(server.url)
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(bytes(64 << 20), timeout=0.01)
        with pytest.raises(httpcore.ReadTimeout):
            await stream.read(8, timeout=0.01)
        await stream.aclose()
        done.set()


@pytest.mark.parametrize("_loop", LOOPS)
async def test_the_end_of_tls_is_not_waited_for(_loop: str) -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer(200, b"1"))
        await done.wait()

    done = asyncio.Event()
    async with serving(talk, certificate=SELF_SIGNED) as server, _client(SELF_SIGNED) as client:
        response = await client.get(server.url)
        stream = response.extensions["network_stream"]
        sock = stream.get_extra_info("socket")
        await stream.aclose()
        assert sock.fileno() == -1
        done.set()


async def test_who_is_not_read_has_to_wait() -> None:
    class Transport(asyncio.Transport):
        def pause_reading(self) -> None:
            told.append("pause")

        def resume_reading(self) -> None:
            told.append("resume")

    told: list[str] = []
    pipe, transport = Pipe(), Transport()
    pipe.connection_made(transport)
    pipe.data_received(bytes(UNREAD))
    assert told == []
    pipe.data_received(b".")
    pipe.data_received(b".")
    assert told == ["pause"]
    assert len(pipe.take(UNREAD)) == UNREAD
    assert told == ["pause"]
    assert pipe.take(UNREAD) == b".."
    assert told == ["pause", "resume"]


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("127.0.0.1", "127.0.0.2")])
async def test_a_refusal_is_told_as_one_however_many_addresses_refused(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        async def known(*_: Any, **__: Any) -> list[Any]:
            kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
            return [(*kind, (address, port)) for address in addresses]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", known)
        with pytest.raises(httpcore.ConnectError) as error:
            await Network().connect_tcp("a.name", port, timeout=HANGING)
        async with quick(httpx.AsyncClient(trust_env=False)) as client:
            with pytest.raises(httpx.ConnectError) as told:
                await client.get(f"http://a.name:{port}/")
    assert ConnectionRefusedError in chain(error.value)
    assert fault_of(told.value, "http://a.name", False).detail == "connection refused"


async def test_a_connection_that_takes_too_long_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", silent)
    with pytest.raises(httpcore.ConnectTimeout):
        await Network().connect_tcp("127.0.0.1", 9, timeout=0.01)


async def test_options_of_the_socket_and_its_places() -> None:
    async def talk(peer: Peer) -> None:
        await peer.gone()

    async with serving(talk) as server:
        place = httpx.URL(server.url)
        assert place.port is not None
        alive = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        stream = await Network().connect_tcp("127.0.0.1", place.port, None, "127.0.0.1", [alive])
        assert stream.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", place.port)
        assert stream.get_extra_info("client_addr")[0] == "127.0.0.1"
        assert stream.get_extra_info("ssl_object") is None
        await stream.aclose()


@pytest.mark.parametrize("certificate", [None, SELF_SIGNED, pytest.param(SELF_SIGNED, marks=pytest.mark.qt_loop)])
async def test_a_connection_is_used_again_until_the_server_has_closed_it(certificate: Any) -> None:
    async def once(peer: Peer) -> None:
        for _ in range(2):
            await peer.request()
            await peer.send(answer(200, b"1"))

    async with serving(once, always(answer(200, b"2"))) as server, _client(certificate) as client:
        assert [(await client.get(server.url)).text for _ in range(2)] == ["1", "1"]
        pool = getattr(client._transport, "_pool")  # noqa: B009
        async with asyncio.timeout(HANGING):
            while not all(each.has_expired() for each in pool.connections):  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert (await client.get(server.url)).text == "2"
    assert [len(peer.requests) for peer in server.peers] == [2, 1]


@pytest.mark.parametrize("_loop", LOOPS)
async def test_tls_may_end_without_a_farewell(_loop: str) -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\n\r\n", b"to the end")
        peer.writer.get_extra_info("socket").shutdown(socket.SHUT_WR)
        await peer.gone()

    async with serving(talk, certificate=SELF_SIGNED) as server, _client(SELF_SIGNED) as client:
        async with asyncio.timeout(HANGING):
            assert (await client.get(server.url)).text == "to the end"


async def test_every_way_of_a_client_goes_over_these_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.org")
    async with quick(httpx.AsyncClient()) as client:
        pools = [getattr(each, "_pool", None) for each in (client._transport, *client._mounts.values())]
        used = [type(pool._network_backend) for pool in pools if pool is not None]
    assert used == [Network] * 3


def _client(certificate: Any) -> httpx.AsyncClient:
    return quick(httpx.AsyncClient(verify=certificate is None, trust_env=False))


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
async def test_a_name_that_can_be_none_is_not_found(host: str) -> None:
    async with quick(httpx.AsyncClient(trust_env=False)) as client:
        with pytest.raises(httpx.ConnectError) as told:
            await client.get(f"http://{host}/")
    assert fault_of(told.value, f"http://{host}", False).detail == f"name not found: {host}"


def test_a_client_that_is_made_otherwise_keeps_its_sockets() -> None:
    class Other:
        pass

    other: Any = Other()
    assert quick(other) is other


@pytest.mark.parametrize("_loop", LOOPS)
async def test_a_connection_that_is_called_off_leaves_no_socket(_loop: str) -> None:
    """One that is not closed is told of when it is collected, which pytest takes for a failure."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for turns in range(12):
            attempt = asyncio.gather(Network().connect_tcp("127.0.0.1", port))
            for _ in range(turns):
                await asyncio.sleep(0)
            attempt.cancel()
            with suppress(asyncio.CancelledError):
                await (await attempt)[0].aclose()
            del attempt
            gc.collect()
