"""The overview beside the scroll bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from inspector.domain.events import Event, RunKey
from inspector.domain.remarks import mark
from inspector.ui.log.minimap import Minimap
from tests.ui.log.desk import sitting

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]
LEFT = Qt.MouseButton.LeftButton


def place(map_: Minimap, name: str) -> QPoint:
    return QPoint(9, int(map_._y(next(iter(map_.places[name])))) + 1)


async def test_a_click_on_a_place_goes_to_its_row(qtbot: QtBot) -> None:
    async with sitting() as at:
        map_, rows = at.travel.map, at.panel.model.shown.rows
        at.desk.hub.annotate(at.desk.book, 4, mark((4, 0), True))
        map_.refresh()
        assert map_.places["mark"]
        assert map_.places["error"]
        QTest.mouseClick(map_, LEFT, pos=place(map_, "mark"))
        assert at.row is not None
        assert rows.seq[at.row] == 4
        before = map_.grab().toImage()
        at.desk.hub.annotate(at.desk.book, 4, mark((4, 0), False))
        map_.refresh()
        assert map_.places["mark"] == {}
        assert map_.grab().toImage() != before


async def test_a_click_beside_all_places_goes_to_that_part_of_the_log(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting() as at:
        rows = at.panel.model.shown.rows
        rows.append([Event(RunKey(1), 1_000 + n, 0, 2_000.0 + n, 1, "delta", "", True) for n in range(20_000)])
        at.panel.model.grow()
        await at.until(lambda: at.panel.view.verticalScrollBar().maximum() > 19_000)
        map_ = at.travel.map
        map_.refresh()
        assert all(len(cells) <= map_.height() for cells in map_.places.values())
        QTest.mouseClick(map_, LEFT, pos=QPoint(9, map_.height() // 2))
        line = at.panel.view.rowAt(at.panel.view.viewport().height() // 2)
        assert 7_000 < line < 11_500
        spot = QPointF(9, map_.height() - 2)
        map_.grab()
        at.panel.view.verticalScrollBar().setValue(9_000)
        scrolled = map_.grab().toImage()
        map_._redraw()
        assert map_.grab().toImage() == scrolled  # the places are not drawn anew for it
        monkeypatch.setattr(map_, "devicePixelRatio", lambda: 2.0)
        map_.grab()
        assert map_._picture is not None
        assert map_._picture.devicePixelRatio() == 2.0  # drawn anew for a finer screen
        drag = QMouseEvent(QEvent.Type.MouseMove, spot, spot, LEFT, LEFT, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(map_, drag)
        assert at.panel.view.rowAt(at.panel.view.viewport().height() // 2) > 19_000


async def test_what_is_looked_for_is_on_it_as_long_as_it_is(qtbot: QtBot) -> None:
    async with sitting() as at:
        at.travel.find()
        at.travel.finder.text.setText("bad")
        await at.searched()
        at.travel.map.refresh()
        assert at.travel.map.places["hit"]
        at.travel.finder.close_strip()
        at.travel.map.refresh()
        assert "hit" not in at.travel.map.places


async def test_a_place_says_what_it_is(qtbot: QtBot) -> None:
    async with sitting() as at:
        map_ = at.travel.map
        map_.refresh()
        spot = place(map_, "error")
        QApplication.sendEvent(map_, QHelpEvent(QEvent.Type.ToolTip, spot, map_.mapToGlobal(spot)))
        assert "error" in QToolTip.text()
        QTest.mouseMove(map_, spot)
        QToolTip.hideText()
