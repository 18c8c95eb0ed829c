from __future__ import annotations

from collections.abc import Callable

import pytest

from inspector.capture.http import Headers, Reply
from inspector.demo.events import NO_FAULT, Dialect, EventStream, Fault, Trouble
from tests.demo.support import HandClock

CRLF = Dialect("\r\n", b": beat\r\n\r\n", (("content-type", "text/event-stream"),))
LF = Dialect("\n", b"", (("content-type", "text/event-stream"),))


class Kept(Reply):
    """A reply that keeps what it is told."""

    def __init__(self) -> None:
        self.head: tuple[int, dict[str, str]] = (0, {})
        self.chunks: list[bytes] = []
        self.ended = ""
        self.over = False
        self._gone: list[Callable[[], None]] = []

    def open(self, status: int, headers: Headers) -> None:
        self.head = (status, dict(headers))

    def chunk(self, data: bytes) -> None:
        if not self.over:
            self.chunks.append(data)

    def end(self) -> None:
        self.ended = self.ended or "eof"
        self.finished()

    def cut(self) -> None:
        self.ended = self.ended or "cut"
        self.finished()


def opened(
    fault: Fault = NO_FAULT, dialect: Dialect = CRLF, beat_every: float | None = 5.0
) -> tuple[EventStream, Kept, HandClock]:
    reply, clock = Kept(), HandClock()
    stream = EventStream(reply, clock, dialect, beat_every=beat_every, fault=fault, headers=[("location", "/x")])
    return stream, reply, clock


def test_events_are_written_in_the_dialect_of_the_server() -> None:
    stream, reply, _ = opened()
    stream.event("values", b'{"a":1}', "17-0")
    stream.event("metadata", b"{}")
    assert reply.head == (200, {"location": "/x", "content-type": "text/event-stream"})
    assert reply.chunks == [
        b'event: values\r\ndata: {"a":1}\r\nid: 17-0\r\n\r\n',
        b"event: metadata\r\ndata: {}\r\n\r\n",
    ]
    assert LF.event("done", b"[DONE]") == b"event: done\ndata: [DONE]\n\n"


def test_keep_alives_go_out_from_the_start_of_the_stream_to_its_end() -> None:
    stream, reply, clock = opened()
    clock.turn(4.9)
    stream.event("values", b"{}")
    clock.turn(10.2)
    assert reply.chunks.count(b": beat\r\n\r\n") == 3
    stream.end()
    clock.turn(60)
    assert reply.chunks.count(b": beat\r\n\r\n") == 3
    assert clock.waiting == 0


@pytest.mark.parametrize(("dialect", "every"), [(LF, 5.0), (CRLF, None)])
def test_who_sends_no_keep_alives_sends_none(dialect: Dialect, every: float | None) -> None:
    _, reply, clock = opened(dialect=dialect, beat_every=every)
    clock.turn(60)
    assert reply.chunks == []


def test_a_cut_stream_breaks_off_in_the_middle_of_the_first_event_that_is_due() -> None:
    stream, reply, clock = opened(Fault(Trouble.CUT, 3.0))
    stream.event("values", b"{}")
    clock.turn(3.5)
    stream.event("values", b'{"long":"enough"}')
    stream.event("values", b"{}")
    whole = CRLF.event("values", b'{"long":"enough"}')
    assert reply.chunks == [CRLF.event("values", b"{}"), whole[: len(whole) // 2]]
    assert reply.ended == "cut"


def test_a_silent_stream_sends_nothing_and_does_not_end() -> None:
    stream, reply, clock = opened(Fault(Trouble.SILENT))
    stream.event("values", b"{}")
    clock.turn(60)
    stream.end()
    assert (reply.chunks, reply.ended, stream.over) == ([], "", False)


def test_a_stream_without_its_final_event_ends_properly() -> None:
    stream, reply, _ = opened(Fault(Trouble.NO_FINAL))
    stream.event("values", b"{}")
    stream.end()
    assert (len(reply.chunks), reply.ended) == (1, "eof")


def test_the_end_of_a_stream_is_told_however_it_came() -> None:
    told: list[str] = []
    for leave in (EventStream.end, lambda stream: stream._reply.cut()):
        stream, _, _ = opened()
        stream.on_gone(lambda: told.append("gone"))
        leave(stream)
    assert told == ["gone", "gone"]
