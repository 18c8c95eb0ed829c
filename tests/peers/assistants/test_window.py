"""The window on a real llamphouse: what somebody sees there, and its part of the repairs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.adapter import Target
from inspector.services.model import Connection, ConnectionSpec, RunId
from inspector.ui.dialogs.start import StartDialog
from inspector.ui.sheets.answers import ToolOutputs
from inspector.ui.sheets.forms import NewRunForm
from tests.peers.assistants.desk import Desk
from tests.peers.assistants.server import House
from tests.ui.pilot import Mouse, dialog, ended, gone, shown
from tests.ui.stage import Seat, seat
from tests.ui.walks.hands import Clicks, Hand, Keys

pytestmark = [
    pytest.mark.peer,
    pytest.mark.qt_loop,
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]

HANDS = pytest.mark.parametrize("hand", [Clicks(), Keys()], ids=["mouse", "keyboard"])


@asynccontextmanager
async def at(url: str) -> AsyncIterator[tuple[Seat, Connection]]:
    """A window that is connected to the server."""
    async with seat() as on:
        connection = await on.hub.connect(ConnectionSpec(url))
        await shown(on)
        yield on, connection


async def attached(on: Seat, connection: Connection, thread: str, run: str) -> RunId:
    """Somebody else's run, in focus."""
    watched = await on.hub.watch(connection.id, Target("assistants", run, thread))
    on.desk.show_run(watched)
    return watched


@HANDS
async def test_a_tool_output_is_given(qtbot: QtBot, house: House, desk: Desk, hand: Hand) -> None:
    thread, name = desk.asked("asks", "requires_action")
    async with at(house.url) as (on, connection):
        run = await attached(on, connection, thread, name)
        await ended(on, "waiting", run)
        sheet = await hand.act(on, "Submit tool outputs")
        assert isinstance(sheet.form, ToolOutputs)
        (editor,) = sheet.form.editors.values()
        hand.fill(editor, "Interrupted", "interrupted by operator")
        await hand.send(on, sheet)
        await ended(on, "completed", run)


@HANDS
async def test_a_failed_run_is_followed_by_a_new_one(qtbot: QtBot, house: House, desk: Desk, hand: Hand) -> None:
    thread, name = desk.asked("fails", "failed")
    async with at(house.url) as (on, connection):
        run = await attached(on, connection, thread, name)
        await ended(on, "failed", run)
        sheet = await hand.act(on, "Start a new run")
        assert isinstance(sheet.form, NewRunForm)
        sheet.form.assistant.setText("talks")
        await hand.send(on, sheet)
        await ended(on, "completed")


async def test_a_queued_run_is_cancelled(qtbot: QtBot, idle_house: House, idle_desk: Desk) -> None:
    hand = Clicks()
    thread, name = idle_desk.asked("talks", "queued")
    async with at(idle_house.url) as (on, connection):
        run = await attached(on, connection, thread, name)
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", run)


async def test_what_the_server_refuses_is_told_in_its_words(qtbot: QtBot, house: House, desk: Desk) -> None:
    hand = Clicks()
    thread, name = desk.asked("hangs", "in_progress")
    async with at(house.url) as (on, connection):
        await attached(on, connection, thread, name)
        sheet = await hand.act(on, "Cancel")
        hand.mouse.click(sheet.send)
        await on.until(lambda: "unless it is in 'queued' status" in sheet.steps.text())
        hand.mouse.click(sheet.leave)


async def test_a_run_is_started_and_read(qtbot: QtBot, house: House) -> None:
    mouse = Mouse()
    async with at(house.url) as (on, connection):
        on.window.doings.start_run(connection, "")
        start = await dialog(on, StartDialog)
        start.assistant.setCurrentText("talks")
        start.input.field.setPlainText("Hello")
        mouse.click(start.go)
        await gone(on, start)
        await ended(on, "completed")
        assert on.desk.focus is not None
        said = {message.text for message in on.hub.case(on.desk.focus).run.messages.values()}
        assert "Grüße aus llamphouse ✓" in said
