"""Servers are asked what they are, connected to and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from inspector.domain.adapter import Page, Probe, Query, RunRef, Target
from inspector.domain.calls import Call, Script
from inspector.domain.errors import UserError
from inspector.services.connections import SURE, holder, newest
from inspector.services.model import ConnectionSpec, Tried
from tests.services.kit import Bench
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

SPEC = ConnectionSpec("http://toy")


class Other(Toy):
    """A second backend, which finds its own nowhere."""

    def probe(self) -> Script[Probe]:
        reply = yield Call("GET", "/other")
        assert reply is not None
        return Probe(0.2, tried=(("GET /other", f"{reply.status}, nothing known"),))


async def test_the_doctor_tells_what_was_tried_and_what_answered() -> None:
    bench = Bench(Other(name="other", title="Other server"), Toy())
    doctor = await bench.hub.doctor(SPEC)
    assert doctor.steps == (Tried("GET /other", "404, nothing known", False), Tried("GET /toy", "200", True))
    assert (doctor.protocol, doctor.sentence, doctor.reachable) == ("toy", "Toy 1.0 answers at http://toy.", True)
    assert doctor.probe is not None
    assert doctor.probe.sure >= SURE
    assert bench.frames() == []
    await bench.hub.aclose()


class Shared(Other):
    """A backend that finds its own, and may not be alone there."""

    def probe(self) -> Script[Probe]:
        yield Call("GET", "/other")
        return Probe(0.95, "Other", shares=True)


async def test_a_server_of_two_protocols_is_told_as_both() -> None:
    bench = Bench(Shared(name="other", title="Other server"), Toy())
    doctor = await bench.hub.doctor(SPEC)
    assert (doctor.protocol, doctor.also) == ("toy", ("other",))
    assert "It speaks Other server as well" in doctor.sentence
    await bench.hub.aclose()


async def test_a_server_that_is_not_there_is_asked_once_and_not_by_every_backend() -> None:
    bench = Bench(Toy(), Other(name="other"))
    bench.server.on("GET /toy", "Nothing listens there.")
    doctor = await bench.hub.doctor(SPEC)
    assert (doctor.reachable, doctor.protocol, doctor.sentence) == (False, None, "Nothing listens there.")
    assert len(doctor.steps) == 1
    with pytest.raises(UserError, match="Nothing listens") as told:
        await bench.hub.connect(SPEC)
    assert told.value.unreachable
    assert bench.hub.connections() == []
    await bench.hub.aclose()


async def test_something_else_that_answers_is_named_as_such() -> None:
    bench = Bench(Toy())
    bench.server.on("GET /toy", (404, {}))
    with pytest.raises(UserError, match="it is none of: Toy server") as told:
        await bench.hub.connect(SPEC)
    assert not told.value.unreachable
    assert not (await bench.hub.doctor(SPEC)).refused
    assert "Perhaps the address is too long" not in str(told.value)
    bench.server.on("GET /threads/t1/toy", (404, {}))
    told_of = await bench.hub.doctor(replace(SPEC, base_url=f"{SPEC.base_url}/threads/t1"))
    assert told_of.sentence.endswith(f"Perhaps the address is too long: try {SPEC.base_url}.")
    await bench.hub.aclose()


async def test_a_server_that_lets_nobody_in_without_a_key_is_told_from_something_else() -> None:
    bench = Bench(Toy())
    bench.server.on("GET /toy", (401, {}))
    doctor = await bench.hub.doctor(SPEC)
    assert (doctor.refused, doctor.reachable, doctor.protocol) == (True, True, None)
    await bench.hub.aclose()


async def test_a_server_that_never_answers_does_not_hold_the_doctor_up() -> None:
    import asyncio

    bench = Bench(Toy())
    bench.server.on("GET /toy", asyncio.get_running_loop().create_future())
    asking = bench.hub.tasks.start("ask", bench.hub.doctor(SPEC))
    await bench.clock.advance(16)
    assert not (await asking).reachable
    await bench.hub.aclose()


async def test_a_protocol_that_nobody_knows_is_refused_by_name() -> None:
    bench = Bench(Toy())
    with pytest.raises(UserError, match="no protocol “bongo”; there are toy"):
        await bench.hub.connect(ConnectionSpec("http://toy", "bongo"))
    await bench.hub.aclose()


async def test_a_connection_is_written_into_the_log_and_its_name_is_its_own() -> None:
    bench = Bench(Toy())
    one = await bench.hub.connect(SPEC)
    two = await bench.hub.connect(ConnectionSpec("http://toy", "toy"))
    named = await bench.hub.connect(ConnectionSpec("http://toy", "toy", "mine"))
    assert [one.name, two.name, named.name] == ["toy", "toy (2)", "mine"]
    assert [head["connection"] for head in bench.notes("connected")] == ["toy", "toy (2)", "mine"]
    assert await bench.hub.connect(SPEC) is one
    assert [change.kind for change in bench.changes].count("connections") == 3
    await bench.hub.aclose()
    assert bench.server.closed >= 3


async def test_a_login_in_the_address_is_shown_nowhere() -> None:
    bench = Bench(Toy())
    connection = await bench.hub.connect(ConnectionSpec("http://ada:sesame@toy:1/x"))
    doctor = await bench.hub.doctor(ConnectionSpec("http://ada:sesame@toy:1/x"))
    assert connection.name == "toy:1"
    shown = [*map(repr, bench.notes("connected")), doctor.sentence]
    assert "toy:1/x" in shown[0]
    assert not any("sesame" in text for text in shown)
    await bench.hub.aclose()


async def test_what_the_doctor_found_need_not_be_asked_again() -> None:
    bench = Bench(Toy())
    doctor = await bench.hub.doctor(SPEC)
    await bench.hub.connect(SPEC, doctor)
    assert bench.server.count("GET /toy") == 1
    await bench.hub.aclose()


async def test_listing_is_not_recorded_and_tells_of_a_server_that_does_not_answer() -> None:
    import asyncio

    bench = Bench(Toy(known=(RunRef("r1", "t1", "running"),)))
    number = await bench.connect()
    before = len(bench.frames())
    page = await bench.hub.list(number, Query("runs", "t1"))
    assert [item.id for item in page.items] == ["r1"]
    assert len(bench.frames()) == before
    bench.server.on("GET /runs", asyncio.get_running_loop().create_future())
    listing = bench.hub.tasks.start("list", bench.hub.list(number, Query("runs")))
    await bench.clock.advance(31)
    assert "did not answer" in str((await listing).error)
    await bench.hub.aclose()


async def test_of_a_thread_the_newest_run_is_watched() -> None:
    known = (RunRef("r1", "t1", "done", "2026-01-01"), RunRef("r2", "t1", "running", "2026-01-02"))
    bench = Bench(Toy(known=known))
    bench.server.on("GET /runs/r2", (200, {"state": "done"}))
    number = await bench.connect()
    run = await bench.hub.watch(number, Target("toy", thread="t1"))
    assert bench.hub.case(run).run.id == "r2"
    await bench.hub.aclose()


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (Target("toy"), "Name a run or a thread"),
        (Target("toy", thread="t1"), "Thread t1 has no runs yet"),
        (Target("other", "r1"), "toy speaks Toy server; what you named belongs to other"),
    ],
)
async def test_what_cannot_be_watched_is_said(target: Target, why: str) -> None:
    bench = Bench(Toy())
    number = await bench.connect()
    with pytest.raises(UserError, match=why):
        await bench.hub.watch(number, target)
    await bench.hub.aclose()


async def test_the_run_that_is_in_the_way_is_watched_when_an_error_named_it() -> None:
    bench = Bench(Toy())
    bench.server.on("GET /runs/r9", (200, {"state": "done"}))
    run = await bench.hub.watch(await bench.connect(), Target("toy", blocked_by="r9"))
    assert bench.hub.case(run).run.id == "r9"
    await bench.hub.aclose()


class Threaded(Toy):
    """A backend that can ask for a run of a known thread only, and lists two pages of runs."""

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        return () if target.thread is None else super().look(target, capabilities)

    def discover(self, query: Query) -> Script[Page]:
        yield Call("GET", "/runs")
        return Page((RunRef("r1", "t1", None),), "more") if query.after is None else Page((RunRef("r2", "t2", None),))


async def test_a_run_that_is_named_alone_is_found_in_the_list() -> None:
    bench = Bench(Threaded())
    bench.server.on("GET /runs", (200, {}))
    bench.server.on("GET /runs/r2", (200, {"state": "done"}))
    number = await bench.connect()
    assert bench.hub.case(await bench.hub.watch(number, Target("toy", "r2"))).run.id == "r2"
    with pytest.raises(UserError, match="its thread has to be known"):
        await bench.hub.watch(number, Target("toy", "r3"))
    await bench.hub.aclose()


def test_the_newest_run_is_found_by_its_time_or_is_the_first() -> None:
    assert newest([RunRef("a", None, None, 1.0), RunRef("b", None, None, 2.0)]) == "b"
    assert newest([RunRef("a", None, None), RunRef("b", None, None, "x")]) == "a"
    assert newest([]) is None


def test_of_a_held_thread_the_run_at_work_is_meant_and_else_the_first_in_line() -> None:
    refs = [RunRef("c", None, "pending", 3.0), RunRef("b", None, "pending", 2.0), RunRef("a", None, "success", 1.0)]
    assert holder(refs) == "b"
    assert holder([*refs, RunRef("r", None, "requires_action", 0.5)]) == "r"
    assert holder(refs[2:]) is None


async def test_a_refusal_that_names_no_run_leads_to_the_one_that_holds_the_thread() -> None:
    known = (RunRef("r1", "t1", "running", "2026-01-01"), RunRef("r2", "t1", "pending", "2026-01-02"))
    bench = Bench(Toy(known=known))
    bench.server.on("GET /runs/r1", (200, {"state": "busy"}))
    number = await bench.connect()
    run = await bench.hub.watch(number, Target("toy", thread="t1", blocked_by=""))
    assert bench.hub.case(run).run.id == "r1"
    await bench.hub.aclose()
