"""Acts: shown, sent once, proved, kept in the journal."""

from __future__ import annotations

import asyncio

import pytest

from inspector.domain.adapter import Target
from inspector.domain.calls import Reply
from inspector.domain.errors import Refused, UserError
from inspector.services.acting import refusal
from inspector.services.model import ActResult, Request, RunId, Step
from tests.services.kit import Bench, Stream, rest
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

LOOK, CANCEL = "GET /runs/r1", "POST /runs/r1/cancel"
REQUEST = Request("POST", "http://toy/runs/r1/cancel", {"x-key": "$KEY"}, {"why": "stuck"})


def said(state: str, **more: str) -> tuple[int, dict[str, str]]:
    return 200, {"state": state, **more}


class Stuck(Bench):
    """A run that is watched and hangs."""

    def __init__(self) -> None:
        super().__init__(Toy())
        self.steps: list[Step] = []

    async def begin(self) -> RunId:
        self.server.on(LOOK, said("running"))
        self.server.on("GET /runs/r1/stream", Stream())
        run = await self.hub.watch(await self.connect(), Target("toy", "r1"))
        await rest()
        return run

    def act(self, run: RunId, action: str = "cancel", seconds: float = 10.0) -> asyncio.Task[ActResult]:
        act = self.hub.act(run, action, {"why": "stuck"}, self.steps.append, seconds)
        return self.hub.tasks.start("act", act, awaited=True)


async def test_an_act_is_sent_once_answered_and_seen() -> None:
    bench = Stuck()
    run = await bench.begin()
    bench.server.on(CANCEL, (202, {"fine": True}))
    acting = bench.act(run)
    await bench.clock.advance(2)
    assert not acting.done()
    bench.server.on(LOOK, said("cancelled"))
    await bench.clock.advance(1)
    result = await acting
    assert result.possible
    assert result.requests == (REQUEST,)
    assert result.answers == ((202, {"fine": True}),)
    assert result.outcome is not None
    assert (result.outcome.effect, result.outcome.why) == ("seen", "it is cancelled")
    assert [step.kind for step in bench.steps] == ["sending", "answered", "waiting", "seen"]
    assert bench.steps[0].request == REQUEST
    assert bench.server.count(CANCEL) == 1
    assert bench.ending() == "cancelled"
    await bench.hub.aclose()


async def test_an_act_without_effect_says_so_when_its_time_is_over() -> None:
    bench = Stuck()
    run = await bench.begin()
    bench.server.on(CANCEL, (202, {}))
    acting = bench.act(run, seconds=3)
    await bench.clock.advance(3.1)
    result = await acting
    assert result.outcome is not None
    assert (result.outcome.effect, result.outcome.why) == ("not_seen", "No effect was seen within 3 s.")
    await bench.hub.aclose()


async def test_a_refusal_of_the_server_is_an_outcome_and_one_of_ours_sends_nothing() -> None:
    bench = Stuck()
    run = await bench.begin()
    bench.server.on(CANCEL, (409, {"error": "too late"}))
    result = await bench.act(run)
    assert result.possible
    assert result.outcome is not None
    assert result.outcome.effect == "refused"
    await rest()
    count = len(bench.server.calls)
    result = await bench.act(run, "never")
    assert (result.possible, result.why, result.requests) == (False, "it never works", ())
    assert bench.steps[-1] == Step("refused", "it never works")
    assert len(bench.server.calls) == count
    with pytest.raises(UserError, match="nonsense"):
        await bench.hub.act(run, "cancel", "nonsense")
    assert len(bench.hub.journal()) == 1
    await bench.hub.aclose()


async def test_planning_sends_nothing() -> None:
    bench = Stuck()
    run = await bench.begin()
    count = len(bench.server.calls)
    assert bench.hub.plan(run, "cancel", {"why": "stuck"}) == [REQUEST]
    with pytest.raises(Refused):
        bench.hub.plan(run, "never", None)
    assert len(bench.server.calls) == count
    await bench.hub.aclose()


async def test_the_journal_tells_who_did_what_and_what_came_of_it() -> None:
    bench = Stuck()
    run = await bench.begin()
    bench.server.on(CANCEL, (202, {}))
    bench.server.on(LOOK, said("cancelled"))
    await bench.act(run)
    (entry,) = bench.hub.journal()
    assert (entry.action, entry.run, entry.who, entry.effect) == ("cancel", "r1", "ada", "seen")
    assert entry.requests == (REQUEST,)
    assert entry.answers == ((202, {}),)
    assert entry.when == "2026-01-01T00:16:40+00:00"
    assert bench.hub.frame(1, entry.seq).head["text"] == "cancel: seen: it is cancelled"
    assert "journal" in [change.kind for change in bench.changes]
    await bench.hub.aclose()


