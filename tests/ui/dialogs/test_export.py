"""The export dialog shows what will be taken out before anything is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.export import PATTERNS, ExportDialog, Wanted
from tests.ui.picture import RECORDINGS
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop

LOG = RECORDINGS / "assistants" / "02a_requires_action_two_calls.wire.jsonl"


async def shown(on: Seat, tmp_path: Path) -> ExportDialog:
    path = tmp_path / "a.wire.jsonl"
    path.write_text(LOG.read_text().replace("weather", "sk-proj-abcdefghijklmnop1234"))
    on.window.doings.open_files([path])
    await on.until(lambda: on.desk.focus is not None)
    dialog = on.window.doings.sessions.export_dialog()
    await on.until(dialog.go.isEnabled)
    return dialog


def cells(dialog: ExportDialog) -> list[list[str]]:
    table = dialog.table
    items = [[table.item(row, column) for column in range(3)] for row in range(table.rowCount())]
    return [[item.text() if item is not None else "" for item in row] for row in items]


async def test_what_will_be_replaced_is_shown_without_showing_it(qtbot: QtBot, tmp_path: Path) -> None:
    async with seat() as on:
        dialog = await shown(on, tmp_path)
        (row,) = cells(dialog)
        assert row[:2] == ["key", "sk-… (28)"]
        assert int(row[2]) > 1
        assert dialog.counted.text() == f"1 values in {row[2]} places will be replaced."
        chosen: list[object] = []
        dialog.chosen.connect(chosen.append)
        dialog.format.setCurrentIndex(dialog.format.findData("har"))
        dialog.go.click()
        assert chosen == [Wanted("har", "har", True, ())]


async def test_own_patterns_are_tried_as_they_are_typed_and_kept(qtbot: QtBot, tmp_path: Path) -> None:
    async with seat() as on:
        dialog = await shown(on, tmp_path)
        dialog.patterns.setPlainText("[")
        await on.until(lambda: bool(dialog.problem.text()))
        assert "is no pattern" in dialog.problem.text()
        assert not dialog.go.isEnabled()
        dialog.patterns.setPlainText("requires_[a-z]+")
        await on.until(dialog.go.isEnabled)
        assert dialog.problem.text() == ""
        assert "pattern requires_[a-z]+" in [row[0] for row in cells(dialog)]
        dialog.go.click()
        assert on.memory.get(PATTERNS) == "requires_[a-z]+"


async def test_secrets_stay_only_where_a_person_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    async with seat() as on:
        dialog = await shown(on, tmp_path)
        dialog.redact.setChecked(False)
        assert dialog.found.hinting
        assert "stay in the file" in dialog.found.hint.text()
        assert dialog.go.isEnabled()
        chosen: list[object] = []
        dialog.chosen.connect(chosen.append)
        dialog.go.click()
        assert chosen == [Wanted("bundle", "bundle.jsonl", False, ())]


async def test_a_dialog_that_was_closed_hears_nothing_more(qtbot: QtBot, tmp_path: Path) -> None:
    async with seat() as on:
        dialog = await shown(on, tmp_path)
        dialog.look()
        dialog.close()
        await on.until(lambda: len(on.hub.tasks) == 0)


async def test_nothing_is_looked_for_once_the_dialog_is_closed_or_asks_for_something_else(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async with seat() as on:
        dialog = await shown(on, tmp_path)
        dialog.look()
        first = dialog._looking
        dialog.look()
        second = dialog._looking
        dialog.close()
        assert first is not None
        assert second is not None
        await on.until(lambda: first.done() and second.done())
        assert first.cancelled()
        assert second.cancelled()
        assert "look for secrets" not in on.hub.tasks.names()
