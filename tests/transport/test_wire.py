from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from inspector.domain.frames import Kind
from inspector.domain.redact import Secrets
from inspector.transport.wire import Wire, keep_location
from tests.transport.server import STREAM_HEAD, Log, Peer, Server, Talk, always, answer, serving

pytestmark = pytest.mark.anyio

KEY = "pl4nted-key-000"
SECRETS = Secrets({"x-api-key": KEY})


@asynccontextmanager
async def wired(*talks: Talk, log: Log, secrets: Secrets = SECRETS) -> AsyncIterator[tuple[Server, Wire]]:
    async with serving(*talks) as server, httpx.AsyncClient(timeout=None) as client:
        request = httpx.Request("POST", server.url + "/x?key=abc", content=b'{"k":"' + KEY.encode() + b'"}')
        _, record = log.open()
        yield server, Wire(client, request, record, secrets)


async def whole(*talks: Talk, log: Log, limit: float | None = None) -> Wire:
    async with wired(*talks, log=log) as (_, wire):
        if await wire.open({}, {}, limit):
            await wire.read(limit)
        return wire


async def test_an_exchange_is_frames_in_their_order() -> None:
    log = Log()
    async with wired(always(answer(200, b'{"a":1}', content_type="application/json")), log=log) as (server, wire):
        assert await wire.open({"json": True, "protocol": "p"}, {"accept": "x"}, None)
        assert not wire.over
        await wire.read()
    assert log.kinds(1) == ["request", "response", "data", "end"]
    assert log.head(1, Kind.REQUEST) == {
        "method": "POST",
        "url": f"{server.url}/x?key=<redacted>",
        "headers": {"accept": "x"},
        "json": True,
        "protocol": "p",
    }
    assert log.head(1, Kind.RESPONSE)["headers"] == {"content-length": "7", "content-type": "application/json"}
    assert log.end(1) == ("eof", "server", None)
    assert (wire.status, wire.content, wire.fault, wire.over) == (200, b'{"a":1}', None, True)


async def test_secrets_reach_the_server_and_no_frame() -> None:
    log = Log()
    body = f'{{"echo":"{KEY}"}}'.encode()
    headers = {"x_echo": f"you sent {KEY}", "set_cookie": "s=other", "location": "/?token=abc"}
    async with wired(always(answer(200, body, **headers)), log=log) as (server, wire):
        await wire.open({}, {}, None)
        await wire.read()
        assert server.requests[0][1] == f'{{"k":"{KEY}"}}'.encode()
    assert not log.holds(KEY)
    assert log.frames[0].body == b'{"k":"<redacted>"}'
    assert log.body(1) == wire.content == b'{"echo":"<redacted>"}'
    seen = log.head(1, Kind.RESPONSE)["headers"]
    assert seen["x-echo"] == "you sent <redacted>"
    assert seen["set-cookie"] == "<redacted>"
    assert seen["location"] == "/?token=<redacted>"
    assert wire.location == "/?token=abc"


@pytest.mark.parametrize("where", ["/there", "http://[::1"])
async def test_where_an_answer_redirects_to_is_kept_even_if_it_is_no_url(where: str) -> None:
    log = Log()
    async with (
        serving(always(answer(302, b"gone", location=where))) as server,
        httpx.AsyncClient(event_hooks={"response": [keep_location]}) as client,
    ):
        wire = Wire(client, httpx.Request("GET", server.url), log.open()[1], SECRETS)
        await wire.open({}, {}, None)
        await wire.read()
    assert (wire.status, wire.location, wire.content) == (302, where, b"gone")
    assert log.head(1, Kind.RESPONSE)["headers"]["location"] == where


async def test_a_secret_split_over_chunks_reaches_no_frame() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: " + KEY[:5].encode())
        await log.until(1, Kind.DATA)
        await peer.chunk(KEY[5:].encode() + b"\n\ndata: pl4")
        await peer.send(b"0\r\n\r\n")

    log = Log()
    await whole(talk, log=log)
    assert not log.holds(KEY[:5])
    assert log.body(1) == b"data: <redacted>\n\ndata: pl4"


