"""A log panel on a recording, as somebody sits before it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.ui.desk import Desk
from inspector.ui.log.panel import LogPanel
from tests.ui.picture import desk_with
from tests.ui.stage import until


class Sitting:
    """The panel in a window of its own, with what was told."""

    def __init__(self, desk: Desk, window: QWidget, panel: LogPanel) -> None:
        self.desk = desk
        self.window = window
        self.panel = panel
        self.travel = panel.travel
        self.told: list[str] = []
        self.complaints: list[str] = []
        desk.told.connect(self.told.append)
        desk.complained.connect(self.complaints.append)

    @property
    def row(self) -> int | None:
        """The row that is chosen."""
        return self.panel.current_row()

    def texts(self, row: int) -> str:
        """What a row says."""
        rows = self.panel.model.shown.rows
        return f"{rows.name(row)} {rows.state(row)} {rows.text(row)}"

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait until something is so."""
        await until(there, hub=self.desk.hub)

    async def searched(self) -> None:
        """Everything was looked through."""
        await until(lambda: not self.travel.finder._typing.isActive() and not self.travel.finder.searching)


@asynccontextmanager
async def sitting(recording: str = "langgraph/node_error", every_run: bool = True) -> AsyncIterator[Sitting]:
    async with desk_with(recording) as (desk, _):
        window = QWidget()
        panel = LogPanel(desk)
        QVBoxLayout(window).addWidget(panel)
        window.resize(1000, 300)
        window.show()
        window.activateWindow()
        await until(window.isActiveWindow)
        panel.all_runs.setChecked(every_run)
        try:
            yield Sitting(desk, window, panel)
        finally:
            window.close()
            window.deleteLater()
