"""The silence that goes on, at the tail of a run that is watched."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.events import Event, RunKey
from inspector.ui.log import silence
from inspector.ui.log.model import LogModel
from tests.ui.log.desk import sitting
from tests.ui.stage import stage

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


def length(model: LogModel) -> float:
    return 0.0 if model.silent is None else model.silent[0]


async def test_it_counts_up_at_the_tail_while_a_run_is_heard(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "GAP_MS", 300.0)
    async with stage(silence=600.0) as on:
        await on.scene("langgraph-stuck-node")
        panel = on.window.middle.log
        model = panel.model
        await on.until(lambda: model.silent is not None)
        last = model.rowCount() - 1
        assert model.row(last) is None
        assert "of silence so far" in model.silence(last)
        assert panel.tail.isChecked()
        first = length(model)
        await on.until(lambda: length(model) > first)
        panel.chips.set_state("running")
        assert "so far" not in model.silence(model.rowCount() - 1)
        panel.chips.clear()
        panel.reload()
        assert "so far" in model.silence(model.rowCount() - 1)
        assert on.desk.focus is not None
        await on.hub.unwatch(on.desk.focus)
        await on.until(lambda: model.silent is None)


async def test_nothing_that_is_read_moves_when_it_comes_and_goes(qtbot: QtBot) -> None:
    async with sitting() as at:
        panel, model, view = at.panel, at.panel.model, at.panel.view

        def grow(first: int, count: int, when: float) -> None:
            said = [Event(RunKey(1), first + n, 0, when + n, 1, "delta", "x", True) for n in range(count)]
            model.shown.rows.append(said)
            model.grow()

        def at_the_end() -> bool:
            return view.rowAt(view.viewport().height() - 4) == model.rowCount() - 1

        grow(1_000, 200, 2_000.0)
        panel.tail.setChecked(True)
        await at.until(at_the_end)
        model.wait((12_000.0, 0))
        panel.follow()
        await at.until(at_the_end)
        lines = model.rowCount()
        grow(5_000, 1, 60_000.0)
        model.wait(None)
        panel.follow()
        await at.until(at_the_end)
        assert (model.rowCount(), model.row(lines - 1)) == (lines + 1, None)
        panel.go(50)
        top = view.rowAt(5)
        model.wait((12_000.0, 0))
        panel.follow()
        grow(5_001, 1, 160_000.0)
        model.wait(None)
        panel.follow()
        assert view.rowAt(5) == top


async def test_a_recording_has_none(qtbot: QtBot) -> None:
    async with sitting("langgraph/hitl_interrupt_updates_only") as at:
        at.travel.silence.refresh()
        assert at.panel.model.silent is None
