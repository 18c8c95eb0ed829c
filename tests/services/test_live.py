"""The live book judges as it grows and as time passes, and writes down when a verdict changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from inspector.domain.diagnosis import Verdict
from inspector.domain.events import Event, RunKey, Stretch
from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.protocols.registry import ADAPTERS
from inspector.services.ledger import Ledger
from inspector.services.live import Live, word_of
from inspector.services.model import Change
from inspector.services.ports import Record
from tests.services.kit import HandClock
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

ONE = RunKey(1)


class Set:
    """A live book with a stream that a test feeds."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.changes: list[Change] = []
        self.live = Live(1, (Toy(),), self.clock, self.changes.append, lambda problem: None)

    def open(self) -> Record:
        _, record = self.live.recorder.link({"protocol": "toy", "connection": "here"})
        record(Kind.REQUEST, {"method": "GET", "url": "http://toy/runs/r1/stream", "headers": {}}, b"")
        record(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}, b"")
        return record

    def frames(self) -> list[Frame]:
        return list(self.live.recorder.frames())


def event(**value: Any) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


async def test_a_silence_changes_the_verdict_by_itself_and_is_written_down() -> None:
    set_ = Set()
    record = set_.open()
    record(Kind.DATA, {}, event(state="running"))
    await set_.clock.advance(1)
    assert set_.live.ledger.verdict(ONE).ending == "running"
    set_.changes.clear()
    await set_.clock.advance(29.2)
    assert set_.live.ledger.verdict(ONE).ending == "stalled"
    assert [change.runs for change in set_.changes if change.runs] == [{1}]
    ticks = [f.at for f in set_.frames() if f.head.get("inspector") == "tick"]
    assert any(30_000 <= at < 30_100 for at in ticks)


async def test_the_recording_judged_later_agrees_at_every_moment() -> None:
    set_ = Set()
    record = set_.open()
    told: list[tuple[str, str]] = []
    steps: list[tuple[float, bytes]] = [
        (0.3, event(state="running")),
        (12.0, event(token="a")),
        (31.5, b": beat\n\n"),
        (95.0, event(token="b")),
        (1.0, event(state="waiting")),
    ]
    for seconds, chunk in steps:
        record(Kind.DATA, {}, chunk)
        await set_.clock.advance(seconds)
        replay = Ledger(2, (Toy(),))
        replay.take(set_.frames())
        told.append((replay.verdict(ONE).ending.value, set_.live.ledger.verdict(ONE).ending.value))
        assert word_of(replay.verdict(ONE)) == word_of(set_.live.ledger.verdict(ONE))
    assert [live for _, live in told] == ["running", "running", "stalled", "stalled", "waiting"]


async def test_a_run_that_streams_is_not_judged_at_every_batch_but_fresh_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_, judged, real = Set(), [], Ledger.judge

    def judge(ledger: Ledger, key: RunKey, now: float) -> Verdict:
        judged.append(now)
        return real(ledger, key, now)

    monkeypatch.setattr(Ledger, "judge", judge)
    record = set_.open()
    for _ in range(100):
        record(Kind.DATA, {}, event(token="a"))
        await set_.clock.advance(0.05)
    assert 5 <= len(judged) <= 7
    record(Kind.DATA, {}, event(state="done"))
    set_.live.recorder.flush()
    assert set_.live.ledger.verdict(ONE).ending == "completed"


async def test_ticks_alone_tell_nobody_anything() -> None:
    set_ = Set()
    set_.open()
    await set_.clock.advance(1)
    set_.changes.clear()
    set_.live.recorder.tick()
    await set_.clock.advance(0.1)
    assert set_.changes == []


async def test_closing_leaves_no_timer() -> None:
    set_ = Set()
    record = set_.open()
    for _ in range(3):
        record(Kind.DATA, {}, event(token="a"))
        await set_.clock.advance(0.06)
    set_.live.close()
    assert set_.clock.timers == 0


async def test_what_comes_in_one_go_is_taken_in_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And each event has its own row and its own time all the same."""
    set_, stretches = Set(), list[int]()
    set_.live = Live(1, tuple(ADAPTERS.values()), set_.clock, set_.changes.append, lambda problem: None)
    append = Rows.append

    def counted(rows: Rows, events: Iterable[Event | Stretch]) -> int:
        events = list(events)
        stretches.extend(len(event) for event in events if isinstance(event, Stretch))
        return append(rows, events)

    monkeypatch.setattr(Rows, "append", counted)
    _, record = set_.live.recorder.link({"protocol": "assistants", "connection": "here"})
    record(Kind.REQUEST, {"method": "POST", "url": "http://h/v1/threads/t/runs", "headers": {}}, b'{"stream":true}')
    record(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}, b"")
    part = {"index": 0, "type": "text", "text": {"value": " word"}}
    delta = json.dumps({"id": "msg_1", "delta": {"content": [part]}}).encode()
    for _ in range(30):
        record(Kind.DATA, {}, b"event: thread.message.delta\ndata: " + delta + b"\n\n")
    await set_.clock.advance(1)
    assert stretches == [29]
    rows = set_.live.ledger.rows
    assert [rows.seq[row] for row in range(len(rows))][-30:] == list(range(3, 33))
    assert set_.live.ledger.run(ONE).messages["msg_1"].text == " word" * 30
