"""A desk over a hub with one recording open, for the tests of the pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication

from inspector.services.model import RunId
from inspector.ui.desk import Desk
from inspector.ui.theme import Mode, Theme
from inspector.wiring import build_hub

RECORDINGS = Path(__file__).parents[1] / "recordings"


@asynccontextmanager
async def desk_with(recording: str) -> AsyncIterator[tuple[Desk, RunId]]:
    """``langgraph/hitl_interrupt`` and the like; its first run is in focus."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    hub = build_hub()
    desk = Desk(hub, Theme(app, Mode.LIGHT))
    try:
        book = await hub.open(RECORDINGS / f"{recording}.wire.jsonl")
        run = hub.runs(book)[0]
        desk.show_run(run)
        yield desk, run
    finally:
        desk.close()
        await hub.aclose()
