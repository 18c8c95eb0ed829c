"""The typed filter and the rules beside a log that is shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.present.filter import fit as fits
from inspector.present.filter.colouring import Rule
from inspector.present.filter.fields import FIELDS
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import text_of
from inspector.ui.log.fitting import Fitting
from inspector.ui.log.panel import LogPanel
from tests.ui.picture import desk_with
from tests.ui.stage import stage, until

pytestmark = pytest.mark.qt_loop


def take(fitting: Fitting, text: str) -> None:
    tree = parse(text)
    assert not isinstance(tree, Problem)
    fitting.take(tree)
    fitting.at_once()


async def test_the_log_shows_what_fits_and_the_words_of_before_mean_the_same(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        panel.all_runs.setChecked(True)
        rows, model = panel.model.shown.rows, panel.model
        for text in (
            "metadata",
            "run get",
            "ERROR",
            "kind == request",
            "run == focus",
            "gap > 1ms",
            "severity >= warn",
        ):
            take(panel.fitting, text)
            shown = [model.row(line) for line in range(model.rowCount())]
            assert 0 < len(shown) < len(rows), text
            if "=" not in text and ">" not in text:
                cells = [f"{rows.name(row)}\0{rows.state(row)}\0{rows.text(row)}".lower() for row in range(len(rows))]
                words = text.lower().split()
                assert shown == [row for row, cell in enumerate(cells) if all(word in cell for word in words)]
        assert panel.count.text().startswith(f"{model.rowCount()} of ")
        take(panel.fitting, "")
        assert not panel.fitting.narrow
        assert model.rowCount() >= len(rows)


async def test_rows_are_coloured_by_the_first_rule_that_fits(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        model, proofs = panel.model, {seq for f in desk.hub.verdict(run).findings for seq in f.frames}
        rows = model.shown.rows
        assert {rows.seq[row] for row in range(len(rows)) if model.colour(row) == "red"} <= proofs
        assert any(model.colour(row) == "red" for row in range(len(rows)))
        panel.fitting.set_rules([Rule("kind == request", "blue"), Rule("any ~ /./", "grey")])
        assert {model.colour(row) for row in range(len(rows))} == {"blue", "grey"}
        panel.fitting.set_rules([])
        assert {model.colour(row) for row in range(len(rows))} == {None}


async def test_what_only_the_frames_tell_is_read_first(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        panel.all_runs.setChecked(True)
        model, whole = panel.model, panel.model.rowCount()
        take(panel.fitting, 'raw contains "data: {" and direction == in')
        assert model.rowCount() == whole
        await until(lambda: 0 < model.rowCount() < whole)
        rows = model.shown.rows
        for line in range(model.rowCount()):
            assert b"data: {" in desk.hub.frame(desk.book, rows.seq[model.row(line) or 0]).body
        take(panel.fitting, "")
        panel.fitting.set_rules([Rule("direction == out", "blue"), Rule("kind == end", "grey")])
        assert {model.colour(row) for row in range(len(rows))} == {"grey", None}
        await until(lambda: model.colour(0) == "blue")


async def test_values_that_occur_are_offered_and_cells_give_filters(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        assert "error" in panel.fitting.values(FIELDS["state"])
        assert str(desk.hub.case(run).run.id) in panel.fitting.values(FIELDS["run"])
        cell, of_run = panel.fitting.of_cell(0, 4), panel.fitting.of_run(0)
        assert cell is not None
        assert of_run is not None
        assert text_of(cell).startswith('event == "POST ')
        assert text_of(of_run) == f'run == "{desk.hub.case(run).run.id}"'


async def test_a_filter_by_how_a_run_stands_follows_it_while_it_runs(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-healthy")
        log = on.window.middle.log
        log.routine.setChecked(True)
        take(log.fitting, "run.ending == completed")
        assert log.model.rowCount() == 0 or on.ending(run) == "completed"
        await on.until(lambda: on.ending(run) == "completed")
        rows = log.model.shown.rows

        def whole() -> bool:
            shown = [log.model.row(line) for line in range(log.model.rowCount())]
            return shown == [row for row in range(len(rows)) if log.same(rows.run[row]) == run.key]

        await on.until(whole)


async def test_a_slow_filter_is_worked_out_in_slices_and_can_be_stopped(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fits, "AT_ONCE", 0)
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = LogPanel(desk)
        qtbot.addWidget(panel)
        panel.all_runs.setChecked(True)
        model, whole, told = panel.model, panel.model.rowCount(), list[int]()
        panel.fitting.reading.connect(told.append)
        take(panel.fitting, "text ~ /(e+)+r/")
        assert model.rowCount() == whole
        panel.reading.halted.emit(True)
        panel.reload()
        take(panel.fitting, "event ~ /s$/")  # another one is not stopped
        await until(lambda: 0 < model.rowCount() < whole)
        fitting = model.rowCount()
        take(panel.fitting, "text ~ /(e+)+r/ and event ~ /s$/")
        panel.reading.halted.emit(True)
        assert model.rowCount() == fitting
        panel.reading.halted.emit(False)
        await until(lambda: model.rowCount() < fitting)
        rows = model.shown.rows
        assert all("er" in rows.text(model.row(line) or 0) for line in range(model.rowCount()))
        assert told[-1] == 100
        assert panel.reading.isHidden()
