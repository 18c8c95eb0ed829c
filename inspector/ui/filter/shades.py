"""The colours of rules: a hue by its name, and the shade of it that lies under a row."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from inspector.present.filter.colouring import COLOURS
from inspector.ui.theme import Theme

_HUES: Mapping[str, tuple[str, str]] = dict(  # light, dark
    zip(
        COLOURS,
        (
            ("#c0262d", "#f4737a"),
            ("#c2560c", "#f08a4b"),
            ("#b58900", "#d6b52c"),
            ("#3f8f1d", "#8fd45a"),
            ("#0f8577", "#3fcfbc"),
            ("#2563c9", "#6ea8fe"),
            ("#6d3fc0", "#b294f2"),
            ("#b52a8f", "#ee86d3"),
            ("#5d6673", "#aab4c0"),
        ),
        strict=True,
    )
)
STRENGTH = 0.14
SWATCH = 16


def hue(theme: Theme, colour: str) -> QColor:
    """The colour itself, for a swatch."""
    return QColor(_HUES[colour][theme.dark])


def shade(theme: Theme, colour: str) -> QColor:
    """So much of it that all that is written on it can be read."""
    return theme.tint(hue(theme, colour), STRENGTH)


def swatch(theme: Theme, colour: str) -> QIcon:
    """A piece of it to choose from."""
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue(theme, colour))
    painter.drawRoundedRect(1, 1, SWATCH - 2, SWATCH - 2, 3, 3)
    painter.end()
    return QIcon(pixmap)
