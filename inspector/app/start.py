"""The start of the window: its first picture, and behind that the rest of the program, while the window answers.

Nothing is imported here that the first picture can do without: Python takes longer to read the whole program than Qt
takes to come up.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from inspector import assets
from inspector.app.interrupts import interrupts_wait
from inspector.app.kept import Kept
from inspector.store.settings import Settings
from inspector.ui.memory import Forgetful, Memory
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window

if TYPE_CHECKING:
    from inspector.services.model import ConnectionSpec

PATIENCE_S = 1.0
"""A window that is covered or minimised is never painted: then the rest is begun without."""

EXPOSED_S = 0.001
"""So often it is looked whether the screen wants to have the window."""

TURN_S = 0.005
"""So long the window may wait for its turn while the rest is loaded."""


class Wish(NamedTuple):
    """What the window is started for. ``grab``: save a picture of it once it has settled, and end."""

    files: tuple[Path, ...] = ()
    demo: bool = False
    scenario: str | None = None
    connect: ConnectionSpec | None = None
    grab: Path | None = None


class Front(NamedTuple):
    """The window as its first picture shows it, and what it was made with."""

    window: Window
    settings: Settings
    memory: Memory


def run(wish: Wish) -> int:
    """Opens the window and runs until it is closed. Returns the exit status."""
    with interrupts_wait():
        front = make_front(remembers=wish.grab is None)
        wait_painted(front.window)
        load("inspector.app.main")
    from inspector.app.main import run_rest

    return run_rest(wish, front)


def make_front(remembers: bool = True) -> Front:
    """The window, shown but not yet painted. ``remembers`` false: nothing of this start is kept."""
    existing = QApplication.instance()
    # An argument, because Python's view of all that a style can do takes long to make, and setStyle() returns one.
    qt = existing if isinstance(existing, QApplication) else QApplication([*sys.argv[:1], "-style", "Fusion"])
    qt.setApplicationName("Stream Inspector")
    qt.setDesktopFileName("stream-inspector")
    qt.setWindowIcon(QIcon(str(assets.path("icon/stream-inspector.svg"))))
    qt.setQuitOnLastWindowClosed(False)
    settings = Settings.load()
    memory: Memory = Kept(settings) if remembers else Forgetful()
    window = Window(Theme(qt, mode_of(settings)), memory)
    window.show()
    return Front(window, settings, memory)


def wait_painted(window: Window) -> None:
    """Returns once Qt has painted the window, or when it is not going to. For the start: no loop runs yet."""
    painted, until = _Painted(window), monotonic() + PATIENCE_S
    QApplication.processEvents()
    while not painted.seen and monotonic() < until:
        sleep(EXPOSED_S)
        QApplication.processEvents()
    window.removeEventFilter(painted)
    painted.deleteLater()


def load(name: str) -> None:
    """Imports a module on another thread, and lets the window answer meanwhile."""
    thread = threading.Thread(target=_import, args=(name,), name="loading", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(TURN_S)
        QApplication.processEvents()
    import_module(name)  # where that failed, it fails here again


def mode_of(settings: Settings) -> Mode:
    """The look that was chosen; that of the system where the settings say nothing of use."""
    kept = settings.windows.get("theme")
    return Mode(kept) if kept in tuple(Mode) else Mode.SYSTEM


class _Painted(QObject):
    """Sees when Qt paints the window, and with it all that is in it; it does that once it was told of the screen."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.seen = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False


def _import(name: str) -> None:
    with suppress(Exception):
        import_module(name)
