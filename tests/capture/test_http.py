from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from inspector.capture.http import HttpServer, Reply, Request, Upgraded

TEXT = [("content-type", "text/plain")]


class Plain:
    """An app that keeps its requests and leaves the answers to the test."""

    def __init__(self, answer: Callable[[Request, Reply], None]) -> None:
        self.requests: list[Request] = []
        self.gone: list[str] = []
        self._answer = answer

    def answer(self, request: Request, reply: Reply) -> None:
        self.requests.append(request)
        reply.on_gone(lambda: self.gone.append(request.path))
        self._answer(request, reply)

    def upgrade(self, request: Request, transport: asyncio.Transport) -> Upgraded | None:
        return None


@asynccontextmanager
async def serving(answer: Callable[[Request, Reply], None]) -> AsyncIterator[tuple[httpx.AsyncClient, Plain]]:
    app = Plain(answer)
    server = await HttpServer.start(app)
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=60.0) as client:
            yield client, app
    finally:
        await server.aclose()


async def test_it_is_reached_on_the_loopback_interface_only() -> None:
    server = await HttpServer.start(Plain(lambda _, reply: reply.send(200, TEXT)))
    assert [one.getsockname()[0] for one in server._server.sockets] == ["127.0.0.1"]
    await server.aclose()


async def test_a_request_arrives_whole() -> None:
    async with serving(lambda _, reply: reply.send(200, TEXT, b"hello")) as (client, app):
        reply = await client.post("/a%20b/c?x=1&y=two", json={"k": [1]}, headers={"X-Key": "v"})
        assert (reply.status_code, reply.text) == (200, "hello")
        request = app.requests[0]
        assert (request.method, request.path, request.query) == ("POST", "/a b/c", {"x": "1", "y": "two"})
        assert request.json() == {"k": [1]}
        assert request.headers["x-key"] == "v"
        assert request.raw.startswith(b"POST /a%20b/c")


async def test_one_connection_serves_many_requests() -> None:
    async with serving(lambda request, reply: reply.send(200, TEXT, request.path.encode())) as (client, app):
        assert [(await client.get(f"/{n}")).text for n in range(5)] == [f"/{n}" for n in range(5)]
        assert len({id(one) for one in app.requests}) == 5


async def test_an_empty_answer_has_no_body() -> None:
    async with serving(lambda _, reply: reply.send(204, [])) as (client, _):
        reply = await client.delete("/x")
        assert (reply.status_code, reply.content) == (204, b"")
        assert "content-length" not in reply.headers
        assert (await client.head("/x")).status_code == 204


async def test_chunks_arrive_as_they_were_sent_and_the_end_ends_the_body() -> None:
    def answer(_: Request, reply: Reply) -> None:
        reply.open(200, TEXT)
        for chunk in (b"one", b"", b"two\r\n", b"3"):
            reply.chunk(chunk)
        reply.end()
        reply.chunk(b"dropped")

    async with serving(answer) as (client, app), client.stream("GET", "/s") as reply:
        assert [chunk async for chunk in reply.aiter_raw()] == [b"one", b"two\r\n", b"3"]
        assert app.gone == ["/s"]


async def test_chunks_are_framed_as_h11_frames_them_and_not_for_a_client_that_knows_none() -> None:
    def answer(_: Request, reply: Reply) -> None:
        reply.open(200, TEXT)
        for chunk in (b"one", b"x" * 300):
            reply.chunk(chunk)
        reply.end()

    app = Plain(answer)
    server = await HttpServer.start(app)
    bodies = []
    for version in (b"1.1", b"1.0"):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/%b\r\nhost: x\r\nconnection: close\r\n\r\n" % version)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert (b"chunked" in head) is (version == b"1.1")
        bodies.append(body)
        writer.close()
        await writer.wait_closed()
    await server.aclose()
    assert bodies == [b"3\r\none\r\n12c\r\n" + b"x" * 300 + b"\r\n0\r\n\r\n", b"one" + b"x" * 300]


@pytest.mark.parametrize(
    ("end", "told"),
    [(Reply.cut, httpx.RemoteProtocolError), (Reply.reset, httpx.ReadError)],
)
async def test_a_body_can_break_off(end: Callable[[Reply], None], told: type[Exception]) -> None:
    replies: list[Reply] = []

    def answer(_: Request, reply: Reply) -> None:
        reply.open(200, TEXT)
        reply.chunk(b"begun")
        replies.append(reply)

    async with serving(answer) as (client, app), client.stream("GET", "/s") as reply:
        body = reply.aiter_raw()
        assert await anext(body) == b"begun"
        end(replies[0])
        with pytest.raises(told):
            await anext(body)
        assert app.gone == ["/s"]


async def test_who_leaves_is_noticed_while_nothing_is_sent() -> None:
    noticed = asyncio.Event()

    def answer(_: Request, reply: Reply) -> None:
        reply.open(200, TEXT)
        reply.on_gone(noticed.set)

    async with serving(answer) as (client, _):
        async with client.stream("GET", "/s") as reply:
            assert reply.status_code == 200
        await asyncio.wait_for(noticed.wait(), 60)


async def test_what_is_no_http_gets_a_refusal() -> None:
    server = await HttpServer.start(Plain(lambda _, reply: reply.send(200, TEXT)))
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"no such thing\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
    await writer.wait_closed()
    await server.aclose()


async def test_closing_drops_the_clients() -> None:
    server = await HttpServer.start(Plain(lambda _, reply: reply.open(200, TEXT)))
    async with httpx.AsyncClient(base_url=server.url) as client, client.stream("GET", "/s") as reply:
        await server.aclose()
        with pytest.raises(httpx.TransportError):
            await reply.aread()
        with pytest.raises(httpx.ConnectError):
            await client.get("/s")


@pytest.mark.qt_loop
async def test_it_serves_on_the_loop_of_the_window() -> None:
    async with serving(lambda _, reply: reply.send(200, TEXT, b"hello")) as (client, _):
        assert (await client.get("/")).text == "hello"
