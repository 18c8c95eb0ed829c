"""The Graph tab: the server's graph, or the steps that were seen; active, stuck and waiting ones lit."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF, QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QLabel, QStackedLayout, QWidget

from inspector.domain.adapter import Drawing
from inspector.domain.rows import Rows
from inspector.present.layered import layered
from inspector.present.steps import named, note, seen, tip
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.graph.items import ENDS, GraphEdge, GraphNode
from inspector.ui.lifecycle.view import PictureView

HEIGHT, LEAST_WIDTH, PADDING = 40.0, 84.0, 36.0
ROW = 9.0
"""A node to and from which many edges run is higher, so much for each: their arrows need room."""

LEAST = 0.62
"""A graph that were smaller than this when it is fitted is shown in part: what is lit, or its beginning."""


class GraphPanel(QWidget):
    """``node_clicked`` carries a name of the node that rows of the log hold, for its filter.

    Where none does, ``step_clicked`` carries the book and the frame that told of the step last.
    """

    node_clicked = Signal(str)
    step_clicked = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._structure: object = None
        self.nodes: dict[str, GraphNode] = {}
        self.scene = QGraphicsScene(self)
        self.view = PictureView(self.scene, self)
        self.view.setAccessibleName(self.tr("Graph of what runs inside"))
        self.view.entered.connect(self._click)
        self.view.least = LEAST
        self.empty, self.caption = QLabel(self), QLabel(self.view)
        self.empty.setText(
            self.tr(
                "Nothing is known of what runs inside.\n"
                "Attach to the run on its server: it tells the graph, and the stream the steps as they are taken."
            )
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.caption.setText(self.tr("The server's graph is not known: these are the steps that were seen."))
        self.caption.move(16, 8)
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
        """Show the graph of the run in focus as it stands, where it can be seen."""
        run = self._desk.focus
        if not self.isVisible():
            return
        drawing = None if run is None else self._desk.hub.drawing(run)
        self.caption.setVisible(drawing is None)
        if run is not None and drawing is None:
            drawing = seen(self._desk.hub.case(run), self._desk.hub.now(run.book))
        if run is None or drawing is None or not drawing.nodes:
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self.view)
        structure = (run, drawing.nodes, drawing.edges, self._desk.theme.tokens)
        if structure != self._structure:
            self._structure = structure
            self._build(drawing)
        self._light(run, drawing)

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while the tab was behind another one."""
        super().showEvent(event)
        self.refresh()

    def _click(self, item: QGraphicsItem | None) -> None:
        run = self._desk.focus
        if run is None or not isinstance(item, GraphNode) or item.name in ENDS:
            return
        rows = self._desk.hub.rows(run.book)
        told = next((words for words in (item.label, item.name) if _holds(rows, words)), None)
        if told is not None:
            self.node_clicked.emit(told)
        elif item.seq is not None:
            self.step_clicked.emit(run.book, item.seq)

    def _build(self, drawing: Drawing) -> None:
        self.view.set_stops(())
        self.scene.clear()
        theme = self._desk.theme
        metrics = QFontMetricsF(theme.text(bold=True))
        edges = {(source, target): dashed for source, target, dashed in drawing.edges}
        back = Counter(source for source, target in edges if (target, source) in edges)
        sizes = {
            name: (max(LEAST_WIDTH, metrics.horizontalAdvance(label) + PADDING), max(HEIGHT, ROW * 2 * back[name]))
            for name, label in drawing.nodes
        }
        found = layered(sizes, edges, across=True)
        for pair, curve in found.curves.items():
            self.scene.addItem(GraphEdge(theme, curve, edges[pair]))
        self.nodes = {}
        for name, label in drawing.nodes:
            self.nodes[name] = GraphNode(theme, name, label, found.boxes[name])
            self.scene.addItem(self.nodes[name])
        self.view.set_stops(self.nodes.values())
        self.view.fit()

    def _light(self, run: RunId, drawing: Drawing) -> None:
        now, steps = self._desk.hub.now(run.book), named(self._desk.hub.case(run).run.nodes.values(), self.nodes)
        for name, item in self.nodes.items():
            light, step = drawing.lit.get(name, ""), steps.get(name) or steps.get(item.label)
            if step is None or item.name in ENDS:
                item.show_light(light)
            else:
                item.seq = step.last.seq
                item.show_light(light, note(step, light, now) if light else "", tip(step, now))
        self.view.lead(next((item for item in self.nodes.values() if item.lit), None))

    def _focused(self, run: RunId | None) -> None:
        self.refresh()

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is not None and change.book == run.book and run.key in change.runs:
            self.refresh()

    def _again(self) -> None:
        theme = self._desk.theme
        self.view.setBackgroundBrush(theme.color("raised"))
        for label in (self.empty, self.caption):
            label.setStyleSheet(f"color: {theme.tokens.muted}; background: transparent;")
        self.refresh()


def _holds(rows: Rows, words: str) -> bool:
    """Whether some row has all these words."""
    fits = [rows.holding(word, 0, len(rows)) for word in words.lower().split()]
    return any(map(all, zip(*fits, strict=True)))
