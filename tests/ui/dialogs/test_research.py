"""The fields of a research."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.research import ResearchFields
from inspector.ui.theme import Mode, Theme

KNOWN = {"report_types": ["research_report", "deep"], "sources": ["web"], "tones": ["Objective", "Formal"]}


def fields(qtbot: QtBot, qapp: QApplication) -> ResearchFields:
    made = ResearchFields(Theme(qapp, Mode.LIGHT), KNOWN)
    qtbot.addWidget(made)
    return made


def test_the_first_of_each_is_proposed_and_what_is_empty_is_left_out(qtbot: QtBot, qapp: QApplication) -> None:
    made = fields(qtbot, qapp)
    made.task.setPlainText(" why? ")
    assert made.data() == {
        "task": "why?",
        "report_type": "research_report",
        "report_source": "web",
        "tone": "Objective",
        "query_domains": [],
    }
    assert made.problem() is None


def test_everything_can_be_said(qtbot: QtBot, qapp: QApplication) -> None:
    made = fields(qtbot, qapp)
    with qtbot.waitSignal(made.changed):
        made.tone.setCurrentText("Formal")
    made.domains.setText("a.org, b.org")
    made.urls.setPlainText("https://a.org/1\nhttps://a.org/2\n")
    made.results.setText("3")
    made.more.set_value({"mcp_enabled": False})
    data = made.data()
    assert (data["tone"], data["query_domains"], data["max_search_results"]) == ("Formal", ["a.org", "b.org"], 3)
    assert data["source_urls"] == ["https://a.org/1", "https://a.org/2"]
    assert data["mcp_enabled"] is False


def test_what_cannot_be_meant_is_said(qtbot: QtBot, qapp: QApplication) -> None:
    made = fields(qtbot, qapp)
    made.results.setText("some")
    assert "whole number" in str(made.problem())
    made.results.setText("")
    made.more.set_value([1])
    assert "JSON object" in str(made.problem())
