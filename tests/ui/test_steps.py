"""The playbook as somebody reads and clicks it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from inspector.ui.steps import StepsPanel
from tests.ui.picture import desk_with
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


def texts(panel: StepsPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel))


async def test_a_recording_tells_what_could_be_done_and_that_it_cannot_be_done_here(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        panel = StepsPanel(desk)
        qtbot.addWidget(panel)
        assert panel.plays[0].action.id == "resume"
        assert "This is a recording" in texts(panel)
        assert "continuing would only ask it again" in texts(panel)
        assert not any(button.isEnabled() for button in panel.buttons)
        desk.show_run(None)
        assert not panel.buttons
        assert "Choose a run" in texts(panel)


async def test_a_live_run_is_acted_on_in_order(qtbot: QtBot) -> None:
    async with stage() as on:
        panel = StepsPanel(on.desk)
        qtbot.addWidget(panel)
        run = await on.scene("langgraph-interrupt")
        await on.until(lambda: on.ending(run) == "waiting")
        panel.refresh()
        acted: list[str] = []
        panel.acted.connect(acted.append)
        panel.buttons[0].click()
        assert acted == ["resume"]
        assert panel.buttons[0].text().startswith("Resume")
        assert [button.isEnabled() for button in panel.buttons] == [play.number is not None for play in panel.plays]
