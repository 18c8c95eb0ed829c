"""How the log's lines are painted."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QWidget

from inspector.domain.findings import Severity
from inspector.present.logfilter import Filter
from inspector.ui.log.delegate import LogDelegate
from inspector.ui.log.model import COLUMNS, LogModel
from inspector.ui.theme import Mode, Theme
from tests.ui.log.test_model import rows


def line(delegate: LogDelegate, model: LogModel, selected: bool = False) -> bytes:
    image = QImage(700, 22, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    for column in range(len(COLUMNS)):
        option = QStyleOptionViewItem()
        option.rect = image.rect().adjusted(column * 100, 0, -(len(COLUMNS) - 1 - column) * 100, 0)
        if selected:
            option.state |= QStyle.StateFlag.State_Selected
        delegate.paint(painter, option, model.index(0, column))
    painter.end()
    return bytes(image.constBits())


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_chosen_and_accused_rows_look_different(mode: Mode, qapp: QApplication) -> None:
    source = rows(1)
    model = LogModel(source)
    model.show(source, Filter())
    parent = QWidget()
    delegate = LogDelegate(Theme(qapp, mode), model, parent)
    plain, chosen = line(delegate, model), line(delegate, model, selected=True)
    model.marks = {1: Severity.ERROR.value}
    accused = line(delegate, model)
    assert len({plain, chosen, accused}) == 3
    delegate.restyle()
    parent.deleteLater()
