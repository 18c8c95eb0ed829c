"""Paste to attach."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from inspector.ui.dialogs.paste import PasteDialog
from tests.house.sources import ROOT
from tests.ui.stage import seat, stage

pytestmark = pytest.mark.qt_loop


async def test_a_pasted_address_of_a_run_is_attached_to(qtbot: QtBot) -> None:
    async with stage() as on:
        scene = await on.server.play("langgraph-interrupt")
        url = f"{on.server.url_langgraph}/threads/{scene.thread}/runs/{scene.run}"
        dialog = PasteDialog(on.desk, on.window.servers, url, on.window)
        assert dialog.run_field.text() == scene.run
        assert dialog.go.isEnabled()
        dialog.go.click()
        await on.until(lambda: on.desk.focus is not None)
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.id == scene.run


async def test_an_error_message_names_the_run_in_the_way(qtbot: QtBot) -> None:
    async with stage() as on:
        said = "Thread thread_abc123 already has an active run run_xyz789."
        dialog = PasteDialog(on.desk, on.window.servers, said, on.window)
        assert dialog.run_field.text() == "run_xyz789"
        dialog.close()


async def test_the_run_in_the_way_is_shown_to_wait_for_or_to_cancel(qtbot: QtBot) -> None:
    async with stage() as on:
        scene = await on.server.play("assistants-two-tool-outputs")
        said = f"Error 400: Thread {scene.thread} already has an active run {scene.run}."
        dialog = PasteDialog(on.desk, on.window.servers, said, on.window)
        assert f"Run {scene.run} holds thread {scene.thread}" in dialog.said.text()
        assert dialog.go.text() == "Wait for that run"
        acts: list[str] = []
        dialog.acts.connect(acts.append)
        dialog.end.click()
        await on.until(lambda: bool(acts))
        assert acts == ["cancel"]
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.id == scene.run


async def test_a_refusal_that_names_only_the_thread_finds_the_run_that_holds_it(qtbot: QtBot) -> None:
    async with stage() as on:
        scene = await on.server.play("langgraph-stuck-node")
        url = f"{on.server.url_langgraph}/threads/{scene.thread}/runs/stream"
        said = f'POST {url} 409 {{"detail":"Thread is already running a task. Wait for it to finish"}}'
        dialog = PasteDialog(on.desk, on.window.servers, said, on.window)
        assert dialog.end.isVisibleTo(dialog)
        told: list[str] = []
        on.desk.told.connect(told.append)

        def found() -> bool:
            """As a person would: asked again where the thread has no run yet, which the scene begins with."""
            if not told and Shiboken.isValid(dialog) and dialog.go.isEnabled():
                dialog.go.click()
            return any("holds the thread" in text for text in told)

        await on.until(found)
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.thread == scene.thread


async def test_a_text_without_anything_in_it_is_told(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = PasteDialog(on.desk, on.window.servers, "hello there", on.window)
        assert not dialog.go.isEnabled()
        assert dialog.said.text()
        dialog.text.setPlainText("Error: Final run has not been received")
        assert "openai-node saw its stream end" in dialog.said.text()
        dialog.close()


async def test_an_address_alone_is_connected_to(qtbot: QtBot) -> None:
    async with stage() as on:
        dialog = PasteDialog(on.desk, on.window.servers, f"{on.server.url_langgraph}/", on.window)
        assert "An address without an id" in dialog.said.text()
        assert dialog.go.text() == "Connect"
        dialog.close()


async def test_a_trace_of_an_opened_file_is_shown_without_a_server(qtbot: QtBot) -> None:
    async with seat() as at:
        (run,) = at.hub.runs(await at.hub.open(ROOT / "tests/recordings/agents_files/approval_interrupted.export.json"))
        at.desk.show_run(None)
        line = "[Exporter] Export trace_id=trace_cbe2188bb6e54ca2a583fea0123aba5a, name=demo"
        dialog = PasteDialog(at.desk, at.window.servers, line, at.window)
        assert dialog.run_field.text() == "trace_cbe2188bb6e54ca2a583fea0123aba5a"
        dialog.go.click()
        assert at.desk.focus == run
