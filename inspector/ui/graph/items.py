"""Dumb items of the graph: a node with its light, an edge that may be conditional."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from inspector.domain.charts import Ending
from inspector.present.curves import Box, Curve, arrow
from inspector.ui.icons import paint_ending
from inspector.ui.lifecycle.items import path_of
from inspector.ui.theme import Theme

LIGHTS = {
    "active": Ending.RUNNING,
    "stuck": Ending.STALLED,
    "waiting": Ending.WAITING,
    "done": Ending.COMPLETED,
    "failed": Ending.FAILED,
}
WORDS = {"active": "at work", "stuck": "stuck", "waiting": "waits", "done": "done", "failed": "failed"}


class GraphNode(QGraphicsItem):
    """A node. ``light`` is one of LIGHTS or empty, ``note`` a few words below it (its age, its error)."""

    def __init__(self, theme: Theme, name: str, label: str, box: Box) -> None:
        super().__init__()
        self._theme = theme
        self.name = name
        self.label = label
        self.box = box
        self.light = ""
        self.note = ""
        self.setPos(box.x, box.y)
        self.setZValue(2)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_light(self, light: str, note: str) -> None:
        """Another light."""
        if (light, note) != (self.light, self.note):
            self.light, self.note = light, note
            words = f"{WORDS[light]} {note}".strip() if light in WORDS else "not reached"
            self.setToolTip(f"{self.name}\n{words}\nClick to filter the log")
            self.update()

    def boundingRect(self) -> QRectF:
        """With room for the note."""
        return QRectF(-self.box.w / 2 - 8, -self.box.h / 2 - 8, self.box.w + 16, self.box.h + 28)

    def shape(self) -> QPainterPath:
        """The box."""
        path = QPainterPath()
        path.addRect(QRectF(-self.box.w / 2, -self.box.h / 2, self.box.w, self.box.h))
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint box, light, label and note."""
        theme = self._theme
        ending = LIGHTS.get(self.light)
        color = theme.color("muted") if ending is None else theme.ending(ending)
        strong = self.light in ("active", "stuck", "waiting", "failed")
        box = QRectF(-self.box.w / 2, -self.box.h / 2, self.box.w, self.box.h)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color if ending else theme.color("hairline"), 1.6 if ending else 1.2))
        painter.setBrush(color if strong else theme.tint(color, 0.10) if ending else theme.color("raised"))
        round_ = self.box.h / 2 if self.name in ("__start__", "__end__") else 8
        painter.drawRoundedRect(box, round_, round_)
        ink = theme.color("on_accent") if strong else theme.color("text") if ending else theme.color("muted")
        self._words(painter, box, ink, ending)
        if self.note:
            painter.setPen(color)
            painter.setFont(theme.text(-2))
            painter.drawText(box.adjusted(-8, box.height() + 1, 8, 16), Qt.AlignmentFlag.AlignHCenter, self.note)

    def _words(self, painter: QPainter, box: QRectF, ink: QColor, ending: Ending | None) -> None:
        room = box.adjusted(8, 0, -8, 0)
        if ending is not None:
            paint_ending(painter, QRectF(box.left() + 8, -6, 12, 12), ending, ink)
            room = box.adjusted(24, 0, -6, 0)
        painter.setPen(ink)
        painter.setFont(self._theme.text(-1, bold=ending is not None))
        text = painter.fontMetrics().elidedText(self.label, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class GraphEdge(QGraphicsItem):
    """An edge; a conditional one is dashed."""

    def __init__(self, theme: Theme, curve: Curve, conditional: bool) -> None:
        super().__init__()
        self._theme = theme
        self._conditional = conditional
        self._path = path_of(curve)
        self._head = QPolygonF([QPointF(*corner) for corner in arrow(curve)])

    def boundingRect(self) -> QRectF:
        """With room for the arrow."""
        return self._path.boundingRect().adjusted(-8, -8, 8, 8)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint line and arrow."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color("faint")
        style = Qt.PenStyle.DashLine if self._conditional else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, 1.3, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(self._head)
