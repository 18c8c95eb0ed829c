"""What the window does with whole logs: export one, and compare two runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.present.logfilter import Shown
from inspector.services.model import Account, RunId
from inspector.ui.desk import Desk
from inspector.ui.memory import Memory
from inspector.ui.progress import Progress

# The dialogs and what they write are imported where they are opened: the first picture of the window does without
# them, and the program loads them in an idle moment after it.
if TYPE_CHECKING:
    from inspector.domain.excerpt import Excerpt
    from inspector.present.extract import Part
    from inspector.ui.dialogs.compare import CompareDialog
    from inspector.ui.dialogs.export import ExportDialog, Wanted
    from inspector.ui.selection import Selection


class Sessions(QObject):
    """Each method is one command. ``shown`` gives what the log shows, once there is one."""

    def __init__(self, desk: Desk, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._memory = memory
        self._window = window
        self.shown: Callable[[], Shown | None] = lambda: None

    def export_dialog(self) -> ExportDialog:
        """Choose how the log that is shown is exported."""
        from inspector.ui.dialogs.export import ExportDialog

        book = self._desk.book
        told, selection = self.account(book), self.selection(book)
        dialog = ExportDialog(self._desk, self._memory, book, told, self._window, selection)
        dialog.chosen.connect(partial(self._save, book, told, selection))
        dialog.open()
        return dialog

    def account(self, book: int, part: Part | None = None, some: Excerpt | None = None) -> Account:
        """The verdicts on a log as they stand now, or on a part of it."""
        from inspector.present.extract import account_of

        hub = self._desk.hub
        shown = next(each for each in hub.books() if each.id == book)
        keys = [run for run in hub.runs(book) if part is None or run.key in part.runs]
        runs = [(hub.case(run).run, hub.verdict(run)) for run in keys]
        about = (_version(), shown.title, shown.protocol)
        rest = (hub.loose(book), hub.journal(book), hub.now(book), hub.remarks(book))
        return Account(*account_of(about, runs, *rest, part, some))

    async def export(
        self, book: int, told: Account, wanted: Wanted, path: Path, selection: Selection | None = None
    ) -> None:
        """Write it, or what the log showed of it, with a bar that can be cancelled."""
        with Progress(self.tr("Exporting to %1").replace("%1", path.name), self._window) as progress:
            part = None
            if wanted.only and selection is not None:
                part, told = await selection.made()
            how = (wanted.to, wanted.redact, progress.step)
            await self._desk.hub.export(book, path, *how, patterns=wanted.patterns, told=told, part=part)
        words = self.tr("Exported to %1, without secrets.") if wanted.redact else self.tr("Exported to %1.")
        self._desk.told.emit(words.replace("%1", str(path)))

    def compare_dialog(self) -> CompareDialog | None:
        """The run in focus beside the one that was named before it; both can be changed there."""
        from inspector.ui.dialogs.compare import CompareDialog

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
        place = runs.index(run)
        others = [*reversed(runs[:place]), *runs[place + 1 :]]
        return next((each for each in others if self._desk.hub.case(each).run.protocol == protocol), others[0])

    def selection(self, book: int) -> Selection | None:
        """What the log shows; None where that is all."""
        from inspector.ui.selection import Selection

        shown = self.shown()
        if shown is None or len(shown.index) - shown.silences == len(shown.rows):
            return None
        lines = [row for row in shown.index if row >= 0]
        return Selection(self._desk.hub, book, lines, partial(self.account, book))

    def _save(self, book: int, told: Account, selection: Selection | None, wanted: Wanted) -> None:
        dialog = QFileDialog(self._window, self.tr("Export"), f"capture.{wanted.suffix}", self.tr("All files (*)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(
            lambda chosen: self._desk.start("export", self.export(book, told, wanted, Path(chosen), selection))
        )
        dialog.open()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("stream-inspector")
    except PackageNotFoundError:
        return "0"
