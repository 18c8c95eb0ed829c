"""The findings, as somebody reads and clicks them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from inspector.ui.findings import FindingsPanel
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_findings_are_listed_worst_first_and_lead_to_their_frames(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = FindingsPanel(desk)
        qtbot.addWidget(panel)
        findings = desk.hub.verdict(run).findings
        assert len(panel.rows) == len(findings)
        assert panel.rows[0].accessibleName().startswith("error")
        assert "synthetic failure" in panel.rows[0].said.text()
        jumps: list[int] = []
        panel.jumped.connect(jumps.append)
        link = next(b for b in panel.rows[0].findChildren(QPushButton) if b.text().startswith("#"))
        link.click()
        assert jumps == [findings[0].frames[0]]


async def test_what_a_finding_means_is_told_below_it_and_stays_as_somebody_left_it(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = FindingsPanel(desk)
        qtbot.addWidget(panel)
        first, second = panel.rows[:2]
        assert first.means.isVisibleTo(panel), "the worst explains itself"
        assert "In your code:" in first.means.text()
        assert not second.means.isVisibleTo(panel)
        second.fold.click()
        first.fold.click()
        desk.show_run(None)
        desk.show_run(run)
        first, second = panel.rows[:2]
        assert second.means.isVisibleTo(panel)
        assert not first.means.isVisibleTo(panel)


async def test_a_healthy_run_has_none_and_says_so(qtbot: QtBot) -> None:
    async with desk_with("langgraph/run_custom_events") as (desk, _):
        panel = FindingsPanel(desk)
        qtbot.addWidget(panel)
        assert not panel.rows
        desk.show_run(None)
        assert not panel.rows
