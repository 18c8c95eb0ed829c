"""The sentence below the box."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.filter.callout import Callout
from inspector.ui.theme import Mode, Theme


def test_it_lies_below_the_box_within_the_window_while_somebody_types(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    window.resize(500, 300)
    box = QLineEdit(window)
    box.setGeometry(300, 10, 180, 30)
    said = Callout(Theme(qapp, Mode.DARK), box)
    qtbot.addWidget(window)
    window.show()
    said.say("Not while nobody types.", True)
    assert not said.isVisible()
    window.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus, timeout=60_000)
    said.say("There is no field “x”.", True)
    assert said.isVisible()
    assert said.y() >= box.geometry().bottom()
    assert said.geometry().right() <= window.width()
    top = said.y()
    said.below(120)
    assert said.y() == top + 120
    said.say("", False)
    assert not said.isVisible()
