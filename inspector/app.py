"""Starts and stops the window: settings, the hub, the demo server if asked for, and a picture if that is the wish."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from inspector import assets
from inspector.demo.server import DemoServer
from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.eventloop import application
from inspector.eventloop import run as run_loop
from inspector.services.hub import Hub
from inspector.services.model import Connection, ConnectionSpec
from inspector.store.settings import Settings
from inspector.ui.desk import Desk
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window
from inspector.wiring import build_hub

SETTLED_S, GRAB_S = 1.5, 10.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the window is started for. ``grab``: save a picture of it once it has settled, and end."""

    files: tuple[Path, ...] = ()
    demo: bool = False
    scenario: str | None = None
    connect: ConnectionSpec | None = None
    grab: Path | None = None


class Kept:
    """The window's memory in the settings file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, name: str) -> str | None:
        """The value, or None."""
        return self._settings.windows.get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a value; it is written at the end."""
        self._settings.windows[name] = value

    def recents(self) -> list[str]:
        """The newest first."""
        return list(self._settings.recents)

    def remember(self, path: str) -> None:
        """A file was opened."""
        self._settings.add_recent(Path(path))


def run(wish: Wish) -> int:
    """Opens the window and runs until it is closed. Returns the exit status."""
    application()
    return run_loop(lambda: _main(wish))


async def _main(wish: Wish) -> int:
    app = application()
    app.setApplicationName("Stream Inspector")
    app.setDesktopFileName("stream-inspector")
    app.setWindowIcon(QIcon(str(assets.path("icon/stream-inspector.svg"))))
    settings = Settings.load()
    theme = Theme(app, Mode(settings.windows.get("theme", Mode.SYSTEM.value)))
    hub = build_hub()
    desk = Desk(hub, theme)
    tray = _tray(app) if wish.grab is None else None
    window = Window(desk, Kept(settings), tray)
    over = asyncio.Event()
    window.closing.connect(over.set)
    demo: DemoServer | None = None
    try:
        window.show()
        if settings.note:
            window.bar.complain(settings.note)
        demo = await _enter(wish, hub, desk, window)
        if wish.grab is not None:
            return await _grab(window, hub, wish.grab)
        await over.wait()
        return 0
    finally:
        window.hide()
        desk.close()
        await hub.aclose()
        if demo is not None:
            await demo.aclose()
        _save(settings)
        window.deleteLater()


async def _enter(wish: Wish, hub: Hub, desk: Desk, window: Window) -> DemoServer | None:
    """Fills the window with what was asked for; a fault is told in the window."""
    try:
        if wish.demo:
            return await _demo(wish.scenario, hub, desk)
        if wish.connect is not None:
            await hub.connect(wish.connect)
    except UserError as error:
        desk.complained.emit(str(error))
    window.doings.open_files(wish.files)
    return None


async def _demo(scenario: str | None, hub: Hub, desk: Desk) -> DemoServer:
    """The embedded server, connected to by both of its protocols, with its scenes under way."""
    server = await DemoServer.start()
    try:
        graphs = await hub.connect(ConnectionSpec(server.url_langgraph, "langgraph", "demo (LangGraph)"))
        threads = await hub.connect(ConnectionSpec(server.url_assistants, "assistants", "demo (Assistants-compatible)"))
        names = [scene.name for scene in server.scenes] if scenario is None else [scenario]
        for name in names:
            await _scene(server, name, hub, desk, graphs, threads)
    except BaseException:
        await server.aclose()
        raise
    return server


async def _scene(server: DemoServer, name: str, hub: Hub, desk: Desk, graphs: Connection, threads: Connection) -> None:
    """Plays one scene and enters it as its point demands: by starting its run, or by attaching to it."""
    scene = await server.play(name)
    connection = graphs if scene.protocol == "langgraph" else threads
    try:
        if scene.run is not None:
            await hub.watch(connection.id, Target(scene.protocol, scene.run, scene.thread))
        if scene.start is not None:
            await hub.start(connection.id, scene.start)
    except Refused:
        return  # that the start is refused is the point of a scene, and its run is in the list
    except UserError as error:
        desk.complained.emit(f"{scene.title}: {error}")


async def _grab(window: Window, hub: Hub, path: Path) -> int:
    """Saves a picture once nothing has changed for a while."""
    quiet = asyncio.Event()
    loop = asyncio.get_running_loop()
    until = loop.time() + GRAB_S
    last = loop.time()
    rows = -1
    while loop.time() < until and loop.time() - last < SETTLED_S:
        now = sum(len(hub.rows(book.id)) for book in hub.books())
        if now != rows:
            rows, last = now, loop.time()
        try:
            await asyncio.wait_for(quiet.wait(), 0.1)
        except TimeoutError:
            continue
    if not window.grab().save(str(path)):
        raise UserError(f"The picture could not be written to {path}.")
    return 0


def _tray(app: QApplication) -> QSystemTrayIcon | None:
    if not QSystemTrayIcon.isSystemTrayAvailable():
        return None
    tray = QSystemTrayIcon(app.windowIcon(), app)
    tray.setToolTip("Stream Inspector")
    tray.show()
    return tray


def _save(settings: Settings) -> None:
    """What was arranged; a disk that takes nothing is no reason to fail at the very end."""
    try:
        settings.save()
    except UserError:
        return
