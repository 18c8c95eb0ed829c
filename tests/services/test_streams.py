"""Streams that watchers hold: shared where they are a thread's, joined again after the last event."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from inspector.domain.adapter import Source, Target
from inspector.domain.calls import Call, Reply
from inspector.domain.events import RunKey
from inspector.domain.frames import Kind
from inspector.protocols import responses
from inspector.services.driver import Driver
from inspector.services.live import Live
from inspector.services.streams import Stream, Streams, last_event_id, resumed
from inspector.services.tasks import Tasks
from tests.services.kit import HandClock, Server, rest
from tests.services.kit import Stream as Events
from tests.services.toy import Toy, stream

pytestmark = pytest.mark.anyio


class Desk:
    """Streams on fakes."""

    def __init__(self) -> None:
        self.clock, self.server, self.streams = HandClock(), Server(), Streams()
        self.tasks = Tasks(lambda name, error: pytest.fail(f"{name}: {error}"))
        self.live = Live(1, (Toy(),), self.clock, lambda change: None, lambda problem: None)
        link, flush = self.live.recorder.link, self.live.recorder.flush
        self.driver = Driver("here", self.server, self.tasks, self.clock, link, flush)

    async def open(self, source: Source) -> Stream | Reply:
        return await self.streams.open(self.driver, "here", source, call_of(source))


def call_of(source: Source) -> Call:
    assert source.call is not None
    return source.call


async def test_the_stream_of_a_thread_is_opened_once_and_closed_by_the_last_who_leaves() -> None:
    desk, events = Desk(), Events()
    desk.server.on("GET /runs/t/stream", events)
    one, two = await desk.open(stream("t", ends=False)), await desk.open(stream("t", ends=False))
    assert one is two
    assert isinstance(one, Stream)
    await rest()
    assert events.opened == 1
    await desk.streams.release(one)
    assert events.closed_by() is None
    await desk.streams.release(one)
    assert events.closed_by() == "client"
    again = await desk.open(stream("t", ends=False))
    assert again is not one
    await desk.tasks.aclose()


async def test_two_who_come_at_once_share_it_too() -> None:
    desk, events = Desk(), Events()
    desk.server.on("GET /runs/t/stream", events)
    first = desk.tasks.start("one", desk.open(stream("t", ends=False)))
    second = desk.tasks.start("two", desk.open(stream("t", ends=False)))
    assert await first is await second
    await desk.tasks.aclose()


async def test_a_shared_stream_that_has_ended_is_opened_anew() -> None:
    desk, events = Desk(), Events()
    desk.server.on("GET /runs/t/stream", events)
    events.end()
    one = await desk.open(stream("t", ends=False))
    await rest()
    assert await desk.open(stream("t", ends=False)) is not one
    await desk.tasks.aclose()


async def test_the_stream_of_a_run_is_ones_own() -> None:
    desk = Desk()
    desk.server.on("GET /runs/r/stream", Events(), Events())
    assert await desk.open(stream("r")) is not await desk.open(stream("r"))
    await desk.tasks.aclose()


async def test_what_is_no_stream_comes_back_as_the_answer() -> None:
    desk = Desk()
    answer = await desk.open(stream("r"))
    assert isinstance(answer, Reply)
    assert answer.status == 404
    assert len(desk.tasks) == 0


def recorded(*chunks: bytes) -> tuple[Live, int]:
    live = Desk().live
    number, record = live.recorder.link({"protocol": "toy"})
    record(Kind.REQUEST, {"method": "GET", "url": "http://toy/runs/r/stream", "headers": {}}, b"")
    record(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}, b"")
    for chunk in chunks:
        record(Kind.DATA, {}, chunk)
        live.recorder.note({"text": "of something else"})
    live.recorder.flush()
    return live, number


@pytest.mark.parametrize(
    ("chunks", "last"),
    [
        ([b"id: 1\ndata: {}\n\n", b"id: 2\ndata: {}\n\n"], "2"),
        ([b"id: 1\r\ndata: {}\r\n\r\n"], "1"),
        ([b"id: 1\ndata: {}\n\nid: 2\nda", b"ta: {}\n\n"], "2"),
        ([b"id: 1\ndata: {}\n\n", b"id: 2\ndata: {}\n"], "1"),
        ([b"i", b"d: 1\ndata: {}\n\n"], "1"),
        ([b"id: 7\ndata: {}\n\n", b"data: {}\n\n", b": beat\n\n"], "7"),
        ([b"id: 3\ndata: {}\n\n", b"data: x", b"id: 5\ndata: y\n\n"], "3"),
        ([b'data: {"id: ": 4}\n\n'], None),
        ([], None),
    ],
)
async def test_the_last_whole_events_id_is_found(chunks: list[bytes], last: str | None) -> None:
    live, number = recorded(*chunks)
    assert last_event_id(live, number) == last
    assert last_event_id(live, 99) is None


async def test_it_is_not_looked_for_in_all_that_came_in_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.services.streams.LOOKED_AT", 6)
    live, number = recorded(b"id: 1\ndata: {}\n\n", b"id: 2\ndata: {}\n\n", b": beat\n\n")
    assert last_event_id(live, number) == "2"
    live, number = recorded(b"id: 1\ndata: {}\n\n", *[b": beat\n\n"] * 9)
    assert last_event_id(live, number) is None


async def test_only_a_source_that_resumes_is_given_the_id() -> None:
    live, number = recorded(b"id: 5\ndata: {}\n\n")
    source = stream("r")
    from_start = replace(call_of(source), headers={"last-event-id": "-1", "x": "y"})
    nobody = RunKey(0)
    assert resumed(source, from_start, number, live, nobody).headers == {"x": "y", "Last-Event-ID": "5"}
    assert resumed(source, from_start, 0, live, nobody) is from_start
    assert resumed(stream("r", resumes=None), from_start, number, live, nobody) is from_start


async def test_a_source_that_goes_on_by_number_is_given_that_of_the_last_event() -> None:
    live = Live(1, (responses.ADAPTER,), HandClock(), lambda change: None, lambda problem: None)
    number, record = live.recorder.link({"protocol": "responses", "connection": "here"})
    asked = json.dumps({"model": "m", "input": "hi", "stream": True, "background": True}).encode()
    record(Kind.REQUEST, {"method": "POST", "url": "http://x/v1/responses", "headers": {}}, asked)
    record(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}, b"")
    told = {"type": "response.created", "sequence_number": 7, "response": {"id": "resp_1", "status": "queued"}}
    record(Kind.DATA, {}, f"data: {json.dumps(told)}\n\n".encode())
    live.recorder.flush()
    (run,) = live.ledger.book.runs
    source = responses.ADAPTER.attach(Target("responses", "resp_1"), {})[0]
    assert resumed(source, call_of(source), 0, live, run).query == (("stream", "true"),)
    record(Kind.END, {"how": "cut", "by": "server"}, b"")
    live.recorder.flush()
    assert resumed(source, call_of(source), number, live, run).query[-1] == ("starting_after", "7")
