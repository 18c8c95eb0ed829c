"""Every command has its place, and all of them are found by typing."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.commands import Commands
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_commands_have_names_and_no_two_share_a_shortcut(qtbot: QtBot) -> None:
    async with stage() as on:
        commands = on.window.commands
        assert isinstance(commands, Commands)
        assert all(action.text() for action in commands.all)
        keys = [action.shortcut().toString() for action in commands.all if not action.shortcut().isEmpty()]
        assert len(set(keys)) == len(keys)
        titles = " ".join(action.text().replace("&", "") for action in commands.all)
        for word in ("Connect", "Open", "Paste", "Record", "Export", "Start a run", "Refresh", "Log", "Findings"):
            assert word in titles


async def test_the_filter_of_the_tool_bar_filters_the_log(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-healthy")
        await on.until(lambda: on.ending(run) == "completed")
        log = on.window.middle.log
        on.window.commands.filter.setText("nowhere to be found")
        await on.until(lambda: log.model.rowCount() == 0)
        on.window.commands.filter.clear()
        await on.until(lambda: log.model.rowCount() > 5)
