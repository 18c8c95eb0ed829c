"""Dumb items of a diagram: they paint the values they were given and say when they are clicked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from inspector.domain.charts import Ending, StateKind
from inspector.present.curves import Curve, arrow
from inspector.present.drawing import Edge, Node
from inspector.present.words import age
from inspector.ui.icons import paint_ending
from inspector.ui.theme import Theme

_KINDS = {
    StateKind.START: Ending.NOT_STARTED,
    StateKind.BUSY: Ending.RUNNING,
    StateKind.WAITS: Ending.WAITING,
    StateKind.GOOD_END: Ending.COMPLETED,
    StateKind.BAD_END: Ending.FAILED,
}


def look_of(node: Node) -> Ending:
    """The ending whose colour and shape a state has."""
    if node.kind is None:
        return Ending.UNKNOWN
    return node.ending or _KINDS[node.kind]


def path_of(curve: Curve) -> QPainterPath:
    """A curve for Qt."""
    path = QPainterPath(QPointF(*curve.start))
    for first, second, end in curve.pieces:
        path.cubicTo(QPointF(*first), QPointF(*second), QPointF(*end))
    return path


class StateItem(QGraphicsItem):
    """A state. ``pulse`` between 0 and 1 makes the present one breathe."""

    def __init__(self, theme: Theme, node: Node) -> None:
        super().__init__()
        self._theme = theme
        self.node = node
        self.live = False
        self.pulse = 0.0
        self.setPos(node.box.x, node.box.y)
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(2)
        self._tip()

    def show_node(self, node: Node, live: bool) -> None:
        """Take other values for the same state."""
        if (node, live) != (self.node, self.live):
            self.node, self.live = node, live
            self._tip()
            self.update()

    def boundingRect(self) -> QRectF:
        """With room for the glow and the line below."""
        box = self.node.box
        return QRectF(-box.w / 2 - 10, -box.h / 2 - 10, box.w + 20, box.h + 30)

    def shape(self) -> QPainterPath:
        """Only the box can be clicked."""
        path = QPainterPath()
        path.addRect(QRectF(-self.node.box.w / 2, -self.node.box.h / 2, self.node.box.w, self.node.box.h))
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the box, its shape, its name, and what is known of the time spent in it."""
        node, theme = self.node, self._theme
        color = theme.ending(look_of(node))
        box = QRectF(-node.box.w / 2, -node.box.h / 2, node.box.w, node.box.h)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if node.current and self.live:
            glow = QColor(color)
            glow.setAlphaF(0.10 + 0.16 * self.pulse)
            grown = 3 + 5 * self.pulse
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(glow)
            painter.drawRoundedRect(box.adjusted(-grown, -grown, grown, grown), 9 + grown, 9 + grown)
        ink, fill, pen = self._dress(color)
        painter.setPen(pen)
        painter.setBrush(QBrush(fill))
        painter.drawRoundedRect(box, 8, 8)
        paint_ending(painter, QRectF(box.left() + 8, -6, 12, 12), look_of(node), ink)
        painter.setPen(ink)
        painter.setFont(theme.text(-1, bold=node.current))
        metrics = painter.fontMetrics()
        room = box.adjusted(24, 0, -5, 0)
        text = metrics.elidedText(node.id, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if node.visits:
            painter.setPen(theme.color("muted"))
            painter.setFont(theme.text(-2))
            below = QRectF(box.left() - 8, box.bottom() + 1, box.width() + 16, 15)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._below())

    def _dress(self, color: QColor) -> tuple[QColor, QColor, QPen]:
        node, theme = self.node, self._theme
        if node.current:
            return theme.color("on_accent"), color, QPen(color, 1.5)
        if not node.known:
            pen = QPen(theme.color("muted"), 1.2, Qt.PenStyle.DashLine)
            return theme.color("muted"), theme.color("raised"), pen
        if node.visits:
            return color, theme.tint(color, 0.10), QPen(color, 1.4)
        return theme.color("faint"), theme.color("raised"), QPen(theme.color("hairline"), 1.2)

    def _below(self) -> str:
        count = f"{self.node.visits}×" if self.node.visits > 1 else ""
        dwell = age(self.node.dwell) if self.node.dwell else ""
        return " · ".join(part for part in (count, dwell) if part)

    def _tip(self) -> None:
        visits = (
            f"\nvisited {self.node.visits}×, {age(self.node.dwell)} in all" if self.node.visits else "\nnot visited"
        )
        odd = "" if self.node.known else "\nnobody declared this state"
        self.setToolTip(f"{self.node.id}{visits}{odd}\nClick to filter the log")


class EdgeItem(QGraphicsItem):
    """A change of state."""

    def __init__(self, theme: Theme, edge: Edge) -> None:
        super().__init__()
        self._theme = theme
        self.edge = edge
        self._path = path_of(edge.curve)
        self._head = QPolygonF([QPointF(*corner) for corner in arrow(edge.curve)])
        self.setZValue(1 if edge.count else 0)
        self.setAcceptHoverEvents(True)
        odd = "" if edge.declared else "\nthe lifecycle does not have this change"
        self.setToolTip(f"{edge.source} → {edge.target}\n{edge.count}×{odd}")

    def boundingRect(self) -> QRectF:
        """With room for the arrow and the count."""
        return self._path.boundingRect().adjusted(-14, -14, 14, 14)

    def shape(self) -> QPainterPath:
        """A band along the line."""
        band = QPainterPathStroker()
        band.setWidth(10)
        return band.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the line, its arrow, and its count from two on."""
        edge, theme = self.edge, self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.color("muted" if edge.count else "hairline")
        pen = QPen(color, 1.8 if edge.count else 1.1)
        if not edge.declared:
            color = theme.ending(Ending.FAILED)
            pen = QPen(color, 2.0, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(self._head)
        if edge.count > 1:
            x, y = edge.curve.middle()
            spot = QRectF(x - 12, y - 8, 24, 16)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(spot, 8, 8)
            painter.setPen(color)
            painter.setFont(theme.text(-2))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, f"{edge.count}×")
