"""The middle of the window: header, pictures, log; and the run in focus brought to all of them."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from inspector.services.hub import LIVE
from inspector.services.model import Change
from inspector.ui.desk import Desk
from inspector.ui.graph.panel import GraphPanel
from inspector.ui.header import Header
from inspector.ui.lifecycle.panel import LifecyclePanel
from inspector.ui.log.panel import LogPanel
from inspector.ui.timeline.panel import TimelinePanel

SIZES = [320, 420]


class Parts(NamedTuple):
    """What the middle is made of."""

    header: Header
    lifecycle: LifecyclePanel
    graph: GraphPanel
    timeline: TimelinePanel
    log: LogPanel


class Middle(QStackedWidget):
    """Either the empty state, or everything about one run. ``filtered`` carries words for the log's filter."""

    filtered = Signal(str)

    def __init__(self, desk: Desk, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.header, self.lifecycle, self.graph, self.timeline, self.log = parts
        self.pictures = QTabWidget(self)
        self.pictures.setDocumentMode(True)
        self.pictures.addTab(self.lifecycle, self.tr("Lifecycle"))
        self.pictures.addTab(self.graph, self.tr("Graph"))
        self.pictures.addTab(self.timeline, self.tr("Timeline"))
        self.split = QSplitter(Qt.Orientation.Vertical, self)
        self.split.addWidget(self.pictures)
        self.split.addWidget(self.log)
        self.split.setSizes(SIZES)
        self.split.setChildrenCollapsible(False)
        self.full = QWidget(self)
        layout = QVBoxLayout(self.full)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.split, 1)
        self.addWidget(self.full)
        self.lifecycle.state_clicked.connect(self.log.chips.set_state)
        self.lifecycle.change_clicked.connect(self.log.chips.set_change)
        self.graph.node_clicked.connect(self.filtered)
        self.graph.step_clicked.connect(self.log.jump)
        self.timeline.entered.connect(self.log.jump)
        self.timeline.ranged.connect(self.log.chips.set_time)
        self.log.chips.untimed.connect(self.timeline.view.clear)
        desk.focused.connect(self._show)
        desk.changed.connect(self._changed)

    def take_empty(self, empty: QWidget) -> None:
        """What is shown where there is nothing."""
        self.empty = empty
        self.addWidget(empty)
        self._show()

    def restore_default(self) -> None:
        """Heights and columns as on the first day."""
        self.split.setSizes(SIZES)
        self.log.view.reset_columns()

    def _show(self, _: object = None) -> None:
        """A log without runs has no pictures, but rows."""
        run = self._desk.focus
        self.pictures.setVisible(run is not None)
        self.setCurrentWidget(self.empty if run is None and self._desk.book == LIVE else self.full)

    def _changed(self, change: Change) -> None:
        if change.kind == "books":
            self._show()
