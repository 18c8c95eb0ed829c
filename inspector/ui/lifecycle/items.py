"""Dumb items of a diagram: they paint the values they were given and say when they are clicked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from inspector.domain.charts import Ending
from inspector.present.curves import Curve, arrow
from inspector.present.drawing import Diagram, Edge, Node, look_of
from inspector.present.times import span
from inspector.ui.icons import paint_ending
from inspector.ui.theme import Theme

SHAPE, PAD = 12.0, 9.0
"""The side of a state's shape, and its distance from the border."""

SMALLEST = 7.0
"""Points to which a name that is too long for its box may shrink before its end is left out."""

DASHED = Qt.PenStyle.DashLine

KEPT = QGraphicsItem.CacheMode.DeviceCoordinateCache
"""While the present state breathes, all day perhaps, what lies around it is not painted again and again."""

BAND = 12.0
"""How near to a line a click counts."""


def dim(theme: Theme) -> QColor:
    """The colour of what was never there: in the dark a hairline would not be seen at all."""
    return theme.tint(theme.color("faint"), 0.5)


def path_of(curve: Curve) -> QPainterPath:
    """A curve for Qt."""
    path = QPainterPath(QPointF(*curve.start))
    for first, second, end in curve.pieces:
        path.cubicTo(QPointF(*first), QPointF(*second), QPointF(*end))
    return path


def write(
    painter: QPainter, theme: Theme, room: QRectF, lines: tuple[str, str], ink: QColor, bold: bool = False
) -> None:
    """A name, and below it what is told of it; without that the name stands in the middle."""
    name, below = lines
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    for text, font, share in ((name, theme.text(bold=bold), (0.0, 0.56)), (below, theme.text(-1), (0.52, 1.0))):
        top, bottom = share if below else (0.0, 1.0)
        part = QRectF(room.left(), room.top() + room.height() * top, room.width(), room.height() * (bottom - top))
        painter.setPen(ink)
        painter.setFont(font)
        while painter.fontMetrics().horizontalAdvance(text) > room.width() and font.pointSizeF() > SMALLEST:
            font.setPointSizeF(font.pointSizeF() - 0.5)
            painter.setFont(font)
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(part, left, fitting)


