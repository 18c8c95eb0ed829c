"""The stream's word and the server's, side by side."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from inspector.ui.detail.panel import STATE, DetailPanel
from inspector.ui.detail.witnesses import Witnesses
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_each_witness_is_told_with_its_frames(qtbot: QtBot) -> None:
    async with desk_with("langgraph/server_sigterm_early") as (desk, run):
        panel = Witnesses(desk.theme)
        qtbot.addWidget(panel)
        panel.show_verdict(desk.hub.verdict(run))
        assert panel.conclusion.text().startswith("Alive, the stream died")
        assert "the server ended it" in panel.stream.said.text()
        assert panel.server.said.text().startswith("running at")
        jumps: list[int] = []
        panel.jumped.connect(jumps.append)
        link = panel.server.findChildren(QPushButton)[0]
        link.click()
        assert [f"#{seq}" for seq in jumps] == [link.text()]
        panel.show_verdict(None)
        assert panel.isHidden()


async def test_they_stand_above_what_the_server_answered(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = DetailPanel(desk)
        qtbot.addWidget(panel)
        panel.setCurrentIndex(STATE)
        assert panel.witnesses.isVisibleTo(panel)
        assert "error" in panel.witnesses.server.said.text()
        desk.show_run(None)
        assert panel.pages[STATE].hinting
