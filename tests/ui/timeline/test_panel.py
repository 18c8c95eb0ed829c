"""The Timeline tab."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.log.panel import LogPanel
from inspector.ui.theme import Mode
from inspector.ui.timeline.panel import TimelinePanel
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_it_shows_the_run_and_writes_its_picture(qtbot: QtBot, tmp_path: Path) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, run):
        panel = TimelinePanel(desk)
        qtbot.addWidget(panel)
        panel.resize(800, 300)
        panel.show()
        assert panel.view.geometry_.timeline.lanes
        entered: list[tuple[int, int]] = []
        panel.entered.connect(lambda book, seq: entered.append((book, seq)))
        panel.view.entered.emit(5)
        assert entered == [(run.book, 5)]
        for name in ("a.svg", "a.png"):
            panel.save(tmp_path / name)
            assert (tmp_path / name).stat().st_size > 1000
        assert (tmp_path / "a.svg").read_text(encoding="utf-8").count("<text") > 5
        desk.theme.set_mode(Mode.DARK)
        desk.show_run(None)
        assert not panel.empty.isHidden()


async def test_a_selected_time_filters_the_log(qtbot: QtBot) -> None:
    async with desk_with("assistants/02b_after_submit_completed") as (desk, _):
        panel, log = TimelinePanel(desk), LogPanel(desk)
        for widget in (panel, log):
            qtbot.addWidget(widget)
        panel.ranged.connect(log.chips.set_time)
        log.chips.untimed.connect(panel.view.clear)
        panel.show()
        panel.view.choose((100.0, 200.0))
        rows = log.model.shown.rows
        assert [rows.at[row] for row in log.model.shown.index] == [at for at in rows.at if 100 <= at <= 200]
        log.chips.time_chip.click()
        assert panel.view.chosen is None
        assert log.model.rowCount() == len(rows)
