"""Pictures drawn from outlines: a shape for each ending, the icons of the commands. Crisp in any size and theme."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inspector.domain.charts import Ending

_LINES: Mapping[str, str] = {
    "connect": '<path d="M9 7V3M15 7V3M7 7h10v4a5 5 0 0 1-10 0zM12 16v5"/>',
    "open": '<path d="M3 6a1 1 0 0 1 1-1h5l2 2h8a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z"/>',
    "paste": '<path d="M8 5H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1h-2"/>'
    '<path d="M9 3h6v4H9zM9 12h6M9 16h4"/>',
    "search": '<path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L21 21"/>',
    "save": '<path d="M12 3v12M7 10l5 5 5-5M4 20h16"/>',
    "start": '<path d="M7 4l13 8-13 8z"/>',
    "commands": '<path d="M4 7h16M4 12h16M4 17h10"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "copy": '<path d="M9 9h11v12H9zM15 9V3H4v12h5"/>',
    "refresh": '<path d="M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5"/>',
    "fit": '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "up": '<path d="M6 15l6-6 6 6"/>',
    "filter": '<path d="M4 5h16l-6 8v6l-4-2v-4z"/>',
    "right": '<path d="M9 6l6 6-6 6"/>',
    "tail": '<path d="M12 4v12M6 11l6 6 6-6M5 21h14"/>',
}


def icon(name: str, color: QColor) -> QIcon:
    """The icon of a command, in one colour."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-width="1.8" stroke="{color.name()}">{_LINES[name]}</svg>'
    )
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    found = QIcon()
    for size in (16, 24, 32, 48):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        found.addPixmap(pixmap)
    return found


def names() -> tuple[str, ...]:
    """The icons that there are."""
    return tuple(_LINES)


def paint_ending(painter: QPainter, box: QRectF, ending: Ending, color: QColor) -> None:
    """The shape of an ending in a square box: told apart without colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side / 16, side / 16)
    pen = QPen(color, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    outline, filled = _shape(ending)
    painter.drawPath(outline)
    painter.fillPath(filled, color)
    painter.restore()


def ending_icon(ending: Ending, color: QColor, size: int = 16) -> QIcon:
    """The shape of an ending as an icon."""
    found = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(QSize(size * scale, size * scale))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_ending(painter, QRectF(0, 0, size * scale, size * scale), ending, color)
        painter.end()
        found.addPixmap(pixmap)
    return found


def _shape(ending: Ending) -> tuple[QPainterPath, QPainterPath]:
    """Outline to stroke and area to fill, in a box of 16."""
    line, area = QPainterPath(), QPainterPath()
    if ending is Ending.RUNNING:
        area.moveTo(5, 2.5)
        area.lineTo(13.5, 8)
        area.lineTo(5, 13.5)
        area.closeSubpath()
    elif ending is Ending.NOT_STARTED:
        line.addEllipse(QPointF(8, 8), 5, 5)
    elif ending is Ending.WAITING:
        area.addRoundedRect(QRectF(3.5, 3, 3.4, 10), 1, 1)
        area.addRoundedRect(QRectF(9.1, 3, 3.4, 10), 1, 1)
    elif ending is Ending.STALLED:
        _polyline(line, ((4, 2.5), (12, 2.5), (4, 13.5), (12, 13.5), (4, 2.5)))
    elif ending is Ending.CUT:
        _polyline(line, ((2, 8), (5.2, 8), (6.4, 4.2)))
        _polyline(line, ((9.6, 11.8), (10.8, 8), (14, 8)))
    elif ending is Ending.COMPLETED:
        _polyline(line, ((3, 8.6), (6.6, 12), (13, 4.4)))
    elif ending is Ending.INCOMPLETE:
        line.addEllipse(QPointF(8, 8), 5, 5)
        area.moveTo(8, 3)
        area.arcTo(QRectF(3, 3, 10, 10), 90, 180)
        area.closeSubpath()
    elif ending is Ending.FAILED:
        _polyline(line, ((4, 4), (12, 12)))
        _polyline(line, ((12, 4), (4, 12)))
    elif ending is Ending.CANCELLED:
        area.addRoundedRect(QRectF(3.5, 3.5, 9, 9), 1.2, 1.2)
    elif ending is Ending.EXPIRED:
        line.addEllipse(QPointF(8, 8), 5.4, 5.4)
        _polyline(line, ((8, 5), (8, 8), (10.4, 9.6)))
    elif ending is Ending.LOST:
        _polyline(line, ((8, 2.4), (13.6, 8), (8, 13.6), (2.4, 8), (8, 2.4)))
    else:
        _question(line, area)
    return line, area


def _question(line: QPainterPath, area: QPainterPath) -> None:
    line.moveTo(5.2, 5.4)
    line.cubicTo(5.6, 1.8, 11.4, 2.2, 10.9, 5.8)
    line.cubicTo(10.7, 7.4, 8, 7.6, 8, 9.8)
    area.addEllipse(QPointF(8, 13.2), 1.3, 1.3)


def _polyline(path: QPainterPath, points: tuple[tuple[float, float], ...]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
