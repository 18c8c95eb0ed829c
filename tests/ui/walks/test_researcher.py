"""The scenes of the GPT-Researcher demo are started, explained and repaired in the window, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.services.hub import LIVE
from inspector.services.model import ConnectionSpec
from inspector.ui.dialogs.start import StartDialog
from inspector.ui.leaving import at_risk, sentence
from inspector.ui.sheets.forms import TextForm
from tests.ui.pilot import ended, shown
from tests.ui.stage import stage
from tests.ui.walks.hands import Clicks, Hand, Keys

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

HANDS = pytest.mark.parametrize("hand", [Clicks(), Keys()], ids=["mouse", "keyboard"])


@HANDS
async def test_an_answer_that_is_thrown_away_goes_out_once_more(qtbot: QtBot, hand: Hand) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("gpt_researcher-plan-question")
        await ended(on, "waiting", run)
        sheet = await hand.act(on, "Answer the plan")
        assert isinstance(sheet.form, TextForm)
        hand.fill(sheet.form.field, "no", "no")
        assert sheet.preview.toPlainText().count("human_feedback") == 2
        assert "answered" in await hand.send(on, sheet)
        await ended(on, "completed", run)


@HANDS
@pytest.mark.parametrize(
    ("scene", "word", "finding"),
    [
        ("killed", "cut", "socket.closed_while_running"),
        ("no-report", "incomplete", "gpt_researcher.no_report"),
        ("busy", "failed", "run.blocked"),
    ],
)
async def test_what_cannot_be_joined_is_started_again(
    qtbot: QtBot, hand: Hand, scene: str, word: str, finding: str
) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene(f"gpt_researcher-{scene}")
        await ended(on, word, run)
        assert finding in {each.id for each in on.hub.verdict(run).findings}
        sheet = await hand.act(on, "Start again")
        assert "wss" not in sheet.preview.toPlainText()
        assert "ws://" in sheet.preview.toPlainText()
        await hand.send(on, sheet)
        await on.until(lambda: any(on.ending(each) == "completed" for each in on.hub.runs(LIVE)))


async def test_cancel_is_the_close_and_what_comes_after_it_is_told(qtbot: QtBot) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("gpt_researcher-written-after-close")
        await on.until(lambda: on.ending(run) == "running" and len(on.hub.case(run).run.transitions) > 2)
        assert "cancels" in on.window.middle.header.closing.text()
        assert at_risk(on.hub) == [run]
        assert "Closing cancels" in sentence(on.hub, [run])
        hand = Clicks()
        sheet = await hand.act(on, "Cancel")
        assert "CLOSE ws://" in sheet.preview.toPlainText()
        await hand.send(on, sheet)
        await ended(on, "cancelled", run)
        assert "socket.frames_after_close" in {each.id for each in on.hub.verdict(run).findings}
        assert at_risk(on.hub) == []


async def test_the_file_is_fetched_by_itself_and_shown(qtbot: QtBot) -> None:
    async with stage() as on:
        await shown(on)
        run = await on.scene("gpt_researcher-restarted")
        await ended(on, "completed", run)
        case = on.hub.case(run)
        await on.until(lambda: case.said("report", case.own) is not None)
        found = {each.id for each in on.hub.verdict(run).findings}
        assert {"gpt_researcher.report_restarted", "gpt_researcher.report_differs"} <= found
        assert on.ending(run) == "completed"


async def test_a_research_is_started_from_its_form(qtbot: QtBot) -> None:
    async with stage() as on:
        await shown(on)
        url = on.server.url_gpt_researcher
        connection = await on.hub.connect(ConnectionSpec(url))
        assert connection.protocol == "gpt_researcher"
        dialog = StartDialog(on.desk, connection, "", on.window)
        assert dialog.research is not None
        assert not dialog.go.isEnabled()
        dialog.research.task.setPlainText("What is new?")
        assert 'start {"task": "What is new?"' in dialog.preview.toPlainText().replace('\\"', '"')
        dialog.go.click()
        await on.until(lambda: on.desk.focus is not None)
        await ended(on, "completed")
