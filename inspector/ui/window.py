"""The main window: the places of its parts. What its first picture shows is there at once, the rest is put in later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from inspector.ui.bar import MessageBar
from inspector.ui.blank import blank_detail, blank_findings, blank_runs
from inspector.ui.memory import Memory
from inspector.ui.theme import Theme
from inspector.ui.tools import Tools
from inspector.ui.welcome import Welcome

# The panels make nine tenths of what a window takes to import and to build.
if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
    from PySide6.QtWidgets import QMessageBox, QSystemTrayIcon

    from inspector.ui.browse import BrowsePanel
    from inspector.ui.commands import Commands
    from inspector.ui.desk import Desk
    from inspector.ui.detail.panel import DetailPanel
    from inspector.ui.doings import Doings
    from inspector.ui.filter.kept import Kept
    from inspector.ui.findings import FindingsPanel
    from inspector.ui.journal import JournalPanel
    from inspector.ui.memory import Keys
    from inspector.ui.middle import Middle
    from inspector.ui.notify import Notifier
    from inspector.ui.runs.panel import RunsPanel
    from inspector.ui.servers import Servers
    from inspector.ui.steps import StepsPanel

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
    the demo server. The panels are there once :meth:`equip` has come to its end; what is asked for before is done then.
    """

    closing = Signal()
    demonstrates = Signal()

    desk: Desk
    servers: Servers
    doings: Doings
    runs: RunsPanel
    browse: BrowsePanel
    middle: Middle
    detail: DetailPanel
    findings: FindingsPanel
    journal: JournalPanel
    steps: StepsPanel
    kept: Kept
    commands: Commands
    notifier: Notifier

    def __init__(self, theme: Theme, memory: Memory) -> None:
        super().__init__()
        self.theme = theme
        self.memory = memory
        self.equipped = False
        self._asked: list[Callable[[], object]] = []
        self._was_shown = False
        self._leaving: QMessageBox | None = None
        self.setWindowTitle("Stream Inspector")
        self.setAcceptDrops(True)
        self.resize(*FIRST_SIZE)
        self.bar = MessageBar(theme, self)
        self.welcome = Welcome(theme, self)
        self.side, self.below = QTabWidget(self), QTabWidget(self)
        self.connected, self.recording, self.counts = QLabel(self), QLabel(self), QLabel(self)
        self.connected.setText(self.tr("○ no server"))
        titles = ("&File", "&View", "&Run", "F&ind", "&Go", "&Help")
        self.menus = [self.menuBar().addMenu(self.tr(title)) for title in titles]
        self.tools = Tools(theme, self)
        self.addToolBar(self.tools)
        self._place()
        self.restore("window.geometry", self.restoreGeometry)
        self.restore("window.state", lambda state: self.restoreState(state, LAYOUT))
        self._keep_asked()

    def equip(self, desk: Desk, keys: Keys, tray: QSystemTrayIcon | None = None) -> Iterator[None]:
        """Put in all that the first picture does without. Between its steps the window can answer."""
        from inspector.ui.equipment import equipping

        yield from equipping(self, desk, keys, tray)
        self.equipped = True
        asked, self._asked = self._asked, []
        for act in asked:
            act()

    def showEvent(self, event: QShowEvent) -> None:
        """The first time: the docks get their widths, which Qt shares out anew when it knows the window's."""
        super().showEvent(event)
        if not self._was_shown and not self.memory.get("window.state"):
            QTimer.singleShot(0, self, self._resize_docks)
        self._was_shown = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks first where leaving could harm a run; quitting is the application's job."""
        event.ignore()
        if not self.equipped:
            self._ask(self.close)
            return
        self.middle.log.travel.noter.keep()
        if self._leaving is not None:
            self._leaving.raise_()
            return
        from inspector.ui.leaving import ask, at_risk

        besides = self.doings.proxies.warning()
        self._leaving = ask(self, self.desk.hub, at_risk(self.desk.hub), self.close_down, besides)
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
            self.memory.put(name, bytes(state.toBase64().data()).decode())
        self.memory.put("theme", self.theme.mode.value)
        self.memory.put("notify", "on" if self.notifier.enabled else "off")

    def restore_default(self) -> None:
        """All panels back to where they were on the first day."""
        self.restoreState(self._first_state, LAYOUT)
        self._resize_docks()
        self.middle.restore_default()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.equipped:
            self.doings.open_files(paths)
        else:
            self._asked.append(lambda: self.doings.open_files(paths))
        event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        """Coming to the front: what was told has been seen."""
        if event.type() == QEvent.Type.ActivationChange and self.equipped and self.isActiveWindow():
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
        self.centre = QVBoxLayout(centre)
        self.centre.setContentsMargins(0, 0, 0, 0)
        self.centre.setSpacing(0)
        self.centre.addWidget(self.bar)
        self.centre.addWidget(self.welcome, 1)
        self.setCentralWidget(centre)
        self.side.addTab(blank_runs(self), self.tr("Runs"))
        self.side.addTab(QWidget(self), self.tr("Servers"))
        self.below.addTab(blank_findings(self), self.tr("Findings"))
        self.below.addTab(QWidget(self), self.tr("What to do"))
        self.below.addTab(QWidget(self), self.tr("Journal"))
        for tabs in (self.side, self.below):
            tabs.setDocumentMode(True)
        self.blank = blank_detail(self)
        self.left = self._dock("runs", self.tr("Runs"), self.side, AREA.LeftDockWidgetArea)
        self.right = self._dock("detail", self.tr("Detail"), self.blank, AREA.RightDockWidgetArea)
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
        hold(dock, widget)
        self.addDockWidget(area, dock)
        return dock

    def close_down(self) -> None:
        """Nothing is in the way of leaving any more."""
        self.remember()
        self.doings.proxies.close()
        self.closing.emit()

    def _answered(self) -> None:
        self._leaving = None

    def restore(self, name: str, use: Callable[[QByteArray], object]) -> None:
        """Give a part of the arrangement back to what it is of, where it was kept."""
        kept = self.memory.get(name)
        if kept:
            use(QByteArray.fromBase64(kept.encode()))

    def _ask(self, act: Callable[[], object]) -> None:
        """Whoever clicks twice because nothing happens means it once."""
        if act not in self._asked:
            self._asked.append(act)

    def _keep_asked(self) -> None:
        """What is clicked on in the first moment is done as soon as it can be."""

        def early(again: Callable[[], object], _: bool = False) -> None:
            if not self.equipped:
                self._ask(again)

        for button in self.welcome.buttons:
            button.clicked.connect(partial(early, button.click))
        for action in self.tools.commands:
            action.triggered.connect(partial(early, action.trigger))


def hold(dock: QDockWidget, widget: QWidget) -> None:
    """Put a widget into a dock, with the least size that it has there."""
    widget.setMinimumSize(*LEAST[dock.objectName()])
    dock.setWidget(widget)
