"""What all parts of the window share."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.adapter import Target
from inspector.domain.errors import UserError
from inspector.domain.events import RunKey
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.desk import merged, neediest
from tests.ui.picture import desk_with
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


def test_changes_of_one_book_become_one() -> None:
    some = [
        Change(1, 0, 2, frozenset({RunKey(1)})),
        Change(1, 2, 3, frozenset({RunKey(2)})),
        Change(2, 0, 1),
        Change(1, kind="status"),
    ]
    assert merged(some) == [
        Change(1, 0, 5, frozenset({RunKey(1), RunKey(2)})),
        Change(2, 0, 1),
        Change(1, kind="status"),
    ]


async def test_focus_is_told_once_and_work_that_fails_is_complained_of() -> None:
    async with desk_with("langgraph/thread_stream_default") as (desk, run):
        told: list[object] = []
        desk.focused.connect(told.append)
        desk.show_run(run)
        desk.show_run(None)
        assert told == [None]
        desk.show_book(run.book)
        assert desk.focus == neediest(desk.hub, desk.hub.runs(run.book))
        complaints: list[str] = []
        desk.complained.connect(complaints.append)

        async def fail() -> None:
            raise UserError("No such file.")

        task = desk.begin("fail", desk._guarded(fail()))
        assert task is not None
        await task
        assert complaints == ["No such file."]


async def test_what_nobody_chose_gives_way_to_what_needs_somebody() -> None:
    async with stage() as on:
        healthy = await on.server.play("langgraph-healthy")
        well = healthy.run
        assert well is not None
        await on.hub.watch(on.graphs.id, Target("langgraph", well, healthy.thread))
        await on.until(lambda: on.desk.focus is not None and on.ending(on.desk.focus) == "completed")
        waits = await on.server.play("langgraph-interrupt")
        assert waits.run is not None
        run = await on.hub.watch(on.graphs.id, Target("langgraph", waits.run, waits.thread))
        await on.until(lambda: on.desk.focus == run)


async def test_what_somebody_chose_stays() -> None:
    async with stage() as on:
        well = await on.scene("langgraph-healthy")
        await on.until(lambda: on.ending(well) == "completed")
        waits = await on.server.play("langgraph-interrupt")
        assert waits.run is not None
        run = await on.hub.watch(on.graphs.id, Target("langgraph", waits.run, waits.thread))
        await on.until(lambda: on.ending(run) == "waiting")
        on.desk._deliver()
        assert on.desk.focus == well


async def test_a_file_that_is_closed_is_let_go_at_once(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        asked: list[RunId | None] = []
        desk.focused.connect(asked.append)
        await desk.hub.close_book(run.book)
        assert (desk.focus, desk.book, asked) == (None, LIVE, [None])
