"""The Graph tab: the server's graph, or the steps that were seen; active, stuck and waiting ones lit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QLabel, QStackedLayout, QWidget

from inspector.domain.adapter import Drawing
from inspector.domain.run import Node
from inspector.present.layered import layered
from inspector.present.words import age
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.graph.items import GraphEdge, GraphNode
from inspector.ui.lifecycle.view import PictureView

HEIGHT, PADDING = 32.0, 44.0
CLICK = 4


class GraphPanel(QWidget):
    """``node_clicked`` carries the name of a node, for the log's filter."""

    node_clicked = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._structure: object = None
        self._pressed = QPointF()
        self.nodes: dict[str, GraphNode] = {}
        self.scene = QGraphicsScene(self)
        self.view = PictureView(self.scene, self)
        self.view.setAccessibleName(self.tr("Graph of what runs inside"))
        self.view.viewport().installEventFilter(self)
        self.view.entered.connect(self._click)
        self.empty = QLabel(
            self.tr(
                "No graph is known for this run.\n"
                "A LangGraph server tells its graph when the run is watched; here not a step was seen."
            )
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.setFocusProxy(self.view)
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self.refresh)
        desk.theme.changed.connect(self._again)
        self._again()

    def refresh(self) -> None:
        """Show the graph of the run in focus as it stands."""
        run = self._desk.focus
        drawing = None if run is None else self._desk.hub.drawing(run)
        if run is None or drawing is None or not drawing.nodes:
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self.view)
        structure = (run, drawing.nodes, drawing.edges)
        if structure != self._structure:
            self._structure = structure
            self._build(drawing)
        self._light(run, drawing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press and release at one place is a click; anything else moves the picture."""
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress:
                self._pressed = event.position()
            elif event.type() == QEvent.Type.MouseButtonRelease and self._stayed(event.position()):
                self._click(self.view.itemAt(event.position().toPoint()))
        return super().eventFilter(watched, event)

    def _click(self, item: QGraphicsItem | None) -> None:
        if isinstance(item, GraphNode):
            self.node_clicked.emit(item.label)

    def _stayed(self, place: QPointF) -> bool:
        return (place - self._pressed).manhattanLength() < CLICK

    def _build(self, drawing: Drawing) -> None:
        self.view.set_stops(())
        self.scene.clear()
        theme = self._desk.theme
        metrics = QFontMetricsF(theme.text(-1, bold=True))
        sizes = {name: (max(72.0, metrics.horizontalAdvance(label) + PADDING), HEIGHT) for name, label in drawing.nodes}
        found = layered(sizes, [(source, target) for source, target, _ in drawing.edges], True)
        conditional = {(source, target): dashed for source, target, dashed in drawing.edges}
        for pair, curve in found.curves.items():
            self.scene.addItem(GraphEdge(theme, curve, conditional[pair]))
        self.nodes = {}
        for name, label in drawing.nodes:
            self.nodes[name] = GraphNode(theme, name, label, found.boxes[name])
            self.scene.addItem(self.nodes[name])
        self.view.set_stops(self.nodes.values())
        self.view.fit()

    def _light(self, run: RunId, drawing: Drawing) -> None:
        now = self._desk.hub.now(run.book)
        open_: dict[str, Node] = {}
        for node in self._desk.hub.case(run).run.nodes.values():
            open_[node.name] = node
        for name, item in self.nodes.items():
            light = drawing.lit.get(name, "")
            known = open_.get(item.label)
            note = ""
            if known is not None and light in ("active", "stuck", "waiting") and run.book == LIVE:
                note = age(now - known.started_at)
            elif known is not None and light == "failed":
                note = known.note[:32]
            item.show_light(light, note)
        lit = (item for item in self.nodes.values() if item.light in ("active", "stuck", "waiting", "failed"))
        self.view.lead(next(lit, None))

    def _focused(self, run: RunId | None) -> None:
        self.refresh()

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is not None and change.book == run.book and run.key in change.runs:
            self.refresh()

    def _again(self) -> None:
        theme = self._desk.theme
        self.view.setBackgroundBrush(theme.color("raised"))
        self.empty.setStyleSheet(f"color: {theme.tokens.muted};")
        self._structure = None
        self.refresh()
