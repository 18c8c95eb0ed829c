"""Paints a timeline: bars, silences with their keep-alives, marks, axis. The same for the window and for a file."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity
from inspector.present.timeline import Lane, Part
from inspector.present.timeline_pieces import Piece, flags, pieces
from inspector.present.timeline_scale import Scale
from inspector.present.timeline_traffic import Traffic, counted
from inspector.ui.findings import GLYPHS
from inspector.ui.theme import Theme
from inspector.ui.timeline.geometry import AXIS, CAPTION, FLAGS, PAD, ROW, Geometry, Stop

CAPTIONS = {Part.LINK: "Connections", Part.STEP: "Steps", Part.TOOL: "Tool calls"}
INDENT, HATCH, BIN = 12.0, 6.0, 2.0
LABEL = 28.0
"""A bar shorter than this has no room for a word."""

TICKS_APART = 84.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is painted: ``gutter`` is the width of the titles, ``top`` how far the lanes are scrolled.

    ``chosen`` is the time that was selected; ``stop`` the bar on which the keyboard stands.
    """

    geometry: Geometry
    scale: Scale
    traffic: Traffic
    gutter: float
    top: float = 0.0
    chosen: tuple[float, float] | None = None
    stop: Stop | None = None


class TimelinePainter:
    """Fonts and colours are looked up once for each theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.restyle()

    def restyle(self) -> None:
        """Take fonts and colours of the theme."""
        theme = self._theme
        self._text, self._small, self._bold = theme.text(), theme.text(-1), theme.text(-1, bold=True)
        self._mono = theme.mono(-1)
        self._ink, self._muted, self._faint = theme.color("text"), theme.color("muted"), theme.color("faint")
        self._line, self._ground, self._accent = theme.color("hairline"), theme.color("raised"), theme.color("accent")
        self._strong = {ending: theme.ending(ending) for ending in Ending}
        self._soft = {ending: theme.tint(color, 0.26) for ending, color in self._strong.items()}
        self._thin = {ending: theme.tint(color, 0.12) for ending, color in self._strong.items()}
        self._severities = {severity: theme.severity(severity) for severity in Severity}
        self._metrics = {id(font): QFontMetricsF(font) for font in (self._text, self._small, self._bold, self._mono)}

    def gutter(self, lanes: tuple[Lane, ...]) -> float:
        """The width that the titles of these lanes need, within bounds."""
        metrics = self._metrics[id(self._small)]
        wanted = [metrics.horizontalAdvance(lane.title[:60]) + lane.depth * INDENT for lane in lanes]
        return float(max(132.0, min(240.0, max(wanted, default=0.0) + 24)))

    def paint(self, painter: QPainter, scene: Scene, height: float) -> None:
        """All of it, as high as this."""
        scale, gutter = scene.scale, scene.gutter
        whole = QRectF(0, 0, gutter + scale.width, height)
        painter.fillRect(whole, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = float(AXIS + FLAGS)
        painter.save()
        painter.setClipRect(QRectF(0, head, whole.width(), height - head))
        painter.translate(0, head - scene.top)
        self._lanes(painter, scene, scene.top, scene.top + height - head)
        painter.restore()
        painter.save()
        painter.setClipRect(QRectF(gutter, 0, scale.width, height))
        painter.translate(gutter, 0)
        self._axis(painter, scene, height)
        self._changes(painter, scene, height)
        self._findings(painter, scene)
        self._selection(painter, scene, height)
        painter.restore()
        painter.setPen(QPen(self._line, 1))
        painter.drawLine(QLineF(gutter - 0.5, 0, gutter - 0.5, height))
        painter.drawLine(QLineF(0, head - 0.5, whole.width(), head - 0.5))

    def _lanes(self, painter: QPainter, scene: Scene, first: float, last: float) -> None:
        geometry, gutter = scene.geometry, scene.gutter
        for y, part in geometry.captions:
            painter.setFont(self._small)
            painter.setPen(self._muted)
            box = QRectF(8, y, gutter - 12, CAPTION)
            painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, CAPTIONS[part])
        for number, (lane, y) in enumerate(zip(geometry.timeline.lanes, geometry.tops, strict=True)):
            if y + ROW < first or y > last:
                continue
            self._title(painter, lane, QRectF(16 + lane.depth * INDENT, y, gutter - 20 - lane.depth * INDENT, ROW))
            painter.save()
            painter.setClipRect(QRectF(gutter, y, scene.scale.width, ROW), Qt.ClipOperation.IntersectClip)
            painter.translate(gutter, y)
            self._bars(painter, scene, lane)
            if scene.stop is not None and scene.stop.lane == number:
                self._ring(painter, scene)
            painter.restore()

    def _title(self, painter: QPainter, lane: Lane, box: QRectF) -> None:
        font = self._bold if lane.part is Part.STATE else self._small
        painter.setFont(font)
        painter.setPen(self._muted if lane.part is Part.STATE else self._ink)
        text = self._metrics[id(font)].elidedText(lane.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _bars(self, painter: QPainter, scene: Scene, lane: Lane) -> None:
        scale = scene.scale
        for piece in pieces(lane.bars, scale):
            self._bar(painter, piece, lane, scale)
        if lane.links:
            self._traffic(painter, scene, lane)
        for silence in lane.silences:
            x0, x1 = max(0.0, scale.x(silence.start)), min(scale.width, scale.x(silence.end))
            if x1 > x0:
                self._hatch(painter, QRectF(x0, PAD + 1, max(x1 - x0, 2.0), ROW - 2 * PAD - 2))

    def _bar(self, painter: QPainter, piece: Piece, lane: Lane, scale: Scale) -> None:
        bar, strong = piece.bar, self._strong[piece.bar.look]
        box = QRectF(piece.x0, PAD + 0.5, piece.x1 - piece.x0, ROW - 2 * PAD - 1)
        small = box.width() < 6 or piece.count > 1
        painter.setPen(QPen(strong, 1))
        painter.setBrush(strong if small else (self._thin if lane.part is Part.LINK else self._soft)[bar.look])
        radius = min(3.0, box.width() / 2)
        painter.drawRoundedRect(box, radius, radius)
        pale = min(box.right(), scale.x(bar.pale))
        if lane.part is Part.LINK and pale - box.left() > 2:
            painter.setPen(QPen(strong, 1, Qt.PenStyle.DashLine))
            painter.setBrush(self._ground)
            painter.drawRoundedRect(QRectF(box.left(), box.top(), pale - box.left(), box.height()), radius, radius)
        if lane.part is not Part.LINK and box.width() > LABEL:
            font = self._bold if lane.part is Part.STATE else self._small
            painter.setFont(font)
            painter.setPen(strong if lane.part is Part.STATE else self._ink)
            inner = QRectF(max(0.0, box.left()) + 5, box.top(), box.right() - max(0.0, box.left()) - 9, box.height())
            text = self._metrics[id(font)].elidedText(bar.title[:120], Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _traffic(self, painter: QPainter, scene: Scene, lane: Lane) -> None:
        """Contents as columns that grow upwards, keep-alives as ticks from the top: also within a silence."""
        scale, unit = scene.scale, scene.scale.unit * BIN
        bins = max(1, int(scale.width / BIN))
        color = self._strong[lane.bars[-1].look if len(lane.bars) == 1 else Ending.RUNNING]
        counts = counted(scene.traffic.contents(lane.links), scale.start, unit, bins)
        most, bottom = math.log1p(max(counts, default=0)), ROW - PAD - 2.0
        room = ROW - 2 * PAD - 8.0
        painter.setPen(Qt.PenStyle.NoPen)
        for place, count in enumerate(counts):
            if count:
                high = 2.0 + room * math.log1p(count) / most
                painter.fillRect(QRectF(place * BIN, bottom - high, BIN - 0.5, high), color)
        for place, count in enumerate(counted(scene.traffic.beats(lane.links), scale.start, unit, bins)):
            if count:
                painter.fillRect(QRectF(place * BIN, PAD + 2.0, 1.0, 5.0), self._muted)

    def _hatch(self, painter: QPainter, box: QRectF) -> None:
        """Lines by hand: they are the same in a file, and are cut off nowhere."""
        color = QColor(self._strong[Ending.STALLED])
        color.setAlphaF(0.75)
        painter.setPen(QPen(color, 1.1))
        high, x, lines = box.height(), box.left() - box.height(), []
        while x < box.right():
            left, right = max(x, box.left()), min(x + high, box.right())
            if right > left:
                lines.append(QLineF(left, box.bottom() - (left - x), right, box.bottom() - (right - x)))
            x += HATCH
        painter.drawLines(lines)

    def _ring(self, painter: QPainter, scene: Scene) -> None:
        bar = None if scene.stop is None else scene.stop.bar_of(scene.geometry.timeline.lanes)
        if bar is not None:
            x0, x1 = scene.scale.x(bar.start), scene.scale.x(bar.end)
            painter.setPen(QPen(self._accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(max(1.0, x0 - 2), 1, max(x1 - max(1.0, x0 - 2) + 2, 7), ROW - 2), 4, 4)

    def _axis(self, painter: QPainter, scene: Scene, height: float) -> None:
        scale = scene.scale
        painter.setFont(self._mono)
        for at, label in scale.ticks(TICKS_APART):
            x = round(scale.x(at)) + 0.5
            painter.setPen(QPen(self._line, 1))
            painter.drawLine(QLineF(x, AXIS - 6, x, AXIS))
            painter.setPen(self._muted)
            box = QRectF(x + 4, 0, TICKS_APART, AXIS)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label)
        if scene.geometry.timeline.live:
            x = scale.x(scene.geometry.timeline.end)
            painter.setPen(QPen(self._accent, 1.4))
            painter.drawLine(QLineF(x, 4, x, height))

    def _changes(self, painter: QPainter, scene: Scene, height: float) -> None:
        for flag in flags(scene.geometry.timeline.changes, scene.scale, 3.0):
            color = QColor(self._strong[flag.mark.look])
            color.setAlphaF(0.55)
            painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(flag.x, AXIS + FLAGS, flag.x, height))

    def _findings(self, painter: QPainter, scene: Scene) -> None:
        painter.setFont(self._bold)
        for flag in flags(scene.geometry.timeline.findings, scene.scale, 14.0):
            severity = flag.mark.severity or Severity.NOTE
            painter.setPen(self._severities[severity])
            text = GLYPHS[severity] + (f" {flag.count}" if flag.count > 1 else "")
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            x = min(max(flag.x - 6, 0.0), scene.scale.width - 14)
            painter.drawText(QRectF(x, AXIS, 60, FLAGS), left, text)

    def _selection(self, painter: QPainter, scene: Scene, height: float) -> None:
        if scene.chosen is None:
            return
        x0, x1 = (scene.scale.x(at) for at in scene.chosen)
        wash = QColor(self._accent)
        wash.setAlphaF(0.13)
        painter.fillRect(QRectF(x0, 0, x1 - x0, height), wash)
        painter.setPen(QPen(self._accent, 1))
        for x in (x0, x1):
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
