"""How the log's lines are painted."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from inspector.domain.events import Event, RunKey
from inspector.domain.rows import Rows
from inspector.present.filter.colouring import COLOURS, Colouring
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts
from inspector.present.filter.fit import Fit
from inspector.present.filter.tree import Compared, Op
from inspector.present.logfilter import Filter
from inspector.ui.log.lines import ROW_HEIGHT, Column, Line, Lines
from inspector.ui.log.model import COLUMNS, EVENT, SUMMARY, LogModel
from inspector.ui.theme import Mode, Theme
from tests.ui.log.test_model import rows

WIDTH = 100
PLACES = {column: Column(column * WIDTH, WIDTH) for column in range(len(COLUMNS))}


def picture(lines: Lines, model: LogModel, chosen: bool = False, places: dict[int, Column] = PLACES) -> QImage:
    """All lines of the model."""
    image = QImage(700, model.rowCount() * ROW_HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shown = [(line, model.row(line)) for line in range(model.rowCount())]
    found = [Line(line, -1 if row is None else row, line * ROW_HEIGHT, chosen) for line, row in shown]
    lines.paint(painter, image.rect(), found, places)
    painter.end()
    return image


def pixels(image: QImage) -> bytes:
    return bytes(image.constBits())


def shown(source: Rows) -> LogModel:
    model = LogModel(source)
    model.show(source, Filter())
    return model


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_chosen_and_accused_rows_look_different(mode: Mode, qapp: QApplication) -> None:
    source = rows(1)
    model = shown(source)
    lines = Lines(Theme(qapp, mode), model)
    plain, chosen = pixels(picture(lines, model)), pixels(picture(lines, model, chosen=True))
    fit = Fit(Compared("seq", Op.EQ, (1.0,)), Columns(source), Facts)
    looks = set()
    for colour in COLOURS:
        model.colours = Colouring([(fit, colour)])
        looks.add(pixels(picture(lines, model)))
    assert len({plain, chosen, *looks}) == 2 + len(COLOURS)


def test_light_and_dark_look_different(qapp: QApplication) -> None:
    model = shown(rows(2))
    theme = Theme(qapp, Mode.LIGHT)
    lines = Lines(theme, model)
    light = pixels(picture(lines, model))
    theme.set_mode(Mode.DARK)
    assert pixels(picture(lines, model)) == light
    lines.restyle()
    assert pixels(picture(lines, model)) != light
    theme.set_mode(Mode.LIGHT)


def test_a_mark_a_comment_and_what_is_looked_for_are_seen(qapp: QApplication) -> None:
    model = shown(rows(1))
    lines = Lines(Theme(qapp, Mode.LIGHT), model)
    seen = [pixels(picture(lines, model))]
    model.remarks.marks.add((1, 0))
    seen.append(pixels(picture(lines, model)))
    model.needle = "text"
    seen.append(pixels(picture(lines, model)))
    model.hits = bytearray([1])
    seen.append(pixels(picture(lines, model)))
    model.remarks.comments[1, 0] = "here it hangs"
    seen.append(pixels(picture(lines, model)))
    assert len(set(seen)) == 5
    model.remarks.marks.clear()
    model.remarks.comments.clear()
    model.needle = ""
    assert pixels(picture(lines, model)) == seen[0]


def test_what_is_painted_of_a_line_does_not_depend_on_the_others(qapp: QApplication) -> None:
    """A strip that came in sight is painted alone, and the lines around it were painted before."""
    source = rows(6)
    source.append([Event(RunKey(1), 7, 0, 90_000.0, 2, ": ping", "", False)])
    source.append([Event(RunKey(1), 8, 0, 91_000.0, 2, "values", "a long text " * 20, True)])
    model = shown(source)
    model.remarks.comments[3, 0] = "a comment"
    lines = Lines(Theme(qapp, Mode.LIGHT), model)
    whole = picture(lines, model)
    assert None in [model.row(line) for line in range(model.rowCount())]
    for line in range(model.rowCount()):
        row = model.row(line)
        alone = QImage(700, ROW_HEIGHT, QImage.Format.Format_RGB32)
        painter = QPainter(alone)
        lines.paint(painter, alone.rect(), [Line(line, -1 if row is None else row, 0, False)], PLACES)
        painter.end()
        assert alone == whole.copy(0, line * ROW_HEIGHT, 700, ROW_HEIGHT)


def test_each_column_has_its_place_and_a_hidden_one_none(qapp: QApplication) -> None:
    model = shown(rows(1))
    lines = Lines(Theme(qapp, Mode.LIGHT), model)
    whole = picture(lines, model)
    for column in (EVENT, SUMMARY):
        alone = picture(lines, model, places={column: PLACES[column]})
        place = PLACES[column].left, 0, WIDTH, ROW_HEIGHT
        assert alone.copy(*place) == whole.copy(*place)
        moved = picture(lines, model, places={column: Column(0, WIDTH)})
        assert moved.copy(0, 0, WIDTH, ROW_HEIGHT) == whole.copy(*place)
