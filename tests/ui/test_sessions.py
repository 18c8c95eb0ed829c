"""Whole logs: exported with a look at what is taken out, and two runs compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.store.open import open_log
from inspector.ui.dialogs.export import Wanted
from inspector.ui.sessions import Sessions
from tests.ui.picture import RECORDINGS
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop

FAILED = RECORDINGS / "assistants" / "06_failed_rate_limit.wire.jsonl"
WAITS = RECORDINGS / "assistants" / "02a_requires_action_two_calls.wire.jsonl"
GRAPH = RECORDINGS / "langgraph" / "node_error.wire.jsonl"


async def opened(on: Seat, *paths: Path) -> None:
    on.window.doings.open_files(paths)
    await on.until(lambda: sum(not book.loading for book in on.hub.books()) == len(paths) + 1)
    await on.until(lambda: on.desk.focus is not None)


async def test_each_format_is_written_with_the_verdicts(qtbot: QtBot, tmp_path: Path) -> None:
    async with seat() as on:
        await opened(on, FAILED)
        sessions, book = on.window.doings.sessions, on.desk.book
        assert isinstance(sessions, Sessions)
        told = sessions.account(book)
        for to, suffix in (("bundle", "jsonl"), ("markdown", "md"), ("json", "json")):
            wanted = Wanted(to, suffix, True, ())
            await sessions.export(book, told, wanted, tmp_path / f"a.{suffix}")
        assert on.window.bar.text.text().endswith("without secrets.")
        head = open_log(tmp_path / "a.jsonl").head
        assert head["report"] == json.loads((tmp_path / "a.json").read_text())
        assert head["report"]["runs"][0]["ending"] == "failed"
        assert "stateDiagram-v2" in (tmp_path / "a.md").read_text()


async def test_an_export_begins_with_the_dialog(qtbot: QtBot) -> None:
    async with seat() as on:
        await opened(on, FAILED)
        dialog = on.window.doings.sessions.export_dialog()
        assert dialog.isVisible()
        assert FAILED.name in dialog.windowTitle()
        dialog.close()


async def test_the_run_in_focus_is_compared_with_its_like(qtbot: QtBot) -> None:
    async with seat() as on:
        sessions = on.window.doings.sessions
        assert sessions.compare_dialog() is None
        assert "two runs" in on.window.bar.text.text()
        await opened(on, FAILED, GRAPH, WAITS)
        titles = {book.id: book.title for book in on.hub.books()}
        on.desk.show_run(next(run for run in on.hub.runs() if titles[run.book] == WAITS.name))
        dialog = sessions.compare_dialog()
        assert dialog is not None
        left, right = (side.currentText() for side in dialog.sides)
        assert left.endswith(FAILED.name)
        assert right.endswith(WAITS.name)
        dialog.close()
