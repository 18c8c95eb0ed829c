"""A line in which something is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from inspector.ui.log.strip import Strip
from inspector.ui.theme import Mode, Theme


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_esc_and_enter_are_its_own_while_it_has_the_keyboard(qtbot: QtBot, qapp: QApplication) -> None:
    window, field = QMainWindow(), QLineEdit()
    qtbot.addWidget(window)
    strip = Strip(Theme(qapp, Mode.DARK), field, window)
    strip.line.addWidget(field)
    window.setCentralWidget(strip)
    escaped: list[str] = []
    other = QAction("other", window)
    other.setShortcut(QKeySequence("Esc"))
    other.triggered.connect(lambda: escaped.append("window"))
    window.addAction(other)
    strip.entered.connect(lambda shift: escaped.append("back" if shift else "on"))
    strip.closed.connect(lambda: escaped.append("strip"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    strip.open_strip()
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    strip.close_strip()
    assert escaped == ["on", "back", "strip"]
    assert strip.isHidden()
