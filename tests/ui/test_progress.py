"""Long work shows a bar, and its Cancel cancels it."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.progress import Progress

pytestmark = pytest.mark.qt_loop


async def test_cancel_breaks_the_work_off_and_is_told(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    seen: list[Progress] = []

    async def work() -> None:
        with Progress("Opening x", parent) as progress:
            seen.append(progress)
            progress.step(1, 3)
            assert (progress.dialog.value(), progress.dialog.maximum()) == (1, 3)
            progress.dialog.canceled.emit()
            await asyncio.Event().wait()

    with pytest.raises(asyncio.CancelledError):
        await work()
    assert seen[0].cancelled
    seen[0].step(2, 3)


async def test_work_that_ends_by_itself_was_not_cancelled(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    with Progress("Opening x", parent) as progress:
        progress.step(3, 3)
    assert not progress.cancelled
