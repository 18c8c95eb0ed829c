"""Paints the lines of the log straight from its columns, a column of all lines in sight at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from inspector.domain.charts import Ending
from inspector.present.filter.colouring import COLOURS
from inspector.ui.filter.shades import shade
from inspector.ui.icons import paint_ending
from inspector.ui.log.model import DELTA, EVENT, LANE, NUMBER, RIGHT, STATE, SUMMARY, TIME, LogModel
from inspector.ui.log.writing import MARGIN, Writing
from inspector.ui.theme import Theme

ROW_HEIGHT = 22
SILENCE_WIDTH = 800
SHAPE = 16
"""Pixels of a state that its shape takes."""


class Line(NamedTuple):
    """A line in sight: its number, its row (-1 = a silence), its place, and whether it is chosen."""

    number: int
    row: int
    top: int
    chosen: bool


class Column(NamedTuple):
    """A column in sight: its place."""

    left: int
    width: int


class Lines:
    """All lines in sight are painted together, one column after the other: fonts and pens change seldom then.

    Fonts and colours are looked up once for each theme.
    """

    def __init__(self, theme: Theme, model: LogModel) -> None:
        self._theme = theme
        self._model = model
        self.restyle()

    def restyle(self) -> None:
        """Take fonts and colours of the theme."""
        theme = self._theme
        digits = theme.mono()
        digits.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)  # a quarter faster; there is nothing to shape
        self._mono, self._text = Writing(digits, ROW_HEIGHT), Writing(theme.text(), ROW_HEIGHT)
        self._bold = Writing(theme.text(bold=True), ROW_HEIGHT)
        self._ink, self._muted, self._faint = theme.color("text"), theme.color("muted"), theme.color("faint")
        self._raised, self._sunken = theme.color("raised"), theme.color("sunken")
        self._selection = theme.color("selection")
        self._endings = {ending: theme.ending(ending) for ending in Ending}
        self._shades = {colour: shade(theme, colour) for colour in COLOURS}
        self._accent, self._said = theme.color("accent"), theme.tint(theme.color("accent"))
        self._hit, self._found = theme.found, theme.tint(theme.found, 0.45)

    def paint(self, painter: QPainter, area: QRect, lines: Sequence[Line], columns: dict[int, Column]) -> None:
        """Paint all of an area of the log: these lines, these columns of them by their numbers in the model."""
        painter.fillRect(area, self._raised)
        left = min((column.left for column in columns.values()), default=0)
        width = sum(column.width for column in columns.values())
        for line in lines:
            ground = self._ground(line)
            if ground is not None:
                painter.fillRect(left, line.top, width, ROW_HEIGHT, ground)
        rows = [line for line in lines if line.row >= 0]
        for number, paint in (
            (NUMBER, self._numbers),
            (TIME, self._numbers),
            (DELTA, self._numbers),
            (LANE, self._numbers),
            (EVENT, self._events),
            (STATE, self._states),
            (SUMMARY, self._summaries),
        ):
            if number in columns:
                paint(painter, rows, number, columns[number])
        for line in lines:
            if line.row < 0:
                self._silence(painter, line, columns, left + width)

    def _ground(self, line: Line) -> QColor | None:
        """What lies under a line."""
        if line.row < 0:
            return self._sunken
        return self._selection if line.chosen else self._shades.get(self._model.colour(line.row) or "")

    def _numbers(self, painter: QPainter, lines: Sequence[Line], number: int, column: Column) -> None:
        if number == NUMBER:
            for line in lines:
                self._flag(painter, line, column)
        painter.setFont(self._mono.font)
        painter.setPen(self._muted)
        cell, write, right = self._model.cell, self._mono.write_number, number in RIGHT
        for line in lines:
            write(painter, cell(line.number, number), column.left, line.top, column.width, right)

    def _events(self, painter: QPainter, lines: Sequence[Line], number: int, column: Column) -> None:
        painter.setFont(self._text.font)
        name = self._model.shown.rows.name
        for line in lines:
            self._words(painter, self._text, name(line.row), self._colour(line.row), line.top, column)

    def _states(self, painter: QPainter, lines: Sequence[Line], number: int, column: Column) -> None:
        painter.setFont(self._bold.font)
        place = Column(column.left + SHAPE, column.width - SHAPE)
        for line in lines:
            state = self._model.shown.rows.state(line.row)
            if state:
                look = self._model.look(line.row)
                middle = line.top + (ROW_HEIGHT - 1) // 2
                shape = QRectF(column.left + MARGIN, middle - 4, 10, 10)
                paint_ending(painter, shape, look, self._endings[look])
                self._words(painter, self._bold, state, self._endings[look], line.top, place)

    def _summaries(self, painter: QPainter, lines: Sequence[Line], number: int, column: Column) -> None:
        model, text = self._model, self._model.shown.rows.text
        comments = model.remarks.comments
        for line in lines:
            place, comment = column, comments.get(model.spot(line.row)) if comments else None
            if comment is not None:
                place = self._comment(painter, line.top, column, comment)
            painter.setFont(self._text.font)
            self._words(painter, self._text, text(line.row), self._colour(line.row), line.top, place)

    def _colour(self, row: int) -> QColor:
        """Of what a row says: what is no content is not as loud, and what only keeps a stream alive is hardly seen."""
        rows = self._model.shown.rows
        if rows.content[row]:
            return self._ink
        return self._faint if rows.name(row).startswith(":") else self._muted

    def _words(self, painter: QPainter, hand: Writing, text: str, colour: QColor, top: int, column: Column) -> None:
        """As much of a text as its column has room for; under it, what is looked for."""
        if not text:
            return
        left, fitted = column.left + MARGIN, hand.fit(text, column.width - 2 * MARGIN)
        if self._model.needle:
            self._underlay(painter, hand, fitted, left, top)
        painter.setPen(colour)
        hand.write(painter, fitted, left, top)

    def _underlay(self, painter: QPainter, hand: Writing, text: str, left: int, top: int) -> None:
        """The text that is looked for, where it is in sight."""
        needle, advance = self._model.needle, hand.metrics.horizontalAdvance
        place = text.lower().find(needle)
        while place >= 0:
            before, found = advance(text[:place]), advance(text[place : place + len(needle)])
            painter.fillRect(left + before, top + 3, found, ROW_HEIGHT - 6, self._found)
            place = text.lower().find(needle, place + len(needle))

    def _flag(self, painter: QPainter, line: Line, column: Column) -> None:
        """Beside the number: a row that holds what is looked for, and a flag where it is marked."""
        model = self._model
        if model.needle and line.row < len(model.hits) and model.hits[line.row]:
            painter.fillRect(column.left + column.width - 4, line.top + 3, 3, ROW_HEIGHT - 6, self._hit)
        if not model.remarks.marks or model.spot(line.row) not in model.remarks.marks:
            return
        painter.save()
        painter.fillRect(column.left, line.top, 3, ROW_HEIGHT, self._accent)
        top, left = line.top + 5, column.left + 8
        painter.fillRect(left, top, 2, ROW_HEIGHT - 9, self._accent)
        painter.setPen(self._accent)
        painter.setBrush(self._accent)
        painter.drawPolygon([QPoint(left + 2, top), QPoint(left + 10, top + 3), QPoint(left + 2, top + 7)])
        painter.restore()

    def _comment(self, painter: QPainter, top: int, column: Column, comment: str) -> Column:
        """A comment before the summary; what is left for that."""
        hand = self._bold
        text = hand.fit(" ".join(comment.split()), max(0, column.width - 24))
        left, width = column.left + MARGIN, hand.metrics.horizontalAdvance(text) + 12
        painter.fillRect(left, top + 2, width, ROW_HEIGHT - 4, self._said)
        painter.fillRect(left, top + 2, 2, ROW_HEIGHT - 4, self._accent)
        painter.setFont(hand.font)
        painter.setPen(self._accent)
        hand.write(painter, text, left + 7, top)
        return Column(column.left + width + MARGIN, column.width - width - MARGIN)

    def _silence(self, painter: QPainter, line: Line, columns: dict[int, Column], right: int) -> None:
        """Its words begin at the event and go on over the columns behind it."""
        left = columns[EVENT].left if EVENT in columns else 0
        painter.save()
        painter.setClipRect(QRect(left, line.top, right - left, ROW_HEIGHT), Qt.ClipOperation.IntersectClip)
        painter.setFont(self._text.font)
        painter.setPen(self._ink if line.number >= len(self._model.shown) else self._muted)
        wide = QRect(left + MARGIN, line.top, SILENCE_WIDTH, ROW_HEIGHT)
        painter.drawText(wide, Qt.AlignmentFlag.AlignVCenter, "⋯ " + self._model.silence(line.number))
        painter.restore()
