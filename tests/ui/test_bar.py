"""The bar for what went wrong or was done."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.ui.bar import MessageBar
from inspector.ui.theme import Mode, Theme


def test_a_complaint_stays_until_it_is_closed(qtbot: QtBot, qapp: QApplication) -> None:
    bar = MessageBar(Theme(qapp, Mode.LIGHT))
    qtbot.addWidget(bar)
    seen = [bar.isVisible()]
    bar.complain("The server answered 401: the API key was refused.")
    seen.append(bar.isVisible())
    assert "401" in bar.text.text()
    assert "401" in bar.accessibleName()
    bar.button.click()
    seen.append(bar.isVisible())
    assert seen == [False, True, False]


def test_a_remark_leaves_by_itself(qtbot: QtBot, qapp: QApplication) -> None:
    bar = MessageBar(Theme(qapp, Mode.DARK))
    qtbot.addWidget(bar)
    bar.tell("Copied.")
    assert bar.text.text() == "Copied."
    assert bar._timer.isActive()
    bar.complain("No.")
    assert not bar._timer.isActive()
