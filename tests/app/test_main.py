"""Starting and stopping: what is remembered, what is recorded, and what a picture shows."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox

from inspector.app import main as app
from inspector.app.main import KeychainKeys, Recording
from inspector.app.start import Wish, make_front
from inspector.demo.ag_scenes import HANGING
from inspector.demo.server import DemoServer
from inspector.domain.adapter import Target
from inspector.services.hub import LIVE, Hub
from inspector.services.model import ConnectionSpec, RunId
from inspector.store.secrets import Keychain
from inspector.store.settings import sessions_folder
from inspector.ui.desk import Desk
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window
from inspector.wiring import build_hub
from tests.ui.stage import until

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

RECORDING = Path(__file__).parents[1] / "recordings" / "langgraph" / "node_error.wire.jsonl"
STARTED = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@asynccontextmanager
async def desk() -> AsyncIterator[tuple[Hub, Desk, DemoServer]]:
    """A hub with a desk, and a demo server that it is not connected to."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    server, hub = await DemoServer.start(speed=20.0), build_hub()
    shared = Desk(hub, Theme(qt, Mode.LIGHT))
    try:
        yield hub, shared, server
    finally:
        shared.close()
        await hub.aclose()
        await server.aclose()


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.glob("*"))


@asynccontextmanager
async def running(wish: Wish) -> AsyncIterator[Window]:
    """The program in its window; closed as a person closes it."""
    async with asyncio.TaskGroup() as group:
        front = make_front(remembers=wish.grab is None)
        main = group.create_task(app._main(wish, front))
        window = front.window
        await until(lambda: window.equipped)
        yield window
        window.close()
        for box in window.findChildren(QMessageBox):
            box.buttons()[0].click()
        assert await asyncio.wait_for(main, 60) == 0


async def test_the_keychain_is_asked_off_the_windows_thread() -> None:
    asked: list[tuple[str, bool]] = []

    class Slow(Keychain):
        def get(self, server: str) -> str | None:
            asked.append((server, threading.current_thread() is threading.main_thread()))
            return "k"

    keys = KeychainKeys(Slow())
    assert await keys.get("http://h") == "k"
    assert asked == [("http://h", False)]
    assert await KeychainKeys(Keychain()).available() is False
    assert keys.variable("SURELY_NOT_SET_ANYWHERE") is None


async def test_the_first_connection_begins_a_recording_of_its_own(tmp_path: Path) -> None:
    async with desk() as (hub, shared, server):
        recording = Recording(hub, shared, tmp_path / "new" / "sessions", STARTED)
        assert not (tmp_path / "new").exists()
        connection = await hub.connect(ConnectionSpec(server.url_langgraph, "langgraph"))
        await until(lambda: recording.path is not None)
        assert recording.path == tmp_path / "new" / "sessions" / "2026-03-04_0506.session"
        assert hub.recording == recording.path
        scene = await server.play("langgraph-healthy")
        await hub.watch(connection.id, Target("langgraph", scene.run, scene.thread))
        await hub.aclose()
        assert recording.over() == recording.path
        later = build_hub()
        book = await later.open(recording.path)
        assert [later.case(run).run.id for run in later.runs(book)] == [scene.run]
        await later.aclose()


async def test_a_session_without_a_run_leaves_no_file_and_takes_nobody_elses_name(tmp_path: Path) -> None:
    (tmp_path / "2026-03-04_0506.session").write_bytes(b"somebody's")
    async with desk() as (hub, shared, server):
        recording = Recording(hub, shared, tmp_path, STARTED)
        await hub.connect(ConnectionSpec(server.url_langgraph, "langgraph"))
        await until(lambda: recording.path is not None)
        assert hub.recording == tmp_path / "2026-03-04_0506-2.session"
        await hub.aclose()
        assert recording.over() is None
    assert names(tmp_path) == ["2026-03-04_0506.session"]


async def test_where_nothing_can_be_written_it_is_told_and_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with desk() as (hub, shared, server):
        told: list[str] = []
        shared.complained.connect(told.append)
        recording = Recording(hub, shared, tmp_path / "file" / "sessions", STARTED)
        await hub.connect(ConnectionSpec(server.url_langgraph, "langgraph"))
        await until(lambda: bool(told))
        assert "Nothing is recorded to disk" in told[0]
        assert "kept in memory" in told[0]
        assert hub.recording is None
        assert recording.over() is None


async def test_who_records_already_is_left_alone(tmp_path: Path) -> None:
    async with desk() as (hub, shared, server):
        recording = Recording(hub, shared, tmp_path / "default", STARTED)
        await hub.record_to(tmp_path / "own.session")
        await hub.connect(ConnectionSpec(server.url_langgraph, "langgraph"))
        assert hub.recording == tmp_path / "own.session"
        assert recording.path is None


