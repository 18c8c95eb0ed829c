"""Scenes that need no repair, or allow none: the window says what happened, with its proof in the log."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.pilot import Mouse, ended, shown
from tests.ui.stage import stage

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

SCENES = [
    ("langgraph-healthy", "completed", None),
    ("langgraph-cut-midway", "completed", "stream.cut"),
    ("langgraph-no-final-event", "completed", None),
    ("langgraph-failed", "failed", "run.failed"),
    ("assistants-healthy", "completed", None),
    ("assistants-cut-midway", "completed", "stream.cut"),
    ("assistants-no-final-event", "completed", "run.final_event_lost"),
    ("assistants-content-filter", "incomplete", "run.incomplete"),
    ("assistants-failed", "failed", "run.failed"),
    ("assistants-cancelled", "cancelled", None),
    ("assistants-expired", "expired", "run.expired"),
]


@pytest.mark.parametrize(("scene", "word", "finding"), SCENES, ids=[scene for scene, _, _ in SCENES])
async def test_the_window_says_what_happened(qtbot: QtBot, scene: str, word: str, finding: str | None) -> None:
    async with stage(silence=1.0) as on:
        window = await shown(on)
        run = await on.scene(scene)
        await ended(on, word, run)
        assert window.middle.header.why.text()
        if finding is None:
            return
        await on.until(lambda: any(row.said.toolTip() == finding for row in window.findings.rows))
        row = next(row for row in window.findings.rows if row.said.toolTip() == finding)
        link = next(button for button in row.findChildren(type(window.middle.header.watch)) if "#" in button.text())
        window.findings.ensureWidgetVisible(link)
        Mouse().click(link)
        line = window.middle.log.view.currentIndex()
        assert line.isValid()
        shown_row = window.middle.log.model.row(line.row())
        assert shown_row is not None
        assert window.middle.log.model.shown.rows.seq[shown_row] >= int(link.text()[1:])
        assert not window.detail.pages[0].hinting


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ("langgraph-silent", "No progress for"),
        ("assistants-silent", "has not sent one event since"),
        ("assistants-keepalives-only", "No progress for"),
    ],
)
async def test_a_silence_is_told_with_its_length(qtbot: QtBot, scene: str, said: str) -> None:
    async with stage(silence=0.5) as on:
        window = await shown(on)
        run = await on.scene(scene)
        first: dict[object, str] = {}

        def grown() -> bool:
            shown = {row: row.said.text() for row in window.findings.rows if said in row.said.text()}
            return any(first.setdefault(row, text) != text for row, text in shown.items())

        await on.until(grown)  # in its place, under the eyes of who reads it
        assert window.middle.header.clocks.isVisible()
        assert on.ending(run) in ("stalled", "not_started", "running")
