"""Calls and scripts: the driver owns the clock, the deadline and the streams."""

from __future__ import annotations

import asyncio

import pytest

from inspector.domain.calls import Answer, Call, Reply, Script, Sleep
from inspector.domain.errors import Refused
from inspector.domain.frames import Kind
from inspector.services.driver import Driver, Listener, Sent, awaited
from inspector.services.recorder import Recorder
from inspector.services.tasks import Tasks
from tests.services.kit import HandClock, Server, Stream, rest

pytestmark = pytest.mark.anyio

READ, WRITE = Call("GET", "/a", label="read"), Call("POST", "/b", json={"x": 1}, reads=False)


class Desk:
    """A driver on fakes."""

    def __init__(self) -> None:
        self.clock, self.server = HandClock(), Server()
        self.failed: list[str] = []
        self.tasks = Tasks(lambda name, error: self.failed.append(name))
        self.recorder = Recorder(self.clock, lambda frames: None, lambda problem: None)
        link = self.recorder.link
        self.driver = Driver("here", self.server, self.tasks, self.clock, link, self.recorder.flush)

    def kinds(self) -> list[Kind]:
        return [frame.kind for frame in self.recorder.frames()]


async def test_a_call_is_sent_recorded_and_answered() -> None:
    desk = Desk()
    desk.server.on("GET /a", (200, {"fine": True}))
    sent = await desk.driver.send(READ)
    assert (sent.reply.status, sent.reply.body, sent.pump) == (200, {"fine": True}, None)
    assert desk.kinds() == [Kind.REQUEST, Kind.RESPONSE, Kind.DATA, Kind.END]


async def test_a_stream_is_read_by_a_task_of_its_own() -> None:
    desk, events = Desk(), Stream()
    desk.server.on("GET /a", events)
    sent = await desk.driver.send(Call("GET", "/a", answer=Answer.STREAM))
    assert sent.pump is not None
    events.send({"n": 1})
    await rest()
    assert desk.kinds() == [Kind.REQUEST, Kind.RESPONSE, Kind.DATA]
    events.end()
    await sent.pump
    assert desk.kinds()[-1] is Kind.END


async def test_a_cancelled_stream_is_closed_by_us() -> None:
    desk, events = Desk(), Stream()
    desk.server.on("GET /a", events)
    await desk.driver.send(Call("GET", "/a", answer=Answer.STREAM))
    await rest()
    await desk.tasks.aclose()
    assert events.closed_by() == "client"


async def test_a_pump_that_fails_is_told() -> None:
    desk, broken = Desk(), Stream()

    async def fail(record: object) -> None:
        raise ValueError("broken")

    broken.pump = fail  # type: ignore[method-assign]
    desk.server.on("GET /a", broken)
    await desk.driver.send(Call("GET", "/a", answer=Answer.STREAM))
    await rest()
    assert desk.failed == ["stream 1 of here"]


async def test_a_read_without_an_answer_is_given_up_and_a_write_is_not() -> None:
    desk = Desk()
    never = asyncio.get_running_loop().create_future()
    desk.server.on("GET /a", never)
    reading = desk.tasks.start("reading", desk.driver.send(READ))
    await desk.clock.advance(31)
    assert (await reading).reply == Reply(0, error="The server did not answer within 30 s.")
    assert len(desk.tasks) == 0
    late = asyncio.get_running_loop().create_future()
    desk.server.on("POST /b", late)
    writing = desk.tasks.start("writing", desk.driver.send(WRITE, 5.0))
    await desk.clock.advance(6)
    assert (await writing).reply.status == 0
    late.set_result((200, {}))
    await rest()
    assert desk.kinds()[-1] is Kind.END


CLOSE = Call("CLOSE", "/b", reads=False, answer=Answer.CLOSED, link=1)


async def test_a_write_that_nobody_answers_says_which_link_waits_and_tells_when_an_answer_comes_after_all() -> None:
    desk, late = Desk(), list[Sent]()
    answer = asyncio.get_running_loop().create_future()
    desk.server.on("POST /b", answer)
    writing = desk.tasks.start("writing", desk.driver.send(WRITE, 5.0, late.append))
    await desk.clock.advance(6)
    sent = await writing
    assert (sent.reply.status, sent.reply.link, late) == (0, 1, [])
    assert sent.waiting is not None
    answer.set_result((200, {"id": 7}))
    await rest()
    assert [one.reply.body for one in late] == [{"id": 7}]
    assert (await awaited(sent.waiting, WRITE)).reply.status == 200


