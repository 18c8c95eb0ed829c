"""A window on the demo server, for tests that act."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication

from inspector.demo.server import DemoServer
from inspector.domain.adapter import Target
from inspector.domain.case import Thresholds
from inspector.services.hub import Hub
from inspector.services.model import Connection, ConnectionSpec, RunId
from inspector.ui.desk import Desk
from inspector.ui.memory import Forgetful, NoKeys
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window
from inspector.wiring import build_hub


async def until(there: Callable[[], bool], seconds: float = 60.0, hub: Hub | None = None) -> None:
    """Wait until something is so, at most so long. Looked at whenever the hub tells of a change, and now and then."""
    changed = asyncio.Event()
    leave = hub.subscribe(lambda _: changed.set()) if hub is not None else None
    try:
        async with asyncio.timeout(seconds):
            while not there():
                changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await changed.wait()
    finally:
        if leave is not None:
            leave()


@dataclass(slots=True)
class Seat:
    """A window and its hub."""

    hub: Hub
    desk: Desk
    window: Window
    memory: Forgetful

    async def until(self, there: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something is so, at most so long."""
        await until(there, seconds, self.hub)

    def ending(self, run: RunId) -> str:
        """How a run stands."""
        return self.hub.verdict(run).ending.value


@dataclass(slots=True)
class Stage(Seat):
    """A window, its hub and the server."""

    server: DemoServer

    @property
    def graphs(self) -> Connection:
        """The connection that speaks LangGraph."""
        return next(each for each in self.hub.connections() if each.protocol == "langgraph")

    @property
    def threads(self) -> Connection:
        """The connection that speaks Assistants."""
        return next(each for each in self.hub.connections() if each.protocol == "assistants")

    async def scene(self, name: str) -> RunId:
        """Play a scene and put its run in focus."""
        scene = await self.server.play(name)
        connection = next((each for each in self.hub.connections() if each.protocol == scene.protocol), None)
        if connection is None:  # the others are connected to where a test wants them
            connection = await self.hub.connect(ConnectionSpec(self.server.url_of(scene.protocol), scene.protocol))
        if scene.run is None:
            assert scene.start is not None
            run = await self.hub.start(connection.id, scene.start)
        else:
            run = await self.hub.watch(connection.id, Target(scene.protocol, scene.run, scene.thread))
        self.desk.show_run(run)
        return run


@asynccontextmanager
async def seat() -> AsyncIterator[Seat]:
    """A window that is connected to nothing yet. Everything is closed and drained at the end."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    hub = build_hub()
    desk = Desk(hub, Theme(app, Mode.LIGHT))
    memory = Forgetful()
    window = Window(desk.theme, memory)
    for _ in window.equip(desk, NoKeys()):
        pass
    try:
        yield Seat(hub, desk, window, memory)
    finally:
        window.hide()
        desk.close()
        await hub.aclose()
        window.deleteLater()


@asynccontextmanager
async def bare(speed: float = 20.0) -> AsyncIterator[Stage]:
    """A window beside a demo server that it is not connected to yet."""
    server = await DemoServer.start(speed=speed)
    try:
        async with seat() as at:
            yield Stage(at.hub, at.desk, at.window, at.memory, server)
    finally:
        await server.aclose()


@asynccontextmanager
async def stage(speed: float = 20.0, silence: float = 30.0) -> AsyncIterator[Stage]:
    """Both protocols are connected. ``silence``: so many seconds without progress make a run stalled."""
    async with bare(speed) as on:
        limits = Thresholds(silence=silence, no_events=min(10.0, silence), no_headers=min(10.0, silence))
        await on.hub.connect(ConnectionSpec(on.server.url_langgraph, "langgraph", "graphs", thresholds=limits))
        await on.hub.connect(ConnectionSpec(on.server.url_assistants, "assistants", "threads", thresholds=limits))
        yield on
