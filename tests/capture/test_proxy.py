from __future__ import annotations

import asyncio
import json

import pytest

from inspector.capture import proxy
from inspector.capture.proxy import ProxyServer
from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from tests.capture.kit import bench, closed
from tests.transport.server import Peer, always, answer

pytestmark = pytest.mark.anyio


async def test_the_door_wants_the_token_and_tells_of_exchanges() -> None:
    async with bench(always(answer(200, b"{}"))) as on:
        await on.app.post("/v1/responses", content=b"{}", headers={"x-stainless-read-timeout": "7"})
        assert (await on.control("GET", "/exchanges", token="guessed"))[0] == 401
        status, told = await on.control("GET", "")
        assert (status, told["upstream"]) == (200, f"{on.behind.url}/v1")
        _, said = await on.control("GET", "/exchanges")
        (shown,) = said["exchanges"]
        assert (shown["id"], shown["state"], shown["status"], shown["timeout_s"]) == (1, "over", 200, 7.0)
        assert (await on.control("GET", "/exchanges/1"))[1]["path"] == "/v1/responses"
        for method, path in (("GET", "/exchanges/9"), ("POST", "/exchanges/x/kick"), ("GET", "/else"), ("PUT", "")):
            assert (await on.control(method, path))[0] == 404
        assert len(on.behind.requests) == 1
        assert on.log.links == 1


async def test_web_pages_and_other_names_are_refused() -> None:
    async with bench(always(answer(200))) as on:
        assert (await on.app.get("/v1/models", headers={"origin": "https://evil.example.com"})).status_code == 403
        assert (await on.app.get("/v1/models", headers={"host": "evil.example.com"})).status_code == 403
        assert on.behind.requests == []
        assert on.log.frames == []


async def test_a_request_for_another_server_is_refused() -> None:
    async with bench(always(answer(200))) as on:
        head = f"GET http://elsewhere.example.com/v1 HTTP/1.1\r\nhost: 127.0.0.1:{on.server.port}\r\n\r\n"
        reader, writer = await on.raw(head.encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        await closed(writer)
        assert on.behind.requests == []


async def test_traces_are_taken_and_not_passed_on() -> None:
    async with bench(always(answer(200))) as on:
        report = {"data": [{"object": "trace", "id": "trace_1"}]}
        got = await on.app.post("/v1/traces/ingest", json=report, headers={"authorization": "Bearer pl4nted-key-000"})
        assert got.status_code == 200
        assert (await on.app.post("/v1/traces/ingest", content=b"no json")).status_code == 400
        assert on.behind.requests == []
        assert on.log.kinds(1) == ["request", "response", "data", "end"]
        (request, *_) = on.log.frames
        assert json.loads(request.body) == report
        assert on.log.head(1, Kind.REQUEST)["json"] is True
        assert not on.log.holds("pl4nted-key-000")


async def test_the_end_of_a_request_that_a_tap_holds_open_tells_of_the_programs_end() -> None:
    async with bench(always(answer(200))) as on:
        host = f"host: 127.0.0.1:{on.server.port}\r\nx-stream-inspector-app: 7-a\r\n"
        reader, writer = await on.raw(f"GET /v1/traces/tap HTTP/1.1\r\n{host}\r\n".encode())
        assert await reader.readline() == b"HTTP/1.1 200 \r\n"
        assert on.log.frames == []
        await closed(writer)
        await on.until(lambda: len(on.log.frames) == 3)
        assert on.log.head(1, Kind.REQUEST)["headers"]["x-stream-inspector-app"] == "7-a"
        assert on.log.head(1, Kind.END) == {"how": "closed", "by": "client"}
        _, writer = await on.raw(f"GET /v1/traces/tap HTTP/1.1\r\n{host}\r\n".encode())
        await on.server.aclose()
        await closed(writer)
        assert len(on.log.frames) == 3


async def test_only_so_many_exchanges_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "REMEMBERED", 3)
    over: list[int] = []
    async with bench(always(answer(200))) as on:
        on.server.proxy.on_over(lambda exchange: over.append(exchange.links[0]))
        for _ in range(8):
            await on.app.get("/v1/models")
        _, said = await on.control("GET", "/exchanges")
        assert [each["id"] for each in said["exchanges"]][-1] == 8
        assert len(said["exchanges"]) <= 4
        assert over == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_port_that_is_taken_is_told() -> None:
    async with bench(always(answer(200))) as on:
        means = on.server.proxy._means
        with pytest.raises(UserError, match="cannot be had"):
            await ProxyServer.start(
                on.behind.url,
                on.server.port,
                "t",
                open_link=on.log.open,
                reports=on.log.open,
                acted=lambda *act: None,
                start=means.start,
                wall=means.wall,
            )


async def test_leaving_ends_what_is_open_truthfully() -> None:
    async def silent(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with bench(silent) as on:
        _, writer = await on.raw(on.request())
        await on.until(lambda: len(on.behind.requests) == 1)
        log = on.log
    await closed(writer)
    assert log.end(1)[:2] == ("closed", "client")


async def test_a_slow_app_slows_the_server_down() -> None:
    size, sent = 64 << 20, 0

    async def talk(peer: Peer) -> None:
        nonlocal sent
        await peer.request()
        await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n".encode())
        while sent < size:
            await peer.send(bytes(1 << 16))
            sent += 1 << 16

    async with bench(talk) as on:
        reader, writer = await on.raw(on.request())
        await reader.readuntil(b"\r\n\r\n")
        before = -1
        while before != sent:
            before = sent
            await asyncio.sleep(0.2)
        assert sent < size
        writer.transport.abort()
        await closed(writer)
