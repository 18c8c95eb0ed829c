"""What the window does with whole logs: export one, and compare two runs."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.present.account import markdown, report_object
from inspector.services.model import Account, RunId
from inspector.ui.desk import Desk
from inspector.ui.dialogs.compare import CompareDialog
from inspector.ui.dialogs.export import ExportDialog, Wanted
from inspector.ui.memory import Memory
from inspector.ui.progress import Progress


class Sessions(QObject):
    """Each method is one command."""

    def __init__(self, desk: Desk, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._memory = memory
        self._window = window

    def export_dialog(self) -> ExportDialog:
        """Choose how the log that is shown is exported."""
        book = self._desk.book
        told = self.account(book)
        dialog = ExportDialog(self._desk, self._memory, book, told, self._window)
        dialog.chosen.connect(partial(self._save, book, told))
        dialog.open()
        return dialog

    def account(self, book: int) -> Account:
        """The verdicts on a log as they stand now."""
        hub = self._desk.hub
        shown = next(each for each in hub.books() if each.id == book)
        runs = [(hub.case(run).run, hub.verdict(run)) for run in hub.runs(book)]
        about = (_version(), shown.title, shown.protocol, runs)
        rest = (hub.loose(book), hub.journal(book), hub.now(book), hub.remarks(book))
        return Account(report_object(*about, *rest), markdown(*about, *rest))

    async def export(self, book: int, told: Account, wanted: Wanted, path: Path) -> None:
        """Write it, with a bar that can be cancelled."""
        with Progress(self.tr("Exporting to %1").replace("%1", path.name), self._window) as progress:
            await self._desk.hub.export(
                book, path, wanted.to, wanted.redact, progress.step, patterns=wanted.patterns, told=told
            )
        words = self.tr("Exported to %1, without secrets.") if wanted.redact else self.tr("Exported to %1.")
        self._desk.told.emit(words.replace("%1", str(path)))

    def compare_dialog(self) -> CompareDialog | None:
        """The run in focus beside the one that was named before it; both can be changed there."""
        runs = list(self._desk.hub.runs())
        if len(runs) < 2:
            self._desk.told.emit(self.tr("There have to be two runs to compare: open another recording."))
            return None
        right = self._desk.focus if self._desk.focus in runs else runs[-1]
        assert right is not None
        dialog = CompareDialog(self._desk, self._beside(right, runs), right, self._window)
        dialog.show()
        return dialog

    def _beside(self, run: RunId, runs: list[RunId]) -> RunId:
        """Of the same backend if there is one, the nearest before it."""
        protocol = self._desk.hub.case(run).run.protocol
        others = [each for each in runs if each != run]
        alike = [each for each in others if self._desk.hub.case(each).run.protocol == protocol] or others
        before = [each for each in alike if runs.index(each) < runs.index(run)]
        return before[-1] if before else alike[0]

    def _save(self, book: int, told: Account, wanted: Wanted) -> None:
        dialog = QFileDialog(self._window, self.tr("Export"), f"capture.{wanted.suffix}", self.tr("All files (*)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(
            lambda chosen: self._desk.start("export", self.export(book, told, wanted, Path(chosen)))
        )
        dialog.open()


def _version() -> str:
    try:
        return version("stream-inspector")
    except PackageNotFoundError:
        return "0"
