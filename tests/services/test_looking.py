"""Asking how a run stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from inspector.domain.adapter import Target
from inspector.domain.calls import Call
from inspector.services.driver import Driver
from inspector.services.looking import Looker
from inspector.services.recorder import Recorder
from inspector.services.tasks import Tasks
from tests.services.kit import HandClock, Server
from tests.services.toy import Toy

pytestmark = pytest.mark.anyio

PATHS = ("/run", "/runs", "/thread", "/state")


class Four(Toy):
    """Four reads, and a write that has no business there."""

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        return [Call("POST", "/oops", reads=False), *(Call("GET", path) for path in PATHS)]


def looker(server: Server, poll: float | None = None) -> Looker:
    clock = HandClock()
    recorder = Recorder(clock, lambda frames: None, lambda problem: None)
    tasks = Tasks(lambda name, error: None)
    driver = Driver("here", server, tasks, clock, recorder.link, recorder.flush)
    return Looker(driver, Four(poll=poll), {})


def answering(*statuses: int) -> Server:
    server = Server()
    for path, status in zip(PATHS, statuses, strict=True):
        server.on(f"GET {path}", (status, {"at": path}))
    return server


async def test_all_reads_are_made_in_order_and_nothing_else() -> None:
    server = answering(200, 200, 200, 404)
    look = await looker(server).look(Target("toy", "r"))
    assert [call.path for call in server.calls] == list(PATHS)
    assert look.told == tuple((404 if path == "/state" else 200, {"at": path}) for path in PATHS)
    assert (look.reached, look.missing, look.problem, look.wait) == (True, False, None, None)


async def test_a_brief_look_asks_what_tells_of_a_change() -> None:
    server = answering(200, 200, 200, 200)
    assert len((await looker(server).look(Target("toy", "r"), brief=True)).told) == 3
    assert [call.path for call in server.calls] == ["/run", "/runs", "/thread"]


async def test_the_first_answer_is_told_before_the_next_question() -> None:
    server, asked = answering(200, 200, 200, 200), []
    await looker(server).look(Target("toy", "r"), begun=lambda: asked.append(len(server.calls)))
    assert asked == [1]


async def test_a_run_that_the_server_does_not_know_is_missing() -> None:
    assert (await looker(answering(404, 200, 200, 200)).look(Target("toy", "r"))).missing


async def test_a_server_that_does_not_answer_is_asked_no_further() -> None:
    server = answering(200, 200, 200, 200)
    server.on("GET /thread", "Nothing listens there.")
    look = await looker(server).look(Target("toy", "r"))
    assert [call.path for call in server.calls] == ["/run", "/runs", "/thread"]
    assert (look.reached, look.problem) == (False, "Nothing listens there.")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_a_refusal_is_said(status: int) -> None:
    look = await looker(answering(200, 200, status, 200)).look(Target("toy", "r"))
    assert look.problem == f"The server answered {status} to GET /thread."


async def test_what_can_be_no_name_of_a_run_is_said() -> None:
    look = await looker(answering(422, 200, 200, 200)).look(Target("toy", "r"))
    assert look.problem == "The server answered 422 to GET /run."
    assert (await looker(answering(200, 422, 200, 200)).look(Target("toy", "r"))).problem is None


async def test_the_servers_wish_to_be_asked_later_is_heard() -> None:
    assert (await looker(answering(200, 200, 200, 200), 7.0).look(Target("toy", "r"))).wait == 7.0
