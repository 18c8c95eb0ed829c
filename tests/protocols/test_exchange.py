"""The common half of the HTTP decoders: exchanges told to hooks."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Noticed, Opened, Purpose, Repeated, RunKey
from inspector.domain.frames import Frame, Kind
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import LATE, Draft, Exchange, HttpDecoder, unasked

STREAM = {"status": 200, "headers": {"content-type": "text/event-stream"}}


class Parrot(HttpDecoder):
    """Says what it was told."""

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        x.opened = Opened(Purpose.CREATE)
        return ()

    def on_event(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        yield Draft(event.name or "message", event.data, content=True)

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        yield Draft("body", repr(body))


class Wire:
    """Feeds frames of one link."""

    def __init__(self) -> None:
        self.decoder = Parrot(Keys(iter(map(RunKey, range(1, 99))).__next__))
        self.seq = 0

    def __call__(self, kind: Kind, head: dict[str, Any] | None = None, body: bytes = b"") -> list[tuple[str, str]]:
        self.seq += 1
        events = self.decoder.feed(Frame(self.seq, self.seq * 10.0, 1, kind, head or {}, body))
        assert [event.part for event in events] == list(range(len(events)))
        self.facts = [fact for event in events for fact in event.facts]
        return [(event.name, event.text) for event in events]


def opened(head: dict[str, Any] | None = None) -> Wire:
    wire = Wire()
    wire(Kind.REQUEST, {"method": "POST", "url": "http://h/v1/threads/0123456789abcdef/runs?x=1"}, b'{"a": 1}')
    wire(Kind.RESPONSE, head or STREAM)
    return wire


def test_a_request_is_told_by_the_tail_of_its_path_and_its_body() -> None:
    wire = Wire()
    told = wire(Kind.REQUEST, {"method": "post", "url": "http://h/v1/threads/0123456789abcdef/runs?x=1"}, b'{"a": 1}')
    assert told == [("POST …/threads/0123…cdef/runs", '{"a": 1}')]
    exchange = wire.decoder.exchanges[1]
    assert (exchange.path, exchange.query, exchange.body) == ("/v1/threads/0123456789abcdef/runs", {"x": "1"}, {"a": 1})


def test_events_come_as_they_are_whole_and_keep_alives_are_rows() -> None:
    wire = opened()
    assert wire(Kind.DATA, body=b": beat\n\nevent: a\nda") == [(": beat", "")]
    assert wire(Kind.DATA, body=b"ta: 1\n\ndata: 2\n\n") == [("a", "1"), ("message", "2")]
    assert wire(Kind.END, {"how": "eof", "by": "server"}) == [("end", "eof by server")]


def test_a_half_event_counts_where_its_json_is_whole_and_is_told_in_any_case() -> None:
    wire = opened()
    wire(Kind.DATA, body=b'event: a\ndata: {"b": 1}')
    told = wire(Kind.END, {"how": "cut", "by": "server", "detail": "broken"})
    assert [name for name, _ in told] == ["a", "half event", "end"]
    assert told[-1][1] == "cut by server: broken"
    assert [fact.finding for fact in wire.facts if isinstance(fact, Noticed)] == ["stream.half_event"]
    wire = opened()
    wire(Kind.DATA, body=b'event: a\ndata: {"b": ')
    assert [name for name, _ in wire(Kind.END, {"how": "eof"})] == ["half event", "end"]


def test_a_half_done_is_nobodys_loss() -> None:
    wire = opened()
    wire(Kind.DATA, body=b"data: [DO")
    assert wire(Kind.END, {"how": "eof"}) == [("end", "eof by server")]


def test_bad_bytes_and_bad_lines_are_noticed_and_the_event_still_counts() -> None:
    wire = opened()
    told = wire(Kind.DATA, body=b"event: a\ndata: \xff\n\n<html>\n\n")
    assert told[0][0] == "a"
    assert [fact.finding for fact in wire.facts if isinstance(fact, Noticed)] == ["stream.bad_data"] * 2


def test_a_whole_answer_is_told_at_its_end() -> None:
    wire = opened({"status": 404, "headers": {"content-type": "application/json"}})
    assert wire(Kind.DATA, body=b'{"detail":') == []
    assert wire(Kind.DATA, body=b'"no"}') == []
    assert wire(Kind.END, {"how": "eof"})[0] == ("body", "{'detail': 'no'}")
    wire = opened({"status": 500, "headers": {}})
    wire(Kind.DATA, body=b"<h1>oops")
    assert wire(Kind.END, {"how": "eof"})[0] == ("body", "'<h1>oops'")


def test_a_stream_without_its_request_or_its_headers_is_still_read() -> None:
    wire = Wire()
    assert wire(Kind.DATA, body=b"event: a\ndata: 1\n\n") == [("a", "1")]
    wire = opened({"status": 200, "headers": {}})
    assert wire(Kind.DATA, body=b"data: 1\n\n") == [("message", "1")]


def test_an_address_that_is_none_does_no_harm() -> None:
    assert Wire()(Kind.REQUEST, {"url": "http://[", "method": "GET"})
    assert Wire()(Kind.REQUEST, {})


def test_a_stream_is_one_whatever_a_proxy_calls_it() -> None:
    wire = opened({"status": 200, "headers": {"content-type": "text/plain"}})
    assert wire(Kind.DATA, body=b"\xef\xbb\xbf\r\nev") == []
    assert wire(Kind.DATA, body=b"ent: a\ndata: 1\n\nevent: b\n") == [("a", "1")]
    assert wire(Kind.DATA, body=b"data: 2\n\n") == [("b", "2")]


def test_a_text_that_is_no_stream_stays_one() -> None:
    wire = opened({"status": 200, "headers": {"content-type": "text/plain"}})
    assert wire(Kind.DATA, body=b"no event: here") == []
    assert wire(Kind.END, {"how": "eof", "by": "server"})[0] == ("body", "'no event: here'")


def test_the_head_of_the_answer_may_be_missing_from_a_log() -> None:
    wire = Wire()
    wire(Kind.REQUEST, {"method": "POST", "url": "http://h/v1/threads/t/runs"})
    assert wire(Kind.DATA, body=b"event: a\ndata: 1\n\n") == [("a", "1")]


@pytest.mark.parametrize(("encoding", "bits"), [("gzip", 31), ("deflate", 15)])
def test_a_body_that_is_still_packed_is_unpacked(encoding: str, bits: int) -> None:
    pack = zlib.compressobj(wbits=bits)
    body = pack.compress(b"event: a\ndata: 1\n\n") + pack.flush(zlib.Z_SYNC_FLUSH)
    wire = opened({"status": 200, "headers": {"content-type": "text/event-stream", "content-encoding": encoding}})
    assert wire(Kind.DATA, body=body[:5]) == []
    assert wire(Kind.DATA, body=body[5:]) == [("a", "1")]
    assert wire(Kind.DATA, body=b"\xff" * 9) == [], "what is broken is no event"


def test_a_body_that_the_recorder_unpacked_is_taken_as_it_is() -> None:
    wire = opened({"status": 200, "headers": {"content-type": "text/event-stream", "content-encoding": "gzip"}})
    assert wire(Kind.DATA, body=b"event: a\ndata: 1\n\n") == [("a", "1")]


class Reader(Parrot):
    """Asks how things stand."""

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        x.opened = Opened(Purpose.READ)
        return ()


def test_a_read_that_is_over_leaves_nothing_behind() -> None:
    wire = Wire()
    wire.decoder = Reader(wire.decoder.keys)
    wire(Kind.REQUEST, {"method": "GET", "url": "http://h/v1/threads/t/runs/r"})
    wire(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "application/json"}})
    wire(Kind.DATA, body=b'{"a": 1}')
    assert list(wire.decoder.exchanges) == [1]
    assert wire(Kind.END) == [("body", "{'a': 1}"), ("end", "eof by server")]
    assert wire.decoder.exchanges == {}


def test_what_was_written_down_behind_an_end_is_of_the_same_stream() -> None:
    wire = opened()
    wire(Kind.DATA, body=b"data: 1\n\n")
    exchange = wire.decoder.exchanges[1]
    wire(Kind.END)
    assert wire(Kind.DATA, body=b"data: 2\n\n") == [("message", "2")]
    assert wire.decoder.exchanges[1] is exchange


def test_of_streams_that_are_over_only_the_last_ones_are_kept() -> None:
    wire = opened()
    for link in range(2, 30):
        wire.decoder.feed(Frame(1, 0.0, link, Kind.REQUEST, {"method": "POST", "url": "/"}))
        wire.decoder.feed(Frame(2, 0.0, link, Kind.RESPONSE, STREAM))
        wire.decoder.feed(Frame(3, 0.0, link, Kind.END))
        wire.decoder.feed(Frame(4, 0.0, link, Kind.END))
    assert list(wire.decoder.exchanges) == [1, *range(30 - LATE, 30)]


def test_an_answer_is_told_to_be_the_one_before_to_the_very_same_question() -> None:
    class Asker(Parrot):
        def on_request(self, x: Exchange) -> Iterable[Draft]:
            x.opened = Opened(Purpose.READ)
            return ()

    wire, told = Wire(), []
    wire.decoder = Asker(Keys(iter(map(RunKey, range(1, 99))).__next__))
    for status, asked, answer in (
        *((200, b'"a"', b"1"), (200, b'"b"', b"1"), (200, b'"a"', b"1"), (200, b'"a"', b"2"), (404, b'"a"', b"2")),
        *((404, b'"a"', b"2"), (404, b'"%s"' % (b"x" * 300), b"2"), (404, b'"%sy"' % (b"x" * 300), b"2")),
    ):
        wire(Kind.REQUEST, {"method": "POST", "url": "http://h/search"}, asked)
        wire(Kind.RESPONSE, {"status": status})
        wire(Kind.DATA, body=answer)
        wire(Kind.END)
        told.append([fact.since for fact in wire.facts if isinstance(fact, Repeated)])
    assert told == [[], [], [4], [], [], [20], [], []]


@pytest.mark.parametrize(
    "method, body, known", (("POST", {"stream": False}, True), ("GET", None, True), ("POST", None, False))
)
def test_what_was_asked_is_not_claimed_to_be_known(method: str, body: Any, known: bool) -> None:
    assert unasked(Exchange(1, method, "/", "/", {}, {}, body)).endswith("none was asked for") is known
