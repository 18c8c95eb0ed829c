"""The log, as somebody reads it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.charts import Ending
from inspector.domain.routine import Routine
from inspector.domain.rows import Rows
from inspector.present.filter.tree import EVERY, Compared, Op
from inspector.ui.log.model import COLUMNS, LANE, SUMMARY
from inspector.ui.log.panel import LogPanel
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_it_shows_the_run_or_all_of_the_log_and_jumps_to_frames(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        panel.resize(900, 400)
        one = panel.model.rowCount()
        panel.all_runs.setChecked(True)
        assert panel.model.rowCount() > one
        chosen: list[tuple[int, int]] = []
        panel.chosen.connect(lambda book, seq: chosen.append((book, seq)))
        frame = desk.hub.verdict(run).findings[0].frames[0]
        panel.jump(run.book, frame)
        assert chosen[-1] == (run.book, frame)


@pytest.mark.parametrize(("width", "hidden"), [(900, []), (770, ["Lane"]), (660, ["Δ", "Lane"])])
async def test_a_narrow_log_keeps_room_for_what_came(qtbot: QtBot, width: int, hidden: list[str]) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        panel.resize(1200, 400)
        panel.show()
        panel.resize(width, 400)
        assert [title for column, title in enumerate(COLUMNS) if panel.view.isColumnHidden(column)] == hidden
        assert panel.view.columnWidth(SUMMARY) > 120
        panel.resize(1200, 400)
        assert not panel.view.isColumnHidden(LANE)
        panel.hide()


async def test_words_and_states_filter_and_a_jump_drops_what_hides_its_target(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        panel.chips.set_state("error")
        assert 0 < panel.model.rowCount() < 5
        panel.jump(run.book, 1)
        assert panel.view.currentIndex().isValid()
        panel.fitting.take(Compared("any", Op.CONTAINS, ("no such words",)))
        panel.reload()
        assert panel.model.rowCount() == 0
        assert panel.lines.hinting
        panel.fitting.take(EVERY)
        panel.reload()
        assert panel.model.rowCount() > 5


async def test_a_state_looks_as_its_chart_shows_it(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        rows = panel.model.shown.rows
        looks = {rows.state(row): panel.model.look(row) for row in range(len(rows)) if rows.state(row)}
        assert looks["running"] is Ending.RUNNING
        assert looks["error"] is Ending.FAILED


async def test_routine_reads_are_hidden_with_their_count_until_they_are_asked_for(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        book = desk.hub.book_of(run.book)
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        whole = panel.model.rowCount()
        assert panel.routine.isHidden()
        book.routine = First(desk.hub.case(run).run.refs[0])
        panel.reload()
        left_out = panel.model.shown.left_out
        assert 0 < left_out <= whole
        assert panel.routine.text().endswith(f"({left_out:,})")
        assert not panel.routine.isHidden()
        rows = panel.model.shown.rows
        hidden = next(row for row in range(len(rows)) if rows.link[row] == book.routine.link)
        panel.jump(run.book, rows.seq[hidden])
        assert panel.current_row() == hidden, "what is gone to is shown"
        assert not panel.all_runs.isChecked()
        assert 0 < panel.model.shown.left_out < left_out
        panel.routine.setChecked(True)
        assert panel.model.rowCount() == whole
        assert panel.routine.text() == "Routine reads"


class First(Routine):
    """One exchange is routine."""

    def __init__(self, link: int) -> None:
        super().__init__()
        self.link = link

    def mask(self, rows: Rows, first: int, end: int) -> bytes:
        return bytes(link == self.link for link in rows.link[first:end])
