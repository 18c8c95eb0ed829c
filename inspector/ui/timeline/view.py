"""The timeline to look at and to move about in: with the mouse, the wheel and the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from inspector.present.timeline import Bar, Timeline
from inspector.present.timeline_scale import Scale
from inspector.present.timeline_traffic import Traffic
from inspector.present.times import since_start, span
from inspector.present.words import ENDING_WORDS
from inspector.ui.lifecycle.view import ARROWS, CLICK, KEYS_LEAD
from inspector.ui.timeline.geometry import AXIS, FLAGS, ROW, Geometry, Stop
from inspector.ui.timeline.painting import Scene, TimelinePainter

STEP = 60.0
"""Pixels that a key moves the picture."""

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class TimelineView(QAbstractScrollArea):
    """``entered`` carries the frame of what was clicked; ``ranged`` the time that was selected, or None.

    Fitted until somebody zooms; what is open then goes on to the present by itself.
    """

    entered = Signal(int)
    ranged = Signal(object)

    def __init__(self, painter: TimelinePainter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = painter
        self.geometry_ = Geometry.of(Timeline(0.0, 1.0, ()))
        self.traffic: Traffic | None = None
        self.fitted = True
        self.scale = Scale(0.0, 1.0, 1.0)
        self.chosen: tuple[float, float] | None = None
        self.stop = Stop(0, 0)
        self._gutter, self._ring = 132.0, False
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)

    @property
    def whole(self) -> Scale:
        """The scale that shows all of it."""
        timeline = self.geometry_.timeline
        return Scale.fitted(timeline.start, timeline.end, self.viewport().width() - self._gutter)

    def show_timeline(self, timeline: Timeline, traffic: Traffic) -> None:
        """Show another one, or the same as it has grown."""
        at_end = self.scale.end >= self.geometry_.timeline.end
        self.geometry_, self.traffic = Geometry.of(timeline), traffic
        self._gutter = self._painter.gutter(timeline.lanes)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._settle()
        if not self.fitted and at_end and timeline.live:
            self.scale = self.scale.moved((timeline.end - self.scale.end) / self.scale.unit + 8, self.whole)
        self._describe()

    def fit(self) -> None:
        """All of it."""
        self.fitted = True
        self._settle()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Nearer or farther, around a pixel of the picture or its middle."""
        self.scale = self.scale.zoomed(factor, self.scale.width / 2 if x is None else x, self.whole)
        self.fitted = self.scale == self.whole
        self.viewport().update()

    def pan(self, pixels: float) -> None:
        """Later or earlier."""
        self.scale = self.scale.moved(pixels, self.whole)
        self.viewport().update()

    def choose(self, chosen: tuple[float, float] | None) -> None:
        """Select a time, or none, and tell of it."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.ranged.emit(chosen)
        self.viewport().update()

    def clear(self) -> None:
        """Select no time, and tell nobody."""
        self.chosen = None
        self.viewport().update()

    def scene(self, gutter: float | None = None, top: float | None = None) -> Scene | None:
        """What is painted now."""
        if self.traffic is None:
            return None
        ring = self.stop if self._ring and self.hasFocus() else None
        scrolled = float(self.verticalScrollBar().value()) if top is None else top
        gutter = self._gutter if gutter is None else gutter
        return Scene(self.geometry_, self.scale, self.traffic, gutter, scrolled, self.chosen, ring)

    @property
    def full_height(self) -> float:
        """The height at which no lane is scrolled out of sight."""
        return AXIS + FLAGS + self.geometry_.height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints what can be seen."""
        scene = self.scene()
        if scene is not None:
            painter = QPainter(self.viewport())
            self._painter.paint(painter, scene, float(self.viewport().height()))
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stays fitted."""
        super().resizeEvent(event)
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms in time; beside the picture, over the titles, it scrolls the lanes; with Shift it moves in time."""
        x, turn = event.position().x() - self._gutter, event.angleDelta()
        if x < 0:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - turn.y() // 2)
        elif turn.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(-(turn.x() or turn.y()) / 2)
        else:
            self.zoom(1.0015 ** turn.y(), x)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a click or a selection."""
        self._ring, self._dragged = False, False
        self._pressed = event.position() if event.button() is Qt.MouseButton.LeftButton else None
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws the selection up."""
        if self._pressed is None or self._pressed.x() < self._gutter:
            return
        if self._dragged or abs(event.position().x() - self._pressed.x()) >= CLICK:
            self._dragged = True
            ends = sorted(self._moment(place.x()) for place in (self._pressed, event.position()))
            self.chosen = (ends[0], ends[1])
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends it: a selection is told, a click leads to the frames of what lies there."""
        if self._pressed is None:
            return
        self._pressed = None
        if self._dragged:
            self.ranged.emit(self.chosen)
        else:
            self._click(event.position().x() - self._gutter, event.position().y())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from bar to bar, Enter to its frames; plus, minus and zero zoom; Escape drops the selection."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        bar = self.stop.bar_of(self.geometry_.timeline.lanes)
        if key in ARROWS and shift:
            self.pan(ARROWS[key][0] * STEP)
        elif key in ARROWS and bar is not None:
            self._stand(self.stop.moved(*ARROWS[key], self.geometry_.timeline.lanes))
        elif key in ENTER and bar is not None:
            if shift:
                self.choose((bar.start, bar.end))
            else:
                self.entered.emit(bar.seq)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / 1.3 if key == Qt.Key.Key_Minus else 1.3)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape and self.chosen is not None:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Escape is ours while a time is selected, whatever else it is a shortcut of."""
        ours = event.type() == QEvent.Type.ShortcutOverride and self.chosen is not None
        if ours and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tells of what the mouse is over."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.told_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def told_at(self, x: float, y: float) -> str:
        """What there is to tell of a place of the viewport."""
        x, below = x - self._gutter, y - AXIS - FLAGS
        if below < 0:
            mark = self.geometry_.flag_at(x, self.scale)
            return "" if mark is None or y < AXIS else f"{mark.title}\n#{mark.seq} at {since_start(mark.at)} s"
        if x < 0:
            lane = self.geometry_.lane_at(below + self.verticalScrollBar().value())
            return "" if lane is None else self.geometry_.timeline.lanes[lane].title
        found = self.geometry_.bar_at(x, below + self.verticalScrollBar().value(), self.scale)
        return "" if found is None else told(found[1])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring appears when the keyboard led here."""
        super().focusInEvent(event)
        self._ring = self._ring or event.reason() in KEYS_LEAD
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _click(self, x: float, y: float) -> None:
        below = y - AXIS - FLAGS
        if below < 0:
            mark = self.geometry_.flag_at(x, self.scale) if y >= AXIS else None
            if mark is not None:
                self.entered.emit(mark.seq)
            return
        found = self.geometry_.bar_at(x, below + self.verticalScrollBar().value(), self.scale) if x >= 0 else None
        if found is not None:
            lane, bar = found
            self._stand(Stop(lane, self.geometry_.timeline.lanes[lane].bars.index(bar)), lead=False)
            self.entered.emit(bar.seq)

    def _moment(self, x: float) -> float:
        return self.scale.at(max(0.0, min(self.scale.width, x - self._gutter)))

    def _stand(self, stop: Stop, lead: bool = True) -> None:
        self.stop, self._ring = stop, lead
        bar = stop.bar_of(self.geometry_.timeline.lanes)
        if bar is not None and lead:
            x0, x1 = self.scale.x(bar.start), self.scale.x(bar.end)
            if x1 < 0 or x0 > self.scale.width:
                self.pan((x0 + x1 - self.scale.width) / 2)
            scroll, room = self.verticalScrollBar(), self.viewport().height() - AXIS - FLAGS
            top = self.geometry_.tops[stop.lane]
            scroll.setValue(int(max(top + ROW - room, min(scroll.value(), top))))
        self._describe()

    def _describe(self) -> None:
        bar = self.stop.bar_of(self.geometry_.timeline.lanes)
        self.setAccessibleDescription("" if bar is None else told(bar))
        self.viewport().update()

    def _settle(self) -> None:
        room = self.viewport().height() - AXIS - FLAGS
        self.verticalScrollBar().setRange(0, max(0, int(self.geometry_.height - room)))
        self.verticalScrollBar().setPageStep(max(1, room))
        whole = self.whole
        self.scale = whole if self.fitted else self.scale.sized(whole.width).within(whole)
        self.viewport().update()


def told(bar: Bar) -> str:
    """Lines with all there is to tell of a bar."""
    took = f"goes on for {span(bar.end - bar.start)}" if bar.open else f"took {span(bar.end - bar.start)}"
    lines = [f"{bar.title} · {ENDING_WORDS[bar.look].lower()}", f"began at {since_start(bar.start)} s, {took}"]
    if bar.note:
        lines.append(bar.note[:300])
    frames = f"#{bar.seq}" if bar.seq == bar.last else f"#{bar.seq} to #{bar.last}"
    return "\n".join([*lines, f"frames {frames}"])
