"""How far a filter is worked out."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from inspector.ui.log.reading import Reading


def test_it_shows_how_far_it_is_and_is_stopped_and_gone_on_with(qtbot: QtBot) -> None:
    reading = Reading()
    qtbot.addWidget(reading)
    assert reading.isHidden()
    halted: list[bool] = []
    reading.halted.connect(halted.append)
    reading.show_part(43)
    assert not reading.isHidden()
    assert (reading.words.text(), reading.stop.text()) == ("Filtering… 43 %", "Stop")
    reading.stop.click()
    assert (reading.words.text(), reading.stop.text()) == ("Stopped at 43 %, not applied", "Go on")
    reading.stop.click()
    assert halted == [True, False]
    reading.show_part(100)
    assert reading.isHidden()
