"""Draws the PNG sizes of the application's icon from its SVG drawings: ``python -m tests.house.icons``."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icon"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
LAST_SMALL = 24
"""Up to this size the simpler drawing is the clearer one."""


def draw(size: int) -> QImage:
    """The icon in ``size`` × ``size`` pixels."""
    name = "stream-inspector-small.svg" if size <= LAST_SMALL else "stream-inspector.svg"
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(FOLDER / name)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def png(size: int) -> Path:
    """Where the icon of that size is kept."""
    return FOLDER / f"stream-inspector-{size}.png"


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    for one in SIZES:
        draw(one).save(str(png(one)))
