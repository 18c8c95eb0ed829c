"""Finding the one event that matters, with the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.commands import CommandPalette
from tests.ui.picture import RECORDINGS
from tests.ui.pilot import Keyboard, dialog, shown
from tests.ui.stage import seat

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_find_mark_comment_and_go_on_with_the_keyboard(qtbot: QtBot) -> None:
    async with seat() as on:
        window, keyboard = await shown(on), Keyboard()
        book = await on.hub.open(RECORDINGS / "langgraph/node_error.wire.jsonl")
        on.desk.show_book(book)
        log = window.middle.log
        finder, rows = log.travel.finder, log.model.shown.rows
        remarks = on.hub.remarks(book)

        keyboard.press("Ctrl+F")
        keyboard.type("synthetic failure")
        await on.until(lambda: finder.status.text().startswith("1 of "))
        keyboard.press("F3")
        assert finder.status.text().startswith("2 of ")
        keyboard.press("Shift+F3")
        window.detail.setCurrentIndex(3)
        assert window.detail.raw.extraSelections()
        keyboard.press("Escape")
        assert log.view.hasFocus()
        assert window.detail.raw.extraSelections() == []
        first = log.current_row()
        assert first is not None

        keyboard.press("Ctrl+M")
        keyboard.press("Ctrl+Shift+M")
        keyboard.type("here it fails")
        keyboard.press("Ctrl+Return")
        assert remarks.marks == set(remarks.comments) == {log.model.spot(first)}
        keyboard.press("Ctrl+G")
        keyboard.type("2")
        keyboard.press("Return")
        row = log.current_row()
        assert row is not None
        assert rows.seq[row] == 2
        keyboard.press("F2")
        assert log.current_row() == first
        keyboard.press("Ctrl+G")
        keyboard.type("2")
        keyboard.press("Return")
        keyboard.press("F7")
        row = log.current_row()
        assert row is not None
        assert rows.state(row) == "running"
        keyboard.press("F8")
        row = log.current_row()
        assert row is not None
        assert rows.seq[row] in log.model.marks

        keyboard.press("Ctrl+Shift+M")
        keyboard.type("not lost")
        keyboard.press("Ctrl+W")
        await on.until(lambda: len(on.hub.books()) == 1)
        again = await on.hub.open(RECORDINGS / "langgraph/node_error.wire.jsonl")
        assert set(on.hub.remarks(again).comments.values()) == {"here it fails", "not lost"}


async def test_every_way_is_in_the_list_of_commands_with_its_keys(qtbot: QtBot) -> None:
    async with seat() as on:
        window, keyboard = await shown(on), Keyboard()
        actions = {action.text().replace("&", ""): action for action in window.findChildren(QAction)}
        for title, keys in (
            ("Find in the log…", "Ctrl+F"),
            ("Find next", "F3"),
            ("Find previous", "Shift+F3"),
            ("Go to a frame or a time…", "Ctrl+G"),
            ("Mark this row, or mark it no more", "Ctrl+M"),
            ("Comment on this row…", "Ctrl+Shift+M"),
            ("Next finding", "F8"),
            ("Previous finding", "Shift+F8"),
            ("Next change of state", "F7"),
            ("Previous change of state", "Shift+F7"),
            ("Next mark or comment", "F2"),
            ("Previous mark or comment", "Shift+F2"),
        ):
            assert actions[title].shortcut().toString() == keys
        keyboard.press("Ctrl+K")
        palette = await dialog(on, CommandPalette)
        keyboard.type("previous mark")
        item = palette.list.topLevelItem(0)
        assert item is not None
        assert (palette.list.topLevelItemCount(), item.text(1)) == (1, "Shift+F2")
        palette.close()


async def test_what_is_being_typed_is_kept_when_the_window_is_closed(qtbot: QtBot) -> None:
    async with seat() as on:
        window, keyboard = await shown(on), Keyboard()
        book = await on.hub.open(RECORDINGS / "langgraph/node_error.wire.jsonl")
        on.desk.show_book(book)
        window.middle.log.go(2)
        keyboard.press("Ctrl+Shift+M")
        keyboard.type("half a sent")
        window.close()
        assert list(on.hub.remarks(book).comments.values()) == ["half a sent"]
