"""A saved run state is decided in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from inspector.protocols.agents_sdk.states import decided
from inspector.services.model import RunId
from inspector.ui.header import Header
from inspector.ui.sheets.decide import NAME, DecideSheet
from tests.house.sources import ROOT
from tests.ui.stage import Seat, seat

pytestmark = pytest.mark.qt_loop

STATE = ROOT / "tests/recordings/agents_files/approval_interrupted.run_state.json"
CALL = "call_d52232f1bf499721cb1617b3"


async def opened(at: Seat, path: Path) -> RunId:
    """The run of a file, in focus."""
    (run,) = at.hub.runs(await at.hub.open(path))
    at.desk.show_run(run)
    return run


def sheet_of(at: Seat) -> DecideSheet:
    return next(each for each in at.window.findChildren(DecideSheet))


async def test_a_decision_is_saved_and_the_two_lines_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    path, out = tmp_path / "a.run_state.json", tmp_path / "b.json"
    path.write_bytes(STATE.read_bytes())
    async with seat() as at:
        await opened(at, path)
        at.window.doings.act("decide")
        sheet = sheet_of(at)
        assert not sheet.save.isEnabled()
        assert sheet.told.text()
        _, reject = sheet.form.groups[CALL].buttons()
        reject.click()
        sheet.form.reasons[CALL].setText("not on a Friday")
        assert sheet.save.isEnabled()
        sheet.save_to(out)
        await at.until(out.exists)
        await at.until(lambda: "b.json" in sheet.lines.toPlainText())
        assert out.read_bytes() == decided(STATE.read_bytes(), {CALL: {"approve": False, "reason": "not on a Friday"}})
        assert path.read_bytes() == STATE.read_bytes()
        sheet.copy.click()
        assert QGuiApplication.clipboard().text().endswith("Runner.run(agent, state)")
        sheet.close()


async def test_a_place_to_save_is_proposed_beside_the_file(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.run_state.json"
    path.write_bytes(STATE.read_bytes())
    async with seat() as at:
        await opened(at, path)
        at.window.doings.act("decide")
        sheet = sheet_of(at)
        sheet.form.groups[CALL].buttons()[0].click()
        sheet.save.click()
        (dialog,) = sheet.findChildren(QFileDialog)
        assert Path(dialog.selectedFiles()[0]) == tmp_path / NAME
        dialog.reject()
        sheet.save_to(tmp_path / "none" / "x.json")
        await at.until(lambda: "cannot be written" in sheet.told.text())
        sheet.close()


def offered(at: Seat) -> list[str]:
    """The buttons of the header that act."""
    (header,) = at.window.findChildren(Header)
    return [each.text() for each in header.findChildren(QPushButton) if not each.isHidden() and "…" in each.text()]


async def test_the_header_of_a_saved_state_offers_the_decision(qtbot: QtBot) -> None:
    async with seat() as at:
        await opened(at, STATE)
        await at.until(lambda: offered(at) == ["Decide…"])
        await opened(at, STATE.with_name("subagent_as_tool_hang.trace_feed.jsonl"))
        await at.until(lambda: offered(at) == [])
