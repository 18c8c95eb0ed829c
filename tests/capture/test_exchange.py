from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import random
from contextlib import suppress
from itertools import takewhile

import h11
import httpx
import pytest

from inspector.capture.exchange import timeout_of
from inspector.capture.http import tear_down
from inspector.domain.frames import Kind
from tests.capture.kit import bench, closed
from tests.transport.server import STREAM_HEAD, Peer, always, answer

pytestmark = pytest.mark.anyio

KEY = "pl4nted-key-000"


async def test_an_exchange_passes_unchanged_and_becomes_frames() -> None:
    async with bench(always(answer(200, b'{"id":"resp_1"}', content_type="application/json"))) as on:
        body = b'{"model": "m",  "input": "hi"}'
        headers = {
            "authorization": f"Bearer {KEY}",
            "x-stainless-read-timeout": "600",
            "content-type": "application/json",
        }
        got = await on.app.post("/v1/responses?a=b", content=body, headers=headers)
        assert (got.status_code, got.json()) == (200, {"id": "resp_1"})
        (head, sent) = on.behind.requests[0]
        assert sent == body
        assert head.startswith("POST /v1/responses?a=b HTTP/1.1")
        assert f"Bearer {KEY}" in head
        assert "accept-encoding: identity" in head.lower()
        assert on.log.kinds(1) == ["request", "response", "data", "end"]
        said = on.log.head(1, Kind.REQUEST)
        assert (said["method"], said["url"]) == ("POST", f"{on.behind.url}/v1/responses?a=b")
        assert (said["json"], said["timeout_s"], said["exchange"]) == (True, 600.0, 1)
        assert on.log.body(1) == b'{"id":"resp_1"}'
        assert on.log.end(1) == ("eof", "server", None)
        assert not on.log.holds(KEY)


async def test_chunks_arrive_as_they_come() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"event: a\ndata: 1\n\n")
        await peer.request()  # the app's second request says that it has got the first chunk
        await peer.chunk(b"event: b\ndata: 2\n\n")

    async with bench(talk) as on, on.app.stream("POST", "/v1/responses", content=b"{}") as got:
        chunks = got.aiter_raw()
        assert await anext(chunks) == b"event: a\ndata: 1\n\n"
        assert on.log.body(1) == b"event: a\ndata: 1\n\n"
        assert on.server.proxy.exchanges[1].shown()["state"] == "relaying"


async def test_many_streams_at_once_lose_and_swap_nothing() -> None:
    count, events = 50, 40

    async def talk(peer: Peer) -> None:
        await peer.request()
        dice = random.Random(peer.requests[0][1])
        await peer.send(STREAM_HEAD)
        for _ in range(events):
            await peer.chunk(b"data: " + dice.randbytes(dice.randrange(1, 3000)).hex().encode() + b"\n\n")
        await peer.send(b"0\r\n\r\n")

    def wanted(body: bytes) -> str:
        dice = random.Random(body)
        parts = [b"data: " + dice.randbytes(dice.randrange(1, 3000)).hex().encode() + b"\n\n" for _ in range(events)]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    async with bench(talk) as on:

        async def ask(number: int) -> bool:
            body = json.dumps({"n": number}).encode()
            got = await on.app.post("/v1/responses", content=body, timeout=60)
            return hashlib.sha256(got.content).hexdigest() == wanted(body)

        assert all(await asyncio.gather(*(ask(number) for number in range(count))))
        for link in range(1, count + 1):
            (request,) = (frame for frame in on.log.frames if (frame.link, frame.kind) == (link, Kind.REQUEST))
            assert hashlib.sha256(on.log.body(link)).hexdigest() == wanted(request.body)


async def test_a_large_body_passes_in_both_directions() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer(200, peer.requests[0][1]))

    body = random.Random(1).randbytes(10 << 20)
    async with bench(talk) as on:
        got = await on.app.post("/v1/files", content=body, timeout=60)
        assert hashlib.sha256(got.content).digest() == hashlib.sha256(body).digest()
        assert len(on.log.body(1)) == len(body)


