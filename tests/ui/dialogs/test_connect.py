"""Connecting, with a doctor."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.connect import ConnectDialog
from inspector.ui.memory import SavedServer
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_the_doctor_says_what_was_tried_and_connecting_tells(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = ConnectDialog(on.desk, on.window.servers, on.window)
        connected: list[object] = []
        dialog.connected.connect(connected.append)
        assert not dialog.go.isEnabled()
        dialog.show_address(on.server.url_langgraph)
        dialog.check.click()
        await on.until(lambda: dialog.steps.topLevelItemCount() > 0)
        assert "answers" in dialog.verdict.text()
        dialog.go.click()
        await on.until(lambda: bool(connected))


async def test_where_nothing_listens_it_says_so(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = ConnectDialog(on.desk, on.window.servers, on.window)
        dialog.show_address("http://127.0.0.1:9")
        dialog.check.click()
        await on.until(lambda: "refused" in dialog.verdict.text())
        dialog.show_address("ftp://nowhere")
        dialog.check.click()
        await on.until(lambda: "address" in dialog.verdict.text())
        dialog.close()


async def test_what_counts_as_too_long_is_set_for_each_server(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = ConnectDialog(on.desk, on.window.servers, on.window)
        dialog.show_server(SavedServer(on.server.url_langgraph, limits={"silence": 90.0}))
        assert (dialog.silence.value(), dialog.answer.value(), dialog.start.value()) == (90, 10, 15)
        dialog.start.setValue(60)
        wanted = dialog.wanted()
        assert (wanted.silence, wanted.answer, wanted.start) == (90, 10, 60)
        dialog.close()
