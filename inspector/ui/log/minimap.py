"""The whole log beside its scroll bar, as a strip: where findings, changes of state, marks, hits and silences are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTableView, QToolTip, QWidget

from inspector.domain.findings import Severity
from inspector.present.landmarks import cells_of, cells_with
from inspector.ui.log.landmarks import Kind, Landmarks
from inspector.ui.log.lines import ROW_HEIGHT
from inspector.ui.log.model import LogModel
from inspector.ui.theme import Theme

WIDTH = 18
LEAST = 3
"""A place is drawn at least so high, so that it is seen and can be hit."""

FAINT = 0.3
SINGLE = (Kind.MARK.value, Severity.WARN.value, Severity.ERROR.value)
"""Of these each one counts; of the others a part of the log with many is drawn stronger than one with few."""

NEAR = 4
"""So many pixels beside what was clicked, a place still is meant."""


class Minimap(QWidget):
    """``wanted`` carries the row of the place that was clicked, ``scrolled`` the line where there was none."""

    wanted = Signal(int)
    scrolled = Signal(int)

    def __init__(
        self, theme: Theme, model: LogModel, view: QTableView, landmarks: Landmarks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._view = view
        self._landmarks = landmarks
        self._cells: Sequence[int] = (0,)
        self._rows: dict[str, bytes | bytearray] = {}
        self.places: dict[str, dict[int, int]] = {}
        self._top = 0
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Overview of the log"))
        self.setMouseTracking(True)
        landmarks.changed.connect(self.refresh)
        theme.changed.connect(self._redraw)
        view.verticalScrollBar().valueChanged.connect(self.update)

    def sizeHint(self) -> QSize:
        """Narrow."""
        return QSize(WIDTH, 80)

    def refresh(self) -> None:
        """Find out anew where everything is."""
        if not self.isVisible():
            return
        watch = QElapsedTimer()
        watch.start()
        self._top = self._view.horizontalHeader().height()
        rows = self._landmarks
        self._cells = cells_of(self._model.shown.index, len(self._model.shown.rows), self._height())
        wanted = (Kind.CHANGE, Kind.HIT, Kind.MARK) if self._model.needle else (Kind.CHANGE, Kind.MARK)
        kinds = {kind.value: rows.shown(kind) for kind in wanted}
        found = {each.value: rows.of_severity(each.value) for each in (Severity.WARN, Severity.ERROR)}
        flags = {"silence": rows.silences(), **kinds, **found}
        self.places = {name: cells_with(each, self._cells) for name, each in flags.items()}
        self._rows = {name: each for name, each in flags.items() if name != "silence"}
        self._landmarks.took(watch.nsecsElapsed() / 1e6)
        self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height has other places."""
        super().resizeEvent(event)
        self._redraw()
        self._landmarks.touch()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the places, each kind in a lane of its own, and what of the log is in sight."""
        theme, painter = self._theme, QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(theme.color("hairline"))
        painter.drawLine(0, 0, 0, self.height())
        bar = self._view.verticalScrollBar()
        lines = bar.maximum() + bar.pageStep()
        if lines and bar.maximum():
            seen = QRectF(1, self._top + bar.value() / lines * self._height(), WIDTH - 1, 0)
            seen.setHeight(max(LEAST, bar.pageStep() / lines * self._height()))
            painter.fillRect(seen, theme.color("hover"))
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatio():
            self._picture = self._drawn()
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _drawn(self) -> QPixmap:
        """The places alone: a scroll moves what lies under them, and leaves them as they are."""
        picture = QPixmap(self.size() * self.devicePixelRatio())
        picture.setDevicePixelRatio(self.devicePixelRatio())
        picture.fill(Qt.GlobalColor.transparent)
        theme, painter = self._theme, QPainter(picture)
        wide, left, middle, right = (1.0, WIDTH - 1.0), (2.0, 4.0), (7.0, 4.0), (12.0, 5.0)
        silence = QBrush(theme.color("faint"), Qt.BrushStyle.BDiagPattern)
        for name, brush, (at, width) in (
            ("silence", silence, wide),
            (Severity.WARN.value, QBrush(theme.severity(Severity.WARN)), wide),
            (Severity.ERROR.value, QBrush(theme.severity(Severity.ERROR)), wide),
            (Kind.CHANGE.value, QBrush(theme.color("muted")), left),
            (Kind.HIT.value, QBrush(theme.found), middle),
            (Kind.MARK.value, QBrush(theme.color("accent")), right),
        ):
            places = self.places.get(name, {})
            most = max(places.values(), default=1)
            for cell, count in places.items():
                painter.setOpacity(1.0 if name in SINGLE else FAINT + (1 - FAINT) * count / most)
                painter.fillRect(QRectF(at, self._y(cell), width, max(LEAST, self._y(cell + 1) - self._y(cell))), brush)
        painter.end()
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the nearest place under the mouse, or to that part of the log."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._go(event.position().y(), places=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag through the log; without a button, show where a click finds something."""
        y = event.position().y()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(y, places=False)
            return
        found = self._near(y)
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """The tooltip says what a place is."""
        if isinstance(event, QHelpEvent):
            found = self._near(event.y())
            names = {"warn": self.tr("warning"), "error": self.tr("error"), "hit": self.tr("found text")}
            text = ", ".join(dict.fromkeys(names.get(name, name) for name, _ in found))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def _go(self, y: float, places: bool) -> None:
        cells = len(self._cells) - 1
        if cells < 1:
            return
        cell = min(cells - 1, max(0, int((y - self._top) * cells / self._height())))
        for name, place in self._near(y) if places else ():
            if name in self._rows:
                first, end = self._cells[place], max(self._cells[place] + 1, self._cells[place + 1])
                self.wanted.emit(self._rows[name].find(1, first, end))
                return
            cell = place
        self.scrolled.emit(cell * len(self._model.shown.index) // cells)

    def _near(self, y: float) -> list[tuple[str, int]]:
        """The places at a height, the nearest first; silences last."""
        found = [
            (name == "silence", abs(self._y(cell) + LEAST / 2 - y), name, cell)
            for name, cells in self.places.items()
            for cell in cells
            if self._y(cell) - NEAR <= y <= max(self._y(cell + 1), self._y(cell) + LEAST) + NEAR
        ]
        return [(name, cell) for _, _, name, cell in sorted(found)]

    def _y(self, cell: int) -> float:
        return self._top + cell * self._height() / max(1, len(self._cells) - 1)

    def _height(self) -> int:
        """Of the log in the strip: a short one is as high as its rows beside it."""
        return max(1, min(self.height() - self._top, len(self._model.shown.index) * ROW_HEIGHT))