async def test_chunks_are_frames_as_they_come() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        for count in range(1, 4):
            await peer.chunk(b"data: %d\n\n" % count)
            await log.until(count, Kind.DATA)
        await peer.send(b"0\r\n\r\n")

    log = Log()
    await whole(talk, log=log)
    assert [frame.body for frame in log.frames if frame.kind is Kind.DATA] == [
        b"data: 1\n\n",
        b"data: 2\n\n",
        b"data: 3\n\n",
    ]


async def test_a_body_without_its_last_chunk_is_cut() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\nda")

    log = Log()
    wire = await whole(talk, log=log)
    assert log.body(1) == wire.content == b"data: 1\n\nda"
    assert log.end(1)[:2] == ("cut", "server")
    assert "incomplete chunked read" in str(log.end(1)[2])


async def test_a_body_that_is_torn_down_is_a_reset() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")
        await log.until(1, Kind.DATA)
        peer.reset()

    log = Log()
    wire = await whole(talk, log=log)
    assert log.end(1) == ("reset", "server", "connection reset")
    assert wire.fault is not None
    assert wire.content == b"data: 1\n\n"


async def test_a_body_may_end_with_the_connection() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.0 200 OK\r\n\r\nall")

    log = Log()
    wire = await whole(talk, log=log)
    assert (wire.content, log.end(1)) == (b"all", ("eof", "server", None))


async def test_a_compressed_body_is_undone_though_it_was_not_asked_for() -> None:
    log = Log()
    wire = await whole(always(answer(200, gzip.compress(b"plain"), content_encoding="gzip")), log=log)
    assert wire.content == log.body(1) == b"plain"


async def test_broken_compression_is_told_and_its_bytes_are_kept() -> None:
    log = Log()
    wire = await whole(always(answer(200, b"no gzip", content_encoding="gzip")), log=log)
    assert log.body(1) == b"no gzip"
    assert log.end(1) == (
        "cut",
        "server",
        "compression broken: Error -3 while decompressing data: incorrect header check",
    )
    assert wire.fault is not None


@pytest.mark.parametrize("reply", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 banana\r\n\r\n"])
async def test_no_answer_is_an_end_without_a_response(reply: bytes) -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(reply)

    log = Log()
    wire = await whole(talk, log=log)
    assert log.kinds(1) == ["request", "end"]
    assert wire.status == 0
    assert wire.fault is not None
    assert wire.fault.how == "cut"


async def test_our_patience_ends_before_or_within_the_answer() -> None:
    async def silent(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async def half(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
        await peer.gone()

    log = Log()
    assert (await whole(silent, log=log, limit=0.05)).status == 0
    assert log.end(1) == ("closed", "client", "no answer within 0.05 s")
    assert (await whole(half, log=log, limit=2)).content == b"half"
    assert log.end(2) == ("closed", "client", "no complete answer within 2 s")


async def test_a_recorder_that_fails_is_our_fault_and_closes_the_connection() -> None:
    left = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")
        await peer.gone()
        left.set()

    kinds: list[Kind] = []

    def record(kind: Kind, head: Mapping[str, Any], body: bytes) -> None:
        kinds.append(kind)
        if kind is Kind.DATA:
            raise OSError(28, "No space left on device")

    async with serving(talk) as server, httpx.AsyncClient(timeout=None) as client:
        wire = Wire(client, httpx.Request("GET", server.url), record, SECRETS)
        await wire.open({}, {}, None)
        with pytest.raises(OSError, match="No space left"):
            await wire.read()
        async with asyncio.timeout(60):
            await left.wait()
    assert wire.over


async def test_leaving_ends_a_body_that_nobody_reads() -> None:
    left = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.gone()
        left.set()

    log = Log()
    async with wired(talk, log=log) as (_, wire):
        await wire.open({}, {}, None)
        await wire.leave()
        async with asyncio.timeout(60):
            await left.wait()
        await wire.read()
    assert log.kinds(1) == ["request", "response", "end"]
    assert log.end(1) == ("closed", "client", None)


async def test_ten_megabytes_in_one_event_arrive_whole() -> None:
    event = b"data: " + b"x" * 10_000_000 + b"\n\n"

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        for start in range(0, len(event), 100_000):
            await peer.chunk(event[start : start + 100_000])
        await peer.send(b"0\r\n\r\n")

    log = Log()
    async with wired(talk, log=log) as (_, wire):
        await wire.open({}, {}, None)
        await wire.read(keep=False)
    assert log.body(1) == event
    assert wire.content == b""
