"""Straight to the server, or through the proxy of the environment."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from inspector.capture import tunnel
from inspector.capture.tunnel import connected, is_loopback, proxy_for
from tests.capture.kit import bench
from tests.capture.test_sockets import echo
from tests.transport.server import always

pytestmark = pytest.mark.anyio

PEM = Path(__file__).parents[1] / "transport" / "self_signed.test.pem"
NAMES = ("http_proxy", "https_proxy", "ws_proxy", "wss_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server whose connections are all closed when it ends."""
    busy: dict[asyncio.Task[object], asyncio.StreamWriter] = {}

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy[task] = writer
        with suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        for writer in busy.values():
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def middle(to: int, answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A proxy that leads every CONNECT to one port of this machine, whatever it asks for."""
    heads: list[bytes] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        if b" 200 " in answer:
            there, back = await asyncio.open_connection("127.0.0.1", to)
            try:
                await asyncio.gather(pump(reader, back), pump(there, writer))
            finally:
                back.close()

    async with listening(talk) as port:
        yield port, heads


@asynccontextmanager
async def speaker(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Says hello and what it heard."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello " + await reader.readline())

    async with listening(talk, context) as port:
        yield port


async def said(url: str) -> bytes:
    reader, writer = await connected(httpx.URL(url))
    writer.write(b"you\n")
    got = await reader.read()
    writer.close()
    return got


async def test_straight_where_there_is_none() -> None:
    async with speaker() as port:
        assert await said(f"http://127.0.0.1:{port}/v1") == b"hello you\n"


@pytest.mark.parametrize("name", ["http_proxy", "ws_proxy", "all_proxy"])
async def test_through_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with speaker() as port, middle(port) as (at, heads):
        monkeypatch.setenv(name, f"http://me:secret@127.0.0.1:{at}")
        assert await said("http://api.example:8080/v1") == b"hello you\n"
        assert heads[0].startswith(b"CONNECT api.example:8080 HTTP/1.1\r\n")
        assert b"proxy-authorization: Basic bWU6c2VjcmV0" in heads[0]


async def test_what_is_secure_stays_secure_from_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    known = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    known.load_cert_chain(PEM)
    trust = ssl.create_default_context(cafile=str(PEM))
    async with speaker(known) as port, middle(port) as (at, heads):
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{at}")
        monkeypatch.setattr(ssl, "create_default_context", lambda: trust)
        monkeypatch.setattr(tunnel, "is_loopback", lambda host: False)
        assert await said("https://localhost/v1") == b"hello you\n"
        assert heads[0].startswith(b"CONNECT localhost:443 ")
        with pytest.raises(ssl.SSLError):
            await said("https://another.example/v1")


@pytest.mark.parametrize(
    ("answer", "why"),
    [(b"HTTP/1.1 407 Who are you?\r\n\r\n", "407 Who are you"), (b"", "gave no answer"), (b"SSH-2.0\r\n\r\n", "SSH")],
)
async def test_a_proxy_that_does_not_let_it_pass(monkeypatch: pytest.MonkeyPatch, answer: bytes, why: str) -> None:
    async with middle(1, answer) as (at, _):
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{at}")
        with pytest.raises(OSError, match=why):
            await connected(httpx.URL("http://api.example/v1"))


async def test_a_proxy_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel, "ANSWER_S", 0.01)
    async with speaker() as port:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")

        async def mute(*_: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(tunnel, "_opened", mute)
        with pytest.raises(OSError, match="in time"):
            await connected(httpx.URL("http://api.example/v1"))


def test_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://p:1")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert str(proxy_for(httpx.URL("https://api.example/v1"))) == "http://p:1"
    for straight in ("http://api.example", "https://inside.example", "https://127.0.0.1", "https://localhost:8"):
        assert proxy_for(httpx.URL(straight)) is None


async def test_a_socks_proxy_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://p:1")
    with pytest.raises(OSError, match="socks5 proxy"):
        await connected(httpx.URL("http://api.example/v1"))


def test_our_own_machine() -> None:
    assert is_loopback("127.0.0.7")
    assert is_loopback("::1")
    assert is_loopback("LOCALHOST")
    assert not is_loopback("api.example")


async def test_a_socket_of_the_app_goes_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with middle(port) as (at, heads), bench(always(b""), base="/v1") as on:
            object.__setattr__(on.server.proxy._means.upstream, "origin", "http://api.example")
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{at}")
            url = f"ws://127.0.0.1:{on.server.port}/v1/responses"
            async with connect(url, proxy=None) as socket:
                await socket.send("hello")
                assert await socket.recv() == "hello"
            assert heads[0].startswith(b"CONNECT api.example:80 ")
