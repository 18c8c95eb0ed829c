"""A program with several agents, one of which hangs: seen by its name, explained, and freed by hand."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from pytestqt.qtbot import QtBot

from inspector.app.main import Demo
from tests.ui.pilot import shown
from tests.ui.stage import seat
from tests.ui.walks.hands import Clicks

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_a_sub_agent_that_hangs_is_named_and_a_kick_lets_the_program_finish(qtbot: QtBot) -> None:
    async with AsyncExitStack() as stage, seat() as on:
        window = await shown(on)
        demo = Demo(on.hub, on.desk)
        stage.push_async_callback(demo.aclose)
        await demo.enter("agents_sdk-hanging-subagent", stage)
        await on.until(lambda: on.desk.focus is not None and on.hub.case(on.desk.focus).run.protocol == "agents_sdk")
        run = on.desk.focus
        assert run is not None
        await on.until(lambda: "agents.open_span" in {each.id for each in on.hub.verdict(run).findings})
        await on.until(lambda: "“Researcher” is stuck" in window.middle.header.why.text())
        hand = Clicks()
        sheet = await hand.act(on, "Send the request again")
        await hand.send(on, sheet)
        await on.until(lambda: on.ending(run) == "completed")
        assert on.desk.focus == run