class StateItem(QGraphicsItem):
    """A state. ``pulse`` between 0 and 1 makes the present one breathe."""

    def __init__(self, theme: Theme, node: Node) -> None:
        super().__init__()
        self._theme = theme
        self.node = node
        self.live = False
        self.pulse = 0.0
        self._box = QRectF(-node.box.w / 2, -node.box.h / 2, node.box.w, node.box.h)
        self._bounds = self._box.adjusted(-10, -10, 10, 10)
        self.setCacheMode(KEPT)
        self.setPos(node.box.x, node.box.y)
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(4)
        self._tip()

    def show_node(self, node: Node, live: bool) -> None:
        """Take other values for the same state."""
        if (node, live) != (self.node, self.live):
            self.node, self.live = node, live
            self._tip()
            self.update()

    def boundingRect(self) -> QRectF:
        """With room for the glow."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Only the box can be clicked."""
        path = QPainterPath()
        path.addRect(self._box)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the box, its shape, its name, and below it what is known of the time spent there."""
        node, theme, box = self.node, self._theme, self._box
        color = theme.ending(look_of(node))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if node.current and self.live:
            self._glow(painter, color)
        ink, fill, pen = self._dress(color)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 8, 8)
        if node.first:
            painter.setBrush(theme.color("raised"))
            painter.setPen(QPen(theme.color("muted"), 1.6))
            painter.drawEllipse(QPointF(box.left() + 2, box.top() + 2), 4, 4)
        paint_ending(painter, QRectF(box.left() + PAD, -SHAPE / 2, SHAPE, SHAPE), look_of(node), ink)
        room = box.adjusted(PAD + SHAPE + 6, 3, -4, -3)
        write(painter, theme, room, (node.id, self._below()), ink, node.current or bool(node.visits))

    def _glow(self, painter: QPainter, color: QColor) -> None:
        glow = QColor(color)
        glow.setAlphaF(0.12 + 0.16 * self.pulse)
        grown = 3 + 5 * self.pulse
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawRoundedRect(self._box.adjusted(-grown, -grown, grown, grown), 8 + grown, 8 + grown)

    def _dress(self, color: QColor) -> tuple[QColor, QColor, QPen]:
        node, theme = self.node, self._theme
        if node.current and node.known:
            return theme.color("on_accent"), color, QPen(color, 1.5)
        if not node.known:
            pen = QPen(theme.color("muted"), 2.0 if node.current else 1.4, Qt.PenStyle.DashLine)
            return theme.color("text" if node.current else "muted"), theme.color("sunken"), pen
        if node.visits:
            return color, theme.tint(color, 0.10), QPen(color, 1.5)
        return theme.color("muted"), theme.color("raised"), QPen(dim(theme), 1.2)

    def _below(self) -> str:
        count = f"{self.node.visits}×" if self.node.visits > 1 else ""
        dwell = span(self.node.dwell) if self.node.dwell else ""
        return " · ".join(part for part in (count, dwell) if part)

    def _tip(self) -> None:
        node = self.node
        told = f"visited {node.visits}×, {span(node.dwell)} in all" if node.dwell else f"visited {node.visits}×"
        lines = [node.id, told if node.visits else "not visited"]
        if not node.known:
            lines.append("nobody declared this state")
        if node.first:
            lines.append("what the log saw first")
        self.setToolTip("\n".join([*lines, "Click to filter the log"]))


class EdgeItem(QGraphicsItem):
    """A change of state: faint as a possibility, solid once it happened, red where the lifecycle does not have it."""

    def __init__(self, theme: Theme, edge: Edge) -> None:
        super().__init__()
        self._theme = theme
        self.edge = edge
        self.color = ""
        self.live = False
        self._path = path_of(edge.curve)
        self._bounds = self._path.boundingRect().adjusted(-14, -14, 14, 14)
        self._head = QPolygonF([QPointF(*corner) for corner in arrow(edge.curve)])
        self.setCacheMode(KEPT)
        self.setAcceptHoverEvents(True)
        self._settle()

    def show_edge(self, edge: Edge, live: bool, color: str) -> None:
        """Take other values for the same change. ``color`` is the present state's, for the change that led to it."""
        if (edge, live, color) != (self.edge, self.live, self.color):
            self.edge, self.live, self.color = edge, live, color
            self._settle()
            self.update()

    @property
    def near(self) -> bool:
        """Whether it may happen next."""
        return self.live and self.edge.ahead

    def boundingRect(self) -> QRectF:
        """With room for the arrow and the count."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """A band along the line."""
        stroker = QPainterPathStroker()
        stroker.setWidth(BAND)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the line, its arrow, and its count from two on."""
        edge = self.edge
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = self._pen()
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawPolygon(self._head)
        if edge.count > 1:
            self._count(painter, pen.color())

    def _settle(self) -> None:
        """What happened lies over what could happen, and can be clicked."""
        edge = self.edge
        self.setZValue(3 if not edge.declared else 2.5 if edge.latest else 2 if edge.count else 1 if self.near else 0)
        if edge.count:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        odd = "\nthe lifecycle does not have this change" if edge.odd else ""
        odd = "\nwhat lay between was not seen: the server was asked only now and then" if edge.skipped else odd
        hint = "\nClick to filter the log" if edge.count else ""
        self.setToolTip(f"{edge.source} → {edge.target}\n{edge.count}×{odd}{hint}")

    def _pen(self) -> QPen:
        edge, theme = self.edge, self._theme
        if edge.odd:
            return QPen(theme.ending(Ending.FAILED), 2.0, DASHED)
        if edge.skipped:
            return QPen(QColor(self.color) if edge.latest and self.color else theme.color("muted"), 1.6, DASHED)
        if edge.count:
            return QPen(QColor(self.color) if edge.latest and self.color else theme.color("muted"), 2.0)
        return QPen(theme.color("faint") if self.near else dim(theme), 1.2)

    def _count(self, painter: QPainter, color: QColor) -> None:
        painter.setFont(self._theme.text(-1, bold=True))
        text = f"{self.edge.count}×"
        width = painter.fontMetrics().horizontalAdvance(text) + 10
        x, y = self.edge.curve.middle()
        spot = QRectF(x - width / 2, y - 8, width, 16)
        painter.setPen(QPen(color, 1.2))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(spot, 8, 8)
        painter.setPen(color)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)


class StartItem(QGraphicsItem):
    """The dot at which a life begins, with the line into the first state."""

    DOT = 5.0

    def __init__(self, theme: Theme, curve: Curve, begun: bool) -> None:
        super().__init__()
        self._theme = theme
        self.begun = begun
        self._path = path_of(curve)
        self._dot = QPointF(*curve.start)
        self._head = QPolygonF([QPointF(*corner) for corner in arrow(curve)])
        self.setCacheMode(KEPT)
        self.setToolTip("the beginning" if begun else "the beginning, which the log did not see")

    def boundingRect(self) -> QRectF:
        """Dot, line and arrow."""
        return self._path.boundingRect().adjusted(-8, -8, 4, 8)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint it solid where it was seen."""
        color = self._theme.color("muted") if self.begun else dim(self._theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 2.0 if self.begun else 1.2))
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(self._head)
        painter.drawEllipse(self._dot, self.DOT, self.DOT)


def latest_color(theme: Theme, diagram: Diagram) -> str:
    """The colour of the present state, or an empty text where there is none."""
    return next((theme.ending(look_of(node)).name() for node in diagram.nodes if node.current), "")
