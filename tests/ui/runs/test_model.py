"""The watch list's model."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from inspector.present.runlist import Group
from inspector.services.model import RunId
from inspector.ui.runs.model import Heading, RunsModel
from tests.ui.picture import desk_with
from tests.ui.stage import until

pytestmark = pytest.mark.qt_loop


async def test_runs_stand_in_their_groups_and_can_be_filtered_and_folded(qtmodeltester: ModelTester) -> None:
    async with desk_with("langgraph/thread_stream_default") as (desk, run):
        model = RunsModel(desk.hub)
        model.reload()
        qtmodeltester.check(model)  # type: ignore[no-untyped-call]
        entries = [model.entry(row) for row in range(model.rowCount())]
        assert [e.group for e in entries if isinstance(e, Heading)] == [Group.ENDED_BADLY, Group.ENDED_WELL]
        assert sum(isinstance(e, RunId) for e in entries) == 2
        assert model.find(run).isValid()
        text = model.find(run).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "Completed" in text
        model.set_filter("failed")
        assert not model.find(run).isValid()
        model.set_filter("")
        model.toggle(Group.ENDED_WELL)
        assert not model.find(run).isValid()
        heading = next(e for n in range(model.rowCount()) if isinstance(e := model.entry(n), Heading) and not e.open)
        assert heading.count == 1


async def test_many_runs_come_in_one_part_after_the_other(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.ui.runs.model.AT_ONCE", 1)
    async with desk_with("langgraph/thread_stream_default") as (desk, run):
        model, grown = RunsModel(desk.hub), list[int]()
        model.grown.connect(lambda: grown.append(len(model)))
        model.reload()
        assert len(model) == 1
        model.reload()
        await until(lambda: bool(grown))
        assert grown == [2]
        assert model.find(run).isValid()
        assert model.rowCount() == 4
