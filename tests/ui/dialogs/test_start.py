"""Starting a run by hand."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.start import StartDialog
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_a_run_is_started_and_shown_and_its_request_was_seen_before(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = StartDialog(on.desk, on.graphs, "", on.window)
        dialog.input.set_value({"question": "why?"})
        assert '"question": "why?"' in dialog.preview.toPlainText()
        assert dialog.go.isEnabled()
        dialog.go.click()
        await on.until(lambda: on.desk.focus is not None)


async def test_a_run_without_an_assistant_is_refused_with_the_reason(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = StartDialog(on.desk, on.graphs, "", on.window)
        dialog.assistant.setCurrentText("")
        assert not dialog.go.isEnabled()
        assert "assistant" in dialog.problem.text().lower()
        dialog.close()


async def test_new_input_for_a_thread_that_waits_is_warned_of_and_sent_only_then(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-interrupt")
        await on.until(lambda: on.ending(run) == "waiting")
        runs = len(on.hub.runs(run.book))
        dialog = StartDialog(on.desk, on.graphs, str(on.hub.case(run).run.thread), on.window)
        dialog.go.click()
        await on.until(lambda: "starts the graph from its beginning" in dialog.problem.text())
        assert dialog.go.text() == "Start anyway"
        assert len(on.hub.runs(run.book)) == runs
        dialog.go.click()
        await on.until(lambda: len(on.hub.runs(run.book)) > runs)
