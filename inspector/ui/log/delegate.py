"""Paints the lines of the log straight from its columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity
from inspector.ui.icons import paint_ending
from inspector.ui.log.model import DELTA, EVENT, LANE, NUMBER, RIGHT, STATE, SUMMARY, TIME, LogModel
from inspector.ui.theme import Theme

ROW_HEIGHT = 22
_MONO = (NUMBER, TIME, DELTA, LANE)


class LogDelegate(QStyledItemDelegate):
    """One drawText a cell. Fonts and colours are looked up once for each theme."""

    def __init__(self, theme: Theme, model: LogModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
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
        self._tints = {s.value: theme.tint(theme.severity(s)) for s in (Severity.ERROR, Severity.WARN)}
        self._metrics = {id(font): QFontMetrics(font) for font in (self._text, self._mono, self._bold)}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        line, column, box = index.row(), index.column(), option.rect
        model = self._model
        row = model.row(line)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if row is None:
            self._silence(painter, box, column, line)
            return
        tint = self._tints.get(model.marks.get(model.shown.rows.seq[row], ""))
        if selected:
            painter.fillRect(box, self._selection)
        elif tint is not None:
            painter.fillRect(box, tint)
        text = model.cell(line, column)
        if not text:
            return
        font, color = self._dress(row, column)
        painter.setFont(font)
        painter.setPen(color)
        inner = box.adjusted(6, 0, -6, 0)
        align = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
        if column == STATE:
            paint_ending(painter, QRectF(inner.left(), inner.center().y() - 4, 10, 10), model.look(row), color)
            painter.setPen(color)
            inner.adjust(16, 0, 0, 0)
        if column in (EVENT, SUMMARY, STATE):
            text = self._metrics[id(font)].elidedText(text[:400], Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, align | Qt.AlignmentFlag.AlignVCenter, text)

    def _dress(self, row: int, column: int) -> tuple[QFont, QColor]:
        if column in _MONO:
            return self._mono, self._muted
        rows = self._model.shown.rows
        if column == STATE:
            return self._bold, self._endings[self._model.look(row)]
        if not rows.content[row]:
            return self._text, self._faint if rows.name(row).startswith(":") else self._muted
        return self._text, self._ink

    def _silence(self, painter: QPainter, box: QRect, column: int, line: int) -> None:
        painter.fillRect(box, self._hatch)
        if column == EVENT:
            painter.setFont(self._text)
            painter.setPen(self._muted)
            wide = QRect(box.left() + 6, box.top(), 600, box.height())
            painter.setClipping(False)
            painter.drawText(wide, Qt.AlignmentFlag.AlignVCenter, "⋯ " + self._model.silence(line))
