"""The Timeline tab: the run in focus over time, as it goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QShowEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu, QStackedLayout, QWidget

from inspector.present.timeline import timeline
from inspector.present.timeline_traffic import Traffic
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.timeline.painting import TimelinePainter
from inspector.ui.timeline.view import TimelineView

REFRESH_MS = 150
"""A run that grows is drawn anew no more often than this."""


class TimelinePanel(QWidget):
    """``entered`` carries book and frame of what was clicked, ``ranged`` the time that was selected, or None."""

    entered = Signal(int, int)
    ranged = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._traffic: Traffic | None = None
        self._painter = TimelinePainter(desk.theme)
        self.view = TimelineView(self._painter, self)
        self.view.setAccessibleName(self.tr("Timeline of the run"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.entered.connect(self._entered)
        self.view.ranged.connect(self.ranged)
        self.empty = QLabel(self.tr("Nothing has happened yet.\nWhat runs, and for how long, appears here."), self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self._later = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._later.timeout.connect(self.refresh)
        self.setFocusProxy(self.view)
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self.refresh)
        desk.theme.changed.connect(self._again)
        self._again()

    def refresh(self) -> None:
        """Show the run in focus as it stands, where it can be seen."""
        run = self._desk.focus
        if not self.isVisible():
            return
        if run is None:
            self._stack.setCurrentWidget(self.empty)
            return
        hub = self._desk.hub
        rows = hub.rows(run.book)
        if self._traffic is None or self._traffic.rows is not rows:
            self._traffic = Traffic(rows)
        shown = timeline(hub.case(run), hub.verdict(run), rows, hub.now(run.book))
        self._traffic.grow((link for lane in shown.lanes for link in lane.links), shown.start, shown.end)
        self._stack.setCurrentWidget(self.view if shown.lanes else self.empty)
        self.view.show_timeline(shown, self._traffic)

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while the tab was behind another one."""
        super().showEvent(event)
        self.refresh()

    def save(self, path: Path) -> None:
        """Write the picture with all lanes and the time that is shown, as SVG or PNG by the name's ending."""
        scene = self.view.scene(top=0.0)
        if scene is None:
            return
        box = QRectF(0, 0, scene.gutter + scene.scale.width, self.view.full_height)
        if path.suffix.lower() == ".svg":
            file = QSvgGenerator()
            file.setFileName(str(path))
            file.setSize(QSize(int(box.width()), int(box.height())))
            file.setViewBox(box)
            painter = QPainter(file)
            self._painter.paint(painter, scene, box.height())
            painter.end()
            return
        image = QImage(int(box.width() * 2), int(box.height() * 2), QImage.Format.Format_ARGB32)
        painter = QPainter(image)
        painter.scale(2, 2)
        self._painter.paint(painter, scene, box.height())
        painter.end()
        image.save(str(path))

    def _entered(self, seq: int) -> None:
        if self._desk.focus is not None:
            self.entered.emit(self._desk.focus.book, seq)

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Fit"), self.view.fit)
        menu.addAction(self.tr("Select no time"), lambda: self.view.choose(None)).setEnabled(bool(self.view.chosen))
        menu.addAction(self.tr("Export as SVG or PNG…"), self._export)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _export(self) -> None:
        dialog = QFileDialog(self, self.tr("Export the timeline"), "timeline.svg", "SVG (*.svg);;PNG (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def _focused(self, run: RunId | None) -> None:
        self.view.clear()
        self.view.fit()
        self.refresh()

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        ours = run is not None and change.book == run.book and run.key in change.runs
        if ours and self.isVisible() and not self._later.isActive():
            self._later.start()

    def _again(self) -> None:
        self._painter.restyle()
        muted = self._desk.theme.tokens.muted
        self.empty.setStyleSheet(f"color: {muted}; background: transparent;")
        self.refresh()
