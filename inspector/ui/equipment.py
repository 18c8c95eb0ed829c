"""The panels of the window, and what connects them: put in behind its first picture."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLineEdit, QSystemTrayIcon, QTabWidget, QWidget

from inspector.present.words import times
from inspector.services.hub import LIVE
from inspector.services.model import Change
from inspector.ui.browse import BrowsePanel
from inspector.ui.commands import Commands
from inspector.ui.desk import Desk
from inspector.ui.detail.panel import DetailPanel
from inspector.ui.doings import Doings
from inspector.ui.filter.kept import Kept
from inspector.ui.findings import FindingsPanel
from inspector.ui.graph.panel import GraphPanel
from inspector.ui.header import Header
from inspector.ui.journal import JournalPanel
from inspector.ui.lifecycle.panel import LifecyclePanel
from inspector.ui.log.panel import LogPanel
from inspector.ui.memory import Keys
from inspector.ui.middle import Middle, Parts
from inspector.ui.notify import Notifier
from inspector.ui.runs.panel import RunsPanel
from inspector.ui.servers import Servers
from inspector.ui.steps import StepsPanel
from inspector.ui.timeline.panel import TimelinePanel
from inspector.ui.window import Window, hold


def equipping(window: Window, desk: Desk, keys: Keys, tray: QSystemTrayIcon | None) -> Iterator[None]:
    """Makes the parts one after the other, and puts all of them in with the last step: nothing is seen of it."""
    window.desk = desk
    window.servers = Servers(desk, window.memory, keys, window)
    window.doings = Doings(desk, window.memory, window.servers, window)
    window.runs = RunsPanel(desk, window)
    yield
    window.browse = BrowsePanel(desk, window.servers, window)
    window.findings, window.journal = FindingsPanel(desk, window), JournalPanel(desk, window)
    window.steps = StepsPanel(desk, window)
    yield
    window.detail = DetailPanel(desk, window)
    window.kept = Kept(window.memory, window)
    yield
    pictures = LifecyclePanel(desk, window), GraphPanel(desk, window), TimelinePanel(desk, window)
    header = Header(desk, window)
    yield
    log = LogPanel(desk, window)
    yield
    window.middle = Middle(desk, Parts(header, *pictures, log), window)
    yield
    window.setUpdatesEnabled(False)
    fields = window.tools.field, *window.side.findChildren(QLineEdit)
    early = [(field.text(), field is window.focusWidget()) for field in fields]
    window.commands = Commands(window)
    window.notifier = Notifier(desk, window, tray)
    window.welcome.follow(desk)
    _put_in(window)
    Wires(window).connect_all()
    for field, (typed, focused) in zip((window.commands.filter, window.runs.filter), early, strict=True):
        if typed:
            field.setText(typed)  # what is typed in the first moment is kept, and typing goes on
        if focused:
            QTimer.singleShot(0, field, field.setFocus)  # once the tool bar has made room for it
    window.setUpdatesEnabled(True)


def _put_in(window: Window) -> None:
    window.middle.take_empty(window.welcome)
    window.centre.addWidget(window.middle)
    for tabs, pages in (
        (window.side, (window.runs, window.browse)),
        (window.below, (window.findings, window.steps, window.journal)),
    ):
        for place, page in enumerate(pages):
            _replace(tabs, place, page)
    window.blank.deleteLater()
    hold(window.right, window.detail)
    window.restore("window.split", window.middle.split.restoreState)
    window.restore("window.columns", window.middle.log.view.horizontalHeader().restoreState)
    window.commands.notify.setChecked(window.memory.get("notify") != "off")


def _replace(tabs: QTabWidget, place: int, page: QWidget) -> None:
    """The tab of this place gets its page, and stays the one that is shown if it was."""
    shown, blank, title = tabs.currentIndex(), tabs.widget(place), tabs.tabText(place)
    tabs.insertTab(place, page, title)
    tabs.removeTab(place + 1)
    tabs.setCurrentIndex(shown)
    if blank is not None:
        blank.deleteLater()


class Wires(QObject):
    """What one part of the window tells the others."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._failed = 0

    def connect_all(self) -> None:
        """Connect everything, and show how it is now."""
        window, doings, desk = self._window, self._window.doings, self._window.desk
        desk.complained.connect(window.bar.complain)
        desk.told.connect(window.bar.tell)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self._status)
        doings.connected.connect(lambda: window.reveal(window.browse))
        doings.sessions.shown = lambda: window.middle.log.model.shown
        window.welcome.connects.connect(doings.connect_server)
        window.welcome.opens.connect(doings.open_dialog)
        window.welcome.pastes.connect(doings.paste)
        window.welcome.starts.connect(doings.start_run)
        window.welcome.captures.connect(doings.capture)
        window.welcome.demonstrates.connect(window.demonstrates)
        window.middle.header.acted.connect(doings.act)
        window.middle.header.watches.connect(doings.watch_again)
        window.middle.filtered.connect(window.commands.filter.apply)
        window.middle.log.unfiltered.connect(window.commands.filter.reset)
        window.middle.log.chosen.connect(window.detail.show_frame)
        window.middle.log.travel.finder.sought.connect(window.detail.seek)
        for acting in (window.findings, window.steps):
            acting.acted.connect(doings.act)
        for panel in (window.findings, window.detail):
            panel.jumped.connect(lambda seq: window.jump(desk.book, seq))
        window.findings.led.connect(doings.show_other)
        window.findings.counted.connect(self._count)
        window.journal.jumped.connect(window.jump)
        window.browse.starts.connect(doings.start_run)
        window.browse.reconnects.connect(doings.reconnect)
        window.browse.leaves.connect(doings.disconnect_server)
        window.findings.refresh()
        self._status()

    def _count(self, errors: int, warnings: int) -> None:
        counts = "".join(f"  {glyph}{count}" for glyph, count in (("✖", errors), ("▲", warnings)) if count)
        self._window.below.setTabText(self._window.below.indexOf(self._window.findings), self.tr("Findings") + counts)
        self._window.counts.setText(counts.strip())

    def _changed(self, change: Change) -> None:
        if change.kind in ("status", "connections", "books"):
            self._status()
        if change.kind == "status":
            self._complain()

    def _complain(self) -> None:
        """What goes wrong in the program itself is not kept from who uses it."""
        status = self._window.desk.hub.status()
        if len(status.tasks_failed) > self._failed:
            self._failed = len(status.tasks_failed)
            said = self.tr("Something failed in the program itself: %1. The rest goes on.")
            self._window.bar.complain(said.replace("%1", status.tasks_failed[-1]))
        elif status.problem:
            self._window.bar.complain(status.problem)

    def _status(self) -> None:
        hub = self._window.desk.hub
        servers = len(hub.connections())
        self._window.connected.setText(f"● {times(servers, 'server')}" if servers else self.tr("○ no server"))
        place, rows = hub.status().recording, len(hub.rows(LIVE))
        where = self.tr("recording to %1").replace("%1", place.name) if place else self.tr("kept in memory only")
        self._window.recording.setText(f"{rows:,} events · {where}" if servers or rows else "")
        self._window.recording.setToolTip(
            str(place) if place else self.tr("Ctrl+S records into a file, from the beginning on")
        )
