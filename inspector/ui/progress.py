"""A bar with a Cancel for work that takes a while, shown only if it does."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QProgressDialog, QWidget

SLOW_MS = 600
"""Work that takes longer shows its progress."""


class Progress:
    """``with Progress(…) as progress`` in the task that works: Cancel cancels that task. ``step`` moves the bar.

    ``cancelled`` tells, afterwards, that a person broke it off.
    """

    def __init__(self, title: str, parent: QWidget) -> None:
        self.cancelled = False
        self._task = asyncio.current_task()
        self._over = False
        cancel = QCoreApplication.translate("progress", "Cancel")
        self.dialog = QProgressDialog(title, cancel, 0, 0, parent)
        self.dialog.setMinimumDuration(SLOW_MS)
        self.dialog.setAutoClose(False)
        self.dialog.setAutoReset(False)
        self.dialog.canceled.connect(self._cancel)

    def step(self, done: int, total: int) -> None:
        """So much is done; may come late, from work that runs on a thread of its own."""
        if not self._over:
            self.dialog.setMaximum(max(total, 1))
            self.dialog.setValue(done)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self.dialog.hide()
        self.dialog.deleteLater()

    def _cancel(self) -> None:
        if not self._over and self._task is not None:
            self.cancelled = True
            self._task.cancel()
