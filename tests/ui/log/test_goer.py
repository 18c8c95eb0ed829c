"""Go to a frame or a time."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.log.goer import Goer
from tests.ui.log.desk import sitting
from tests.ui.pilot import Keyboard

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_it_says_where_that_is_and_goes_there(qtbot: QtBot) -> None:
    async with sitting() as at:
        keyboard, goer = Keyboard(), at.travel.goer
        assert isinstance(goer, Goer)
        at.travel.go_to()
        assert "a frame (14)" in goer.says.text()
        keyboard.type("7")
        assert goer.says.text().startswith("↵ #7 at 0.979 s")
        keyboard.press("Return")
        assert at.row is not None
        assert (at.panel.model.shown.rows.seq[at.row], goer.isVisible()) == (7, False)
        assert at.panel.view.hasFocus()
        at.travel.go_to()
        keyboard.type("+0.2s")
        keyboard.press("Return")
        assert at.panel.model.shown.rows.at[at.row] >= at.panel.model.shown.rows.at[6]
        assert at.panel.model.shown.rows.seq[at.row] > 7


async def test_what_is_no_place_is_said_and_nothing_moves(qtbot: QtBot) -> None:
    async with sitting() as at:
        keyboard, goer = Keyboard(), at.travel.goer
        at.travel.go_to()
        keyboard.type("99999")
        assert "There is no frame 99,999" in goer.says.text()
        keyboard.press("Return")
        assert (at.row, goer.isVisible()) == (0, True)
        keyboard.press("Escape")
        assert not goer.isVisible()
        assert at.panel.view.hasFocus()
