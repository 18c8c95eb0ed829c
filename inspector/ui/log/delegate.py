"""Paints the lines of the log straight from its columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from inspector.domain.charts import Ending
from inspector.present.filter.colouring import COLOURS
from inspector.ui.filter.shades import shade
from inspector.ui.icons import paint_ending
from inspector.ui.log.model import COLUMNS, DELTA, EVENT, LANE, NUMBER, RIGHT, STATE, SUMMARY, TIME, LogModel
from inspector.ui.theme import Theme

ROW_HEIGHT = 22
SILENCE_WIDTH = 800
KNOWN = 2_000
"""So many texts are remembered in the form in which they fit their column."""

_MONO = (NUMBER, TIME, DELTA, LANE)
_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_ALIGN = {
    column: _LINE | (Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft)
    for column in range(len(COLUMNS))
}
_SELECTED = QStyle.StateFlag.State_Selected


class LogDelegate(QStyledItemDelegate):
    """One drawText a cell. Fonts and colours are looked up once for each theme."""

    def __init__(self, theme: Theme, model: LogModel, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = parent
        self._model = model
        self.restyle()

    def restyle(self) -> None:
        """Take fonts and colours of the theme."""
        theme = self._theme
        self._text, self._mono = theme.text(), theme.mono()
        self._bold = theme.text(bold=True)
        self._ink, self._muted, self._faint = theme.color("text"), theme.color("muted"), theme.color("faint")
        self._selection = theme.color("selection")
        self._endings = {ending: theme.ending(ending) for ending in Ending}
        self._hatch = theme.color("sunken")
        self._shades = {colour: shade(theme, colour) for colour in COLOURS}
        self._accent, self._said = theme.color("accent"), theme.tint(theme.color("accent"))
        self._hit, self._found = theme.found, theme.tint(theme.found, 0.45)
        self._fitted: dict[tuple[int, int, str], str] = {}
        self._metrics = {id(font): QFontMetrics(font) for font in (self._text, self._mono, self._bold)}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        line, column, box = index.row(), index.column(), option.rect
        model = self._model
        row = model.row(line)
        if row is None:
            self._silence(painter, box, column, line)
            return
        tint = self._shades.get(model.colour(row) or "")
        if option.state & _SELECTED:
            painter.fillRect(box, self._selection)
        elif tint is not None:
            painter.fillRect(box, tint)
        if column == NUMBER:
            self._flag(painter, box, row)
        elif column == SUMMARY and (comment := model.remarks.comments.get(model.spot(row))) is not None:
            box = self._comment(painter, box, comment)
        text = model.cell(line, column)
        if not text:
            return
        font, color = self._dress(row, column)
        painter.setFont(font)
        painter.setPen(color)
        inner = box.adjusted(6, 0, -6, 0)
        if column == STATE:
            paint_ending(painter, QRectF(inner.left(), inner.center().y() - 4, 10, 10), model.look(row), color)
            painter.setPen(color)
            inner.adjust(16, 0, 0, 0)
        if column in (EVENT, SUMMARY, STATE):
            text = self._fit(text, font, inner.width())
            if model.needle:
                self._underlay(painter, inner, text, self._metrics[id(font)])
        painter.drawText(inner, _ALIGN[column], text)

    def _fit(self, text: str, font: QFont, width: int) -> str:
        """The text, or as much of it as there is room for: names and states are the same in most lines."""
        key = id(font), width, text[:400]
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) >= KNOWN:
                self._fitted.clear()
            fitted = self._metrics[id(font)].elidedText(key[2], Qt.TextElideMode.ElideRight, width)
            self._fitted[key] = fitted
        return fitted

    def _dress(self, row: int, column: int) -> tuple[QFont, QColor]:
        if column in _MONO:
            return self._mono, self._muted
        rows = self._model.shown.rows
        if column == STATE:
            return self._bold, self._endings[self._model.look(row)]
        if not rows.content[row]:
            return self._text, self._faint if rows.name(row).startswith(":") else self._muted
        return self._text, self._ink

    def _flag(self, painter: QPainter, box: QRect, row: int) -> None:
        """Before the number: a row that holds what is looked for, and a flag where it is marked."""
        model = self._model
        if model.needle and row < len(model.hits) and model.hits[row]:
            painter.fillRect(QRect(box.right() - 3, box.top() + 3, 3, box.height() - 6), self._hit)
        if model.spot(row) in model.remarks.marks:
            painter.save()
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), self._accent)
            top, left = box.top() + 5, box.left() + 8
            painter.fillRect(QRect(left, top, 2, box.height() - 9), self._accent)
            flag = [QPoint(left + 2, top), QPoint(left + 10, top + 3), QPoint(left + 2, top + 7)]
            painter.setPen(self._accent)
            painter.setBrush(self._accent)
            painter.drawPolygon(flag)
            painter.restore()

    def _comment(self, painter: QPainter, box: QRect, comment: str) -> QRect:
        """A comment before the summary; what is left for that."""
        metrics = self._metrics[id(self._bold)]
        room = max(0, box.width() - 24)
        text = metrics.elidedText(" ".join(comment.split())[:400], Qt.TextElideMode.ElideRight, room)
        label = QRect(box.left() + 6, box.top() + 2, metrics.horizontalAdvance(text) + 12, box.height() - 4)
        painter.fillRect(label, self._said)
        painter.fillRect(QRect(label.left(), label.top(), 2, label.height()), self._accent)
        painter.setFont(self._bold)
        painter.setPen(self._accent)
        painter.drawText(label.adjusted(7, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        return box.adjusted(label.width() + 6, 0, 0, 0)

    def _underlay(self, painter: QPainter, box: QRect, text: str, metrics: QFontMetrics) -> None:
        """The text that is looked for, where it is in sight."""
        needle = self._model.needle
        place = text.lower().find(needle)
        while place >= 0:
            left = box.left() + metrics.horizontalAdvance(text[:place])
            width = metrics.horizontalAdvance(text[place : place + len(needle)])
            painter.fillRect(QRect(left, box.top() + 3, width, box.height() - 6), self._found)
            place = text.lower().find(needle, place + len(needle))

    def _silence(self, painter: QPainter, box: QRect, column: int, line: int) -> None:
        """Its words begin at the event and go on over the cells behind it, of which each paints its part."""
        painter.fillRect(box, self._hatch)
        if column < EVENT:
            return
        header = self._view.horizontalHeader()
        left = box.left() - header.sectionPosition(column) + header.sectionPosition(EVENT)
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setFont(self._text)
        painter.setPen(self._ink if line >= len(self._model.shown) else self._muted)
        wide = QRect(left + 6, box.top(), SILENCE_WIDTH, box.height())
        painter.drawText(wide, Qt.AlignmentFlag.AlignVCenter, "⋯ " + self._model.silence(line))
        painter.restore()
