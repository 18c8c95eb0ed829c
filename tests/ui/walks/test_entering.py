"""The ways in: from an empty window to a run, by keyboard alone and by mouse alone."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from inspector.services.model import ConnectionSpec
from inspector.ui.browse import children
from inspector.ui.dialogs.connect import ConnectDialog
from inspector.ui.dialogs.paste import PasteDialog
from inspector.ui.dialogs.start import StartDialog
from tests.ui.pilot import Keyboard, Mouse, dialog, ended, gone, shown
from tests.ui.stage import bare, stage

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_from_nothing_to_a_run_with_the_keyboard(qtbot: QtBot) -> None:
    async with bare() as on:
        window, keyboard = await shown(on), Keyboard()
        scene = await on.server.play("langgraph-interrupt")
        assert window.middle.currentWidget() is window.welcome
        keyboard.press("Ctrl+N")
        connect = await dialog(on, ConnectDialog)
        keyboard.type(on.server.url_langgraph)
        keyboard.press("Return")
        await gone(on, connect)
        await on.until(lambda: bool(window.browse._connected()))
        (server,) = window.browse._connected()
        await on.until(lambda: server.isExpanded() and children(server)[0].data(0, 256) == "thread")
        window.activateWindow()
        await on.until(lambda: window.isActiveWindow())
        keyboard.press("Ctrl+2")
        for _ in range(2):  # from the server to its thread
            keyboard.press("Down")
            if window.browse.tree.currentItem() is children(server)[0]:
                break
        keyboard.press("Right")
        thread = children(server)[0]
        await on.until(lambda: children(thread)[0].data(0, 256) == "run")
        keyboard.press("Down")
        keyboard.press("Return")
        await ended(on, "waiting")
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.id == scene.run
        assert window.middle.currentWidget() is window.middle.full


async def test_from_a_server_to_a_run_with_the_mouse(qtbot: QtBot) -> None:
    async with bare() as on:
        window, mouse = await shown(on), Mouse()
        scene = await on.server.play("langgraph-interrupt")
        for url in (on.server.url_langgraph, on.server.url_assistants):
            await on.hub.connect(ConnectionSpec(url))
        await on.until(lambda: len(window.browse._connected()) == 2)
        mouse.click(window.side.tabBar(), window.side.tabBar().tabRect(1).center())
        server = window.browse._connected()[0]
        if not server.isExpanded():  # it is, if the window heard of it while it was the only one
            mouse.double(window.browse.tree, server)
        await on.until(lambda: server.isExpanded() and children(server)[0].data(0, 256) == "thread")
        thread = children(server)[0]
        mouse.double(window.browse.tree, thread)
        await on.until(lambda: children(thread)[0].data(0, 256) == "run")
        mouse.double(window.browse.tree, children(thread)[0])
        await ended(on, "waiting")
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.id == scene.run


async def test_an_address_that_was_copied_leads_to_its_run(qtbot: QtBot) -> None:
    async with bare() as on:
        window, keyboard = await shown(on), Keyboard()
        scene = await on.server.play("langgraph-interrupt")
        url = f"{on.server.url_langgraph}/threads/{scene.thread}/runs/{scene.run}"
        QGuiApplication.clipboard().setText(f"curl -N '{url}/stream' -H 'x-api-key: k'")
        keyboard.press("Ctrl+Shift+V")
        paste = await dialog(on, PasteDialog)
        assert paste.run_field.text() == scene.run
        assert paste.thread_field.text() == scene.thread
        assert paste.where.currentData() == on.server.url_langgraph
        keyboard.tab_to(paste.go)
        keyboard.press("Space")
        await gone(on, paste)
        await ended(on, "waiting")
        assert len(on.hub.connections()) == 1
        assert window.middle.header.thread_id.isVisible()


async def test_a_run_is_started_from_the_window_and_goes_well(qtbot: QtBot) -> None:
    async with stage() as on:
        window, mouse = await shown(on), Mouse()
        window.doings.start_run(on.graphs)
        start = await dialog(on, StartDialog)
        start.assistant.setCurrentIndex(start.assistant.findText("healthy"))
        assert '"assistant_id"' in start.preview.toPlainText()
        start.input.set_value({"question": "When?"})
        assert '"question": "When?"' in start.preview.toPlainText()
        mouse.click(start.go)
        await gone(on, start)
        await ended(on, "completed")


async def test_what_was_typed_outlives_a_start_that_fails(qtbot: QtBot) -> None:
    async with stage() as on:
        window, mouse = await shown(on), Mouse()
        window.doings.start_run(on.graphs, "01a1fcb1-0000-7000-8000-000000000000")
        start = await dialog(on, StartDialog)
        start.assistant.setCurrentText("healthy")
        start.input.field.setPlainText('{"question": "Is anybody there?"}')
        mouse.click(start.go)
        await on.until(lambda: "404" in start.problem.text())
        assert start.isVisible()
        assert start.go.isEnabled()
        assert "Is anybody there?" in start.input.field.toPlainText()
