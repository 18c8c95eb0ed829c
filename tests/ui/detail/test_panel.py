"""Event, message, state, raw."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from inspector.domain.remarks import comment
from inspector.ui.detail.panel import DetailPanel
from tests.ui.picture import desk_with
from tests.ui.stage import until

pytestmark = pytest.mark.qt_loop


async def test_each_tab_shows_its_side_of_the_run(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = DetailPanel(desk)
        qtbot.addWidget(panel)
        frame = desk.hub.verdict(run).findings[0].frames[0]
        panel.show_frame(run.book, frame)
        assert panel.event_tree.topLevelItemCount() > 0
        panel.setCurrentIndex(2)
        names = [panel.state_tree.topLevelItem(n).text(0) for n in range(panel.state_tree.topLevelItemCount())]  # type: ignore[union-attr]
        assert {"run", "thread", "state"} <= set(names)
        panel.setCurrentIndex(3)
        assert "synthetic failure" in panel.raw.toPlainText()
        panel.show_frame(run.book, 10_000)
        panel.setCurrentIndex(1)


async def test_a_row_that_was_told_by_a_whole_answer_shows_that_answer(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = DetailPanel(desk)
        qtbot.addWidget(panel)
        rows = desk.hub.rows(run.book)
        told = next(row for row in range(len(rows)) if rows.name(row) == "run: error")
        panel.show_frame(run.book, rows.seq[told])
        names = [panel.event_tree.topLevelItem(n).text(0) for n in range(panel.event_tree.topLevelItemCount())]  # type: ignore[union-attr]
        assert "body" in names
        panel.setCurrentIndex(3)
        assert '"status"' in panel.raw.toPlainText()
        assert "end of chunk" in panel.raw.toPlainText()
        assert not panel.more.isVisibleTo(panel)


async def test_bytes_are_in_the_font_of_code_wherever_the_panel_is_put(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel, home = DetailPanel(desk), QWidget()
        qtbot.addWidget(home)
        QVBoxLayout(home).addWidget(panel)
        home.show()
        assert QFontInfo(panel.raw.font()).fixedPitch()


async def test_what_is_looked_for_and_what_was_said_are_shown_with_the_frame(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = DetailPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        frame = desk.hub.verdict(run).findings[0].frames[0]
        panel.show_frame(run.book, frame)
        assert not panel.comment.isVisible()
        desk.hub.annotate(run.book, frame, comment((frame, 0), "the second call never got its output"))
        await until(panel.comment.isVisible)
        assert panel.comment.text() == "the second call never got its output"
        panel.setCurrentIndex(3)
        panel.seek("SYNTHETIC")
        (spot, *_) = panel.raw.extraSelections()
        assert spot.cursor.selectedText() == "synthetic"
        panel.show_frame(run.book, 1)
        assert panel.raw.extraSelections() == []
        panel.show_frame(run.book, frame)
        assert panel.raw.extraSelections()
        panel.seek("")
        assert panel.raw.extraSelections() == []


async def test_while_no_row_is_chosen_it_shows_what_proves_the_worst_finding(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = DetailPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        desk.show_run(None)
        hinted = [panel.pages[0].hinting]
        desk.show_run(run)
        worst = desk.hub.verdict(run).findings[0]
        assert panel.proof.text().startswith(f"#{worst.frames[0]} shows it: ")
        hinted.append(panel.pages[0].hinting)
        assert hinted == [True, False]
        names = [panel.event_tree.topLevelItem(n).text(0) for n in range(panel.event_tree.topLevelItemCount())]  # type: ignore[union-attr]
        assert "frame" in names
        panel.show_frame(run.book, 3)
        desk.ticked.emit()
        assert panel.proof.isHidden()


async def test_where_nothing_is_wrong_it_asks_to_choose_a_row(qtbot: QtBot) -> None:
    async with desk_with("langgraph/run_custom_events") as (desk, run):
        panel = DetailPanel(desk)
        qtbot.addWidget(panel)
        desk.show_run(None)
        desk.show_run(run)
        assert panel.pages[0].hinting