async def test_an_app_that_leaves_ends_the_exchange_and_the_servers_side() -> None:
    left = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.gone()
        left.set()

    async with bench(talk) as on:
        _, writer = await on.raw(on.request())
        await on.until(lambda: len(on.behind.requests) == 1)
        await closed(writer)
        await on.until(lambda: "end" in on.log.kinds(1))
        assert on.log.end(1) == ("closed", "client", "the app closed the connection")
        async with asyncio.timeout(60):
            await left.wait()
        assert on.server.proxy.exchanges[1].shown()["how"] == "the app left"


async def test_a_server_that_cuts_its_body_off_is_seen_so_by_the_app() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")

    async with bench(talk) as on:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
            await on.app.post("/v1/responses", content=b"{}")
        assert on.log.end(1)[:2] == ("cut", "server")
        assert on.log.body(1) == b"data: 1\n\n"


async def test_a_reset_is_seen_as_a_reset() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")
        peer.reset()

    async with bench(talk) as on:
        with pytest.raises(httpx.ReadError):
            await on.app.post("/v1/responses", content=b"{}")
        assert on.log.end(1)[:2] == ("reset", "server")


async def test_a_server_that_goes_without_an_answer() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()

    async with bench(talk) as on:
        with pytest.raises(httpx.RemoteProtocolError):
            await on.app.post("/v1/responses", content=b"{}")
        assert on.log.end(1)[:2] == ("cut", "server")


async def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    async with bench(always(b"")) as on:
        port = on.server.proxy._means.upstream.origin
        on.server.proxy._means.client._transport = httpx.AsyncHTTPTransport(local_address="203.0.113.1")
        got = await on.app.post("/v1/responses", content=b"{}")
        assert got.status_code == 502
        assert port.partition("://")[2] in got.json()["error"]["message"]
        assert on.log.end(1)[:2] == ("refused", "server")


async def test_a_kick_sends_the_same_request_again_and_the_app_knows_nothing() -> None:
    async def silent(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with bench(silent, always(answer(200, b"fine"))) as on:
        asked = on.ask(b'{"n":1}')
        await on.until(lambda: len(on.behind.requests) == 1)
        status, said = await on.control("POST", "/exchanges/1/kick")
        assert (status, said["exchange"]["attempts"]) == (200, 2)
        assert (await asked).content == b"fine"
        assert [body for _, body in on.behind.requests] == [b'{"n":1}'] * 2
        assert on.log.end(1)[:2] == ("closed", "client")
        assert on.log.end(2) == ("eof", "server", None)
        assert on.log.head(2, Kind.REQUEST)["exchange"] == 1
        assert [act[:3] for act in on.acts] == [("kick", 1, "seen")]
        status, said = await on.control("POST", "/exchanges/2/kick")
        assert (status, said["detail"]) == (409, "This exchange is over.")


async def test_what_the_app_has_a_part_of_is_not_sent_again() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b'event: response.created\ndata: {"type":"response.created","sequence_number":0,')
        await peer.chunk(b'"response":{"id":"resp_7","model":"m"}}\n\n')
        await peer.gone()

    async with bench(talk) as on, on.app.stream("POST", "/v1/responses", content=b"{}") as got:
        chunks = got.aiter_raw()
        await anext(chunks)
        await on.until(lambda: on.log.body(1).endswith(b"\n\n"))
        status, said = await on.control("POST", "/exchanges/1/kick")
        assert status == 409
        assert "two answers" in said["detail"]
        assert (await on.control("POST", "/exchanges/1/fail"))[0] == 200
        rest = b"".join([chunk async for chunk in chunks]).decode()
        event = json.loads(rest[rest.index("data: {", rest.index("response.failed")) + 6 :].split("\n")[0])
        assert (event["type"], event["sequence_number"], event["response"]["id"]) == ("response.failed", 1, "resp_7")
        assert event["response"]["status"] == "failed"
        assert on.log.end(1)[:2] == ("closed", "client")
        assert "response.failed" not in on.log.body(1).decode()


