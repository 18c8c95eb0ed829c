"""How the log's lines are painted."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QTableView

from inspector.present.filter.colouring import COLOURS, Colouring
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts
from inspector.present.filter.fit import Fit
from inspector.present.filter.tree import Compared, Op
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
    parent = QTableView()
    delegate = LogDelegate(Theme(qapp, mode), model, parent)
    plain, chosen = line(delegate, model), line(delegate, model, selected=True)
    fit = Fit(Compared("seq", Op.EQ, (1.0,)), Columns(source), Facts)
    looks = set()
    for colour in COLOURS:
        model.colours = Colouring([(fit, colour)])
        looks.add(line(delegate, model))
    assert len({plain, chosen, *looks}) == 2 + len(COLOURS)
    delegate.restyle()
    parent.deleteLater()


def test_a_mark_a_comment_and_what_is_looked_for_are_seen(qapp: QApplication) -> None:
    source = rows(1)
    model = LogModel(source)
    model.show(source, Filter())
    parent = QTableView()
    delegate = LogDelegate(Theme(qapp, Mode.LIGHT), model, parent)
    seen = [line(delegate, model)]
    model.remarks.marks.add((1, 0))
    seen.append(line(delegate, model))
    model.needle = "text"
    seen.append(line(delegate, model))
    model.hits = bytearray([1])
    seen.append(line(delegate, model))
    model.remarks.comments[1, 0] = "here it hangs"
    seen.append(line(delegate, model))
    assert len(set(seen)) == 5
    model.remarks.marks.clear()
    model.remarks.comments.clear()
    model.needle = ""
    assert line(delegate, model) == seen[0]
    parent.deleteLater()
