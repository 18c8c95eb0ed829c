"""Writes texts in one font into the cells of the log, as much of them as there is room for."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QStaticText

MARGIN = 6
"""Pixels of a cell that stay empty on either side."""

KNOWN = 2_000
"""So many texts are remembered as they fit their column."""

LONGEST = 400
"""Characters of a text that may come in sight."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class Writing:
    """Expects its font to be the painter's. ``height`` is that of a cell.

    Qt lays a text out whenever it draws one, which is most of what a page costs, and once more to place it in a box. So
    places are worked out here, and what is drawn a second time is kept laid out: names and states are the same in most
    lines, and the lines in sight are painted again when one of them is chosen.
    """

    def __init__(self, font: QFont, height: int) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        exact = QFontMetricsF(font)
        self._height = height
        self._exact = exact
        self._widths = [exact.horizontalAdvance(chr(code)) for code in range(128)]
        self._ellipsis = "…" if self.metrics.inFontUcs4(ord("…")) else "..."
        self._dots = exact.horizontalAdvance(self._ellipsis)
        self._above = (height - exact.height()) / 2
        self._base = self._above + exact.ascent()
        self._fitted: dict[tuple[int, str], str] = {}
        self._laid_out: dict[str, QStaticText | None] = {}

    def fit(self, text: str, room: int) -> str:
        """The text in one line, or its beginning and an ellipsis."""
        key = room, text[:LONGEST]
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) >= KNOWN:
                self._fitted.clear()
            fitted = self._fitted[key] = self._elided(_CONTROL.sub(" ", key[1]), room)
        return fitted

    def write(self, painter: QPainter, fitted: str, left: float, top: int) -> None:
        """Draw a text that fits."""
        laid_out = self._laid_out.get(fitted)
        if laid_out is not None:
            painter.drawStaticText(QPointF(left, top + self._above), laid_out)
            return
        if fitted.removesuffix(self._ellipsis).isascii():  # others may be higher than the font
            self._remember(fitted)
        painter.drawText(QPointF(left, top + self._base), fitted)

    def _remember(self, fitted: str) -> None:
        if fitted not in self._laid_out:
            if len(self._laid_out) >= KNOWN:
                self._laid_out.clear()
            self._laid_out[fitted] = None
            return
        self._laid_out[fitted] = kept = QStaticText(fitted)
        kept.setTextFormat(Qt.TextFormat.PlainText)

    def write_number(self, painter: QPainter, text: str, left: int, top: int, width: int, right: bool) -> None:
        """Draw digits of one width, which need no measuring, in a cell; cut off where they do not fit."""
        wide = len(text) * self._widths[48] if text.isascii() else self._exact.horizontalAdvance(text)
        if wide > width - 2 * MARGIN:
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRect(left + MARGIN, top, width - 2 * MARGIN, self._height), _LINE | side, text)
        else:
            at = left + width - MARGIN - wide if right else left + MARGIN
            painter.drawText(QPointF(at, top + self._base), text)

    def _elided(self, text: str, room: int) -> str:
        """Letters of plain text are added up: to have Qt measure a long text takes as long as to have it drawn.

        What letters give way to each other is left out, so a text may end a letter sooner than it had to.
        """
        if not text.isascii():
            return self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        ends = list(accumulate(map(self._widths.__getitem__, text.encode())))
        if not ends or ends[-1] <= room:
            return text
        if room < self._dots:
            return ""
        return text[: bisect_right(ends, room - self._dots)].rstrip() + self._ellipsis