async def test_a_request_without_an_answer_is_failed_so_that_it_is_not_repeated() -> None:
    async def silent(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with bench(silent) as on:
        asked = on.ask(b"{}")
        await on.until(lambda: len(on.behind.requests) == 1)
        status, _ = await on.control("POST", "/exchanges/1/fail")
        got = await asked
        assert (status, got.status_code, got.headers["x-should-retry"]) == (200, 503, "false")
        assert "Stream Inspector" in got.json()["error"]["message"]


async def test_half_an_event_cannot_be_ended_well_so_the_connection_breaks() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b'event: response.created\ndata: {"type"')
        await peer.gone()

    async with bench(talk) as on, on.app.stream("POST", "/v1/responses", content=b"{}") as got:
        chunks = got.aiter_raw()
        await anext(chunks)
        assert (await on.control("POST", "/exchanges/1/fail"))[1]["done"] == "The app got a broken connection."
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(chunks)


async def test_a_connection_serves_again_after_an_answer_and_after_a_stranger_left() -> None:
    async with bench(always(answer(200, b"one"))) as on:
        reader, writer = await on.raw(on.request(b'{"a":1}'))
        assert await reader.readuntil(b"one")
        _, other = await on.raw(on.request())
        await closed(other)
        writer.write(on.request(b'{"b":2}'))
        assert await reader.readuntil(b"one")
        await closed(writer)
        assert b'{"b":2}' in [body for _, body in on.behind.requests]


async def test_what_came_compressed_is_passed_on_so_and_read_for_the_log() -> None:
    packed = gzip.compress(b'{"id":"resp_1"}')
    async with bench(always(answer(200, packed, content_type="application/json", content_encoding="gzip"))) as on:
        got = await on.app.post("/v1/responses", content=b"{}")
        assert got.json() == {"id": "resp_1"}
        assert on.log.body(1) == b'{"id":"resp_1"}'


def test_the_read_timeout_is_what_the_client_says() -> None:
    assert timeout_of({"x-stainless-read-timeout": "600"}) == 600.0
    assert timeout_of({"x-stainless-read-timeout": "soon"}) is None
    assert timeout_of({}) is None


async def test_an_app_that_tears_the_connection_down_is_told_so() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")
        await peer.gone()

    async with bench(talk) as on:
        reader, writer = await on.raw(on.request())
        await reader.readuntil(b"data: 1\n\n")
        assert isinstance(writer.transport, asyncio.Transport)
        tear_down(writer.transport)
        await on.until(lambda: "end" in on.log.kinds(1))
        assert on.log.end(1) == ("reset", "client", "the app reset the connection")
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize("begun", [False, True])
async def test_an_app_that_has_closed_its_half_gets_the_whole_answer(begun: bool) -> None:
    half = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await peer.request()
        if begun:
            await peer.send(STREAM_HEAD)
            await peer.chunk(b"data: 1\n\n")
        await half.wait()
        if not begun:
            await peer.send(STREAM_HEAD)
            await peer.chunk(b"data: 1\n\n")
        await peer.chunk(b"data: 2\n\n")
        await peer.send(b"0\r\n\r\n")

    async with bench(talk) as on:
        reader, writer = await on.raw(on.request())
        await on.until(lambda: len(on.log.kinds(1)) == (3 if begun else 1))
        writer.write_eof()
        connection, loop = next(iter(on.server._server._connections)), asyncio.get_running_loop()
        await on.until(lambda: connection._asked is not None and connection._asked.when() <= loop.time())
        half.set()
        client = h11.Connection(h11.CLIENT)
        client.send(h11.Request(method="POST", target="/", headers=[("host", "x"), ("content-length", "0")]))
        client.send(h11.EndOfMessage())
        client.receive_data(await reader.read())
        client.receive_data(b"")
        events = iter(client.next_event, h11.PAUSED)
        got = list(takewhile(lambda event: not isinstance(event, h11.EndOfMessage), events))
        assert b"".join(bytes(event.data) for event in got if isinstance(event, h11.Data)) == b"data: 1\n\ndata: 2\n\n"
        assert on.log.end(1) == ("eof", "server", None)
        await closed(writer)
