"""The middle of the window: header, pictures, log; and the run in focus brought to all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.graph.panel import GraphPanel
from inspector.ui.header import Header
from inspector.ui.lifecycle.panel import LifecyclePanel
from inspector.ui.log.panel import LogPanel


class Middle(QStackedWidget):
    """Either the empty state, or everything about one run."""

    def __init__(self, desk: Desk, empty: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.header = Header(desk, self)
        self.lifecycle = LifecyclePanel(desk, self)
        self.graph = GraphPanel(desk, self)
        self.log = LogPanel(desk, self)
        self.pictures = QTabWidget(self)
        self.pictures.setDocumentMode(True)
        self.pictures.addTab(self.lifecycle, self.tr("Lifecycle"))
        self.pictures.addTab(self.graph, self.tr("Graph"))
        self.split = QSplitter(Qt.Orientation.Vertical, self)
        self.split.addWidget(self.pictures)
        self.split.addWidget(self.log)
        self.split.setSizes([320, 420])
        self.split.setChildrenCollapsible(False)
        full = QWidget(self)
        layout = QVBoxLayout(full)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.split, 1)
        self.addWidget(empty)
        self.addWidget(full)
        self.lifecycle.state_clicked.connect(self.log.filter_state)
        self.graph.node_clicked.connect(self.log.filter_text)
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)

    def _focused(self, run: RunId | None) -> None:
        self.setCurrentIndex(0 if run is None and not self._desk.hub.books()[1:] else 1)

    def _changed(self, change: Change) -> None:
        if change.kind == "books":
            self._focused(self._desk.focus)


def hint(text: str) -> QLabel:
    """A sentence for an empty place."""
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
