"""Each scene of the Responses demo that can be brought to a good end is, by mouse and by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from inspector.domain.case import Thresholds
from inspector.services.hub import LIVE
from inspector.services.model import ConnectionSpec, RunId
from inspector.ui.dialogs.paste import PasteDialog
from inspector.ui.dialogs.start import StartDialog
from inspector.ui.sheets.answers import ApprovalsForm, ToolOutputs
from tests.ui.pilot import Keyboard, Mouse, dialog, ended, gone, shown
from tests.ui.stage import Stage, stage
from tests.ui.walks.hands import Clicks, Hand, Keys

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

HANDS = pytest.mark.parametrize("hand", [Clicks(), Keys()], ids=["mouse", "keyboard"])


async def entered(on: Stage, scene: str, silence: float = 30.0) -> RunId:
    """A connected window, and the scene's run in focus."""
    await shown(on)
    limits = Thresholds(silence=silence, no_events=min(10.0, silence), no_headers=min(10.0, silence))
    await on.hub.connect(ConnectionSpec(on.server.url_responses, "responses", "responses", thresholds=limits))
    return await on.scene(f"responses-{scene}")


def press(hand: Hand, button: QPushButton) -> None:
    if isinstance(hand, Clicks):
        hand.mouse.click(button)
    else:
        Keyboard().tab_to(button)
        Keyboard().press("Space")


@HANDS
async def test_two_tool_outputs_are_submitted_together(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        run = await entered(on, "two-tool-outputs")
        await ended(on, "waiting", run)
        sheet = await hand.act(on, "Submit tool outputs")
        assert isinstance(sheet.form, ToolOutputs)
        for editor in sheet.form.editors.values():
            assert not sheet.send.isEnabled()
            hand.fill(editor, "Interrupted", "interrupted by operator")
        assert "previous_response_id" in sheet.preview.toPlainText()
        await hand.send(on, sheet)
        await ended(on, "completed")
        assert on.hub.verdict(run).ending == "completed"
        assert len(on.hub.runs(LIVE)) == 2


@HANDS
async def test_a_call_is_denied_with_a_reason(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        run = await entered(on, "approval")
        await ended(on, "waiting", run)
        sheet = await hand.act(on, "Approve or deny")
        assert isinstance(sheet.form, ApprovalsForm)
        ((_, group),) = sheet.form.groups.items()
        ((_, reason),) = sheet.form.reasons.items()
        if isinstance(hand, Clicks):
            hand.mouse.click(group.buttons()[1])
            hand.mouse.click(reason)
        else:
            Keyboard().tab_to(group.buttons()[0])
            Keyboard().press("Space")
            Keyboard().press("Right")
            Keyboard().tab_to(reason)
        Keyboard().type("too risky")
        assert '"reason": "too risky"' in sheet.preview.toPlainText()
        await hand.send(on, sheet)
        await ended(on, "completed")
        focus = on.desk.focus
        assert focus is not None
        said = [message.text for message in on.hub.case(focus).run.messages.values()]
        assert said == ["The branch stays: too risky."]


@HANDS
@pytest.mark.parametrize("scene", ["silent-after-created", "silent-mid-text"])
async def test_a_silent_stream_is_closed_and_the_same_asked_again(qtbot: QtBot, hand: Hand, scene: str) -> None:
    async with stage() as on:
        run = await entered(on, scene, silence=0.5)
        await ended(on, "stalled", run)
        assert on.window.middle.header.closing.text() == "closing cancels the run"
        sheet = await hand.act(on, "Close its connection")
        assert sheet.preview.toPlainText().startswith("CLOSE http://")
        assert "cancelled" in await hand.send(on, sheet)
        await ended(on, "cancelled", run)
        await hand.send(on, await hand.act(on, "Start a new response"))
        await ended(on, "completed")
        assert on.desk.focus != run


@HANDS
async def test_an_attempt_that_nobody_answers_is_given_up_and_made_again(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        run = await entered(on, "no-headers", silence=0.5)
        await ended(on, "not_started", run)
        await on.until(lambda: "stream.no_headers" in [each.id for each in on.hub.verdict(run).findings])
        await hand.send(on, await hand.act(on, "Close its connection"))
        await on.until(lambda: on.hub.case(run).link is not None and on.hub.case(run).link.end is not None)  # type: ignore[union-attr]
        await hand.send(on, await hand.act(on, "Start a new response"))
        await ended(on, "completed")
        attempts = next(each for each in on.hub.verdict(run).findings if each.id == "stream.attempts")
        assert attempts.values["times"] == 2


@HANDS
@pytest.mark.parametrize(("scene", "word"), [("failed", "failed"), ("token-limit", "incomplete")])
async def test_what_ended_badly_is_begun_anew(qtbot: QtBot, hand: Hand, scene: str, word: str) -> None:
    async with stage() as on:
        run = await entered(on, scene)
        await ended(on, word, run)
        sheet = await hand.act(on, "Start a new response")
        assert sheet.form is not None
        await hand.send(on, sheet) if scene == "failed" else sheet.close()
        if scene == "failed":
            await ended(on, "completed")


@HANDS
async def test_a_response_that_nobody_takes_up_is_cancelled(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        run = await entered(on, "stuck-in-queue")
        await ended(on, "not_started", run)
        await hand.send(on, await hand.act(on, "Cancel"))
        await ended(on, "cancelled", run)


async def test_the_time_in_which_a_stream_can_be_had_again_counts_down_and_lapses(qtbot: QtBot) -> None:
    async with stage(speed=10) as on:
        run = await entered(on, "short-window")
        header = on.window.middle.header
        await on.until(lambda: "left" in header.deadline.text())
        assert header.deadline.text().startswith("Stream it again: ")
        await on.until(lambda: (state := on.hub.watching(run)) is not None and state.polls)
        refused = next(action for action in on.hub.actions(run) if action.id == "resume_stream")
        assert "can no longer be streamed" in (refused.why_not or "")
        await on.until(lambda: not header.deadline.isVisible())
        await ended(on, "completed", run)


@HANDS
async def test_a_response_is_started_from_the_window(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await entered(on, "healthy")
        on.window.doings.start_run(on.hub.connections()[-1], "")
        start = await dialog(on, StartDialog)
        start.assistant.setCurrentText("healthy")
        start.input.set_value("When does the ferry leave?")
        start.background.setChecked(True)
        assert '"background": true' in start.preview.toPlainText()
        press(hand, start.go)
        await gone(on, start)
        await ended(on, "completed")
        assert len(on.hub.runs(LIVE)) == 2


@pytest.mark.parametrize("text", ["{id}", "curl {url}/responses/{id}", "Response with id '{id}' not found."])
async def test_what_names_a_response_is_pasted_to_attach(qtbot: QtBot, text: str) -> None:
    async with stage() as on:
        await entered(on, "healthy")
        scene = await on.server.play("responses-stuck-in-queue")
        on.desk.show_run(None)
        on.window.doings.paste(text.format(id=scene.run, url=on.server.url_responses))
        paste = await dialog(on, PasteDialog)
        assert paste.run_field.text() == scene.run
        Mouse().click(paste.go)
        await gone(on, paste)
        await on.until(lambda: on.desk.focus is not None and on.hub.case(on.desk.focus).run.id == scene.run)
