"""The tool bar."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QToolButton
from pytestqt.qtbot import QtBot

from inspector.ui.theme import Mode, Theme
from inspector.ui.tools import Tools


def test_the_filter_takes_the_place_that_is_kept_for_it(qtbot: QtBot, qapp: QApplication) -> None:
    window, theme = QMainWindow(), Theme(qapp, Mode.LIGHT)
    qtbot.addWidget(window)
    tools = Tools(theme, window)
    kept = [action.text() for action in tools.actions()]
    assert kept[:4] == ["&Connect…", "&Open…", "&Paste to attach…", "&Start a run…"]
    box, menu = QLineEdit(), QToolButton()
    tools.take_filter(box, menu)
    assert [action.text() for action in tools.actions()] == kept
    assert [tools.widgetForAction(action) for action in tools.actions()[5:7]] == [box, menu]
    assert box.placeholderText().startswith("Filter the log")


def test_icons_have_the_colour_of_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    window, theme = QMainWindow(), Theme(qapp, Mode.LIGHT)
    qtbot.addWidget(window)
    tools = Tools(theme, window)
    light = tools.connect_.icon().pixmap(32).toImage()
    theme.set_mode(Mode.DARK)
    assert tools.connect_.icon().pixmap(32).toImage() != light
