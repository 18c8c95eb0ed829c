"""What the window's commands do: open, save, connect, attach, start, act."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.domain.adapter import Target
from inspector.domain.errors import UserError
from inspector.services.hub import LIVE
from inspector.services.model import Connection, ConnectionSpec
from inspector.ui.desk import Desk
from inspector.ui.leaving import ask, at_risk, harmed
from inspector.ui.memory import Memory, SavedServer
from inspector.ui.progress import Progress
from inspector.ui.proxies import HEADER, Proxies, Running
from inspector.ui.servers import Servers
from inspector.ui.sessions import Sessions

# Dialogs and sheets are imported where they are opened: the first picture of the window does without them, and the
# program loads them in an idle moment after it.
if TYPE_CHECKING:
    from inspector.ui.dialogs.connect import ConnectDialog

FILES = "Recordings (*.session *.wire.jsonl *.jsonl *.sse *.har *.json *.txt *.log);;All files (*)"


class Doings(QObject):
    """Each method is one command. What cannot be done is told in the window's bar. ``connected``: there is a server."""

    connected = Signal()

    def __init__(self, desk: Desk, memory: Memory, servers: Servers, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._memory = memory
        self._servers = servers
        self._window = window
        self.sessions = Sessions(desk, memory, window)
        self.proxies = Proxies(self)
        self.proxies.began.connect(lambda running: desk.start("follow the proxy", self._captured(running)))
        self.proxies.ended.connect(self._proxy_ended)

    def connect_server(self, url: str = "") -> None:
        """The connect dialog."""
        self._connect_dialog().show_address(url)

    def reconnect(self, server: SavedServer) -> None:
        """Connect as before; with the dialog where something has to be typed."""
        self._desk.start("connect again", self._again(server))

    async def _again(self, server: SavedServer) -> None:
        try:
            self._connected(await self._servers.again(server))
        except UserError as error:
            self._connect_dialog().show_server(server, str(error))

    def capture(self) -> None:
        """The dialog of the capture proxy."""
        from inspector.ui.dialogs.capture import UPSTREAM, CaptureDialog

        CaptureDialog(self._desk, self.proxies, self._memory.get(UPSTREAM) or "", self._window).open()

    async def _captured(self, running: Running) -> None:
        """Show what the proxy records, and knock at its door."""
        from inspector.ui.dialogs.capture import UPSTREAM

        self._memory.put(UPSTREAM, running.upstream)
        headers, variables = {HEADER: running.token}, {HEADER: "PROXY_TOKEN"}
        name = self.tr("proxy %1").replace("%1", str(running.port))
        await self._desk.hub.connect(ConnectionSpec(running.url, "proxy", name, headers, variables=variables))
        if running.record is None:
            self._desk.complained.emit(self.tr("The proxy could not make a file to record to: nothing is shown of it."))
        else:
            await self._open(running.record)

    def _proxy_ended(self, running: Running) -> None:
        self._desk.complained.emit(self.tr("The proxy on port %1 has ended.").replace("%1", str(running.port)))
        for connection in self._desk.hub.connections():
            if connection.spec.base_url == running.url:
                self._desk.start("disconnect", self._desk.hub.disconnect(connection.id))

    def disconnect_server(self, connection: Connection) -> None:
        """Leave a server; it is asked first where that could harm a run."""
        hub = self._desk.hub
        ask(
            self._window,
            hub,
            at_risk(hub, connection.name),
            lambda: self._desk.start("disconnect", hub.disconnect(connection.id)),
        )

    def paste(self, text: str | None = None) -> None:
        """The paste dialog; with the clipboard's text, or with this one."""
        from inspector.ui.dialogs.paste import PasteDialog

        dialog = PasteDialog(self._desk, self._servers, text, self._window)
        dialog.wants_connection.connect(self.connect_server)
        dialog.acts.connect(self.act)
        dialog.open()

    def start_run(self, connection: Connection | None = None, thread: str = "") -> None:
        """The start dialog, on the given connection or the newest."""
        from inspector.ui.dialogs.start import StartDialog

        connections = self._desk.hub.connections()
        chosen = connection or (connections[-1] if connections else None)
        if chosen is None:
            self.connect_server()
            return
        StartDialog(self._desk, chosen, thread, self._window).open()

    def act(self, name: str) -> None:
        """The sheet of an action on the run in focus."""
        from inspector.ui.sheets.decide import DecideSheet
        from inspector.ui.sheets.sheet import ActionSheet

        run = self._desk.focus
        if run is None:
            self._desk.told.emit(self.tr("No run is shown."))
            return
        action = next((each for each in self._desk.hub.actions(run) if each.id == name), None)
        if action is None:
            return
        if not action.possible:
            self._desk.complained.emit(f"{action.title}: {action.why_not}")
            return
        sheet = DecideSheet if action.id == "decide" else ActionSheet
        sheet(self._desk, run, action, self._window).show()

    def open_dialog(self) -> None:
        """Choose files to open."""
        dialog = QFileDialog(self._window, self.tr("Open a recording"), "", FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.open_files([Path(name) for name in names]))
        dialog.open()

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open these files."""
        for path in paths:
            self._desk.start(f"open {path.name}", self._open(path))

    async def _open(self, path: Path) -> None:
        with Progress(self.tr("Opening %1").replace("%1", path.name), self._window) as progress:
            try:
                book = await self._desk.hub.open(path, progress.step, self._desk.show_book)
            except asyncio.CancelledError:
                if progress.cancelled:
                    self._desk.told.emit(self.tr("Opening %1 was cancelled.").replace("%1", path.name))
                raise
        self._memory.remember(str(path))
        if self._desk.book != book or self._desk.focus is None:
            self._desk.show_book(book)
        shown = next(one for one in self._desk.hub.books() if one.id == book)
        remarks = [*([shown.recovered] if shown.recovered else []), *shown.warnings]
        if remarks:
            more = self.tr(" … and %1 more remarks.").replace("%1", str(len(remarks) - 3)) if len(remarks) > 3 else ""
            self._desk.complained.emit(f"{path.name}: {' '.join(remarks[:3])}{more}")
        elif not self._desk.hub.runs(book):
            self._desk.told.emit(self.tr("There is no run in %1.").replace("%1", path.name))

    def recents(self) -> list[str]:
        """The files that were opened last and are still there."""
        return [name for name in self._memory.recents() if Path(name).exists()]

    def save_dialog(self) -> None:
        """Choose where the live log is recorded from now on, with all that is in it already."""
        kinds = "Sessions (*.session)"
        dialog = QFileDialog(self._window, self.tr("Record into a session file"), "today.session", kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("session")
        dialog.fileSelected.connect(lambda name: self._desk.start("record", self._record(Path(name))))
        dialog.open()

    async def _record(self, path: Path) -> None:
        await self._desk.hub.record_to(path)
        self._memory.remember(str(path))
        self._desk.told.emit(self.tr("Recording to %1.").replace("%1", str(path)))

    def close_file(self) -> None:
        """Close the file that is shown."""
        book = self._desk.book
        if book == LIVE:
            self._desk.told.emit(self.tr("What is shown belongs to no file."))
            return
        self._desk.start("close", self._desk.hub.close_book(book))

    def stop_watching(self) -> None:
        """Leave the run in focus; it is asked first where that could harm it."""
        run, hub = self._desk.focus, self._desk.hub
        state = hub.watching(run) if run is not None else None
        if run is None or state is None or not state.active:
            self._desk.told.emit(self.tr("This run is not watched."))
            return
        risk = [run] if harmed(hub, run) else []
        ask(self._window, hub, risk, lambda: self._desk.start("leave", hub.unwatch(run)))

    def watch_again(self) -> None:
        """Ask how the run in focus stands, and watch it from now on."""
        focus, hub = self._desk.focus, self._desk.hub
        run = hub.case(focus).run if focus is not None and focus.book == LIVE else None
        if run is None:
            self._desk.told.emit(self.tr("A recording cannot be watched: connect to its server and attach there."))
            return
        connection = next((each for each in hub.connections() if each.name == run.connection), None)
        if connection is None:
            self._desk.complained.emit(self.tr("The connection to its server is closed: connect again."))
            return
        target = Target(run.protocol, run.id, run.thread)
        self._desk.start("watch again", hub.watch(connection.id, target))

    def show_other(self, run_id: str) -> None:
        """Another run of the server or file that the run in focus is of, watched if it is not known yet."""
        focus, hub = self._desk.focus, self._desk.hub
        if focus is None:
            return
        mine = hub.case(focus).run
        known = next((run for run in hub.runs(focus.book) if hub.case(run).run.id == run_id), None)
        connection = next((each for each in hub.connections() if each.name == mine.connection), None)
        if known is not None and (hub.watching(known) is not None or connection is None or focus.book != LIVE):
            self._desk.show_run(known)
        elif connection is None or focus.book != LIVE:
            self._desk.complained.emit(self.tr("Nothing is known of run %1 here.").replace("%1", run_id))
        else:
            target = Target(mine.protocol, run_id, mine.thread)
            self._desk.start("attach", self._attach(connection, target))

    async def _attach(self, connection: Connection, target: Target) -> None:
        self._desk.show_run(await self._desk.hub.watch(connection.id, target))

    def _connect_dialog(self) -> ConnectDialog:
        from inspector.ui.dialogs.connect import ConnectDialog

        dialog = ConnectDialog(self._desk, self._servers, self._window)
        dialog.connected.connect(self._connected)
        dialog.open()
        return dialog

    def _connected(self, connection: Connection) -> None:
        self._desk.told.emit(self.tr("Connected to %1.").replace("%1", connection.name))
        self.connected.emit()
