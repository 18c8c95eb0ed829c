"""What holds for every test: no display, no user's settings, nothing left behind."""

from __future__ import annotations

import asyncio
import asyncio.runners
import gc
import os
import weakref
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
for _name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, QtMsgType, qInstallMessageHandler  # noqa: E402
from shiboken6 import Shiboken  # noqa: E402

settings.register_profile("house", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("short", settings.get_profile("ci"), max_examples=20)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, sessions and caches of a test stay in its own folder, not in those of who runs it."""
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "home" / kind.lower()))


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """The loop of an async test: asyncio's, or with the marker ``qt_loop`` the one that the window runs on."""
    if request.node.get_closest_marker("qt_loop") is None:
        return "asyncio", {}
    request.getfixturevalue("qapp")
    from inspector.eventloop import new_loop

    return "asyncio", {"loop_factory": new_loop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The check of the Qt build goes first: a broken one aborts the interpreter somewhere in the others."""
    items.sort(key=lambda item: "test_qt_build" not in item.nodeid)


_leaked_tasks: list[str] = []
_started_timers: list[weakref.ref[QTimer]] = []
_cancel_all_tasks: Callable[[asyncio.AbstractEventLoop], None] = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]
_start_timer: Callable[..., None] = QTimer.start


def _note_leaked_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Stands in for the place where a closing loop silently cancels what is left on it."""
    for task in asyncio.all_tasks(loop):
        if "TestRunner._run_tests_and_fixtures" not in repr(task.get_coro()):  # the test runner's own
            _leaked_tasks.append(repr(task))
    _cancel_all_tasks(loop)


def _note_timer(timer: QTimer, *args: Any) -> None:
    _started_timers.append(weakref.ref(timer))
    _start_timer(timer, *args)


asyncio.runners._cancel_all_tasks = _note_leaked_tasks  # type: ignore[attr-defined]
QTimer.start = _note_timer  # type: ignore[method-assign]


def _running_timers() -> list[str]:
    timers = [timer for ref in _started_timers if (timer := ref()) is not None]
    return [
        f"QTimer of {timer.parent()!r} every {timer.interval()} ms"
        for timer in timers
        if Shiboken.isValid(timer) and timer.isActive()
    ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that leaves tasks or timers running, or about whose clean-up Qt complains."""
    messages: list[str] = []

    def note(kind: QtMsgType, _context: object, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            messages.append(message)

    before = qInstallMessageHandler(note)
    try:
        yield
        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        timers = _running_timers()
        if timers:
            gc.collect()
            timers = _running_timers()
    finally:
        qInstallMessageHandler(before)
        tasks = _leaked_tasks.copy()
        _leaked_tasks.clear()
        _started_timers.clear()
    if left := [
        *(f"a task that was still running: {task}" for task in tasks),
        *(f"a timer that was still running: {timer}" for timer in timers),
        *(f"a message of Qt: {message}" for message in messages),
    ]:
        pytest.fail(f"{item.nodeid} left behind\n  " + "\n  ".join(left), pytrace=False)