async def test_a_request_that_nobody_answers_can_be_given_up() -> None:
    desk = Desk()
    desk.server.on("POST /b", asyncio.get_running_loop().create_future())
    writing = desk.tasks.start("writing", desk.driver.send(WRITE, None))
    await rest()
    assert (await desk.driver.send(CLOSE)).reply.status == 101
    assert (await writing).reply == Reply(0, error="Its connection was closed here.")
    assert (await desk.driver.send(CLOSE)).reply.error == "This connection is not open here any more."
    assert desk.failed == []


async def test_a_stream_of_ours_can_be_closed() -> None:
    desk, events = Desk(), Stream()
    desk.server.on("POST /b", events)
    sent = await desk.driver.send(Call("POST", "/b", reads=False, answer=Answer.STREAM))
    await rest()
    assert (await desk.driver.send(CLOSE)).reply.ok
    assert sent.pump is not None
    assert sent.pump.done()
    assert events.closed_by() == "client"


def steps(*items: Call | Sleep) -> Script[list[Reply | None]]:
    replies: list[Reply | None] = []
    for item in items:
        replies.append((yield item))
    return replies


async def test_a_script_is_given_its_replies_and_its_pauses() -> None:
    desk = Desk()
    desk.server.on("GET /a", (200, 1), (404, 2))
    running = desk.tasks.start("script", desk.driver.run(steps(READ, Sleep(2.0), READ)))
    await desk.clock.advance(1.9)
    assert not running.done()
    await desk.clock.advance(0.2)
    assert [None if reply is None else reply.status for reply in await running] == [200, None, 404]


async def test_a_script_hears_of_its_deadline_and_may_still_ask() -> None:
    desk = Desk()
    desk.server.on("GET /a", (200, {}))

    def patient() -> Script[str]:
        try:
            while True:
                yield Sleep(1.0)
        except TimeoutError:
            reply = yield READ
            return f"late, and {reply.status if reply else 0}"

    running = desk.tasks.start("script", desk.driver.run(patient(), 3.5))
    await desk.clock.advance(3.6)
    assert await running == "late, and 200"


async def test_a_deadline_that_a_script_does_not_mind_comes_through() -> None:
    desk = Desk()
    running = desk.tasks.start("script", desk.driver.run(steps(Sleep(60.0)), 2.0), awaited=True)
    await desk.clock.advance(2.1)
    with pytest.raises(TimeoutError):
        await running


async def test_no_call_goes_out_after_the_deadline_unless_the_script_wants_it_then() -> None:
    desk = Desk()
    desk.server.on("POST /b", (200, {}))
    running = desk.tasks.start("script", desk.driver.run(steps(Sleep(5.0), WRITE), 2.0), awaited=True)
    await desk.clock.advance(10)
    with pytest.raises(TimeoutError):
        await running
    assert desk.server.calls == []


async def test_a_read_that_hangs_at_the_deadline_does_not_hold_it_up() -> None:
    desk = Desk()
    desk.server.on("GET /a", asyncio.get_running_loop().create_future())
    running = desk.tasks.start("script", desk.driver.run(steps(READ), 2.0), awaited=True)
    await desk.clock.advance(2.1)
    with pytest.raises(TimeoutError):
        await running


async def test_what_a_script_raises_comes_through() -> None:
    desk = Desk()

    def refuses() -> Script[None]:
        yield Sleep(0)
        raise Refused("it moved on")

    running = desk.tasks.start("script", desk.driver.run(refuses()), awaited=True)
    await desk.clock.advance(1)
    with pytest.raises(Refused):
        await running


async def test_a_cancelled_script_is_closed() -> None:
    desk, closed = Desk(), []

    def careful() -> Script[None]:
        try:
            yield Sleep(60)
        finally:
            closed.append(True)

    _ = desk.tasks.start("script", desk.driver.run(careful()))
    await rest()
    await desk.tasks.aclose()
    assert closed == [True]
    assert desk.clock.timers == 0


async def test_a_listener_hears_of_each_call_and_answer() -> None:
    desk = Desk()
    desk.server.on("GET /a", (200, {}))
    heard: list[str] = []

    def answered(sent: Sent) -> None:
        heard.append(f"{sent.call.label} {sent.reply.status}")

    listener = Listener(lambda call: heard.append(call.label), answered)
    await desk.driver.run(steps(READ), listener=listener)
    assert heard == ["read", "read 200"]
