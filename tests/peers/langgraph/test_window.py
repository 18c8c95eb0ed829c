"""The window on a real server: what somebody sees there, and each repair by mouse or by keyboard alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.adapter import Target
from inspector.services.model import ConnectionSpec, RunId
from inspector.ui.dialogs.start import StartDialog
from inspector.ui.sheets.answers import AnswerForm
from inspector.ui.sheets.forms import CheckpointForm, StateForm
from tests.peers.langgraph.office import moment
from tests.peers.langgraph.server import Server
from tests.ui.pilot import Mouse, dialog, ended, gone, shown
from tests.ui.stage import Seat, seat
from tests.ui.walks.hands import Clicks, Hand, Keys

pytestmark = [
    pytest.mark.peer,
    pytest.mark.qt_loop,
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]

HANDS = pytest.mark.parametrize("hand", [Clicks(), Keys()], ids=["mouse", "keyboard"])


class Stranger:
    """An app that uses the server beside the window."""

    def __init__(self, url: str, on: Seat, connection: int) -> None:
        self._web = httpx.AsyncClient(base_url=url, timeout=60)
        self._on = on
        self._connection = connection

    async def close(self) -> None:
        await self._web.aclose()

    async def state(self, thread: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self._web.get(f"/threads/{thread}/state")).raise_for_status().json()
        return found

    async def reaches(self, thread: str, node: str) -> None:
        """Wait until a node is what runs next."""
        async with asyncio.timeout(90):
            while (await self.state(thread)).get("next") != [node]:
                await moment()

    async def runs(self, graph: str, given: Any = None, thread: str | None = None, **more: Any) -> tuple[str, RunId]:
        """Starts a run that the window then attaches to: its thread, and the run in focus."""
        thread = thread or str((await self._web.post("/threads", json={})).raise_for_status().json()["thread_id"])
        body = {"assistant_id": graph, "input": given or {}, **more}
        run = (await self._web.post(f"/threads/{thread}/runs", json=body)).raise_for_status().json()["run_id"]
        watched = await self._on.hub.watch(self._connection, Target("langgraph", run, thread))
        self._on.desk.show_run(watched)
        return thread, watched


async def known(on: Seat, run: RunId) -> None:
    """Wait until the server was asked about a run that has ended: thread and state are read after the run."""
    await on.until(lambda: (state := on.hub.watching(run)) is None or state.settled)


@asynccontextmanager
async def at(server: Server) -> AsyncIterator[tuple[Seat, Stranger]]:
    """A window that is connected to the server, and an app beside it."""
    async with seat() as on:
        connection = await on.hub.connect(ConnectionSpec(server.url))
        stranger = Stranger(server.url, on, connection.id)
        try:
            await shown(on)
            yield on, stranger
        finally:
            await stranger.close()


@HANDS
async def test_an_interrupt_is_seen_and_answered(qtbot: QtBot, langgraph_server: Server, hand: Hand) -> None:
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("hitl", {"text": "draft"})
        await ended(on, "waiting", run)
        assert "Approve this draft?" in on.window.middle.header.why.text()
        sheet = await hand.act(on, "Resume with an answer")
        assert isinstance(sheet.form, AnswerForm)
        (editor,) = sheet.form.editors.values()
        hand.fill(editor, "Yes", "true")
        assert "took the answer" in await hand.send(on, sheet)
        await ended(on, "completed")
        assert (await stranger.state(thread))["values"]["answer"] is True


async def test_several_interrupts_take_an_answer_each(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Clicks()
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("two")
        await ended(on, "waiting", run)
        sheet = await hand.act(on, "Resume with an answer")
        assert isinstance(sheet.form, AnswerForm)
        first, second = sheet.form.editors.values()
        hand.fill(first, "Yes", "true")
        assert not sheet.send.isEnabled()
        hand.fill(second, "No", "false")
        await hand.send(on, sheet)
        await ended(on, "completed")
        assert (await stranger.state(thread))["next"] == []


async def test_a_breakpoint_is_continued(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Keys()
    async with at(langgraph_server) as (on, stranger):
        _, run = await stranger.runs("stop")
        await ended(on, "waiting", run)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")


async def test_a_tool_interrupt_gets_its_output(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Clicks()
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("tools", {"messages": [{"role": "user", "content": "Weather?"}]})
        await ended(on, "waiting", run)
        sheet = await hand.act(on, "Resume with an answer")
        assert isinstance(sheet.form, AnswerForm)
        (editor,) = sheet.form.editors.values()
        hand.fill(editor, "Interrupted", "")
        await hand.send(on, sheet)
        await ended(on, "completed")
        said = (await stranger.state(thread))["values"]["messages"][-1]["content"]
        assert "interrupted by operator" in said


async def test_a_node_that_raises_is_skipped(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Clicks()
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("boom")
        await ended(on, "failed", run)
        assert any("the database said no" in str(f.values) for f in on.hub.verdict(run).findings)
        await known(on, run)
        sheet = await hand.act(on, "Set the state")
        assert isinstance(sheet.form, StateForm)
        assert sheet.form.node.currentText() == "explode"
        await hand.send(on, sheet)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")
        assert (await stranger.state(thread))["values"]["trail"] == ["first", "last"]


async def test_a_recursion_limit_is_told_and_continued(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Keys()
    async with at(langgraph_server) as (on, stranger):
        _, run = await stranger.runs("looper", {"goal": 8}, config={"recursion_limit": 5})
        await ended(on, "failed", run)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")


@HANDS
async def test_a_hanging_node_is_cancelled_skipped_and_passed(
    qtbot: QtBot, langgraph_server: Server, hand: Hand
) -> None:
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("hang")
        await stranger.reaches(thread, "crawl")
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", run)
        await known(on, run)
        await hand.send(on, await hand.act(on, "Set the state"))
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")
        assert (await stranger.state(thread))["values"]["trail"] == ["first", "last"]
        assert [entry.effect for entry in on.hub.journal()] == ["seen"] * 3


async def test_a_node_that_swallows_the_cancel_is_told_apart(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Clicks()
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("stubborn", {"seconds": 14})
        await stranger.reaches(thread, "hold_on")
        sheet = await hand.act(on, "Cancel")
        hand.mouse.click(sheet.send)
        await on.until(lambda: "hold_on" in sheet.steps.text(), 90)
        assert "✓" not in sheet.steps.text()
        hand.mouse.click(sheet.leave)
        state = next(action for action in on.hub.actions(run) if action.id == "set_state")
        assert "busy" in (state.why_not or "")
        await on.until(lambda: any(a.id == "continue" and a.possible for a in on.hub.actions(run)), 90)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")


async def test_a_thread_goes_back_to_a_checkpoint(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Clicks()
    async with at(langgraph_server) as (on, stranger):
        _, run = await stranger.runs("steps")
        await ended(on, "completed", run)
        await hand.send(on, await hand.act(on, "Refresh"))
        sheet = await hand.act(on, "Rewind to a checkpoint")
        form = sheet.form
        assert isinstance(form, CheckpointForm)
        rows = [form.list.item(row) for row in range(form.list.count())]
        wanted = next(item for item in rows if item.text().startswith("step 1, then search"))
        form.list.setCurrentItem(wanted)
        assert str(wanted.toolTip()) in sheet.preview.toPlainText()
        await hand.send(on, sheet)
        await ended(on, "completed")
        assert on.desk.focus != run


async def test_giving_up_and_going_on_with_a_copy(qtbot: QtBot, langgraph_server: Server) -> None:
    hand = Keys()
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("stop")
        await ended(on, "waiting", run)
        await hand.send(on, await hand.act(on, "Copy the thread and continue there"))
        await ended(on, "completed")
        on.desk.show_run(run)
        await hand.send(on, await hand.act(on, "Give up"))
        assert (await stranger.state(thread))["next"] == []


async def test_a_busy_thread_refuses_and_shows_what_holds_it(qtbot: QtBot, langgraph_server: Server) -> None:
    mouse = Mouse()
    async with at(langgraph_server) as (on, stranger):
        thread, run = await stranger.runs("hang")
        on.window.doings.start_run(on.hub.connections()[0], thread)
        start = await dialog(on, StartDialog)
        start.assistant.setCurrentText("steps")
        assert start.strategy.currentText() == "reject"
        mouse.click(start.go)
        await on.until(lambda: bool(start.problem.text()))
        assert "already running" in start.problem.text() or "409" in start.problem.text()
        start.strategy.setCurrentText("enqueue")
        mouse.click(start.go)
        await gone(on, start)
        behind = on.desk.focus
        assert behind is not None
        await on.until(lambda: any(f.id == "run.blocked" for f in on.hub.verdict(behind).findings), 90)
        on.desk.show_run(run)
        hand = Clicks()
        await hand.send(on, await hand.act(on, "Cancel"))
        on.desk.show_run(behind)
        await ended(on, "completed", behind)


async def test_parallel_branches_are_drawn_and_lit(qtbot: QtBot, langgraph_server: Server) -> None:
    async with at(langgraph_server) as (on, stranger):
        _, run = await stranger.runs("fan")
        await ended(on, "completed", run)
        await on.until(lambda: on.hub.drawing(run) is not None)
        drawing = on.hub.drawing(run)
        assert drawing is not None
        names = {node for node, _ in drawing.nodes}
        assert {"split", "join"} <= names
        assert any(name.startswith("researcher") for name in names)


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_a_server_that_goes_away_in_the_middle(qtbot: QtBot, tmp_path: Path, how: str) -> None:
    server = Server(tmp_path).start()
    try:
        async with at(server) as (on, stranger):
            thread, run = await stranger.runs("hang")
            await stranger.reaches(thread, "crawl")
            await ended(on, "running", run)
            await asyncio.to_thread(server.kill if how == "killed" else server.stop)
            await ended(on, "cut", run)
            await on.until(lambda: bool((state := on.hub.watching(run)) and state.problem))
            state = on.hub.watching(run)
            assert state is not None
            await on.until(lambda: on.window.middle.header.source.toolTip() == state.problem)
    finally:
        server.stop()
