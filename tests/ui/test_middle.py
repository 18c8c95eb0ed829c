"""The middle: empty, or everything about one run."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from inspector.ui.graph.panel import GraphPanel
from inspector.ui.header import Header
from inspector.ui.lifecycle.panel import LifecyclePanel
from inspector.ui.log.panel import LogPanel
from inspector.ui.middle import Middle, Parts
from inspector.ui.timeline.panel import TimelinePanel
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_a_run_takes_the_place_of_the_empty_state(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        pictures = LifecyclePanel(desk), GraphPanel(desk), TimelinePanel(desk)
        middle = Middle(desk, Parts(Header(desk), *pictures, LogPanel(desk)))
        qtbot.addWidget(middle)
        middle.take_empty(QLabel("nothing yet"))
        assert middle.currentWidget() is middle.full
        assert [middle.pictures.tabText(n) for n in range(2)] == ["Lifecycle", "Graph"]
        middle.lifecycle.state_clicked.emit("error")
        assert middle.log.model.rowCount() >= 1
        assert all(
            middle.log.model.shown.rows.state(row) == "error" for row in middle.log.model.shown.index if row >= 0
        )
        assert desk.focus == run
