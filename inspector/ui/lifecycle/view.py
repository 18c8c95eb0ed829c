"""A picture that can be zoomed, moved and fitted; with the wheel, the mouse and the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

MOST = 1.15
"""A small picture is not blown up beyond this when it is fitted."""


class PictureView(QGraphicsView):
    """Fits its scene until somebody zooms. ``copied`` asks for the text form (Ctrl+C)."""

    copied = Signal()

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.fitted = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        """The whole picture."""
        self.fitted = True
        box = self.scene().itemsBoundingRect()
        if box.isEmpty():
            return
        grown = box.adjusted(-16, -12, 16, 12)
        self.scene().setSceneRect(grown.united(QRectF(grown)))
        self.resetTransform()
        room = self.viewport().rect()
        scale = min(room.width() / grown.width(), room.height() / grown.height(), MOST)
        if scale > 0:
            self.scale(scale, scale)
        self.centerOn(grown.center())

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
        """Plus, minus and zero."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.2)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / 1.2)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.copied.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stays fitted."""
        super().resizeEvent(event)
        if self.fitted:
            self.fit()
