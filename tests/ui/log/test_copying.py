"""Lines of the log on the clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from inspector.present.logfilter import Filter
from inspector.ui.log import copying
from tests.ui.log.desk import Sitting, sitting

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

MODIFIER = Qt.KeyboardModifier.ControlModifier


def press_copy(at: Sitting) -> None:
    QTest.keyClick(at.panel.view, Qt.Key.Key_C, MODIFIER)


def lines_of(at: Sitting, *lines: int) -> str:
    model = at.panel.model
    return "\n".join("\t".join(model.told(line, column) for column in range(model.columnCount())) for line in lines)


async def test_the_chosen_lines_are_copied_from_top_to_bottom(qtbot: QtBot) -> None:
    async with sitting() as at:
        QGuiApplication.clipboard().setText("before")
        at.panel.view.clearSelection()
        press_copy(at)
        assert QGuiApplication.clipboard().text() == "before"
        at.panel.view.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        for line in (5, 1, 2):
            at.panel.view.selectRow(line)
        press_copy(at)
        assert QGuiApplication.clipboard().text() == lines_of(at, 1, 2, 5)


async def test_many_are_copied_in_slices_unless_others_are_shown_meanwhile(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SLICE", 2)
    async with sitting() as at:
        QGuiApplication.clipboard().setText("before")
        at.panel.view.selectAll()
        whole = lines_of(at, *range(at.panel.model.rowCount()))
        press_copy(at)
        assert QGuiApplication.clipboard().text() == "before"
        at.panel.model.show(at.panel.model.shown.rows, Filter(state="running"))
        await at.until(lambda: bool(at.told))
        assert at.told == ["Nothing was copied: the log shows other lines now."]
        assert QGuiApplication.clipboard().text() == "before"
        at.panel.reload()
        at.panel.view.selectAll()
        press_copy(at)
        await at.until(lambda: len(at.told) > 1)
        assert at.told[1].endswith(" lines were copied.")
        assert QGuiApplication.clipboard().text() == whole
