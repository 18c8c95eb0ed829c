"""What comes behind the first picture of the window."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from inspector.ui.desk import Desk
from inspector.ui.dialogs.commands import CommandPalette
from inspector.ui.equipment import equipping
from inspector.ui.memory import Forgetful, NoKeys
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window
from inspector.wiring import build_hub

pytestmark = pytest.mark.qt_loop


async def arranged() -> None:
    """Qt arranges what is in a window in turns of its own."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
async def test_the_first_picture_is_the_picture_that_stays(qtbot: QtBot, qapp: QApplication, mode: Mode) -> None:
    theme, hub = Theme(qapp, mode), build_hub()
    window = Window(theme, Forgetful())
    window.show()
    await arranged()
    first = window.grab().toImage()
    desk = Desk(hub, theme)
    for _ in equipping(window, desk, NoKeys(), None):
        await arranged()
        assert window.grab().toImage() == first
    await arranged()
    assert window.grab().toImage() == first
    assert [window.side.widget(0), window.below.widget(0), window.right.widget()] == [
        *(window.runs, window.findings, window.detail)
    ]
    window.hide()
    desk.close()
    await hub.aclose()
    window.deleteLater()


async def test_what_is_asked_for_in_the_first_moment_is_done_in_the_next(qtbot: QtBot, qapp: QApplication) -> None:
    theme, hub = Theme(qapp, Mode.LIGHT), build_hub()
    window, done = Window(theme, Forgetful()), list[str]()
    window.demonstrates.connect(lambda: done.append("demo"))
    window.closing.connect(lambda: done.append("closing"))
    window.show()
    for _ in range(2):  # as one does where nothing happens
        window.welcome.demo.click()
        window.tools.palette_.trigger()
        window.close()
    assert not done
    desk = Desk(hub, theme)
    for _ in window.equip(desk, NoKeys()):
        assert not done
    assert done == ["demo", "closing"]
    (palette,) = [each for each in window.findChildren(CommandPalette) if each.isVisible()]
    palette.close()
    window.welcome.demo.click()
    assert done == ["demo", "closing", "demo"]
    window.hide()
    desk.close()
    await hub.aclose()
    window.deleteLater()


@pytest.mark.parametrize("which", ["log", "runs"])
async def test_what_is_typed_in_the_first_moment_is_typed_on(qtbot: QtBot, qapp: QApplication, which: str) -> None:
    theme, hub = Theme(qapp, Mode.LIGHT), build_hub()
    window = Window(theme, Forgetful())
    window.show()
    field = window.tools.field if which == "log" else window.side.findChildren(QLineEdit)[0]
    field.setFocus()
    QTest.keyClicks(field, "wait")
    desk = Desk(hub, theme)
    for _ in window.equip(desk, NoKeys()):
        pass
    await arranged()
    field = window.commands.filter if which == "log" else window.runs.filter
    assert window.focusWidget() is field
    QTest.keyClicks(field, "ing")
    assert field.text() == "waiting"
    window.hide()
    desk.close()
    await hub.aclose()
    window.deleteLater()
