"""One run is watched: asked first, streamed from what works, asked again at every end, break and silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from inspector.domain.adapter import Source, Target
from inspector.domain.calls import Call
from inspector.services.watcher import OWN
from tests.services.kit import Bench, Stream, rest
from tests.services.toy import Toy, stream

pytestmark = pytest.mark.anyio

RUN = Target("toy", "r1")
LOOK, JOIN = "GET /runs/r1", "GET /runs/r1/stream"
ATTACHED = 2
"""Looks before a stream is watched: one before it is opened, one after."""


def said(state: str) -> tuple[int, dict[str, str]]:
    return 200, {"state": state}


async def watched(bench: Bench) -> None:
    await bench.hub.watch(await bench.connect(), RUN)
    await rest()


def source(bench: Bench) -> str:
    state = bench.hub.watching(bench.run())
    assert state is not None
    return state.source


async def test_a_run_that_is_over_is_asked_and_not_streamed() -> None:
    bench = Bench(Toy())
    bench.server.on(LOOK, said("done"))
    await watched(bench)
    assert bench.ending() == "completed"
    assert bench.server.count(JOIN) == 0
    state = bench.hub.watching(bench.run())
    assert state is not None
    assert not state.active
    await bench.hub.aclose()


async def test_a_run_that_is_missing_is_lost_and_left_alone() -> None:
    bench = Bench(Toy())
    bench.server.on(LOOK, (404, {"error": "unknown"}))
    await watched(bench)
    await bench.clock.advance(60)
    assert bench.ending() == "lost"
    assert bench.server.count(LOOK) == 1
    await bench.hub.aclose()


async def test_an_active_run_is_streamed_and_asked_at_the_streams_end() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, *[said("running")] * ATTACHED, said("done"))
    bench.server.on(JOIN, events)
    await watched(bench)
    assert source(bench) == "stream of the run"
    assert bench.notes("watch")[-1]["source"] == "stream of the run"
    events.send({"token": "hello"})
    events.end()
    await bench.clock.advance(1)
    assert bench.server.count(LOOK) == ATTACHED + 1
    assert bench.ending() == "completed"
    assert bench.notes("watch")[-1]["live"] is False
    await bench.hub.aclose()


async def test_the_first_source_that_works_is_taken() -> None:
    refused = stream("r1", name="the best", call=stream("r2").call)
    bench, events = Bench(Toy((refused, stream("r1"), Source("asking again and again")))), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await watched(bench)
    assert bench.server.count("GET /runs/r2/stream") == 1
    assert source(bench) == "stream of the run"
    await bench.hub.aclose()


async def test_without_a_stream_it_is_asked_again_and_again_and_ever_more_slowly() -> None:
    bench = Bench(Toy())
    bench.server.on(LOOK, said("running"))
    await watched(bench)
    assert source(bench) == "asking again and again"
    await bench.clock.advance(10)
    early = bench.server.count(LOOK)
    assert 5 <= early <= 8
    await bench.clock.advance(100)
    assert bench.server.count(LOOK) - early == 20
    bench.server.on(LOOK, said("done"))
    await bench.clock.advance(5)
    assert bench.ending() == "completed"
    count = bench.server.count(LOOK)
    await bench.clock.advance(60)
    assert bench.server.count(LOOK) == count
    await bench.hub.aclose()


async def test_the_server_says_how_often_to_ask() -> None:
    bench = Bench(Toy(poll=20.0))
    bench.server.on(LOOK, said("running"))
    await watched(bench)
    await bench.clock.advance(61)
    assert bench.server.count(LOOK) == 4
    await bench.hub.aclose()


async def test_a_stream_that_breaks_is_joined_again_after_the_last_event() -> None:
    bench, first, second = Bench(Toy()), Stream(), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, first, second)
    await watched(bench)
    first.send({"token": "a"}, id="7")
    first.send({"token": "b"}, id="8")
    await bench.clock.advance(1)
    first.end("cut")
    await bench.clock.advance(2)
    joins = [call for call in bench.server.calls if call.path.endswith("/stream")]
    assert [call.headers for call in joins] == [{}, {"Last-Event-ID": "8"}]
    assert second.opened == 1
    assert bench.server.count(LOOK) == ATTACHED + 2
    assert bench.ending() == "running"
    await bench.hub.aclose()


async def test_a_stream_that_ends_at_once_each_time_gives_way_to_asking() -> None:
    bench, empty = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, empty)
    for _ in range(9):
        empty.end()
    await watched(bench)
    await bench.clock.advance(30)
    assert bench.server.count(JOIN) == 3
    assert source(bench) == "asking again and again"
    await bench.hub.aclose()


async def test_silence_is_asked_about_at_the_threshold_and_then_ever_more_seldom() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await watched(bench)
    events.send({"state": "running"})
    await bench.clock.advance(29)
    assert bench.server.count(LOOK) == ATTACHED
    await bench.clock.advance(2)
    assert bench.server.count(LOOK) == ATTACHED + 1
    assert bench.ending() == "stalled"
    await bench.clock.advance(300)
    assert ATTACHED + 4 <= bench.server.count(LOOK) <= ATTACHED + 6
    bench.server.on(LOOK, said("done"))
    await bench.clock.advance(125)
    assert bench.ending() == "completed"
    assert events.closed_by() == "client"
    await bench.hub.aclose()


async def test_a_silent_stream_that_speaks_again_gets_a_fresh_start() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await watched(bench)
    events.send({"token": "a"})
    await bench.clock.advance(100)
    count = bench.server.count(LOOK)
    events.send({"token": "b"})
    await bench.clock.advance(29)
    assert bench.server.count(LOOK) == count
    await bench.clock.advance(2)
    assert bench.server.count(LOOK) == count + 1
    await bench.hub.aclose()


async def test_a_stream_that_never_ends_is_closed_once_the_run_is_over() -> None:
    bench, events = Bench(Toy((stream("r1", ends=False),))), Stream()
    bench.server.on(LOOK, *[said("running")] * ATTACHED, said("done"))
    bench.server.on(JOIN, events)
    await watched(bench)
    events.send({"state": "running"}, {"state": "done"})
    await bench.clock.advance(1)
    assert bench.ending() == "completed"
    assert events.closed_by() == "client"
    assert bench.server.count(LOOK) == ATTACHED + 1
    await bench.hub.aclose()


async def test_a_stream_that_should_end_by_itself_is_given_time_to() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, *[said("running")] * ATTACHED, said("done"))
    bench.server.on(JOIN, events)
    await watched(bench)
    events.send({"state": "running"}, {"state": "done"})
    await bench.clock.advance(4)
    assert events.closed_by() is None
    await bench.clock.advance(2)
    assert events.closed_by() == "client"
    await bench.hub.aclose()


async def test_a_waiting_run_is_looked_at_now_and_then_and_followed_when_it_goes_on() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("waiting"))
    bench.server.on(JOIN, events)
    await watched(bench)
    assert bench.ending() == "waiting"
    assert events.opened == 0
    await bench.clock.advance(30.5)
    assert bench.server.count(LOOK) == 7
    bench.server.on(LOOK, said("running"))
    await bench.clock.advance(5)
    assert bench.ending() == "running"
    assert events.opened == 1
    await bench.hub.aclose()


async def test_a_server_that_is_away_is_asked_less_and_less_and_its_streams_are_tried_when_it_is_back() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"), "Nothing listens there.")
    bench.server.on(JOIN, "Nothing listens there.")
    await watched(bench)
    await bench.clock.advance(120)
    assert bench.server.count(LOOK) < 12
    state = bench.hub.watching(bench.run())
    assert state is not None
    assert state.problem == "Nothing listens there."
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await bench.clock.advance(31)
    assert source(bench) == "stream of the run"
    state = bench.hub.watching(bench.run())
    assert state is not None
    assert state.problem is None
    await bench.hub.aclose()


async def test_a_source_that_is_no_read_is_never_opened() -> None:
    unsafe = stream("r1")
    assert unsafe.call is not None
    bench = Bench(Toy((replace(unsafe, call=replace(unsafe.call, reads=False)),)))
    bench.server.on(LOOK, said("running"))
    await watched(bench)
    await bench.clock.advance(5)
    assert bench.server.count(JOIN) == 0
    assert source(bench) == "asking again and again"
    await bench.hub.aclose()


async def test_unwatching_closes_the_stream_and_says_so() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await watched(bench)
    run = bench.run()
    await bench.hub.unwatch(run)
    await rest()
    assert events.closed_by() == "client"
    assert bench.hub.watching(run) is None
    assert bench.notes("watch")[-1]["source"] == ""
    await bench.hub.aclose()


async def test_our_own_stream_comes_first() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on("POST /runs", events)
    bench.server.on(LOOK, said("running"), said("done"))
    started = await bench.hub.start(await bench.connect(), {})
    await rest()
    events.send({"run": "r1"}, {"state": "running"})
    await bench.clock.advance(1)
    assert source(bench) == OWN
    assert bench.hub.case(started).run.id == "r1"
    events.end("cut")
    await bench.clock.advance(0.5)
    assert bench.server.count(LOOK) == 1
    assert bench.server.count(JOIN) == 1
    await bench.clock.advance(5)
    assert bench.ending() == "completed"
    await bench.hub.aclose()


async def test_a_stream_that_breaks_soon_each_time_is_joined_more_slowly_and_then_given_up() -> None:
    bench, breaks = Bench(Toy()), Stream()
    bench.server.on("GET /runs/r1", said("running"))
    bench.server.on(JOIN, breaks)
    await watched(bench)
    for _ in range(8):
        breaks.send({"token": "a"})
        breaks.end("cut")
    await bench.clock.advance(60)
    assert breaks.opened == 6
    assert source(bench) == "asking again and again"
    await bench.hub.aclose()


async def test_after_an_act_a_streamed_run_is_asked_at_once() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await watched(bench)
    bench.hub._watching.nudge(bench.run().key)
    await rest()
    assert bench.server.count(LOOK) == ATTACHED + 1
    assert events.closed_by() is None
    await bench.hub.aclose()


async def test_what_happened_while_the_stream_was_being_opened_is_not_missed() -> None:
    bench, silent = Bench(Toy((stream("r1", ends=False),))), Stream()
    bench.server.on(LOOK, said("running"), said("waiting"))
    bench.server.on(JOIN, silent)
    await watched(bench)
    await bench.clock.advance(0.1)
    assert bench.ending() == "waiting"
    assert silent.closed_by() == "client"
    await bench.hub.aclose()


async def test_a_run_that_ended_in_the_middle_of_a_look_is_asked_about_once_more() -> None:
    class Torn(Toy):
        def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
            return (*super().look(target, capabilities), Call("GET", "/runs/r1"))

    bench = Bench(Torn())
    bench.server.on(LOOK, said("running"), said("done"), said("done"), said("waiting"))
    await watched(bench)
    state = bench.hub.watching(bench.run())
    assert state is not None
    assert bench.server.count(LOOK) == 4
    assert (state.settled, state.active) == (True, False)
    await bench.hub.aclose()


async def test_a_run_counts_as_settled_once_the_server_says_so_and_no_sooner() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on(LOOK, said("running"))
    bench.server.on(JOIN, events)
    await watched(bench)
    events.send({"state": "running"}, {"state": "done"})
    bench.server.on(LOOK, *[said("running")] * 3, said("done"))
    settled: list[bool] = []
    for _ in range(8):
        await bench.clock.advance(0.5)
        state = bench.hub.watching(bench.run())
        settled.append(state is not None and state.settled)
    assert settled == sorted(settled)
    assert bench.server.count(LOOK) >= ATTACHED + 1
    assert settled[-1]
    await bench.hub.aclose()
