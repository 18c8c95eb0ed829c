"""What the window's commands do: open, save, connect, attach, start, act."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from inspector.domain.errors import UserError
from inspector.services.hub import LIVE
from inspector.services.model import Connection
from inspector.ui.desk import Desk
from inspector.ui.dialogs.connect import ConnectDialog
from inspector.ui.dialogs.paste import PasteDialog
from inspector.ui.dialogs.start import StartDialog
from inspector.ui.memory import Memory
from inspector.ui.sheets.sheet import ActionSheet

FILES = "Recordings (*.session *.wire.jsonl *.jsonl *.sse *.txt *.log);;All files (*)"


class Doings(QObject):
    """Each method is one command. What cannot be done is told in the window's bar."""

    def __init__(self, desk: Desk, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._memory = memory
        self._window = window

    def connect_server(self, url: str = "") -> None:
        """The connect dialog."""
        dialog = ConnectDialog(self._desk, url, self._window)
        dialog.connected.connect(self._connected)
        dialog.open()

    def paste(self, text: str | None = None) -> None:
        """The paste dialog; with the clipboard's text, or with this one."""
        dialog = PasteDialog(self._desk, text, self._window)
        dialog.wants_connection.connect(self.connect_server)
        dialog.open()

    def start_run(self, connection: Connection | None = None, thread: str = "") -> None:
        """The start dialog, on the only or the given connection."""
        connections = self._desk.hub.connections()
        chosen = connection or (connections[-1] if connections else None)
        if chosen is None:
            self.connect_server()
            return
        StartDialog(self._desk, chosen, thread, self._window).open()

    def act(self, name: str) -> None:
        """The sheet of an action on the run in focus."""
        run = self._desk.focus
        if run is None:
            return
        action = next((each for each in self._desk.hub.actions(run) if each.id == name), None)
        if action is None:
            return
        if not action.possible:
            self._desk.complained.emit(f"{action.title}: {action.why_not}")
            return
        ActionSheet(self._desk, run, action, self._window).show()

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
        title = self.tr("Opening %1").replace("%1", path.name)
        progress = QProgressDialog(title, self.tr("Cancel"), 0, 0, self._window)
        progress.setMinimumDuration(600)

        def show(done: int, total: int) -> None:
            progress.setMaximum(max(total, 1))
            progress.setValue(done)
            if progress.wasCanceled():
                raise UserError(self.tr("Opening %1 was cancelled.").replace("%1", path.name))

        try:
            book = await self._desk.hub.open(path, show)
        finally:
            progress.close()
            progress.deleteLater()
        self._memory.remember(str(path))
        shown = next(one for one in self._desk.hub.books() if one.id == book)
        remarks = [*([shown.recovered] if shown.recovered else []), *shown.warnings]
        if remarks:
            self._desk.complained.emit(" ".join(remarks[:3]))
        runs = self._desk.hub.runs(book)
        if runs:
            self._desk.show_run(runs[0])
        else:
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

    def export_dialog(self) -> None:
        """Choose where the log in focus is written as a wire log."""
        book = self._desk.focus.book if self._desk.focus is not None else LIVE
        name = "capture.wire.jsonl"
        dialog = QFileDialog(self._window, self.tr("Export as wire log"), name, "Wire logs (*.wire.jsonl)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda chosen: self._desk.start("export", self._export(book, Path(chosen))))
        dialog.open()

    async def _export(self, book: int, path: Path) -> None:
        await self._desk.hub.export(book, path)
        self._desk.told.emit(self.tr("Exported to %1, without secrets.").replace("%1", str(path)))

    def close_file(self) -> None:
        """Close the file in focus."""
        run = self._desk.focus
        if run is None or run.book == LIVE:
            self._desk.told.emit(self.tr("The run in focus belongs to no file."))
            return
        self._desk.show_run(None)
        self._desk.start("close", self._desk.hub.close_book(run.book))

    def stop_watching(self) -> None:
        """Leave the run in focus; it is asked first where that could harm it."""
        run = self._desk.focus
        state = self._desk.hub.watching(run) if run is not None else None
        if run is None or state is None or not state.active:
            return
        if state.closing == "passive":
            self._desk.start("leave", self._desk.hub.unwatch(run))
            return
        text = self.tr("Leaving may cancel this run on the server. Leave all the same?")
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Stop watching"), text, parent=self._window)
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.buttonClicked.connect(
            lambda button: (
                self._desk.start("leave", self._desk.hub.unwatch(run))
                if box.standardButton(button) == QMessageBox.StandardButton.Yes
                else None
            )
        )
        box.open()

    def _connected(self, connection: Connection) -> None:
        self._desk.told.emit(self.tr("Connected to %1.").replace("%1", connection.name))
