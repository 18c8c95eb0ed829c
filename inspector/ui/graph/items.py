"""Dumb items of the graph: a node with its light, an edge that may be conditional."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from inspector.domain.charts import Ending
from inspector.present.curves import Box, Curve, arrow
from inspector.ui.icons import paint_ending
from inspector.ui.lifecycle.items import PAD, SHAPE, dim, path_of, write
from inspector.ui.theme import Theme

LIGHTS = {
    "active": Ending.RUNNING,
    "stuck": Ending.STALLED,
    "waiting": Ending.WAITING,
    "done": Ending.COMPLETED,
    "failed": Ending.FAILED,
}
WORDS = {"active": "at work", "stuck": "stuck", "waiting": "waits", "done": "done", "failed": "failed"}
STRONG = frozenset(LIGHTS) - {"done"}
ENDS = ("__start__", "__end__")


class GraphNode(QGraphicsItem):
    """A node. ``light`` is one of LIGHTS or empty, ``note`` a few words below its name: how often, how long.

    ``seq`` is the frame that told of it last.
    """

    def __init__(self, theme: Theme, name: str, label: str, box: Box) -> None:
        super().__init__()
        self._theme = theme
        self._box = QRectF(-box.w / 2, -box.h / 2, box.w, box.h)
        self.name = name
        self.label = label
        self.light = ""
        self.note = ""
        self.seq: int | None = None
        self.setPos(box.x, box.y)
        self.setZValue(2)
        if name not in ENDS:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(label)

    @property
    def lit(self) -> bool:
        """Whether it is one of those to look at."""
        return self.light in STRONG

    def show_light(self, light: str, note: str = "", tip: str = "") -> None:
        """Another light; ``tip`` is what there is to tell besides."""
        hint = "" if self.name in ENDS else "Click to filter the log"
        parts = (self.label, WORDS.get(light, "not reached"), tip, hint)
        self.setToolTip("\n".join(part for part in parts if part))
        if (light, note) != (self.light, self.note):
            self.light, self.note = light, note
            self.update()

    def boundingRect(self) -> QRectF:
        """With room for the border."""
        return self._box.adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """The box."""
        path = QPainterPath()
        path.addRect(self._box)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint box, light, label and note."""
        theme, box = self._theme, self._box
        ending = LIGHTS.get(self.light)
        color = theme.color("muted") if ending is None else theme.ending(ending)
        fill = color if self.lit else theme.tint(color, 0.10) if ending else theme.color("raised")
        ink = theme.color("on_accent") if self.lit else color
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.5) if ending else QPen(dim(theme), 1.2))
        painter.setBrush(fill)
        round_ = box.height() / 2 if self.name in ENDS else 8
        painter.drawRoundedRect(box, round_, round_)
        if ending is None:
            painter.setPen(ink)
            painter.setFont(theme.text())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.label)
            return
        paint_ending(painter, QRectF(box.left() + PAD, -SHAPE / 2, SHAPE, SHAPE), ending, ink)
        write(painter, theme, box.adjusted(PAD + SHAPE + 6, 3, -4, -3), (self.label, self.note), ink, bold=True)


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
