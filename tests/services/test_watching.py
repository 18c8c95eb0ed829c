"""All watched runs: each once, told apart, and left when asked to."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Target
from inspector.domain.calls import Call
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.services.watching import Watching
from tests.services.kit import Bench, Stream, rest
from tests.services.toy import Toy, stream

pytestmark = pytest.mark.anyio


def said(state: str) -> tuple[int, dict[str, str]]:
    return 200, {"state": state}


async def test_a_run_is_watched_once_and_asked_again_when_it_is_named_again() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on("GET /runs/r1", said("running"))
    bench.server.on("GET /runs/r1/stream", events)
    number = await bench.connect()
    one = await bench.hub.watch(number, Target("toy", "r1"))
    await rest()
    two = await bench.hub.watch(number, Target("toy", "r1"))
    await rest()
    assert one == two
    assert events.opened == 1
    assert bench.server.count("GET /runs/r1") == 3
    await bench.hub.aclose()
    assert events.closed_by() == "client"


async def test_a_watch_that_had_come_to_its_end_begins_anew_when_the_run_is_named_again() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on("GET /runs/r1", said("waiting"), (404, {}), (404, {}), said("running"))
    bench.server.on("GET /runs/r1/stream", events)
    number = await bench.connect()
    run = await bench.hub.watch(number, Target("toy", "r1"))
    await bench.clock.advance(6)
    assert bench.ending() == "lost"
    assert len(bench.hub.tasks) == 0
    await bench.hub.watch(number, Target("toy", "r1"))
    await rest()
    state = bench.hub.watching(run)
    assert state is not None
    assert (state.active, state.source) == (True, "stream of the run")
    await bench.hub.aclose()


@pytest.mark.parametrize(
    ("answer", "error", "why"),
    [
        ("Nothing listens there.", UserError, "Nothing listens there"),
        ((401, {}), Refused, "The server answered 401 to GET /runs/r1"),
        ((422, {}), Refused, "The server answered 422 to GET /runs/r1"),
        ((422, {"detail": "no such id can be"}), Refused, "The server answered 422 to GET /runs/r1"),
    ],
)
async def test_a_server_that_says_nothing_or_no_is_told_at_once(
    answer: str | tuple[int, object], error: type[Exception], why: str
) -> None:
    bench = Bench(Toy())
    bench.server.on("GET /runs/r1", answer)
    number = await bench.connect()
    with pytest.raises(error, match=why):
        await bench.hub.watch(number, Target("toy", "r1"))
    assert len(bench.hub.tasks) == 0
    await bench.hub.aclose()


async def test_a_backend_that_cannot_ask_says_what_it_lacks() -> None:
    class Asks(Toy):
        def look(self, target: Target, capabilities: object) -> tuple[Call, ...]:
            return ()

    bench = Bench(Asks())
    with pytest.raises(UserError, match="its thread has to be known"):
        await bench.hub.watch(await bench.connect(), Target("toy", "r1"))
    await bench.hub.aclose()


async def test_leaving_a_connection_leaves_its_runs_and_no_others() -> None:
    bench, one, two = Bench(Toy()), Stream(), Stream()
    for run, events in (("r1", one), ("r2", two)):
        bench.server.on(f"GET /runs/{run}", said("running"))
        bench.server.on(f"GET /runs/{run}/stream", events)
    first, second = await bench.connect(), await bench.connect(name="second")
    await bench.hub.watch(first, Target("toy", "r1"))
    await bench.hub.watch(second, Target("toy", "r2"))
    await rest()
    await bench.hub.disconnect(first)
    assert (one.closed_by(), two.closed_by()) == ("client", None)
    with pytest.raises(UserError, match="closed"):
        await bench.hub.watch(first, Target("toy", "r1"))
    await bench.hub.aclose()


async def test_runs_of_one_thread_share_its_stream() -> None:
    shared = stream("t1", ends=False)
    bench, events = Bench(Toy((shared,))), Stream()
    for run in ("r1", "r2"):
        bench.server.on(f"GET /runs/{run}", said("running"))
    bench.server.on("GET /runs/t1/stream", events)
    number = await bench.connect()
    runs = [await bench.hub.watch(number, Target("toy", run)) for run in ("r1", "r2")]
    await rest()
    assert events.opened == 1
    await bench.hub.unwatch(runs[0])
    assert events.closed_by() is None
    await bench.hub.unwatch(runs[1])
    assert events.closed_by() == "client"
    await bench.hub.aclose()


async def test_settling_is_waited_for_no_longer_than_said() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on("GET /runs/r1", said("running"))
    bench.server.on("GET /runs/r1/stream", events)
    run = await bench.hub.watch(await bench.connect(), Target("toy", "r1"))
    watching: Watching = bench.hub._watching
    late = bench.hub.tasks.start("wait", watching.settled(run.key, bench.clock.now() + 3))
    await bench.clock.advance(4)
    assert await late is False
    soon = bench.hub.tasks.start("wait", watching.settled(run.key, bench.clock.now() + 3))
    await rest()
    bench.server.on("GET /runs/r1", said("waiting"))
    events.send({"state": "waiting"})
    await bench.clock.advance(0.1)
    assert soon.done()
    assert await soon is True
    await bench.hub.aclose()


async def test_the_drawing_is_fetched_once_for_all_who_need_it() -> None:
    class Draws(Toy):
        def drawing_call(self, case: Case) -> Call | None:
            return Call("GET", "/graph")

    bench = Bench(Draws())
    for run in ("r1", "r2"):
        bench.server.on(f"GET /runs/{run}", said("waiting"))
    number = await bench.connect()
    for run in ("r1", "r2"):
        await bench.hub.watch(number, Target("toy", run))
    await bench.clock.advance(20)
    assert bench.server.count("GET /graph") == 1
    await bench.hub.aclose()
