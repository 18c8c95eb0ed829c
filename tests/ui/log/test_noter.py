"""Comments: kept whatever one does next, and there again when the file is opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.services.hub import Hub
from inspector.store.session import SessionWriter
from inspector.ui.desk import Desk
from inspector.ui.log.noter import Noter
from inspector.ui.theme import Mode, Theme
from inspector.wiring import build_hub
from tests.ui.log.desk import sitting
from tests.ui.pilot import Keyboard

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_a_comment_is_kept_by_leaving_by_closing_and_by_going_to_another_row(qtbot: QtBot) -> None:
    async with sitting() as at:
        keyboard, noter = Keyboard(), at.travel.noter
        comments = at.desk.hub.remarks(at.desk.book).comments
        at.panel.go(3)
        at.travel.comment()
        keyboard.type("here it hangs")
        keyboard.press("Ctrl+Return")
        spot = at.panel.model.spot(3)
        assert comments == {spot: "here it hangs"}
        assert not noter.isVisible()
        assert at.panel.view.hasFocus()
        assert at.panel.model.index(3, 6).data().startswith("“here it hangs”")
        at.travel.comment()
        assert noter.text.toPlainText() == "here it hangs"
        keyboard.type(", again")
        at.panel.go(5)
        at.travel.comment()
        other = at.panel.model.spot(5)
        assert comments == {spot: "here it hangs, again"}
        keyboard.type("and here")
        at.panel.view.setFocus()
        assert comments[other] == "and here"
        assert "Kept apart" in noter.says.text()
        noter.text.setFocus()
        noter.text.clear()
        keyboard.press("Escape")
        assert comments == {spot: "here it hangs, again"}


async def test_what_is_typed_is_kept_when_nothing_more_is_typed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting() as at:
        noter = at.travel.noter
        at.panel.go(3)
        at.travel.comment()
        Keyboard().type("half a")
        assert noter._pause.isActive()
        noter._pause.setInterval(0)
        await at.until(lambda: bool(at.desk.hub.remarks(at.desk.book).comments))
        assert noter.isVisible()
        assert noter.text.toPlainText() == "half a"


async def test_where_no_disk_takes_it_it_is_told_and_still_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting() as at:
        at.panel.go(3)
        at.travel.comment()
        Keyboard().type("lost?")

        def full(*_: object) -> bool:
            raise UserError("What you noted cannot be kept: no room.")

        monkeypatch.setattr("inspector.store.files.annotate", full)
        at.travel.noter.close_strip()
        assert at.complaints == ["What you noted cannot be kept: no room."]
        assert at.desk.hub.remarks(at.desk.book).comments == {at.panel.model.spot(3): "lost?"}


async def opened(path: Path) -> tuple[Hub, int]:
    hub = build_hub()
    return hub, await hub.open(path)


async def test_a_session_has_it_when_it_is_opened_again_and_so_has_its_bundle(qtbot: QtBot, tmp_path: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    path, bundle = tmp_path / "a.session", tmp_path / "bundle.jsonl"
    async with sitting() as at:
        frames: list[Frame] = list(at.desk.hub.frames_of(at.desk.book, range(1, 100)))
    with SessionWriter.create(path, {}, 0.0) as writer:
        writer.append(frames)
    hub, book = await opened(path)
    desk = Desk(hub, Theme(app, Mode.LIGHT))
    desk.show_book(book)
    noter = Noter(desk)
    qtbot.addWidget(noter)
    noter.open_on(book, (3, 0))
    noter.text.setPlainText("ask ann@example.com why")
    noter.close_strip()
    assert noter.says.text() == "Kept"
    await hub.export(book, bundle, "bundle")
    desk.close()
    await hub.aclose()
    for file, said in ((path, "ask ann@example.com why"), (bundle, "ask <redacted> why")):
        hub, book = await opened(file)
        assert hub.remarks(book).comments == {(3, 0): said}
        await hub.aclose()