async def test_an_act_that_is_broken_off_stands_in_the_journal_too() -> None:
    bench = Stuck()
    run = await bench.begin()
    bench.server.on(CANCEL, (202, {}))
    acting = bench.act(run)
    await bench.clock.advance(1)
    acting.cancel()
    await rest()
    (entry,) = bench.hub.journal()
    assert entry.effect == "not_seen"
    assert "broken off" in entry.why
    await bench.hub.aclose()


async def test_a_run_that_an_act_began_is_watched_and_waited_for() -> None:
    bench, events = Stuck(), Stream()
    run = await bench.begin()
    bench.server.on(CANCEL, (202, {}))
    bench.server.on(LOOK, said("cancelled", next="r2"))
    bench.server.on("GET /runs/r2", said("running"))
    bench.server.on("GET /runs/r2/stream", events)
    await bench.hub.watch(bench.hub.connections()[0].id, Target("toy", "r2"))
    acting = bench.act(run)
    await bench.clock.advance(2)
    assert not acting.done()
    bench.server.on("GET /runs/r2", said("waiting"))
    events.send({"state": "waiting"})
    await bench.clock.advance(0.1)
    result = await acting
    assert result.started is not None
    assert bench.hub.case(result.started).run.id == "r2"
    await bench.hub.aclose()


async def test_a_start_is_watched_by_its_own_stream() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on("POST /runs", events)
    bench.server.on("GET /runs/r1", said("done"))
    number = await bench.connect()
    assert [plan.body for plan in bench.hub.start_plan(number, {"input": 1})] == [{"input": 1}]
    run = await bench.hub.start(number, {"input": 1})
    await rest()
    events.send({"run": "r1"}, {"state": "done"})
    events.end()
    await bench.clock.advance(1)
    assert bench.hub.case(run).run.id == "r1"
    assert bench.hub.verdict(run).ending == "completed"
    assert [entry.action for entry in bench.hub.journal()] == ["start"]
    await bench.hub.aclose()


async def test_a_start_in_the_background_is_watched_by_its_id() -> None:
    bench, events = Bench(Toy()), Stream()
    bench.server.on("POST /runs", (200, {"id": "r1"}))
    bench.server.on("GET /runs/r1", said("running"))
    bench.server.on("GET /runs/r1/stream", events)
    run = await bench.hub.start(await bench.connect(), {"background": True})
    await rest()
    assert bench.hub.case(run).run.id == "r1"
    assert events.opened == 1
    await bench.hub.aclose()


async def test_a_start_that_is_refused_says_why_and_stands_in_the_journal() -> None:
    bench = Bench(Toy())
    bench.server.on("POST /runs", (409, {"error": {"message": "the thread is busy"}}))
    number = await bench.connect()
    with pytest.raises(Refused, match="The server answered 409: the thread is busy"):
        await bench.hub.start(number, {})
    assert [entry.effect for entry in bench.hub.journal()] == ["refused"]
    bench.server.on("POST /runs", "Nothing listens there.")
    with pytest.raises(UserError, match="Nothing listens"):
        await bench.hub.start(number, {})
    assert len(bench.hub.tasks) == 0
    await bench.hub.aclose()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"detail": "no such graph"}, "The server answered 422: no such graph"),
        ({"error": "busy", "message": "x"}, "The server answered 422: busy"),
        ("<html>\n oops</html>", "The server answered 422: <html> oops</html>"),
        (None, "The server answered 422, and began no run."),
    ],
)
def test_a_refusal_is_one_sentence(body: object, sentence: str) -> None:
    assert refusal(Reply(422, body=body)) == sentence


async def test_a_start_that_nobody_answers_is_shown_before_it_is_answered_and_watched_after() -> None:
    bench, events = Bench(Toy()), Stream()
    answer = asyncio.get_running_loop().create_future()
    bench.server.on("POST /runs", answer)
    starting = bench.hub.tasks.start("start", bench.hub.start(await bench.connect(), {"input": 1}), awaited=True)
    await bench.clock.advance(4)
    run = await starting
    assert bench.hub.watching(run) is None
    assert bench.hub.verdict(run).ending == "not_started"
    await bench.clock.advance(10)
    assert "stream.no_headers" in [finding.id for finding in bench.hub.verdict(run).findings]
    answer.set_result(events)
    events.send({"run": "r1", "state": "running"})
    await bench.clock.advance(1)
    state = bench.hub.watching(run)
    assert state is not None
    assert state.active
    assert bench.hub.case(run).run.id == "r1"
    await bench.hub.aclose()
