"""What the window shows while there is nothing to see."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.welcome import Welcome
from tests.ui.picture import desk_with
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_without_a_server_the_first_step_is_to_connect(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        welcome = Welcome(desk.theme)
        welcome.follow(desk)
        qtbot.addWidget(welcome)
        asked: list[str] = []
        welcome.connects.connect(lambda: asked.append("connect"))
        welcome.opens.connect(lambda: asked.append("open"))
        welcome.pastes.connect(lambda: asked.append("paste"))
        welcome.demonstrates.connect(lambda: asked.append("demo"))
        for button in (welcome.connect_, welcome.open_, welcome.paste, welcome.demo):
            button.click()
        assert asked == ["connect", "open", "paste", "demo"]
        assert welcome.start.isHidden()


async def test_with_one_it_is_to_choose_or_start_a_run(qtbot: QtBot) -> None:
    async with stage() as on:
        on.window.welcome.refresh()
        assert on.window.welcome.connect_.isHidden()
        assert on.window.welcome.demo.isHidden()
        assert not on.window.welcome.start.isHidden()
        assert on.window.minimumSizeHint().width() <= 1000, "it fits a small screen, whatever is shown"
