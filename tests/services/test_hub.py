"""The one public face: what can be sent, what a saved session says, and that closing leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.adapter import Target
from inspector.domain.calls import Call, Script
from inspector.domain.errors import Refused
from inspector.domain.events import RunKey
from inspector.domain.frames import Frame, Kind
from inspector.services.hub import CLOSED, SAVED, Hub
from inspector.services.live import word_of
from inspector.services.model import RunId
from tests.services.kit import Bench, Shelf, Stream, rest
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

PATH = Path("a.session")


def said(state: str) -> tuple[int, dict[str, str]]:
    return 200, {"state": state}


async def streaming(bench: Bench) -> tuple[RunId, Stream]:
    events = Stream()
    bench.server.on("GET /runs/r1", said("running"))
    bench.server.on("GET /runs/r1/stream", events)
    run = await bench.hub.watch(await bench.connect(), Target("toy", "r1"))
    await rest()
    return run, events


async def test_what_the_live_view_said_is_what_the_file_says_after_closing() -> None:
    bench = Bench(Toy())
    run, events = await streaming(bench)
    await bench.hub.record_to(PATH)
    events.send({"state": "running"})
    await bench.clock.advance(45)
    live = bench.hub.verdict(run)
    assert live.ending == "stalled"
    await bench.hub.aclose()
    later = Bench(Toy())
    later.store.files[PATH] = bench.store.files[PATH]
    book = await later.hub.open(PATH)
    assert word_of(later.hub.verdict(RunId(book, RunKey(1)))) == word_of(live)
    await later.hub.aclose()


async def test_in_a_saved_session_nothing_can_be_sent() -> None:
    bench = Bench(Toy())
    head = {"method": "GET", "url": "http://toy/runs/r1", "headers": {}}
    body = json.dumps({"state": "waiting"}).encode()
    frames = [
        Frame(1, 0.0, 1, Kind.REQUEST, head),
        Frame(2, 0.0, 1, Kind.RESPONSE, {"status": 200, "headers": {"content-type": "application/json"}}),
        Frame(3, 0.0, 1, Kind.DATA, {}, body),
        Frame(4, 0.0, 1, Kind.END, {"how": "eof", "by": "server"}),
    ]
    bench.store.files[PATH] = Shelf(PATH, frames)
    book = await bench.hub.open(PATH)
    (run,) = bench.hub.runs(book)
    assert [action.why_not for action in bench.hub.actions(run)] == [SAVED, "it never works"]
    with pytest.raises(Refused, match="saved session"):
        bench.hub.plan(run, "cancel", None)
    with pytest.raises(Refused, match="saved session"):
        await bench.hub.act(run, "cancel", None)
    await bench.hub.aclose()


async def test_without_its_connection_a_run_can_be_sent_nothing() -> None:
    bench = Bench(Toy())
    run, _ = await streaming(bench)
    assert [action.why_not for action in bench.hub.actions(run)] == [None, "it never works"]
    await bench.hub.disconnect(1)
    assert bench.hub.actions(run)[0].why_not == CLOSED
    assert bench.hub.connections() == []
    await bench.hub.aclose()


async def test_pasted_text_is_shown_to_every_backend() -> None:
    bench = Bench(Toy(), Toy(name="other"))
    assert [target.run for target in bench.hub.recognise("toy:r1")] == ["r1", "r1"]
    assert bench.hub.recognise("something else") == []
    await bench.hub.aclose()


async def test_closing_leaves_no_task_no_timer_and_no_open_stream() -> None:
    bench = Bench(Toy())
    _, events = await streaming(bench)
    await bench.hub.record_to(PATH)
    await bench.hub.aclose()
    await bench.hub.aclose()
    assert len(bench.hub.tasks) == 0
    assert events.closed_by() == "client"
    assert bench.store.files[PATH].closed
    await bench.clock.advance(60)
    assert bench.clock.timers == 0
    assert bench.clock.closed
    assert isinstance(bench.hub, Hub)


class Careful(Toy):
    """Says before a start what it would do."""

    def before_start(self, data: Mapping[str, Any]) -> Script[str | None]:
        yield Call("GET", "/runs/r1")
        if data.get("input") is None:
            raise Refused("Nothing is left to run.")
        return "It starts from the beginning."


async def test_what_a_start_would_really_do_is_known_before_it_is_sent() -> None:
    bench = Bench(Careful())
    number = await bench.connect()
    assert await bench.hub.start_warning(number, {"input": {}}) == "It starts from the beginning."
    with pytest.raises(Refused, match="Nothing is left"):
        await bench.hub.start_warning(number, {})
    await bench.hub.aclose()
    plain = Bench(Toy())
    assert await plain.hub.start_warning(await plain.connect(), {}) is None
    await plain.hub.aclose()
