"""One notification for a run that needs somebody, and a badge in the title."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.notify import Notifier
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_a_run_that_begins_to_wait_counts_until_the_window_is_looked_at(qtbot: QtBot) -> None:
    async with stage() as on:
        notifier = on.window.notifier
        assert isinstance(notifier, Notifier)
        run = await on.scene("langgraph-interrupt")
        await on.until(lambda: on.ending(run) == "waiting")
        await on.until(lambda: on.window.windowTitle().startswith("(1)"))
        notifier.seen()
        assert on.window.windowTitle() == "Stream Inspector"


async def test_it_can_be_switched_off(qtbot: QtBot) -> None:
    async with stage() as on:
        on.window.notifier.enable(False)
        assert not on.window.notifier.enabled
