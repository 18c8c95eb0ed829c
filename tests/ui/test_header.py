"""The header: what happened, why, and what can be done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inspector.domain.actions import Action
from inspector.domain.charts import Ending
from inspector.ui.header import Header
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_it_names_the_run_its_ending_and_the_reason(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, run):
        header = Header(desk)
        qtbot.addWidget(header)
        assert header.badge.ending is Ending.WAITING
        assert "Approve this draft?" in header.why.text()
        header.run_id.copy()
        assert QGuiApplication.clipboard().text() == desk.hub.case(run).run.id


async def test_a_file_offers_no_action_that_nobody_could_carry_out(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        header = Header(desk)
        qtbot.addWidget(header)
        assert not any(button.isVisibleTo(header) for button in header.primary)
        acted: list[str] = []
        header.acted.connect(acted.append)
        header.press_primary()
        assert not acted


async def test_without_a_run_there_is_no_header(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        header = Header(desk)
        qtbot.addWidget(header)
        desk.show_run(None)
        assert header.isHidden()


async def test_an_offer_that_lapses_counts_down_where_nothing_else_does(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        case = replace(desk.hub.case(run), wall_ms=1_000_000.0)
        monkeypatch.setattr(desk.hub, "case", lambda _: case)
        until = (1_000_000.0 + desk.hub.now(run.book)) / 1000 + 240
        offer = Action("resume_stream", "Stream it again", "Opens it again.", until=until)
        monkeypatch.setattr(desk.hub, "actions", lambda _: (offer,))
        header = Header(desk)
        qtbot.addWidget(header)
        assert header.deadline.text().startswith("Stream it again: ")
        assert header.deadline.text().endswith(" left")


async def test_whatever_it_says_it_neither_widens_the_window_nor_grows(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        header = Header(desk)
        qtbot.addWidget(header)
        header.resize(500, 100)
        before = header.minimumSizeHint()
        case = desk.hub.case(run)
        monkeypatch.setattr(case.run, "name", "a name that goes on and on " * 9)
        monkeypatch.setattr("inspector.ui.header.headline", lambda _: "One sentence after another. " * 20)
        header.refresh()
        assert header.minimumSizeHint() == before
        assert header.why.toolTip().startswith("One sentence")
        header.show()
        assert len(header.why.shown) == 2
        assert header.why.shown[-1].endswith("…")
