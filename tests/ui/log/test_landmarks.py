"""Which of the shown rows are worth going to."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.remarks import comment, mark
from inspector.ui.log.landmarks import CALM_MS, Kind, row_of
from tests.ui.log.desk import sitting
from tests.ui.stage import until

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_each_kind_is_known_whatever_is_shown(qtbot: QtBot) -> None:
    async with sitting() as at:
        landmarks, rows = at.travel.landmarks, at.panel.model.shown.rows
        hub, book = at.desk.hub, at.desk.book
        hub.annotate(book, 3, comment((3, 0), "here"))
        hub.annotate(book, 7, mark((7, 0), True))
        changes = [row for row, flag in enumerate(landmarks.shown(Kind.CHANGE)) if flag]
        assert changes
        assert all(rows.state(row) for row in changes)
        assert landmarks.shown(Kind.MARK).count(1) == 2
        findings = [rows.seq[row] for row, flag in enumerate(landmarks.shown(Kind.FINDING)) if flag]
        assert set(findings) == set(at.panel.model.marks)
        assert landmarks.of_severity("error").count(1) == len(findings)
        at.panel.chips.set_state("error")
        assert landmarks.shown(Kind.MARK).count(1) == 0
        assert landmarks.all(Kind.MARK).count(1) == 2
        assert landmarks.shown(Kind.CHANGE).count(1) < len(changes)


async def test_what_changes_is_told_once(qtbot: QtBot) -> None:
    async with sitting() as at:
        told: list[bool] = []
        await until(lambda: not at.travel.landmarks._calm.isActive())
        at.travel.landmarks.changed.connect(lambda: told.append(True))
        for _ in range(5):
            at.travel.landmarks.touch()
        await until(lambda: bool(told))
        assert told == [True]
        at.travel.landmarks.took(40.0)
        assert at.travel.landmarks._calm.interval() == 2_400
        at.travel.landmarks.took(0.5)
        assert at.travel.landmarks._calm.interval() == CALM_MS


async def test_an_event_of_a_chunk_is_found_by_its_part(qtbot: QtBot) -> None:
    async with sitting() as at:
        rows = at.panel.model.shown.rows
        row = next(row for row in range(len(rows)) if rows.part[row] == 1)
        assert row_of(rows, (rows.seq[row], 1)) == row
        assert row_of(rows, (rows.seq[row], 0)) == row - 1
        assert row_of(rows, (99_999, 0)) is None
