"""What the log shows, exported by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.frames import Kind
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.store.open import open_log
from inspector.ui.dialogs.export import Wanted
from inspector.ui.selection import Selection
from tests.ui.picture import RECORDINGS
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop

LOG = RECORDINGS / "langgraph" / "resume_wrong_id_both_runs.wire.jsonl"


async def filtered(on: Seat, text: str) -> None:
    on.window.doings.open_files([LOG])
    await on.until(lambda: on.desk.focus is not None)
    log, tree = on.window.middle.log, parse(text)
    assert not isinstance(tree, Problem)
    log.all_runs.setChecked(True)
    log.fitting.take(tree)
    log.fitting.at_once()


async def test_only_what_the_log_shows_is_told_looked_through_and_written(qtbot: QtBot, tmp_path: Path) -> None:
    async with seat() as on:
        await filtered(on, "link == 1")
        sessions = on.window.doings.sessions
        dialog = sessions.export_dialog()
        await on.until(dialog.go.isEnabled)
        assert "The whole log is exported" in dialog.part.text()
        dialog.only.setChecked(True)
        links = len(on.hub.book_of(on.desk.book).links)
        assert dialog.part.text().startswith(f"1 of {links} exchanges, each whole")
        await on.until(dialog.go.isEnabled)
        chosen: list[object] = []
        dialog.chosen.disconnect()
        dialog.chosen.connect(chosen.append)
        dialog.go.click()
        assert chosen == [Wanted("bundle", "bundle.jsonl", True, (), only=True)]
        wanted = Wanted("wire", "jsonl", False, (), only=True)
        assert isinstance(sessions.selection(on.desk.book), Selection)
        selection, told = sessions.selection(on.desk.book), sessions.account(on.desk.book)
        await sessions.export(on.desk.book, told, wanted, tmp_path / "a.jsonl", selection)
        frames = list(open_log(tmp_path / "a.jsonl"))
        whole = [frame for frame in open_log(LOG) if frame.link == 1]
        assert [frame.body for frame in frames if frame.kind is not Kind.NOTE] == [frame.body for frame in whole]


async def test_a_log_that_is_shown_whole_has_no_part(qtbot: QtBot) -> None:
    async with seat() as on:
        await filtered(on, "")
        dialog = on.window.doings.sessions.export_dialog()
        assert not dialog.only.isEnabled()
        assert "shows all rows" in dialog.part.text()
        await on.until(dialog.go.isEnabled)
        dialog.close()


async def test_a_part_that_is_the_whole_says_so(qtbot: QtBot) -> None:
    async with seat() as on:
        await filtered(on, "kind == request")
        dialog = on.window.doings.sessions.export_dialog()
        dialog.only.setChecked(True)
        assert dialog.part.text().endswith("all stay.")
        await on.until(dialog.go.isEnabled)
        dialog.close()
