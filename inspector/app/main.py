"""The window at work: the hub, the demo server if asked for, a picture if that is the wish, and the end of it all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from inspector.app.kept import save
from inspector.app.start import Front, Wish
from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.eventloop import application
from inspector.eventloop import run as run_loop
from inspector.services.hub import LIVE, Hub
from inspector.services.model import Change, Connection, ConnectionSpec
from inspector.services.tasks import cancel
from inspector.store.secrets import Keychain
from inspector.store.settings import sessions_folder
from inspector.ui import equipment  # noqa: F401 # loaded with the rest, not when the window is equipped
from inspector.ui.desk import Desk
from inspector.ui.memory import Keys, NoKeys
from inspector.ui.servers import KEY
from inspector.ui.window import Window
from inspector.wiring import build_hub, proxy_token, proxying

if TYPE_CHECKING:
    from inspector.demo.server import DemoServer

SETTLED_S, GRAB_S = 1.5, 10.0

DIALOGS = (
    *("dialogs.connect", "dialogs.paste", "dialogs.commands", "dialogs.start", "sheets.sheet", "sheets.decide"),
    *("filter.rules", "filter.guide", "dialogs.capture", "dialogs.export", "dialogs.compare"),
)
QTLESS = (
    *("inspector.transport.http", "inspector.store.export", "inspector.present.account"),
    *("inspector.demo.server", "inspector.demo.ag_scenes"),
)
"""What no first picture needs but a first click does, in the order in which it is likely to be wanted."""

BETWEEN_S = 0.03
"""Between two dialogs the window can answer whoever is quicker."""

_DEMO = {
    "langgraph": "LangGraph",
    "assistants": "Assistants-compatible",
    "responses": "Responses",
    "gpt_researcher": "GPT-Researcher",
}


class KeychainKeys:
    """Keys in the keychain of the system, asked on another thread: it may open a dialog and wait for it."""

    def __init__(self, keychain: Keychain) -> None:
        self._keychain = keychain

    async def available(self) -> bool:
        """Whether there is one."""
        return await asyncio.to_thread(lambda: self._keychain.available)

    async def get(self, base_url: str) -> str | None:
        """The key, or None."""
        return await asyncio.to_thread(self._keychain.get, base_url)

    async def keep(self, base_url: str, key: str) -> None:
        """Keep a key."""
        await asyncio.to_thread(self._keychain.keep, base_url, key)

    async def forget(self, base_url: str) -> None:
        """Keep it no longer."""
        await asyncio.to_thread(self._keychain.forget, base_url)

    def variable(self, name: str) -> str | None:
        """What the environment has."""
        return os.environ.get(name)


class Recording:
    """Nothing that was seen is lost: from the first connection on, the live log goes into a file of this start."""

    def __init__(self, hub: Hub, desk: Desk, folder: Path, started: datetime) -> None:
        self._hub = hub
        self._desk = desk
        self._folder = folder
        self._name = f"{started:%Y-%m-%d_%H%M}"
        self.path: Path | None = None
        self._leave = hub.subscribe(self._hear)

    def _hear(self, change: Change) -> None:
        if change.kind == "connections" and self._hub.connections():
            self._leave()
            if self._hub.recording is None:
                self._desk.start("record", self._begin())

    async def _begin(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = next(path for path in self._names() if not path.exists())
            await self._hub.record_to(path)
        except OSError as error:
            said = f"Nothing is recorded to disk: {self._folder} cannot be made ({error.strerror or error})."
            raise UserError(f"{said} What comes is kept in memory.") from None
        except UserError as error:
            raise UserError(f"{error} What comes is kept in memory.") from None
        self.path = path

    def over(self) -> Path | None:
        """After the hub was closed: the file, unless it tells of no run; then it is removed."""
        self._leave()
        if self.path is None or self._hub.runs(LIVE):
            return self.path
        with suppress(OSError):
            self.path.unlink()
        return None

    def _names(self) -> Iterator[Path]:
        for number in count(1):
            yield self._folder / f"{self._name}{f'-{number}' if number > 1 else ''}.session"


def run_rest(wish: Wish, front: Front) -> int:
    """Fills the window that is shown already, and runs until it is closed. Returns the exit status."""
    return run_loop(lambda: _main(wish, front))


async def _main(wish: Wish, front: Front) -> int:
    window, settings, memory = front.window, front.settings, front.memory
    posing = wish.grab is not None
    keys: Keys = NoKeys() if posing else KeychainKeys(Keychain())
    hub = build_hub()
    desk = Desk(hub, window.theme)
    over = asyncio.Event()
    window.closing.connect(over.set)
    demo, stage = Demo(hub, desk), AsyncExitStack()
    window.demonstrates.connect(lambda: desk.start("the demo", demo.enter(None, stage)))
    recording = None if posing or wish.demo else Recording(hub, desk, sessions_folder(), datetime.now().astimezone())
    try:
        for _ in window.equip(desk, keys, None if posing else _tray(application())):
            await asyncio.sleep(0)
        if settings.note:
            window.bar.complain(settings.note)
        if not over.is_set():
            await _until_closed(window, hub, _enter(wish, hub, desk, window, demo, stage))
        if wish.grab is not None:
            return await _grab(window, hub, wish.grab)
        desk.start("load the rest", load_rest())
        await over.wait()
        return 0
    finally:
        window.hide()
        desk.close()
        await stage.aclose()
        await hub.aclose()
        await demo.aclose()
        kept = None if recording is None else recording.over()
        if kept is not None:
            memory.remember(str(kept))
        if not posing:
            save(settings)
        window.deleteLater()


async def load_rest() -> None:
    """Imports what a first click would otherwise have to wait for: a piece in each idle moment, and what has no use for
    Qt, of which the HTTP client takes longest, beside the window."""
    for name in DIALOGS:
        await asyncio.sleep(BETWEEN_S)
        import_module(f"inspector.ui.{name}")
    for name in QTLESS:
        await asyncio.to_thread(import_module, name)


async def _until_closed(window: Window, hub: Hub, work: Coroutine[Any, Any, None]) -> None:
    """A server that is slow to answer keeps nobody from leaving."""
    task = hub.tasks.start("enter", work, awaited=True)
    window.closing.connect(lambda: task.cancel())
    try:
        await asyncio.wait([task])
    finally:
        await cancel(task)
    if not task.cancelled():
        task.result()


async def _enter(wish: Wish, hub: Hub, desk: Desk, window: Window, demo: Demo, stage: AsyncExitStack) -> None:
    """Fills the window with what was asked for; a fault is told in the window. ``stage``: what ends before the hub."""
    try:
        if wish.demo:
            return await demo.enter(wish.scenario, stage)
        if wish.connect is not None:
            connection = await hub.connect(wish.connect)
            window.servers.remember(connection, KEY in wish.connect.variables.values())
            window.reveal(window.browse)
    except UserError as error:
        desk.complained.emit(str(error))
    window.doings.open_files(wish.files)


class Demo:
    """The embedded server, with its scenes under way. It ends behind the hub that looks at it."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub = hub
        self._desk = desk
        self._begun = False
        self.server: DemoServer | None = None

    async def enter(self, scenario: str | None, stage: AsyncExitStack) -> None:
        """Start it once, and connect to it by each of its protocols. ``stage`` takes what ends before the hub."""
        if self._begun:
            return
        self._begun = True
        # A window that shows no demo has no use for its server.
        from inspector.demo.ag_scenes import AGENTS
        from inspector.demo.server import DemoServer

        self.server = server = await DemoServer.start()
        names = [scene.name for scene in server.scenes] if scenario is None else [scenario]
        if any(name.startswith(AGENTS) for name in names):
            await _capture(server, self._hub, stage)
        connections: dict[str, Connection] = {}
        for protocol, title in _DEMO.items():
            spec = ConnectionSpec(server.url_of(protocol), protocol, f"demo ({title})")
            connections[protocol] = await self._hub.connect(spec)
        for name in names:
            await _scene(server, name, self._hub, self._desk, connections)

    async def aclose(self) -> None:
        """End it, where it was started."""
        if self.server is not None:
            await self.server.aclose()


async def _capture(server: DemoServer, hub: Hub, stage: AsyncExitStack) -> None:
    """A proxy between the demo's app and its server, recording into the live log, and a connection to its door."""
    proxy = await stage.enter_async_context(proxying(hub, server.url_responses, 0))
    server.through = proxy.url
    name, token = proxy_token(proxy.url) or ("", "")
    await hub.connect(
        ConnectionSpec(proxy.url, "proxy", "demo (proxy)", {name: token}, variables={name: "PROXY_TOKEN"})
    )


async def _scene(server: DemoServer, name: str, hub: Hub, desk: Desk, connections: Mapping[str, Connection]) -> None:
    """Plays one scene and enters it as its point demands: by starting its run, or by attaching to it.

    What the app of a scene does is seen by the proxy: there is nothing to enter.
    """
    scene = await server.play(name)
    connection = connections.get(scene.protocol)
    try:
        if connection is not None and scene.run is not None:
            await hub.watch(connection.id, Target(scene.protocol, scene.run, scene.thread))
        if connection is not None and scene.start is not None:
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
