"""Filters out of the menu of a cell."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from inspector.ui.filter.rules import RulesDialog
from inspector.ui.log.cellmenu import CellMenu
from inspector.ui.log.model import EVENT, STATE
from tests.ui.picture import RECORDINGS
from tests.ui.stage import seat

pytestmark = pytest.mark.qt_loop

RECORDING = "langgraph/node_error"


def entries(menu: QMenu) -> list[QAction]:
    """All entries, those of its menus among them."""
    found: list[QAction] = []
    for action in menu.actions():
        inner = action.menu()
        found += entries(inner) if isinstance(inner, QMenu) else [action]
    return found


def entry(cells: CellMenu, title: str, number: int = 0) -> QAction:
    return [action for action in entries(cells.menu) if action.text().replace("&", "") == title][number]


async def test_a_cell_filters_at_once_or_is_put_in_the_box(qtbot: QtBot) -> None:
    async with seat() as on:
        book = await on.hub.open(RECORDINGS / f"{RECORDING}.wire.jsonl")
        on.desk.show_book(book)
        log, box = on.window.middle.log, on.window.commands.filter
        line = next(n for n in range(log.model.rowCount()) if log.model.index(n, STATE).data() == "error")
        assert log.cells.fill(log.model.index(line, STATE))
        entry(log.cells, "Apply as filter").trigger()
        assert box.text() == 'state == "error"'
        assert {log.model.index(n, STATE).data() for n in range(log.model.rowCount())} == {"error"}
        shown = log.model.rowCount()
        log.cells.fill(log.model.index(0, EVENT))
        entry(log.cells, "… or this", 1).trigger()
        assert box.text().startswith('state == "error" or event == "')
        assert log.model.rowCount() >= shown
        log.cells.fill(log.model.index(0, EVENT))
        entry(log.cells, "Apply as filter: not this").trigger()
        assert box.text().startswith("not event ==")
        before = log.model.rowCount()
        log.cells.fill(log.model.index(0, STATE))
        entry(log.cells, "this").trigger()
        assert (box.text()[:8], log.model.rowCount()) == ("state ==", before)
        box.returnPressed.emit()
        assert log.model.rowCount() != before
        log.cells.fill(log.model.index(0, EVENT))
        entry(log.cells, "Copy the cell").trigger()
        assert QGuiApplication.clipboard().text() == log.model.index(0, EVENT).data()
        assert entry(log.cells, "Comment on this row…").shortcut().toString()
        entry(log.cells, "Colour such rows…").trigger()
        (dialog,) = on.window.findChildren(RulesDialog)
        assert dialog.lines[0].box.text().startswith("event ==")
        dialog.close()
        assert log.model.colour(log.model.row(0) or 0) == on.window.kept.rules[0].colour


async def test_there_is_no_menu_on_nothing(qtbot: QtBot) -> None:
    async with seat() as on:
        log = on.window.middle.log
        assert not log.cells.fill(log.model.index(5, EVENT))
