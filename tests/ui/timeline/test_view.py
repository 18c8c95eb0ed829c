"""The timeline, as somebody moves about in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.domain.charts import Ending
from inspector.domain.rows import Rows
from inspector.present.timeline import Bar, Lane, Part, Timeline
from inspector.present.timeline_traffic import Traffic
from inspector.ui.theme import Mode, Theme
from inspector.ui.timeline.geometry import AXIS, FLAGS
from inspector.ui.timeline.painting import TimelinePainter
from inspector.ui.timeline.view import TimelineView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> TimelineView:
    found = TimelineView(TimelinePainter(Theme(qapp, Mode.LIGHT)))
    qtbot.addWidget(found)
    found.resize(700, 200)
    bars = (Bar(0, 400, "first", Ending.COMPLETED, 3, 5), Bar(500, 1000, "second", Ending.RUNNING, 6, 9, True))
    found.show_timeline(Timeline(0, 1000, (Lane(Part.STATE, "state", bars),), live=True), Traffic(Rows()))
    found.show()
    return found


def place(view: TimelineView, at: float) -> QPoint:
    return QPoint(int(view._gutter + view.scale.x(at)), AXIS + FLAGS + 8)


def test_a_click_leads_to_the_frames_of_a_bar_and_a_drag_selects_a_time(view: TimelineView) -> None:
    entered: list[int] = []
    ranged: list[tuple[float, float] | None] = []
    view.entered.connect(entered.append)
    view.ranged.connect(ranged.append)
    QTest.mouseClick(view.viewport(), LEFT, pos=place(view, 700))
    assert entered == [6]
    QTest.mousePress(view.viewport(), LEFT, pos=place(view, 100))
    QTest.mouseMove(view.viewport(), place(view, 300))
    QTest.mouseRelease(view.viewport(), LEFT, pos=place(view, 300))
    assert entered == [6]
    assert ranged[0] is not None
    assert ranged[0] == pytest.approx((100, 300), abs=4)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert ranged[1] is None


def test_the_keyboard_walks_zooms_and_enters(view: TimelineView) -> None:
    entered: list[int] = []
    view.entered.connect(entered.append)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert entered == [6]
    assert view.accessibleDescription().startswith("second · running\nbegan at 0.500 s, goes on for")
    unit = view.scale.unit
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale.unit < unit
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.fitted
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert view.chosen == (500, 1000)


def test_what_is_under_the_mouse_is_told(view: TimelineView) -> None:
    spot = place(view, 100)
    assert view.told_at(spot.x(), spot.y()).startswith("first · completed")
    assert view.told_at(20, spot.y()) == "state"
    assert view.told_at(spot.x(), 4) == ""
