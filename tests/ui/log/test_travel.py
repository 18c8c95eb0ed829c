"""From one landmark to the next, with marks and comments of one's own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from inspector.domain.errors import UserError
from inspector.ui.log.landmarks import Kind
from inspector.ui.log.travel import Travel
from tests.ui.log.desk import sitting

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_marks_are_set_gone_through_and_taken_away(qtbot: QtBot) -> None:
    async with sitting() as at:
        travel: Travel = at.travel
        marks = at.desk.hub.remarks(at.desk.book).marks
        travel.next(Kind.MARK)
        assert at.told == ["Nothing is marked yet: Ctrl+M marks the chosen row."]
        for row in (2, 6, 9):
            at.panel.go(row)
            travel.toggle_mark()
        assert marks == {at.panel.model.spot(row) for row in (2, 6, 9)}
        travel.next(Kind.MARK)
        assert (at.row, at.told[-1]) == (2, "On from the first row: 1 of 3.")
        travel.next(Kind.MARK)
        assert at.row == 6
        travel.previous(Kind.MARK)
        travel.previous(Kind.MARK)
        assert (at.row, at.told[-1]) == (9, "On from the last row: 3 of 3.")
        travel.toggle_mark()
        assert len(marks) == 2
        at.panel.chips.set_state("error")
        at.travel.next(Kind.MARK)
        assert at.told[-1] == "The filter hides every mark of this log."


async def test_findings_and_changes_of_state_are_gone_through(qtbot: QtBot) -> None:
    async with sitting() as at:
        rows = at.panel.model.shown.rows
        at.travel.next(Kind.FINDING)
        assert at.row is not None
        assert rows.seq[at.row] == min(at.panel.model.marks)
        at.panel.go(0)
        seen = []
        for _ in range(2):
            at.travel.next(Kind.CHANGE)
            assert at.row is not None
            seen.append(rows.state(at.row))
        assert seen == ["running", "error"]
        at.travel.previous(Kind.CHANGE)
        assert rows.state(at.row) == "running"


async def test_without_a_row_there_is_nothing_to_mark_and_what_cannot_be_kept_is_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting() as at:
        at.panel.view.setCurrentIndex(QModelIndex())
        at.travel.toggle_mark()
        at.travel.comment()
        assert [said[:23] for said in at.told] == ["Choose a row of the log"] * 2

        def full(*_: object) -> bool:
            raise UserError("no room")

        monkeypatch.setattr("inspector.store.files.annotate", full)
        at.panel.go(1)
        at.travel.toggle_mark()
        assert at.complaints == ["no room"]
        assert at.panel.model.remarks.marks == {at.panel.model.spot(1)}


async def test_find_next_without_a_text_asks_for_one(qtbot: QtBot) -> None:
    async with sitting() as at:
        at.travel.find_next()
        assert at.travel.finder.isVisible()
        at.travel.go_to()
        assert (at.travel.finder.isVisible(), at.travel.goer.isVisible()) == (False, True)
        at.travel.find()
        assert (at.travel.finder.isVisible(), at.travel.goer.isVisible()) == (True, False)
