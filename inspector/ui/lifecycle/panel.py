"""The lifecycle tab: the run's chart and its connection's, as they went and as they stand."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import (
    QFileDialog,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.charts import Ending
from inspector.present.drawing import Diagram, Edge, link_diagram, run_diagram
from inspector.present.mermaid import mermaid
from inspector.present.svgout import INKS, svg
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.lifecycle.items import EdgeItem, StartItem, StateItem, latest_color
from inspector.ui.lifecycle.view import PictureView

FRAME_MS, PERIOD_MS = 100, 1800
LINK_AT = 64.0
"""The room between the two charts."""
CHART = 0
LEGIBLE = 0.62
"""Where the whole picture would be smaller, the part around the present state is shown."""


class LifecyclePanel(QWidget):
    """``state_clicked`` carries a state of the run's chart, for the log's filter.

    ``change_clicked`` carries a change in words, and the frames that prove it.
    """

    state_clicked = Signal(str)
    change_clicked = Signal(str, object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: tuple[Diagram, Diagram] | None = None
        self._states: dict[tuple[str, str], StateItem] = {}
        self._edges: dict[tuple[str, str, str], EdgeItem] = {}
        self._phase = 0
        self.scene = QGraphicsScene(self)
        self.view = PictureView(self.scene, self)
        self.view.least = LEGIBLE
        self.view.setAccessibleName(self.tr("Lifecycle of the run and of its connection"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.copied.connect(self.copy_mermaid)
        self.view.entered.connect(self._click)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self._pulse = QTimer(self)
        self._pulse.setInterval(FRAME_MS)
        self._pulse.timeout.connect(self._beat)
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self.refresh)
        desk.theme.changed.connect(self._again)
        self.setFocusProxy(self.view)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Beside an editor that somebody works in it holds still: the numbers alone tell that time passes."""
        if event.type() == QEvent.Type.ActivationChange:
            self._breathe()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Show the run in focus as it stands."""
        run = self._desk.focus
        if run is None:
            self.view.set_stops(())
            self.scene.clear()
            self._states, self._edges, self._shown = {}, {}, None
            self._pulse.stop()
            return
        case, now = self._desk.hub.case(run), self._desk.hub.now(run.book)
        shown = (run_diagram(case.run, now), link_diagram(case, now))
        if self._shown is None or _shape(shown) != _shape(self._shown):
            self._build(shown)
        for diagram in shown:
            live, color = diagram.live and run.book == LIVE, latest_color(self._desk.theme, diagram)
            for node in diagram.nodes:
                self._states[diagram.title, node.id].show_node(node, live)
            for edge in diagram.edges:
                self._edges[diagram.title, edge.source, edge.target].show_edge(edge, diagram.live, color)
        self._shown = shown
        self.view.lead(next((item for item in self._states.values() if item.node.current), None))
        self._breathe()

    def copy_mermaid(self) -> None:
        """The run's chart as text on the clipboard."""
        run = self._desk.focus
        if run is not None:
            QGuiApplication.clipboard().setText(mermaid(self._desk.hub.case(run).run.chart))
            self._desk.told.emit(self.tr("Copied as Mermaid."))

    def save(self, path: Path) -> None:
        """Write the picture, as SVG or PNG by the name's ending."""
        if self._shown is None:
            return
        if path.suffix.lower() == ".svg":
            theme = self._desk.theme
            colors = {name: getattr(theme.tokens, name) for name in INKS}
            colors |= {ending.value: theme.ending(ending).name() for ending in Ending}
            path.write_text(svg(self._shown, colors), encoding="utf-8")
            return
        box = self.scene.itemsBoundingRect().adjusted(-16, -16, 16, 16)
        image = QImage(int(box.width() * 2), int(box.height() * 2), QImage.Format.Format_ARGB32)
        image.fill(self._desk.theme.color("raised"))
        painter = QPainter(image)
        self.scene.render(painter, QRectF(image.rect()), box)
        painter.end()
        image.save(str(path))

    def _click(self, item: QGraphicsItem | None) -> None:
        """A state filters the log to the rows that told it, a change to the frames that prove it."""
        if item is None or item.data(CHART) != "Run":
            return
        if isinstance(item, StateItem):
            self.state_clicked.emit(item.node.id)
        elif isinstance(item, EdgeItem) and item.edge.count:
            self._change(item.edge)

    def _change(self, edge: Edge) -> None:
        run = self._desk.focus
        changes = () if run is None else self._desk.hub.case(run).run.transitions
        seqs = frozenset(t.seq for t in changes if (t.source, t.target) == (edge.source, edge.target))
        self.change_clicked.emit(f"{edge.source} → {edge.target}", seqs)

    def _build(self, shown: tuple[Diagram, Diagram]) -> None:
        self.view.set_stops(())
        self.scene.clear()
        self._states, self._edges = {}, {}
        x, tallest = 0.0, max(diagram.frame.h for diagram in shown)
        for diagram in shown:
            frame = diagram.frame
            shift, lift = x - frame.left, -frame.y
            unused = diagram.title != "Run" and not any(node.visits for node in diagram.nodes)
            self._title(self.tr("No connection carries its events") if unused else diagram.title, x, -tallest / 2 - 28)
            if diagram.start is not None:
                self._add(StartItem(self._desk.theme, diagram.start, diagram.begun), shift, lift)
            for edge in diagram.edges:
                line = EdgeItem(self._desk.theme, edge)
                self._add(line, shift, lift)
                line.setData(CHART, diagram.title)
                self._edges[diagram.title, edge.source, edge.target] = line
            for node in diagram.nodes:
                item = StateItem(self._desk.theme, node)
                self._add(item, shift, lift)
                item.setData(CHART, diagram.title)
                self._states[diagram.title, node.id] = item
            x += frame.w + LINK_AT
        self.view.set_stops(self._states.values())
        if self.view.fitted:
            self.view.fit()

    def _add(self, item: QGraphicsItem, shift: float, lift: float) -> None:
        item.moveBy(shift, lift)
        self.scene.addItem(item)

    def _title(self, text: str, x: float, y: float) -> None:
        title = QGraphicsSimpleTextItem(text)
        title.setFont(self._desk.theme.text(bold=True))
        title.setBrush(self._desk.theme.color("muted"))
        title.setPos(x, y)
        self.scene.addItem(title)

    def _breathe(self) -> None:
        live = any(item.live and item.node.current for item in self._states.values())
        if not live or not self.isVisible() or not self.isActiveWindow():
            self._pulse.stop()
        elif not self._pulse.isActive():
            self._pulse.start()

    def _beat(self) -> None:
        if not self.isVisible():
            self._pulse.stop()
            return
        self._phase = (self._phase + FRAME_MS) % PERIOD_MS
        value = 0.5 - 0.5 * math.cos(2 * math.pi * self._phase / PERIOD_MS)
        for item in self._states.values():
            if item.live and item.node.current:
                item.pulse = value
                item.update()

    def _menu(self, place: object) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Fit"), self.view.fit)
        menu.addAction(self.tr("Copy as Mermaid"), self.copy_mermaid)
        menu.addAction(self.tr("Export as SVG or PNG…"), self._export)
        menu.popup(self.cursor().pos())

    def _export(self) -> None:
        dialog = QFileDialog(self, self.tr("Export the diagram"), "lifecycle.svg", "SVG (*.svg);;PNG (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def _focused(self, run: RunId | None) -> None:
        self._shown = None
        self.refresh()

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is not None and change.book == run.book and run.key in change.runs:
            self.refresh()

    def _again(self) -> None:
        self.view.setBackgroundBrush(self._desk.theme.color("raised"))
        self._shown = None
        self.refresh()


def _shape(shown: tuple[Diagram, Diagram]) -> object:
    """What decides which items there are; the rest only changes their look."""
    return [
        ([n.id for n in d.nodes], [(e.source, e.target) for e in d.edges], d.begun, any(n.visits for n in d.nodes))
        for d in shown
    ]
