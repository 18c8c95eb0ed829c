"""The main window: puts the parts in their places and the commands in their menus."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QSystemTrayIcon, QTabWidget, QVBoxLayout, QWidget

from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.bar import MessageBar
from inspector.ui.browse import BrowsePanel
from inspector.ui.commands import Commands
from inspector.ui.desk import Desk
from inspector.ui.detail.panel import DetailPanel
from inspector.ui.doings import Doings
from inspector.ui.findings import FindingsPanel
from inspector.ui.journal import JournalPanel
from inspector.ui.memory import Memory
from inspector.ui.middle import Middle
from inspector.ui.notify import Notifier
from inspector.ui.runs.panel import RunsPanel
from inspector.ui.welcome import Welcome

LAYOUT = 1
"""The version of the arrangement of docks: a saved one of another version is not restored."""


class Window(QMainWindow):
    """``closing`` asks the application to drain and quit; the window itself only hides."""

    closing = Signal()

    def __init__(self, desk: Desk, memory: Memory, tray: QSystemTrayIcon | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._memory = memory
        self.setWindowTitle("Stream Inspector")
        self.setAcceptDrops(True)
        self.resize(1480, 920)
        self.doings = Doings(desk, memory, self)
        self.bar = MessageBar(desk.theme, self)
        self.welcome = Welcome(desk.theme, self)
        self.middle = Middle(desk, self.welcome, self)
        self.runs, self.browse = RunsPanel(desk, self), BrowsePanel(desk, self)
        self.detail = DetailPanel(desk, self)
        self.findings, self.journal = FindingsPanel(desk, self), JournalPanel(desk, self)
        self.counts, self.recording, self.servers = QLabel(self), QLabel(self), QLabel(self)
        self._place()
        self.commands = Commands(self)
        self.notifier = Notifier(desk, self, tray)
        self._connect()
        self._restore()
        self._status()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers the arrangement; quitting is the application's job."""
        self.remember()
        event.ignore()
        self.closing.emit()

    def remember(self) -> None:
        """Keep how everything is arranged."""
        self._memory.put("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self._memory.put("window.state", bytes(self.saveState(LAYOUT).toBase64().data()).decode())
        self._memory.put("window.split", bytes(self.middle.split.saveState().toBase64().data()).decode())
        self._memory.put("theme", self.desk.theme.mode.value)
        self._memory.put("notify", "on" if self.notifier.enabled else "off")

    def restore_default(self) -> None:
        """All panels back to where they were on the first day."""
        self.restoreState(self._first_state, LAYOUT)
        self.middle.split.setSizes([320, 420])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.doings.open_files(paths)
        event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        """Coming to the front: what was told has been seen."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.notifier.seen()
        super().changeEvent(event)

    def jump(self, book: int, seq: int) -> None:
        """Show a frame in the log."""
        self.middle.log.jump(book, seq)

    def _place(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.middle, 1)
        self.setCentralWidget(centre)
        left = QTabWidget(self)
        left.setDocumentMode(True)
        left.addTab(self.runs, self.tr("Runs"))
        left.addTab(self.browse, self.tr("Servers"))
        area = Qt.DockWidgetArea
        self.left = self._dock("runs", self.tr("Runs"), left, area.LeftDockWidgetArea)
        self.right = self._dock("detail", self.tr("Detail"), self.detail, area.RightDockWidgetArea)
        below = QTabWidget(self)
        below.setDocumentMode(True)
        self.findings_tab = below.addTab(self.findings, self.tr("Findings"))
        below.addTab(self.journal, self.tr("Journal"))
        self.below = below
        self.bottom = self._dock("findings", self.tr("Findings"), below, area.BottomDockWidgetArea)
        for corner in (Qt.Corner.BottomLeftCorner,):
            self.setCorner(corner, area.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, area.RightDockWidgetArea)
        self.resizeDocks([self.left, self.right], [280, 360], Qt.Orientation.Horizontal)
        self.resizeDocks([self.bottom], [150], Qt.Orientation.Vertical)
        for widget in (self.servers, self.recording):
            self.statusBar().addWidget(widget)
        self.statusBar().addPermanentWidget(self.counts)
        self._first_state: QByteArray = self.saveState(LAYOUT)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        doings = self.doings
        self.desk.complained.connect(self.bar.complain)
        self.desk.told.connect(self.bar.tell)
        self.desk.changed.connect(self._changed)
        self.desk.ticked.connect(self._status)
        self.welcome.connects.connect(doings.connect_server)
        self.welcome.opens.connect(doings.open_dialog)
        self.welcome.pastes.connect(doings.paste)
        self.middle.header.acted.connect(doings.act)
        self.findings.acted.connect(doings.act)
        self.findings.jumped.connect(self._jump_here)
        self.findings.counted.connect(self._count)
        self.journal.jumped.connect(self.jump)
        self.browse.starts.connect(doings.start_run)
        self.middle.log.chosen.connect(self.detail.show_frame)

    def _jump_here(self, seq: int) -> None:
        focus: RunId | None = self.desk.focus
        if focus is not None:
            self.jump(focus.book, seq)

    def _count(self, errors: int, warnings: int) -> None:
        counts = "".join(f"  {glyph}{count}" for glyph, count in (("✖", errors), ("▲", warnings)) if count)
        self.below.setTabText(self.findings_tab, self.tr("Findings") + counts)
        self.counts.setText(counts.strip())

    def _changed(self, change: Change) -> None:
        if change.kind in ("status", "connections", "books"):
            self._status()
        if change.kind == "status" and self.desk.hub.status().problem:
            self.bar.complain(str(self.desk.hub.status().problem))

    def _status(self) -> None:
        hub = self.desk.hub
        servers = len(hub.connections())
        rows = len(hub.rows(LIVE))
        self.servers.setText(self.tr("● %n server(s)", "", servers) if servers else self.tr("○ no server"))
        place = hub.status().recording
        where = self.tr("recording to %1").replace("%1", place.name) if place else self.tr("recording in memory")
        self.recording.setText(f"{rows:,} events · {where}")

    def _restore(self) -> None:
        for name, use in (("window.geometry", self.restoreGeometry), ("window.split", self.middle.split.restoreState)):
            kept = self._memory.get(name)
            if kept:
                use(QByteArray.fromBase64(kept.encode()))
        state = self._memory.get("window.state")
        if state:
            self.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT)
        self.notifier.enabled = self._memory.get("notify") != "off"
