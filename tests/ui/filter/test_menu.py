"""Saved filters, as somebody uses them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QInputDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from inspector.ui.filter.guide import Guide
from inspector.ui.filter.menu import FilterMenu
from inspector.ui.filter.rules import RulesDialog
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop


def titles(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def save(on: Seat, name: str) -> None:
    on.window.commands.filters.save()
    (asking,) = on.window.findChildren(QInputDialog)
    field = asking.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    asking.setParent(None)


def inner(button: FilterMenu, name: str) -> QMenu:
    button.fill()
    found = next(action.menu() for action in button.inner.actions() if action.text() == name)
    assert isinstance(found, QMenu)
    return found


async def test_a_filter_is_saved_by_a_name_used_again_and_forgotten(qtbot: QtBot) -> None:
    async with seat() as on:
        button, box = on.window.commands.filters, on.window.commands.filter
        button.fill()
        assert titles(button.inner)[0] == "No filter is saved yet"
        box.setText("gap > 5s")
        save(on, "Slow & late")
        box.setText("kind == event")
        button.fill()
        assert titles(button.inner)[0] == "Slow && late"
        inner(button, "Slow && late").actions()[2].trigger()
        assert box.text() == "kind == event and gap > 5s"
        inner(button, "Slow && late").actions()[3].trigger()
        assert box.text() == "kind == event and gap > 5s and not gap > 5s"
        inner(button, "Slow && late").actions()[0].trigger()
        assert box.text() == "gap > 5s"
        inner(button, "Slow && late").actions()[4].trigger()
        button.fill()
        assert titles(button.inner)[0] == "No filter is saved yet"


async def test_what_makes_no_sense_is_not_saved(qtbot: QtBot) -> None:
    async with seat() as on:
        on.window.commands.filter.setText("gap >")
        on.window.commands.filters.save()
        assert not on.window.findChildren(QInputDialog)
        on.window.commands.filters.fill()
        save_it = next(each for each in on.window.commands.filters.inner.actions() if each.text().startswith("Save"))
        assert not save_it.isEnabled()


async def test_the_dialogs_open(qtbot: QtBot) -> None:
    async with seat() as on:
        on.window.commands.filters.colours()
        on.window.commands.filters.guide()
        found = on.window.findChildren(QDialog)
        assert {type(dialog) for dialog in found} == {RulesDialog, Guide}
        for dialog in found:
            dialog.close()
