from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from inspector.demo.replay import ReplayServer
from inspector.demo.replay_log import Recorded, exchanges
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from tests.demo.support import HandClock, Reading, frames

RECORDINGS = Path(__file__).parents[1] / "recordings"
LOGS = sorted(
    path
    for folder in ("wire", "assistants", "demo")
    for path in (RECORDINGS / folder).glob("*.wire.jsonl")
    if '"is": "frame"' not in path.read_text(encoding="utf-8")
)
ENDS = {"eof": "eof", "cut": "RemoteProtocolError", "reset": "ReadError"}


def read(path: Path) -> list[Frame]:
    return frames(path.read_text(encoding="utf-8").splitlines())


@asynccontextmanager
async def replaying(log: Path | list[Frame], **how: Any) -> AsyncIterator[httpx.AsyncClient]:
    server = await ReplayServer.start(log, **how)
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=60.0) as client:
            yield client
    finally:
        await server.aclose()


def entry(**values: Any) -> str:
    return json.dumps({"x": 1, **values})


def made(*entries: str) -> list[Frame]:
    request = entry(t=100, **{"is": "request"}, method="GET", url="http://elsewhere/s", headers={})
    return frames([request, *entries])


async def play(client: httpx.AsyncClient, one: Recorded) -> tuple[int, list[bytes], str]:
    """Status, chunks and ending, as a client meets them; of what stays open the chunks."""
    async with client.stream(one.method, one.path) as reply:
        reading = Reading(reply)
        if one.end is None:
            await reading.count(len(one.chunks))
            await reading.leave()
            return reply.status_code, reading.chunks, "open"
        return reply.status_code, reading.chunks, await reading.rest()


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
async def test_every_recording_is_played_byte_by_byte_and_chunk_by_chunk(path: Path) -> None:
    async with replaying(path, speed=1000.0) as client:
        for one in exchanges(read(path)):
            status, chunks, end = await play(client, one)
            assert (status, end) == (one.status, ENDS[one.end] if one.end else "open")
            assert chunks == [chunk.body for chunk in one.chunks if chunk.body]


async def test_the_recorded_headers_are_sent() -> None:
    log = read(RECORDINGS / "demo" / "langgraph_interrupt.wire.jsonl")
    (first, *_) = exchanges(log)
    async with replaying(log, speed=1000.0) as client, client.stream("POST", first.path) as reply:
        assert reply.headers["content-location"] == first.headers["content-location"]
        assert reply.headers["content-type"] == first.headers["content-type"]
        assert reply.headers.get_list("transfer-encoding") == ["chunked"]


async def test_everything_comes_at_its_time_after_the_request() -> None:
    clock = HandClock()
    log = made(
        entry(t=350, **{"is": "response"}, status=200, headers={"content-type": "text/event-stream"}),
        entry(t=1100, **{"is": "data"}, text="a"),
        entry(t=1100, **{"is": "data"}, text="b"),
        entry(t=9100, **{"is": "data"}, text="c"),
        entry(t=9200, **{"is": "end"}, how="eof", by="server"),
    )

    async def turn() -> list[int]:
        await clock.asked.wait()
        clock.turn(0.249)
        before = clock.waiting
        clock.turn(0.002)
        return [before]

    async with replaying(log, clock=clock) as client:
        reply, before = await asyncio.gather(client.send(client.build_request("GET", "/s"), stream=True), turn())
        assert before == [1]
        reading = Reading(reply)
        clock.turn(0.75)
        assert await reading.count(2) == [b"a", b"b"]
        clock.turn(7.99)
        assert clock.waiting == 1
        clock.turn(0.2)
        assert await reading.rest() == "eof"
        assert reading.chunks == [b"a", b"b", b"c"]
        await reading.leave()
        await reply.aclose()


async def test_what_the_recorded_client_ended_stays_open_until_this_one_leaves() -> None:
    log = made(
        entry(t=110, **{"is": "response"}, status=200, headers={}),
        entry(t=120, **{"is": "data"}, text="a"),
        entry(t=130, **{"is": "end"}, how="closed", by="client"),
    )
    async with replaying(log, speed=1000.0) as client, client.stream("GET", "/s") as reply:
        reading = Reading(reply)
        await reading.count(1)
        await reading.leave()
        with pytest.raises(httpx.ReadTimeout):
            async with client.stream("GET", "/s", timeout=0.2) as second:
                await second.aread()


@pytest.mark.parametrize(
    ("how", "told"),
    [("refused", httpx.ReadError), ("reset", httpx.ReadError), ("eof", httpx.RemoteProtocolError)],
)
async def test_an_exchange_without_an_answer_ends_without_one(how: str, told: type[Exception]) -> None:
    log = made(entry(t=200, **{"is": "end"}, how=how, by="server"))
    async with replaying(log, speed=1000.0) as client:
        with pytest.raises(told):
            await client.get("/s")


async def test_a_body_shorter_than_promised_breaks_off() -> None:
    log = made(
        entry(t=110, **{"is": "response"}, status=200, headers={"content-length": "10"}),
        entry(t=120, **{"is": "data"}, text="half"),
        entry(t=130, **{"is": "end"}, how="cut", by="server"),
    )
    async with replaying(log, speed=1000.0) as client, client.stream("GET", "/s") as reply:
        reading = Reading(reply)
        assert (await reading.rest(), reading.chunks) == ("RemoteProtocolError", [b"half"])


async def test_what_is_not_in_the_recording_is_said() -> None:
    log = read(RECORDINGS / "wire" / "join_missing_run.wire.jsonl")
    async with replaying(log, speed=1000.0) as client:
        reply = await client.get("/ok")
        assert (reply.status_code, reply.json()) == (404, {"detail": "The recording holds no answer to GET /ok."})


async def test_when_everything_was_played_it_begins_anew() -> None:
    log = read(RECORDINGS / "wire" / "cut_rst.wire.jsonl")
    async with replaying(log, speed=1000.0) as client:
        (one,) = exchanges(log)
        assert await play(client, one) == await play(client, one)


async def test_a_recording_without_requests_and_a_speed_of_nothing_are_refused() -> None:
    with pytest.raises(UserError, match="holds no request"):
        await ReplayServer.start([])
    log = read(RECORDINGS / "wire" / "cut_rst.wire.jsonl")
    with pytest.raises(UserError, match="greater than zero"):
        await ReplayServer.start(log, speed=0)


async def test_a_port_that_is_taken_is_said() -> None:
    log = read(RECORDINGS / "wire" / "cut_rst.wire.jsonl")
    server = await ReplayServer.start(log)
    with pytest.raises(UserError, match="cannot be used"):
        await ReplayServer.start(log, port=int(server.url.rsplit(":", 1)[1]))
    await server.aclose()


async def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        await ReplayServer.start(tmp_path / "nothing.wire.jsonl")
