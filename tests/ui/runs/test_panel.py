"""The watch list."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.services.model import RunId
from inspector.ui.runs.panel import RunsPanel
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_choosing_a_run_puts_it_in_focus_and_the_other_way_round(qtbot: QtBot) -> None:
    async with desk_with("langgraph/thread_stream_default") as (desk, run):
        panel = RunsPanel(desk)
        qtbot.addWidget(panel)
        panel.resize(280, 400)
        other = next(each for each in desk.hub.runs(run.book) if each != run)
        panel.view.setCurrentIndex(panel.model.find(other))
        assert desk.focus == other
        desk.show_run(run)
        assert panel.model.entry(panel.view.currentIndex().row()) == run
        assert not panel.grab().isNull()
        assert isinstance(panel.model.entry(panel.view.currentIndex().row()), RunId)


async def test_a_filter_that_fits_nothing_says_so(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = RunsPanel(desk)
        qtbot.addWidget(panel)
        panel.filter.setText("no such run")
        assert panel.list.hinting or panel.model.rowCount() <= 1


async def test_the_runs_of_a_file_that_is_closed_are_gone_at_once(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = RunsPanel(desk)
        qtbot.addWidget(panel)
        panel.resize(280, 400)
        await desk.hub.close_book(run.book)
        assert not panel.model.find(run).isValid()
        assert not panel.grab().isNull()
