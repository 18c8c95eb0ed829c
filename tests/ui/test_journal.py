"""What was sent by hand."""

from __future__ import annotations

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from inspector.services.model import JournalEntry, Request
from inspector.ui.journal import COLUMNS, JournalPanel, cells
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop

ENTRY = JournalEntry(
    1, 7, 5.0, "cancel", "r1", "c", "ann", "2026-01-02T03:04:05", (Request("POST", "http://h/threads/t/runs/r1/cancel"),),
    ((202, {}),), "seen", "The run is interrupted.",
)  # fmt: skip


def test_a_row_says_who_did_what_and_whether_it_worked() -> None:
    text = " | ".join(cells(ENTRY))
    assert len(cells(ENTRY)) == len(COLUMNS)
    for word in ("ann", "cancel", "r1", "POST", "202", "seen", "The run is interrupted."):
        assert word in text


async def test_the_table_is_sound_and_empty_says_so(
    qtbot: QtBot, qtmodeltester: ModelTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = JournalPanel(desk)
        qtbot.addWidget(panel)
        assert panel.list.hinting
        monkeypatch.setattr(desk.hub, "journal", lambda book=None: [ENTRY])
        panel.model.reload()
        assert panel.model.rowCount() == 1
        qtmodeltester.check(panel.model)  # type: ignore[no-untyped-call]
        jumps: list[tuple[int, int]] = []
        panel.jumped.connect(lambda book, seq: jumps.append((book, seq)))
        panel.view.activated.emit(panel.model.index(0, 0))
        assert jumps == [(1, 7)]
