"""Acting by hand: the form, the exact request, and the proof."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inspector.domain.actions import Effect, Outcome
from inspector.services.model import ActResult, Change, RunId, Step
from inspector.ui.sheets.answers import AnswerForm, ToolOutputs
from inspector.ui.sheets.forms import StateForm
from inspector.ui.sheets.sheet import ActionSheet
from tests.ui.stage import Stage, stage

pytestmark = pytest.mark.qt_loop


def sheet(on: Stage, run: RunId, action: str) -> ActionSheet:
    found = next(each for each in on.hub.actions(run) if each.id == action)
    assert found.possible, found.why_not
    return ActionSheet(on.desk, run, found, on.window)


async def sent(on: Stage, opened: ActionSheet, word: str = "✓") -> None:
    opened.send.click()
    await on.until(lambda: word in opened.steps.text())


async def test_an_interrupt_is_answered_and_the_run_ends_well(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-interrupt")
        await on.until(lambda: on.ending(run) == "waiting")
        opened = sheet(on, run, "resume")
        assert isinstance(opened.form, AnswerForm)
        assert not opened.send.isEnabled()
        next(iter(opened.form.editors.values())).set_value("approve")
        assert opened.send.isEnabled()
        assert '"resume": "approve"' in opened.preview.toPlainText()
        opened.curl.click()
        assert QGuiApplication.clipboard().text().startswith("curl ")
        await sent(on, opened)
        await on.until(lambda: on.desk.focus != run and on.ending(on.desk.focus or run) == "completed")
        opened.close()


async def test_all_tool_outputs_are_needed_and_what_is_typed_is_kept(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("assistants-two-tool-outputs")
        await on.until(lambda: on.ending(run) == "waiting")
        opened = sheet(on, run, "submit_tool_outputs")
        assert isinstance(opened.form, ToolOutputs)
        first, second = opened.form.editors.values()
        first.set_value("12 C")
        assert not opened.send.isEnabled()
        assert opened.problem.text()
        second.set_value("09:30")
        assert '"12 C"' in opened.preview.toPlainText()
        await sent(on, opened)
        await on.until(lambda: on.ending(run) == "completed")
        opened.close()


async def test_a_stuck_node_is_cancelled_skipped_and_gone_past(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-stuck-node")
        await on.until(lambda: any(node.name == "crawl" for node in on.hub.case(run).run.nodes.values()))
        opened = sheet(on, run, "cancel")
        await sent(on, opened)
        opened.close()
        await on.until(lambda: on.ending(run) == "cancelled")
        opened = sheet(on, run, "set_state")
        assert isinstance(opened.form, StateForm)
        assert opened.form.node.currentText() == "crawl"
        await sent(on, opened)
        opened.close()
        opened = sheet(on, run, "continue")
        await sent(on, opened)
        opened.close()
        await on.until(lambda: on.ending(on.desk.focus or run) == "completed")


async def test_a_run_that_goes_on_longer_than_one_waits_is_no_failure(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-interrupt")
        await on.until(lambda: on.ending(run) == "waiting")
        opened = sheet(on, run, "resume")
        assert isinstance(opened.form, AnswerForm)
        next(iter(opened.form.editors.values())).set_value("approve")
        assert not opened._left.isHidden()
        why = "It goes on."

        async def act(*_: object) -> ActResult:
            opened._step(Step("not_seen", why))
            return ActResult("resume", True, None, (), outcome=Outcome(Effect.NOT_SEEN, why), started=run)

        monkeypatch.setattr(on.hub, "act", act)
        monkeypatch.setattr("inspector.ui.sheets.sheet.at_work", lambda *_: True)
        monkeypatch.setattr("inspector.ui.sheets.sheet.came_to", lambda *_: None)
        await sent(on, opened, "… It goes on.")
        assert "✖" not in opened.steps.text()
        assert opened.send.text() == "Sent"
        monkeypatch.setattr("inspector.ui.sheets.sheet.came_to", lambda *_: Step("seen", "Completed: it ended well."))
        on.desk.changed.emit(Change(run.book, runs=frozenset({run.key})))
        assert "✓ Completed" in opened.steps.text()
        opened.close()


async def test_where_nothing_is_to_be_filled_in_the_request_has_all_the_room(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-failed")
        await on.until(lambda: on.ending(run) == "failed")
        opened = sheet(on, run, "continue")
        assert opened._left.isHidden()
        assert opened.preview.toPlainText().startswith("POST ")
        opened.close()
