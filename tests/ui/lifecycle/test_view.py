"""Zoom and fit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsScene
from pytestqt.qtbot import QtBot

from inspector.ui.lifecycle.view import MOST, PictureView


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    scene = QGraphicsScene()
    scene.addRect(0, 0, 400, 200)
    found = PictureView(scene)
    scene.setParent(found)
    qtbot.addWidget(found)
    found.resize(232, 300)
    found.show()
    return found


def test_the_whole_picture_fits_and_a_small_one_is_not_blown_up(view: PictureView) -> None:
    view.fit()
    assert view.transform().m11() == pytest.approx(view.viewport().width() / 433, rel=0.02)
    view.resize(3000, 2000)
    assert view.transform().m11() == pytest.approx(MOST)


def test_keys_zoom_and_zero_fits_again(view: PictureView) -> None:
    view.fit()
    before = view.transform().m11()
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() > before
    fitted = [view.fitted]
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.transform().m11() == pytest.approx(before)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_0)
    fitted.append(view.fitted)
    assert fitted == [False, True]
    assert view.transform().m11() == pytest.approx(before)


def test_zoom_has_its_limits(view: PictureView) -> None:
    for _ in range(40):
        view.zoom(2)
    assert view.transform().m11() == pytest.approx(4.0)
    for _ in range(40):
        view.zoom(0.5)
    assert view.transform().m11() == pytest.approx(0.2)


def test_copying_is_asked_for_by_its_key(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.copied):
        QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)


def test_arrows_go_to_the_nearest_stop_and_enter_takes_it(qtbot: QtBot) -> None:
    scene = QGraphicsScene()
    found = PictureView(scene)
    scene.setParent(found)
    qtbot.addWidget(found)
    places = {"left": (0, 0), "right": (100, 0), "far": (220, 10), "below": (96, 60)}
    items = {}
    for name, (x, y) in places.items():
        items[name] = scene.addRect(-20, -10, 40, 20)
        items[name].setPos(x, y)
        items[name].setToolTip(name)
    found.set_stops(items.values())
    taken: list[object] = []
    found.entered.connect(taken.append)
    for key, name in (
        (Qt.Key.Key_Left, "left"),
        (Qt.Key.Key_Right, "right"),
        (Qt.Key.Key_Down, "below"),
        (Qt.Key.Key_Up, "right"),
        (Qt.Key.Key_Right, "far"),
    ):
        QTest.keyClick(found, key)
        assert found.stop is items[name]
        assert found.accessibleDescription() == name
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert taken == [items["far"]]
    found.set_stops(())
    assert found.stop is None
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert len(taken) == 1


def test_the_ring_is_there_while_the_keyboard_is(qtbot: QtBot) -> None:
    scene = QGraphicsScene()
    found = PictureView(scene)
    scene.setParent(found)
    qtbot.addWidget(found)
    one, two = scene.addRect(0, 0, 40, 20), scene.addRect(0, 0, 40, 20)
    two.setPos(80, 0)
    found.set_stops([one, two])
    found.lead(two)
    assert found.stop is two
    found.show()
    qtbot.waitUntil(found.hasFocus)
    without = found.grab().toImage()
    QTest.keyClick(found, Qt.Key.Key_Left)
    assert found.stop is one
    assert found.grab().toImage() != without
    found.lead(two)
    assert found.stop is one, "somebody moves about in it"
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=found.mapFromScene(100, 10))
    assert found.stop is two
    assert found.grab().toImage() == without, "the mouse needs no ring"


def test_a_click_is_told_and_a_drag_and_the_other_button_are_not(view: PictureView, qtbot: QtBot) -> None:
    taken: list[object] = []
    view.entered.connect(taken.append)
    place = view.mapFromScene(200, 100)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(taken) == 1
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=place)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=place + QPoint(30, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert len(taken) == 1


def test_what_would_be_too_small_is_shown_in_part_around_the_stop(qtbot: QtBot) -> None:
    scene = QGraphicsScene()
    found = PictureView(scene)
    scene.setParent(found)
    qtbot.addWidget(found)
    found.resize(300, 200)
    found.show()
    items = [scene.addRect(-20, -10, 40, 20) for _ in range(40)]
    for n, item in enumerate(items):
        item.setPos(n * 80, 0)
    found.set_stops(items)
    found.least = 0.6
    found.lead(items[30])
    found.fit()
    assert found.transform().m11() == pytest.approx(0.6)
    assert found.viewport().rect().contains(found.mapFromScene(items[30].scenePos()))
    found.lead(items[3])
    assert found.viewport().rect().contains(found.mapFromScene(items[3].scenePos()))
    found.fit(whole=True)
    assert found.transform().m11() < 0.2
