"""Two runs side by side in the window."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.compare import CompareDialog
from tests.ui.picture import RECORDINGS
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop

NAMES = ("06_failed_rate_limit", "02a_requires_action_two_calls")


async def shown(on: Seat) -> CompareDialog:
    for name in NAMES:
        await on.hub.open(RECORDINGS / "assistants" / f"{name}.wire.jsonl")
    left, right = on.hub.runs()
    dialog = CompareDialog(on.desk, left, right, on.window)
    dialog.show()
    return dialog


def column(dialog: CompareDialog, table: int, number: int) -> list[str]:
    widget = dialog.tables[table]
    items = [widget.item(row, number) for row in range(widget.rowCount())]
    return [item.text() if item is not None else "" for item in items]


async def test_the_first_difference_is_marked_and_said(qtbot: QtBot) -> None:
    async with seat() as on:
        dialog = await shown(on)
        assert dialog.sentence.text().startswith("After in_progress the left run went to failed")
        middle = column(dialog, 0, 1)
        assert middle.count("◀ here they part ▶") == 1
        place = middle.index("◀ here they part ▶")
        assert column(dialog, 0, 0)[place].startswith("failed")
        assert column(dialog, 0, 2)[place].startswith("requires_action")
        assert (column(dialog, 0, 0)[-1], column(dialog, 0, 2)[-1]) == ("Failed", "Waiting")
        assert column(dialog, 1, 1) == ["only right"] * 2
        assert dialog.tabs.tabText(1).endswith("≠2")
        assert "in all" in column(dialog, 2, 1)


async def test_other_runs_can_be_chosen(qtbot: QtBot) -> None:
    async with seat() as on:
        dialog = await shown(on)
        dialog.sides[0].setCurrentIndex(1)
        assert dialog.sentence.text().startswith("Both went the same way")
        assert set(column(dialog, 0, 1)) == {"=", "ending"}


async def test_what_was_compared_stays_when_its_file_is_closed(qtbot: QtBot) -> None:
    async with seat() as on:
        dialog = await shown(on)
        before = dialog.sentence.text()
        await on.hub.close_book(on.hub.runs()[0].book)
        dialog.refresh()
        assert dialog.sentence.text() == before