async def test_files_are_opened_and_the_arrangement_is_there_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path))
    async with running(Wish(files=(RECORDING, tmp_path / "missing.session"))) as window:
        await until(lambda: window.desk.focus is not None and not window.bar.isHidden())
        assert window.middle.header.source.text() == "recording"
        assert not any(button.isVisible() for button in (*window.middle.header.primary, window.middle.header.more))
        assert "missing.session" in window.bar.text.text()
        window.desk.theme.set_mode(Mode.DARK)
        window.right.hide()
        window.middle.log.view.horizontalHeader().resizeSection(4, 237)
    assert not names(sessions_folder())
    async with running(Wish()) as window:
        assert window.desk.theme.mode is Mode.DARK
        assert window.right.isHidden()
        assert window.middle.log.view.columnWidth(4) == 237
        assert window.doings.recents() == [str(RECORDING)]
        assert window.middle.currentWidget() is window.welcome
        window.restore_default()
        assert not window.right.isHidden()


async def test_a_server_of_the_command_line_is_recorded_and_offered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path))
    server = await DemoServer.start(speed=20.0)
    spec = ConnectionSpec(
        server.url_langgraph, "langgraph", headers={"x-api-key": "s3same"}, variables={"x-api-key": "MY"}
    )
    async with running(Wish(connect=spec)) as window:
        await until(lambda: "recording to" in window.recording.text())
        scene = await server.play("langgraph-healthy")
        connection = window.desk.hub.connections()[0]
        await window.desk.hub.watch(connection.id, Target("langgraph", scene.run, scene.thread))
        assert len(window.desk.hub.runs(LIVE)) == 1
    await server.aclose()
    session = sessions_folder() / names(sessions_folder())[0]
    assert b"s3same" not in session.read_bytes()
    assert b"s3same" not in (tmp_path / "settings.json").read_bytes()
    async with running(Wish()) as window:
        assert [saved.base_url for saved in window.servers.saved()] == [server.url_langgraph]
        assert window.doings.recents() == [str(session)]
        assert not window.desk.hub.connections()  # nothing is connected to by itself


async def test_a_picture_of_the_demo_is_taken_and_nothing_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(app, "SETTLED_S", 0.3)
    picture = tmp_path / "picture.png"
    wish = Wish(demo=True, scenario="langgraph-interrupt", grab=picture)
    assert await app._main(wish, make_front(remembers=False)) == 0
    image = QImage(str(picture))
    assert image.width() > 1000
    assert len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 20
    assert not (tmp_path / "home").exists()


async def test_a_scene_that_is_none_and_a_server_that_is_down_are_told_in_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path))
    for wish, said in (
        (Wish(demo=True, scenario="nonsense"), "There is no scene"),
        (Wish(connect=ConnectionSpec("http://127.0.0.1:9", "langgraph")), "127.0.0.1:9"),
    ):
        async with running(wish) as window:
            await until(lambda: not window.bar.isHidden())
            assert said in window.bar.text.text()


async def test_a_kick_lets_the_demos_hanging_app_finish() -> None:
    async with running(Wish(demo=True, scenario=HANGING)) as window:
        hub = window.desk.hub

        def kickable() -> list[RunId]:
            """The sub-agent's exchange, which comes after the coordinator's answer: that can be kicked for a moment."""
            runs = hub.runs(LIVE)
            if not any(hub.verdict(run).ending == "completed" for run in runs):
                return []
            return [run for run in runs if any(a.id == "kick" and a.possible for a in hub.actions(run))]

        await until(lambda: bool(kickable()), 60)
        (hanging,) = kickable()
        (trace,) = [run for run in hub.runs(LIVE) if hub.case(run).run.protocol == "agents_sdk"]
        assert hub.verdict(trace).ending == "running"
        done = await hub.act(hanging, "kick", None)
        assert done.outcome is not None
        assert done.outcome.effect == "seen"
        await until(lambda: hub.verdict(trace).ending == "completed", 60)
        assert not hub.verdict(trace).findings


async def test_the_demo_can_be_had_from_the_empty_window() -> None:
    async with running(Wish()) as window:
        hub = window.desk.hub
        window.welcome.demo.click()
        window.welcome.demo.click()
        await until(lambda: len(hub.runs(LIVE)) > 10, 60)
        await until(lambda: len(hub.connections()) == 5, 60)
        assert window.middle.isVisible()
        assert not window.welcome.isVisible()


async def test_what_a_first_click_needs_is_there_soon_after_the_first_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BETWEEN_S", 0.0)
    await app.load_rest()
    loaded = {*(f"inspector.ui.{name}" for name in app.DIALOGS), *app.QTLESS, "httpx"}
    assert loaded <= set(sys.modules)


async def test_who_closes_the_window_does_not_wait_for_a_server_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, told = asyncio.Event(), list[str]()

    async def silent(*_: object) -> None:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            told.append("left")

    monkeypatch.setattr(Hub, "connect", silent)
    async with running(Wish(connect=ConnectionSpec("http://127.0.0.1:9", "langgraph", "s"))):
        await asyncio.wait_for(asked.wait(), 60)
        assert not told
    assert told == ["left"]
