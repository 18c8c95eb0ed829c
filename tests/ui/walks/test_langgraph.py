"""Each scene of the LangGraph demo that can be repaired is repaired, by mouse alone and by keyboard alone."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.sheets.answers import AnswerForm
from inspector.ui.sheets.forms import StateForm
from tests.ui.pilot import ended, shown
from tests.ui.stage import stage
from tests.ui.walks.hands import Clicks, Hand, Keys

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

HANDS = pytest.mark.parametrize("hand", [Clicks(), Keys()], ids=["mouse", "keyboard"])


@HANDS
async def test_an_interrupt_is_answered(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("langgraph-interrupt")
        await ended(on, "waiting", run)
        await on.until(lambda: "Approve this draft?" in on.window.middle.header.why.text())
        sheet = await hand.act(on, "Resume with an answer")
        assert isinstance(sheet.form, AnswerForm)
        (editor,) = sheet.form.editors.values()
        hand.fill(editor, "Yes", "true")
        assert '"resume": true' in sheet.preview.toPlainText()
        assert "took the answer" in await hand.send(on, sheet)
        await ended(on, "completed")
        assert on.desk.focus != run
        assert [entry.effect for entry in on.hub.journal()] == ["seen"]


@HANDS
async def test_two_interrupts_get_an_answer_each(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        await ended(on, "waiting", await on.scene("langgraph-two-interrupts"))
        sheet = await hand.act(on, "Resume with an answer")
        assert isinstance(sheet.form, AnswerForm)
        first, second = sheet.form.editors.values()
        hand.fill(first, "Yes", "true")
        assert not sheet.send.isEnabled()
        assert "missing" in sheet.problem.text()
        hand.fill(second, "No", "false")
        await hand.send(on, sheet)
        await ended(on, "completed")


@HANDS
async def test_tool_outputs_are_given_as_the_answer(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        await ended(on, "waiting", await on.scene("langgraph-tool-outputs"))
        sheet = await hand.act(on, "Resume with an answer")
        assert isinstance(sheet.form, AnswerForm)
        assert list(sheet.form.names.values()) == ["get_weather", "get_time"]
        for editor in sheet.form.editors.values():
            assert not sheet.send.isEnabled()
            hand.fill(editor, "An error", '{"error": "the tool failed"}')
        await hand.send(on, sheet)
        await ended(on, "completed")


@HANDS
async def test_a_stuck_node_is_cancelled_skipped_and_left_behind(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("langgraph-stuck-node")
        await on.until(lambda: any(node.name == "crawl" for node in on.hub.case(run).run.nodes.values()))
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", run)
        sheet = await hand.act(on, "Set the state")
        assert isinstance(sheet.form, StateForm)
        assert sheet.form.node.currentText() == "crawl"
        await hand.send(on, sheet)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")
        assert [entry.action for entry in on.hub.journal()] == ["cancel", "set_state", "continue"]


@HANDS
@pytest.mark.parametrize(
    ("scene", "word"), [("cancelled", "cancelled"), ("failed", "failed"), ("time-limit", "failed")]
)
async def test_what_was_broken_off_is_continued(qtbot: QtBot, hand: Hand, scene: str, word: str) -> None:
    async with stage(silence=1.0) as on:
        await shown(on)
        run = await on.scene(f"langgraph-{scene}")
        await ended(on, word, run)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")
        assert on.desk.focus != run


@HANDS
async def test_a_silent_run_is_cancelled_and_continued(qtbot: QtBot, hand: Hand) -> None:
    async with stage(speed=40) as on:
        await shown(on)
        run = await on.scene("langgraph-keepalives-only")
        await on.until(lambda: on.ending(run) == "running")
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", run)
        await hand.send(on, await hand.act(on, "Continue"))
        await ended(on, "completed")


@HANDS
async def test_a_thread_that_a_zombie_holds_goes_on_as_a_copy(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("langgraph-blocked-by-zombie")
        await on.until(lambda: any(f.id == "run.blocked" for f in on.hub.verdict(run).findings))
        await hand.send(on, await hand.act(on, "Copy the thread and continue there"))
        await ended(on, "completed")
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.thread != on.hub.case(run).run.thread
