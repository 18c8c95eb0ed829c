"""Looking at run after run for a day leaves no widget, item or timer behind."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QGraphicsView, QWidget

from inspector.services.model import RunId
from tests.ui.picture import RECORDINGS
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop

LOGS = ("langgraph/node_error", "langgraph/run_custom_events", "assistants/02a_requires_action_two_calls")
ROUNDS = 3


def alive(window: QWidget) -> Counter[str]:
    """Qt's objects below the window by class, the items of its scenes, and the timers that run."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    found = Counter(type(each).__name__ for each in window.findChildren(QObject))
    found["running timers"] = sum(int(each.isActive()) for each in window.findChildren(QTimer))
    found["items"] = sum(len(view.items()) for view in window.findChildren(QGraphicsView))
    return found


async def look_at(at: Seat, runs: list[RunId]) -> None:
    for run in [None, *runs]:
        at.desk.show_run(run)
        await at.until(lambda: len(at.hub.tasks) == 0)
        at.window.grab()


async def test_looking_at_run_after_run_leaves_no_widget_item_or_timer() -> None:
    async with seat() as at:
        at.window.resize(1200, 800)
        runs: list[RunId] = []
        for name in LOGS:
            book = await at.hub.open(RECORDINGS / f"{name}.wire.jsonl")
            runs += at.hub.runs(book)
        await look_at(at, runs)
        before = alive(at.window)
        for _ in range(ROUNDS):
            await look_at(at, runs)
        assert +(alive(at.window) - before) == Counter()
        assert before["items"] > 0
