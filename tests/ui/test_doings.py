"""What the commands do."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.services.hub import LIVE
from inspector.ui.doings import Doings
from tests.ui.picture import RECORDINGS
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_a_recording_is_opened_shown_and_closed(qtbot: QtBot, tmp_path: Path) -> None:
    async with stage() as on:
        doings = on.window.doings
        assert isinstance(doings, Doings)
        path = RECORDINGS / "langgraph" / "node_error.wire.jsonl"
        doings.open_files([path])
        await on.until(lambda: on.desk.focus is not None and on.desk.focus.book != LIVE)
        assert on.desk.focus is not None
        assert on.ending(on.desk.focus) == "failed"
        assert doings.recents() == [str(path)]
        doings.close_file()
        await on.until(lambda: len(on.hub.books()) == 1)


async def test_a_file_that_is_none_is_complained_of(qtbot: QtBot, tmp_path: Path) -> None:
    async with stage() as on:
        (tmp_path / "x.session").write_bytes(b"\x00\x01garbage")
        on.window.doings.open_files([tmp_path / "x.session", tmp_path / "missing"])
        await on.until(lambda: not on.window.bar.isHidden())
        assert on.window.bar.text.text()
        assert len(on.hub.books()) == 1


async def test_an_impossible_action_says_why(qtbot: QtBot) -> None:
    async with stage() as on:
        run = await on.scene("langgraph-healthy")
        await on.until(lambda: on.ending(run) == "completed")
        on.window.doings.act("cancel")
        assert "Cancel" in on.window.bar.text.text()
