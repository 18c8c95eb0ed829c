"""A conversation that takes nothing any more, because a cancelled response left calls without an output in it."""

from __future__ import annotations

import httpx
import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.adapter import Target
from inspector.domain.errors import Refused
from inspector.services.hub import LIVE
from inspector.services.model import ConnectionSpec
from inspector.ui.sheets.answers import ToolOutputs
from tests.ui.pilot import shown
from tests.ui.stage import Seat, stage
from tests.ui.walks.hands import Clicks

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def left_open(on: Seat, url: str) -> tuple[str, str]:
    """An app cancels a response in a conversation as soon as it has called a function: both ids."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as app:
        conversation = str((await app.post("/conversations", json={})).json()["id"])
        body = {"model": "two-tools", "input": "Weather?", "conversation": conversation, "background": True}
        response = str((await app.post("/responses", json=body)).json()["id"])
        while "function_call" not in (await app.get(f"/responses/{response}")).text:
            pass
        (await app.post(f"/responses/{response}/cancel")).raise_for_status()
    return conversation, response


async def test_open_calls_are_answered_together_and_the_conversation_goes_on(qtbot: QtBot) -> None:
    async with stage() as on:
        window = await shown(on)
        url = on.server.url_responses
        conversation, response = await left_open(on, url)
        connection = await on.hub.connect(ConnectionSpec(url, "responses"))
        with pytest.raises(Refused, match="No tool output found"):
            await on.hub.start(connection.id, {"model": "healthy", "message": "Hi", "thread_id": conversation})
        refused = next(run for run in on.hub.runs(LIVE) if on.hub.case(run).run.id is None)
        on.desk.show_run(refused)
        await on.until(lambda: "No tool output found" in window.middle.header.why.text())
        hand = Clicks()
        sheet = await hand.act(on, "Submit tool outputs")
        assert isinstance(sheet.form, ToolOutputs)
        assert set(sheet.form.data().values()) == {"interrupted by operator"}
        assert '"Hi"' in sheet.preview.toPlainText()
        said = await hand.send(on, sheet)
        assert "output" in said
        await on.until(lambda: any(on.ending(run) == "completed" for run in on.hub.runs(LIVE)))
        assert on.ending(await on.hub.watch(connection.id, Target("responses", response))) == "cancelled"


async def test_the_demo_has_such_a_conversation(qtbot: QtBot) -> None:
    async with stage() as on:
        window = await shown(on)
        run = await on.scene("responses-open-calls")
        await on.until(lambda: "tool.unanswered" in {each.id for each in on.hub.verdict(run).findings})
        assert on.ending(run) == "cancelled"
        hand = Clicks()
        sheet = await hand.act(on, "Submit tool outputs")
        assert "Every call of the history has its output" in await hand.send(on, sheet)
        await on.until(lambda: any(on.ending(each) == "completed" for each in on.hub.runs(LIVE)))
        assert window.middle.header.why.text()
