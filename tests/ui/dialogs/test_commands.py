"""The palette of all commands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.commands import CommandPalette, matches


def test_a_few_letters_of_each_word_are_enough() -> None:
    assert matches("con", "Connect to a server")
    assert matches("ser con", "Connect to a server")
    assert not matches("xyz", "Connect to a server")


def test_typing_and_enter_run_the_command(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    done: list[str] = []
    actions = []
    for name in ("&Connect…", "&Open…"):
        action = QAction(name, window)
        action.triggered.connect(lambda _=False, n=name: done.append(n))
        actions.append(action)
    palette = CommandPalette(actions, window)
    palette.field.setText("open")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["&Open…"]
