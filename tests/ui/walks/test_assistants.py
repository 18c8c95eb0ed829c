"""Each scene of the Assistants-compatible demo that can be repaired is repaired, by mouse and by keyboard alone."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.services.hub import LIVE
from inspector.ui.dialogs.start import StartDialog
from inspector.ui.sheets.answers import ToolOutputs
from inspector.ui.sheets.forms import NewRunForm
from tests.ui.pilot import Keyboard, Mouse, dialog, ended, gone, shown
from tests.ui.stage import stage
from tests.ui.walks.hands import Clicks, Hand, Keys

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

HANDS = pytest.mark.parametrize("hand", [Clicks(), Keys()], ids=["mouse", "keyboard"])


@HANDS
@pytest.mark.parametrize("scene", ["two-tool-outputs", "expiring"])
async def test_two_tool_outputs_are_submitted_before_the_time_is_over(qtbot: QtBot, hand: Hand, scene: str) -> None:
    async with stage(speed=8) as on:
        await shown(on)
        run = await on.scene(f"assistants-{scene}")
        await ended(on, "waiting", run)
        await on.until(lambda: "left" in on.window.middle.header.deadline.text())
        sheet = await hand.act(on, "Submit tool outputs")
        assert isinstance(sheet.form, ToolOutputs)
        for editor in sheet.form.editors.values():
            assert not sheet.send.isEnabled()
            assert "An output is missing" in sheet.problem.text()
            hand.fill(editor, "Interrupted", "interrupted by operator")
        assert sheet.preview.toPlainText().count("interrupted by operator") == 2
        await hand.send(on, sheet)
        await ended(on, "completed", run)


@HANDS
@pytest.mark.parametrize(("scene", "word"), [("expired", "expired"), ("failed", "failed")])
async def test_what_nothing_continues_is_begun_anew(qtbot: QtBot, hand: Hand, scene: str, word: str) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene(f"assistants-{scene}")
        await ended(on, word, run)
        sheet = await hand.act(on, "Start a new run")
        assert isinstance(sheet.form, NewRunForm)
        sheet.form.assistant.setText("asst_healthy")
        await hand.send(on, sheet)
        await ended(on, "completed")
        assert on.hub.case(on.desk.focus or run).run.thread == on.hub.case(run).run.thread


@HANDS
async def test_a_run_that_is_stuck_is_cancelled_and_begun_anew(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("assistants-stuck")
        await on.until(lambda: on.ending(run) == "running")
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", run)
        sheet = await hand.act(on, "Start a new run")
        assert isinstance(sheet.form, NewRunForm)
        sheet.form.assistant.setText("asst_healthy")
        await hand.send(on, sheet)
        await ended(on, "completed")


@HANDS
async def test_a_thread_that_a_zombie_blocks_is_freed(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        window, mouse, keyboard = await shown(on), Mouse(), Keyboard()
        scene = await on.server.play("assistants-blocked-by-zombie")
        window.doings.start_run(on.threads, scene.thread or "")
        dialog_ = await dialog(on, StartDialog)
        dialog_.assistant.setCurrentText("asst_healthy")
        if isinstance(hand, Clicks):
            mouse.click(dialog_.go)
        else:
            keyboard.tab_to(dialog_.go)
            keyboard.press("Space")
        await on.until(dialog_.blocker.isVisible)
        assert "already has an active run" in dialog_.problem.text()
        assert dialog_.assistant.currentText() == "asst_healthy"
        if isinstance(hand, Clicks):
            mouse.click(dialog_.blocker)
        else:
            keyboard.tab_to(dialog_.blocker)
            keyboard.press("Space")
        await gone(on, dialog_)
        await on.until(lambda: on.desk.focus is not None and on.hub.case(on.desk.focus).run.id == scene.run)
        blocker = on.desk.focus
        assert blocker is not None
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", blocker)
        sheet = await hand.act(on, "Start a new run")
        assert isinstance(sheet.form, NewRunForm)
        sheet.form.assistant.setText("asst_healthy")
        await hand.send(on, sheet)
        await ended(on, "completed")
        assert len(on.hub.runs(LIVE)) >= 2
