"""The findings, as somebody reads and clicks them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from inspector.domain.actions import Action
from inspector.domain.findings import Finding, Severity
from inspector.present.meaning import Meaning, meaning
from inspector.ui.findings import FindingRow, FindingsPanel
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


async def test_the_sentence_stays_readable_where_there_is_little_room(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        offered = Action("continue", "Continue where it stopped, with everything", "It goes on.")
        finding = Finding("run.failed", Severity.ERROR, (3,), {"message": "it broke"}, ("continue",))
        row = FindingRow(desk, finding, meaning(finding.id, "langgraph"), [offered])
        qtbot.addWidget(row)
        row.resize(1400, 60)
        row.show()
        button = next(b for b in row.findChildren(QPushButton) if b.text().startswith("→"))
        assert row.line.indexOf(button) >= 0
        row.resize(560, 60)
        assert row.under.indexOf(button) >= 0
        box = row.layout()
        assert box is not None
        box.activate()
        assert row.said.width() > 300


async def test_code_in_what_it_means_is_quoted_and_another_runs_id_is_cut(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        other = "01a1fdc5-b14d-7103-8386-bbc4cd613e30"
        finding = Finding("run.blocked", Severity.ERROR, (3,), {"run": other})
        row = FindingRow(desk, finding, Meaning("It waits.", "read `state.next`"), [])
        qtbot.addWidget(row)
        assert other not in row.said.text()
        assert "01a1fdc5…3e30" in row.said.text()
        assert "“state.next”" in row.means.text()
