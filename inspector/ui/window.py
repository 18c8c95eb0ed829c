"""The main window: puts the parts in their places and the commands in their menus."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QMessageBox,
    QSystemTrayIcon,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from inspector.present.words import times
from inspector.services.hub import LIVE
from inspector.services.model import Change
from inspector.ui.bar import MessageBar
from inspector.ui.browse import BrowsePanel
from inspector.ui.commands import Commands
from inspector.ui.desk import Desk
from inspector.ui.detail.panel import DetailPanel
from inspector.ui.doings import Doings
from inspector.ui.filter.kept import Kept
from inspector.ui.findings import FindingsPanel
from inspector.ui.journal import JournalPanel
from inspector.ui.leaving import ask, at_risk
from inspector.ui.memory import Keys, Memory
from inspector.ui.middle import SIZES, Middle
from inspector.ui.notify import Notifier
from inspector.ui.runs.panel import RunsPanel
from inspector.ui.servers import Servers
from inspector.ui.steps import StepsPanel
from inspector.ui.welcome import Welcome

LAYOUT = 2
"""The version of the arrangement of docks: a saved one of another version is not restored."""

FIRST_SIZE = (1480, 920)
ROOMY = 1360
"""A narrower window gives its middle what it has, and the docks at its sides their least width."""

LEAST = {"runs": (220, 120), "detail": (272, 120), "findings": (200, 96)}
"""The least width and height of each dock."""

AREA = Qt.DockWidgetArea


class Window(QMainWindow):
    """``closing`` asks the application to drain and quit; the window itself only hides. ``demonstrates`` asks it for
    the demo server."""

    closing = Signal()
    demonstrates = Signal()

    def __init__(self, desk: Desk, memory: Memory, keys: Keys, tray: QSystemTrayIcon | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._memory = memory
        self._failed = 0
        self._was_shown = False
        self._leaving: QMessageBox | None = None
        self.setWindowTitle("Stream Inspector")
        self.setAcceptDrops(True)
        self.resize(*FIRST_SIZE)
        self.servers = Servers(desk, memory, keys, self)
        self.doings = Doings(desk, memory, self.servers, self)
        self.bar = MessageBar(desk.theme, self)
        self.welcome = Welcome(desk, self)
        self.runs, self.browse = RunsPanel(desk, self), BrowsePanel(desk, self.servers, self)
        self.middle = Middle(desk, self.welcome, self)
        self.detail = DetailPanel(desk, self)
        self.findings, self.journal = FindingsPanel(desk, self), JournalPanel(desk, self)
        self.steps = StepsPanel(desk, self)
        self.side, self.below = QTabWidget(self), QTabWidget(self)
        self.connected, self.recording, self.counts = QLabel(self), QLabel(self), QLabel(self)
        self._place()
        self.kept = Kept(memory, self)
        self.commands = Commands(self)
        self.notifier = Notifier(desk, self, tray)
        self._connect()
        self._restore()
        self._status()

    def showEvent(self, event: QShowEvent) -> None:
        """The first time: the docks get their widths, which Qt shares out anew when it knows the window's."""
        super().showEvent(event)
        if not self._was_shown and not self._memory.get("window.state"):
            QTimer.singleShot(0, self, self._resize_docks)
        self._was_shown = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks first where leaving could harm a run; quitting is the application's job."""
        event.ignore()
        self.middle.log.travel.noter.keep()
        if self._leaving is not None:
            self._leaving.raise_()
            return
        besides = self.doings.proxies.warning()
        self._leaving = ask(self, self.desk.hub, at_risk(self.desk.hub), self._close, besides)
        if self._leaving is not None:
            self._leaving.finished.connect(self._answered)

    def remember(self) -> None:
        """Keep how everything is arranged."""
        for name, state in (
            ("window.geometry", self.saveGeometry()),
            ("window.state", self.saveState(LAYOUT)),
            ("window.split", self.middle.split.saveState()),
            ("window.columns", self.middle.log.view.horizontalHeader().saveState()),
        ):
            self._memory.put(name, bytes(state.toBase64().data()).decode())
        self._memory.put("theme", self.desk.theme.mode.value)
        self._memory.put("notify", "on" if self.notifier.enabled else "off")

    def restore_default(self) -> None:
        """All panels back to where they were on the first day."""
        self.restoreState(self._first_state, LAYOUT)
        self._resize_docks()
        self.middle.split.setSizes(SIZES)
        self.middle.log.view.reset_columns()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
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
        self.desk.show_log(book)
        self.middle.log.jump(book, seq)

    def reveal(self, widget: QWidget) -> None:
        """Bring a panel to where it is seen, and the keyboard to it."""
        for tabs in (self.side, self.below, self.middle.pictures):
            if tabs.indexOf(widget) >= 0:
                tabs.setCurrentWidget(widget)
        for dock in (self.left, self.right, self.bottom):
            if dock.isAncestorOf(widget):
                dock.show()
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _place(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.middle, 1)
        self.setCentralWidget(centre)
        self.side.addTab(self.runs, self.tr("Runs"))
        self.side.addTab(self.browse, self.tr("Servers"))
        self.below.addTab(self.findings, self.tr("Findings"))
        self.below.addTab(self.steps, self.tr("What to do"))
        self.below.addTab(self.journal, self.tr("Journal"))
        for tabs in (self.side, self.below):
            tabs.setDocumentMode(True)
        self.left = self._dock("runs", self.tr("Runs"), self.side, AREA.LeftDockWidgetArea)
        self.right = self._dock("detail", self.tr("Detail"), self.detail, AREA.RightDockWidgetArea)
        self.bottom = self._dock("findings", self.tr("Findings"), self.below, AREA.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, AREA.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, AREA.RightDockWidgetArea)
        self._resize_docks()
        for label in (self.connected, self.recording):
            self.statusBar().addWidget(label)
        self.statusBar().addPermanentWidget(self.counts)
        self._first_state: QByteArray = self.saveState(LAYOUT)

    def _resize_docks(self) -> None:
        sides = [288, 360] if self.width() >= ROOMY else [LEAST["runs"][0], LEAST["detail"][0]]
        self.resizeDocks([self.left, self.right], sides, Qt.Orientation.Horizontal)
        self.resizeDocks([self.bottom], [168], Qt.Orientation.Vertical)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setTitleBarWidget(QWidget(dock))
        widget.setMinimumSize(*LEAST[name])
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        doings, desk = self.doings, self.desk
        desk.complained.connect(self.bar.complain)
        desk.told.connect(self.bar.tell)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self._status)
        doings.connected.connect(lambda: self.reveal(self.browse))
        doings.sessions.shown = lambda: self.middle.log.model.shown
        self.welcome.connects.connect(doings.connect_server)
        self.welcome.opens.connect(doings.open_dialog)
        self.welcome.pastes.connect(doings.paste)
        self.welcome.starts.connect(doings.start_run)
        self.welcome.captures.connect(doings.capture)
        self.welcome.demonstrates.connect(self.demonstrates)
        self.middle.header.acted.connect(doings.act)
        self.middle.header.watches.connect(doings.watch_again)
        self.middle.filtered.connect(self.commands.filter.apply)
        self.middle.log.unfiltered.connect(self.commands.filter.reset)
        self.middle.log.chosen.connect(self.detail.show_frame)
        self.middle.log.travel.finder.sought.connect(self.detail.seek)
        for acting in (self.findings, self.steps):
            acting.acted.connect(doings.act)
        for panel in (self.findings, self.detail):
            panel.jumped.connect(lambda seq: self.jump(desk.book, seq))
        self.findings.led.connect(doings.show_other)
        self.findings.counted.connect(self._count)
        self.journal.jumped.connect(self.jump)
        self.browse.starts.connect(doings.start_run)
        self.browse.reconnects.connect(doings.reconnect)
        self.browse.leaves.connect(doings.disconnect_server)
        self.findings.refresh()

    def _close(self) -> None:
        self.remember()
        self.doings.proxies.close()
        self.closing.emit()

    def _answered(self) -> None:
        self._leaving = None

    def _count(self, errors: int, warnings: int) -> None:
        counts = "".join(f"  {glyph}{count}" for glyph, count in (("✖", errors), ("▲", warnings)) if count)
        self.below.setTabText(self.below.indexOf(self.findings), self.tr("Findings") + counts)
        self.counts.setText(counts.strip())

    def _changed(self, change: Change) -> None:
        if change.kind in ("status", "connections", "books"):
            self._status()
        if change.kind == "status":
            self._complain()

    def _complain(self) -> None:
        """What goes wrong in the program itself is not kept from who uses it."""
        status = self.desk.hub.status()
        if len(status.tasks_failed) > self._failed:
            self._failed = len(status.tasks_failed)
            said = self.tr("Something failed in the program itself: %1. The rest goes on.")
            self.bar.complain(said.replace("%1", status.tasks_failed[-1]))
        elif status.problem:
            self.bar.complain(status.problem)

    def _status(self) -> None:
        hub = self.desk.hub
        servers = len(hub.connections())
        self.connected.setText(f"● {times(servers, 'server')}" if servers else self.tr("○ no server"))
        place, rows = hub.status().recording, len(hub.rows(LIVE))
        where = self.tr("recording to %1").replace("%1", place.name) if place else self.tr("kept in memory only")
        self.recording.setText(f"{rows:,} events · {where}" if servers or rows else "")
        self.recording.setToolTip(str(place) if place else self.tr("Ctrl+S records into a file, from the beginning on"))

    def _restore(self) -> None:
        for name, use in (
            ("window.geometry", self.restoreGeometry),
            ("window.split", self.middle.split.restoreState),
            ("window.columns", self.middle.log.view.horizontalHeader().restoreState),
            ("window.state", lambda state: self.restoreState(state, LAYOUT)),
        ):
            kept = self._memory.get(name)
            if kept:
                use(QByteArray.fromBase64(kept.encode()))
        self.commands.notify.setChecked(self._memory.get("notify") != "off")
