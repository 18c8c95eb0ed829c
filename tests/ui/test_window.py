"""The whole window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.ui.window import Window
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_a_run_is_seen_from_its_list_to_its_bytes(qtbot: QtBot) -> None:
    async with stage() as on:
        window = on.window
        run = await on.scene("langgraph-interrupt")
        await on.until(lambda: on.ending(run) == "waiting")
        await on.until(lambda: window.runs.model.find(run).isValid())
        await on.until(lambda: "▲1" in window.below.tabText(0))
        assert window.middle.header.badge.ending == "waiting"
        window.jump(run.book, on.hub.verdict(run).findings[0].frames[0])
        assert window.middle.log.view.currentIndex().isValid()
        assert window.detail.event_tree.topLevelItemCount() > 1


async def test_closing_is_asked_for_and_the_arrangement_remembered(qtbot: QtBot) -> None:
    async with stage() as on:
        closed: list[bool] = []
        on.window.closing.connect(lambda: closed.append(True))
        on.window.close()
        assert closed == [True]
        assert on.memory.get("window.state")
        again = Window(on.desk.theme, on.memory)
        for _ in again.equip(on.desk, on.window.servers.keys):
            pass
        again.restore_default()
        again.deleteLater()


async def test_complaints_stand_in_the_bar(qtbot: QtBot) -> None:
    async with stage() as on:
        on.desk.complained.emit("No such file.")
        assert on.window.bar.text.text() == "No such file."
        QTest.keyClick(on.window, Qt.Key.Key_Escape)
