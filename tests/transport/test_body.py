from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import h11
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.calls import Answer, Call
from inspector.domain.frames import Kind
from inspector.transport.body import LONGEST, Dechunker, body_of
from inspector.transport.http import HttpClient
from inspector.transport.network import quick
from tests.transport.server import SELF_SIGNED, STREAM_HEAD, Log, Peer, serving

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


def by_the_library(pieces: list[bytes]) -> tuple[bytes, bool, bool]:
    """The body, whether it is over, and whether it is wrong, as h11 has it."""
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST)
    http.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
    http.send(h11.EndOfMessage())
    http.receive_data(HEAD)
    body = b""
    for piece in pieces:
        http.receive_data(piece)
        while True:
            try:
                event = http.next_event()
            except h11.RemoteProtocolError:
                return body, False, True
            if event is h11.NEED_DATA:
                break
            if isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return body, True, False
    return body, False, False


def by_ours(pieces: list[bytes]) -> tuple[bytes, bool, bool]:
    framing, body = Dechunker(), b""
    for piece in pieces:
        body += framing.feed(piece)
        if framing.over or framing.wrong:
            break
    return body, framing.over, bool(framing.wrong)


chunk = st.tuples(
    st.binary(min_size=1, max_size=40) | st.sampled_from([b"\r\n", b"\r\n\r\n", b"0\r\n\r\n", b"data: {}\n\n"]),
    st.sampled_from(["%x", "%X", "0%x", "%x;a=b", "%x ", "%x\t;", "%x; \r"]),
)
ending = st.sampled_from([b"0\r\n\r\n", b"000\r\n\r\n", b"0;x\r\na: b\r\n\r\n", b"0\r\na: b\nc: d\n\n", b"0\r\n", b""])


@given(st.lists(chunk, max_size=6), ending, st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_reads_what_the_library_reads_however_it_is_cut_and_broken(chunks: Any, end: bytes, data: Any) -> None:
    framed = b"".join((form % len(body)).encode() + b"\r\n" + body + b"\r\n" for body, form in chunks)
    if framed and data.draw(st.booleans()):
        where = data.draw(st.integers(0, len(framed) - 1))
        framed = framed[:where] + data.draw(st.sampled_from([b"", b"\r", b"\n", b"g", b"7"])) + framed[where + 1 :]
    wire = framed + end
    cuts = sorted(data.draw(st.sets(st.integers(0, len(wire)), max_size=8)) | {0, len(wire)})
    pieces = [wire[a:b] for a, b in pairwise(cuts)]
    ours, theirs = by_ours(pieces), by_the_library(pieces)
    bad_trailer = (ours[0], False, True)
    assert theirs in (ours, bad_trailer if ours[1] else ours)


def test_a_size_that_never_ends_is_wrong() -> None:
    framing = Dechunker()
    assert framing.feed(b"1;" + b"x" * LONGEST) == b""
    assert framing.wrong


LOOPS = [None, SELF_SIGNED, pytest.param(None, marks=pytest.mark.qt_loop)]


@pytest.mark.anyio
@pytest.mark.parametrize("certificate", LOOPS)
@pytest.mark.parametrize("last", [b"0\r\n\r\n", b"", b"zz\r\n"])
async def test_a_stream_ends_as_it_does_for_the_library(
    certificate: Any, last: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD + b"3\r\na: \r\n4\r\n1\n\n")
        await log.until(1, Kind.DATA)
        await peer.send(b"b\r\n" + last)

    async with serving(talk, certificate=certificate) as server:
        ends = []
        for reads in (body_of, httpx.Response.aiter_raw):
            log = Log()
            monkeypatch.setattr("inspector.transport.wire.body_of", reads)
            client = HttpClient(server.url, verify=False)
            exchange = await client.send(Call("GET", "/s", answer=Answer.STREAM), log.open)
            assert exchange.pump is not None
            async with asyncio.timeout(60):
                await exchange.pump()
            await client.aclose()
            assert log.body(1) == b"a: 1\n\nb"
            how, by, detail = log.end(1)
            ends.append((how, by, detail and detail.partition("bytearray")[0].partition("b'")[0]))
    assert ends[0] == ends[1]


@pytest.mark.anyio
async def test_the_connection_of_a_stream_that_ended_well_is_used_again() -> None:
    async def talk(peer: Peer) -> None:
        for _ in range(3):
            await peer.request()
            await peer.send(STREAM_HEAD + b"1\r\na\r\n", b"0\r\na: b\r\n\r\n")

    async with serving(talk) as server, quick(httpx.AsyncClient()) as client:
        for _ in range(3):
            async with client.stream("GET", server.url) as response:
                assert [piece async for piece in body_of(response)] == [b"a"]
    assert [len(peer.requests) for peer in server.peers] == [3]


@pytest.mark.anyio
async def test_it_is_read_past_the_library_where_nothing_of_it_was_read_yet() -> None:
    first = b""

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(first + STREAM_HEAD + b"1\r\na\r\n0\r\n\r\n")
        await peer.gone()

    for hints, past in ((b"", True), (b"HTTP/1.1 103 Early Hints\r\n\r\n", False)):
        first = hints
        async with (
            serving(talk) as server,
            quick(httpx.AsyncClient()) as client,
            client.stream("GET", server.url) as response,
        ):
            assert response.extensions["network_stream"].at_body is past
            assert [piece async for piece in body_of(response)] == [b"a"]


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "status"), [("HEAD", b"200 OK"), ("GET", b"304 Not Modified"), ("GET", b"204 No")])
async def test_an_answer_that_has_no_body_is_over_whatever_its_headers_say(method: str, status: bytes) -> None:
    async def talk(peer: Peer) -> None:
        for _ in range(2):
            await peer.request()
            await peer.send(STREAM_HEAD.replace(b"200 OK", status))
        await peer.gone()

    async with serving(talk) as server, quick(httpx.AsyncClient()) as client, asyncio.timeout(60):
        for _ in range(2):
            async with client.stream(method, server.url) as response:
                assert [piece async for piece in body_of(response)] == []
    assert [len(peer.requests) for peer in server.peers] == [2]


@pytest.mark.anyio
async def test_what_nobody_asked_for_behind_a_stream_is_no_answer_to_the_next_request() -> None:
    stray = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstray"

    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD + b"1\r\na\r\n0\r\n\r\n" + stray)
        await peer.gone()

    async with serving(talk) as server, quick(httpx.AsyncClient()) as client:
        for _ in range(2):
            async with client.stream("GET", server.url) as response:
                assert [piece async for piece in body_of(response)] == [b"a"]
    assert len(server.peers) == 2
