"""Zoom and fit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
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
