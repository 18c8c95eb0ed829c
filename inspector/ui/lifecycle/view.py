"""A picture that can be zoomed, moved and fitted; with the wheel, the mouse and the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsScene, QGraphicsView, QWidget

MOST = 1.15
"""A small picture is not blown up beyond this when it is fitted."""


ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
KEYS_LEAD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
CLICK = 4
"""A mouse that moved less, in pixels, did not move."""


class PictureView(QGraphicsView):
    """Fits its scene until somebody zooms. ``copied`` asks for the text form (Ctrl+C).

    The arrow keys go from one of its stops to the nearest in that direction; ``entered`` carries the item that was
    clicked, or the stop on which Enter was pressed. A picture that would have to be smaller than ``least`` is fitted
    in part, around the stop.
    """

    copied = Signal()
    entered = Signal(object)

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.fitted = True
        self.least = 0.0
        self._stops: Sequence[QGraphicsItem] = ()
        self._stop: QGraphicsItem | None = None
        self._ring = False
        self._pressed = QPoint()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def stop(self) -> QGraphicsItem | None:
        """The item on which the keyboard stands."""
        return self._stop

    def set_stops(self, items: Iterable[QGraphicsItem]) -> None:
        """The items that the keyboard can reach."""
        self._stops = tuple(items)
        self._stand(next(iter(self._stops), None))

    def lead(self, item: QGraphicsItem | None) -> None:
        """Stand on this one, unless somebody is moving about with the keyboard."""
        if item is not None and item is not self._stop and not (self._ring and self.hasFocus()):
            self._stand(item)

    def fit(self, whole: bool = False) -> None:
        """The picture, ``whole`` even where it gets smaller than ``least``."""
        self.fitted = True
        box = self.scene().itemsBoundingRect()
        if box.isEmpty():
            return
        grown = box.adjusted(-16, -12, 16, 12)
        self.scene().setSceneRect(grown)
        self.resetTransform()
        room = self.viewport().rect()
        scale = min(room.width() / grown.width(), room.height() / grown.height(), MOST)
        part = scale < self.least and not whole
        scale = max(scale, self.least) if part else scale
        if scale > 0:
            self.scale(scale, scale)
        self.centerOn(self._outline(self._stop).center() if part and self._stop is not None else grown.center())

    def zoom(self, factor: float) -> None:
        """Nearer or farther."""
        self.fitted = False
        now = self.transform().m11()
        factor = max(0.2, min(4.0, now * factor)) / now
        self.scale(factor, factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms."""
        self.zoom(1.0015 ** event.angleDelta().y())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from stop to stop; plus and minus zoom, zero fits."""
        key = event.key()
        if key in ARROWS and self._stops:
            self._step(*ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._stop is not None:
            self.entered.emit(self._stop)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.2)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / 1.2)
        elif key == Qt.Key.Key_0:
            self.fit(whole=True)
        elif key == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.copied.emit()
        else:
            super().keyPressEvent(event)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The ring around the stop while the keyboard is here."""
        if self._stop is None or not self._ring or not self.hasFocus():
            return
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Link), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._outline(self._stop).adjusted(-4, -4, 4, 4), 11, 11)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The mouse needs no ring."""
        self._pressed, self._ring = event.position().toPoint(), False
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press and release at one place is a click; anything else has moved the picture."""
        super().mouseReleaseEvent(event)
        event.accept()
        place = event.position().toPoint()
        item = self.itemAt(place)
        left, stayed = event.button() is Qt.MouseButton.LeftButton, (place - self._pressed).manhattanLength() < CLICK
        if item is not None and left and stayed:
            if item in self._stops:
                self._stand(item)
            self.entered.emit(item)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring appears when the keyboard led here."""
        super().focusInEvent(event)
        self._ring = self._ring or event.reason() in KEYS_LEAD
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _step(self, dx: int, dy: int) -> None:
        """To the nearest stop that way; what lies aside counts double."""
        if self._stop is None:
            return
        self._ring = True
        here = self._stop.scenePos()
        best, least = None, 0.0
        for item in self._stops:
            way = item.scenePos() - here
            along, aside = way.x() * dx + way.y() * dy, abs(way.x() * dy + way.y() * dx)
            if along < 1 or aside > 2 * along:
                continue
            cost = along + 2 * aside
            if best is None or cost < least:
                best, least = item, cost
        if best is not None:
            self._stand(best)

    def _stand(self, item: QGraphicsItem | None) -> None:
        self._stop = item
        self.setAccessibleDescription("" if item is None else item.toolTip())
        if item is not None:
            self.ensureVisible(self._outline(item), 24, 24)
        self.viewport().update()

    def _outline(self, item: QGraphicsItem) -> QRectF:
        return item.mapRectToScene(item.shape().boundingRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stays fitted."""
        super().resizeEvent(event)
        if self.fitted:
            self.fit()
