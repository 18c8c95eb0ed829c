"""Requests that carry traces."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.frames import Frame, Kind
from inspector.protocols.agents_sdk.decoder import TraceDecoder
from tests.protocols.agents_sdk.spans import Story, agent, response, span, started, trace


def fed(body: Any, url: str = "http://h/v1/traces/ingest", **head: Any) -> list[Event]:
    keys = iter(range(1, 99))
    decoder = TraceDecoder(Keys(lambda: RunKey(next(keys))))
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(decoder.feed(Frame(1, 0.0, 1, Kind.REQUEST, {"method": "POST", "url": url, **head}, text)))


def test_each_entry_is_a_row() -> None:
    events = fed({"data": [trace(), span("a", None, agent("Boss"), 1, 2), span("r", "a", response("x"), 1, 2)]})
    assert [event.name for event in events] == ["trace", "span agent", "span response", "inferred"]
    assert events[2].text == "Boss: response · x"


def test_a_bare_list_is_read_too() -> None:
    assert [event.name for event in fed([trace()])] == ["trace"]


@pytest.mark.parametrize("body", [b"\xff", b"[", {"x": 1}, "words", b""])
def test_what_is_no_report_is_told_as_such(body: Any) -> None:
    assert [event.name for event in fed(body)] == ["bad data"]


def test_tracing_that_was_switched_off_is_no_trace() -> None:
    assert [event.run for event in fed({"data": [trace("no-op")]})] == [None]


def test_other_requests_are_rows_and_no_more() -> None:
    assert [event.name for event in fed({}, "http://h/v1/models")] == ["POST http://h/v1/models"]


def test_a_report_that_was_refused_is_told() -> None:
    story = Story()
    story.links += 1
    story.add(1, Kind.REQUEST, {"method": "POST", "url": "http://h/v1/traces/ingest"}, b'{"data": []}')
    grown = story.book.feed([Frame(9, 1.0, story.links, Kind.RESPONSE, {"status": 401, "headers": {}})])
    assert [event.text for event in grown.events if isinstance(event, Event)] == ["the report was answered with 401"]


def test_a_log_of_one_program_holds_both_sides() -> None:
    """Told that it is of this backend, the exchanges with the model are still those of theirs."""
    story = started(Story("agents_sdk")).post(1.1).responds(1.2, "resp_1", "completed")
    assert [(run.protocol, run.id) for run in story.book.runs.values()] == [
        ("agents_sdk", "trace_1"),
        ("responses", "resp_1"),
    ]


@pytest.mark.parametrize(("by", "state"), [("client", "cut"), ("server", "running")])
def test_a_program_that_is_gone_ends_no_trace_of_its_own_any_more(by: str, state: str) -> None:
    """The tap holds a request open, and its end by the program is the program's end; ours says nothing."""
    keys = iter(range(1, 99))
    decoder = TraceDecoder(Keys(lambda: RunKey(next(keys))))
    head = {"url": "http://h/v1/traces/tap", "headers": {"x-stream-inspector-app": "7-a"}}
    entries = [{"is": "trace_start", "item": trace()}, {"is": "span_start", "item": span("a", None, agent("Boss"), 1)}]
    body = json.dumps({"data": entries}).encode()
    events = list(decoder.feed(Frame(1, 0.0, 1, Kind.REQUEST, {"method": "POST", **head}, body)))
    assert list(decoder.feed(Frame(2, 1.0, 2, Kind.REQUEST, {"method": "GET", **head}))) == []
    events += decoder.feed(Frame(3, 2.0, 2, Kind.END, {"how": "closed", "by": by}))
    seen = [fact.state for event in events for fact in event.facts if isinstance(fact, StatusSeen)]
    assert seen[-1] == state
