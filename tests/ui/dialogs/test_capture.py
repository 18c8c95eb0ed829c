"""The dialog of the capture proxy, and what follows: an app that hangs is seen, kicked, and finishes unaware."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.dialogs.capture import CaptureDialog
from tests.transport.server import STREAM_HEAD, Peer, serving
from tests.ui.pilot import Keyboard, Mouse, dialog, shown
from tests.ui.stage import seat
from tests.ui.walks.hands import Clicks

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def silent(peer: Peer) -> None:
    await peer.request()
    await peer.gone()


async def good(peer: Peer) -> None:
    await peer.request()
    await peer.send(STREAM_HEAD)
    response = {"id": "resp_1", "object": "response", "status": "in_progress", "model": "m", "output": []}
    for number, (name, status) in enumerate((("created", "in_progress"), ("completed", "completed"))):
        event = {"type": f"response.{name}", "sequence_number": number, "response": {**response, "status": status}}
        await peer.chunk(f"event: response.{name}\ndata: {json.dumps(event)}\n\n".encode())
    await peer.send(b"0\r\n\r\n")


async def test_an_app_is_captured_and_freed(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path / "inspector"))
    async with seat() as on, serving(silent, good) as behind:
        window, mouse = await shown(on), Mouse()
        window.doings.capture()
        capture = await dialog(on, CaptureDialog)
        capture.upstream.setCurrentText(behind.url + "/v1")
        capture.port.setValue(0)
        mouse.click(capture.go)
        await on.until(capture.lines.isVisible)
        (running,) = window.doings.proxies.running()
        assert f"OPENAI_BASE_URL={running.base}" in capture.lines.toPlainText()
        mouse.click(capture.leave)
        async with httpx.AsyncClient(base_url=running.base, timeout=60, trust_env=False) as app:
            body = {"model": "m", "input": "hello", "stream": True}
            asked = on.hub.tasks.start("the app", app.post("/responses", json=body), awaited=True)
            await on.until(lambda: on.desk.focus is not None and on.desk.focus.book != 1)
            run = on.desk.focus
            assert run is not None
            assert on.ending(run) == "not_started"
            hand = Clicks()
            sheet = await hand.act(on, "Send the request again")
            assert f"{running.url}/_inspector/exchanges/" in sheet.preview.toPlainText()
            assert running.token not in sheet.preview.toPlainText()
            await hand.send(on, sheet)
            assert b"response.completed" in (await asked).content
            await on.until(lambda: on.ending(run) == "completed")
        first, second = (body for _, body in behind.requests)
        assert first == second
        assert "ends with this window" in window.doings.proxies.warning()
        window.doings.proxies.close()


async def test_what_is_no_server_is_told_and_can_be_mended(qtbot: QtBot) -> None:
    async with seat() as on:
        window, keyboard = await shown(on), Keyboard()
        window.doings.capture()
        capture = await dialog(on, CaptureDialog)
        capture.upstream.setCurrentText("ftp://nowhere")
        keyboard.tab_to(capture.go)
        keyboard.press("Space")
        await on.until(lambda: capture.problem.isVisible())
        assert "https://" in capture.problem.text()
        assert capture.upstream.currentText() == "ftp://nowhere"
        assert capture.go.isEnabled()
        assert window.doings.proxies.running() == []
        capture.close()
