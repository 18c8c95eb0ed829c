"""Leaving runs without harm."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from inspector.services.model import WatchState
from inspector.ui.leaving import ask, at_risk, harmed, sentence
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_only_a_stream_whose_end_may_harm_is_asked_about(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-stuck-node")
        await on.until(lambda: on.ending(run) == "running")
        done: list[str] = []
        assert ask(on.window, on.hub, at_risk(on.hub), lambda: done.append("left")) is None
        assert done == ["left"]
        state = WatchState("our stream", 0.0, "cancels")
        monkeypatch.setattr(on.hub, "watching", lambda _: state)
        assert harmed(on.hub, run)
        assert "cancels" in sentence(on.hub, [run])
        parent = QWidget()
        qtbot.addWidget(parent)
        box = ask(parent, on.hub, at_risk(on.hub), lambda: done.append("left"))
        assert box is not None
        stay = next(button for button in box.buttons() if button.text() == "Stay")
        stay.click()
        assert done == ["left"]


async def test_a_request_that_nobody_has_answered_ends_with_us(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("responses-no-headers")
        assert on.hub.watching(run) is None
        assert at_risk(on.hub) == [run]
        assert "Closing cancels" in sentence(on.hub, [run])
        on.desk.show_run(run)
        badge = on.window.middle.header.closing
        await on.until(lambda: badge.isVisibleTo(on.window))
        assert badge.toolTip() == "This connection carries the run: closing it cancels the run."
