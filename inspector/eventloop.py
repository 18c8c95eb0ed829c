"""Starts asyncio on Qt's event loop. The only module that knows qasync."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # noqa: TID251

INTERRUPTED = 128 + signal.SIGINT
"""The exit status of a program that Ctrl+C or SIGTERM ended, as shells expect it."""


def application() -> QApplication:
    """The one QApplication, made at the first call.

    Closing the last window does not quit: who closes it drains the open streams first, and then lets ``main`` return.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    return app


class _Collector(QTimer):
    """Collects Python's garbage on Qt's thread and between two events, never elsewhere while it runs.

    Left alone, the collector runs on whichever thread allocates, in the middle of anything. What it deletes of Qt's
    must be deleted on the thread that made it, and not while a constructor of Qt is at work: timers, windows and their
    children would end the program or hang it.
    """

    INTERVAL_MS = 1000

    def __init__(self) -> None:
        super().__init__()
        self.setInterval(self.INTERVAL_MS)
        self.timeout.connect(self.collect)

    def begin(self) -> None:
        """Take the work over from Python."""
        gc.disable()
        self.start()

    def end(self) -> None:
        """Give it back."""
        self.stop()
        gc.enable()

    def collect(self) -> None:
        """The oldest generation that is due, by Python's own thresholds."""
        due = [which for which, most in enumerate(gc.get_threshold()) if 0 < most < gc.get_count()[which]]
        if due:
            gc.collect(due[-1])


class _QtLoop(QEventLoop):  # type: ignore[misc]
    """Leaves nothing of Qt to the garbage collector of another thread, neither while it lives nor when it is closed.

    What blocks runs on Python's own threads: qasync would start ten QThreads for the first call, objects of Qt too.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.set_default_executor(ThreadPoolExecutor(thread_name_prefix="blocking"))
        self._collector = _Collector()
        self._collector.begin()

    def close(self) -> None:
        """Closes the loop; what it had planned does not happen."""
        if not self.is_closed():
            self._collector.end()
            self._collector.deleteLater()
        super().close()
        self._timer.deleteLater()


def new_loop() -> asyncio.AbstractEventLoop:
    """An asyncio loop on Qt's, as a ``loop_factory`` of asyncio.Runner."""
    loop: asyncio.AbstractEventLoop = _QtLoop(application())
    return loop


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run ``main`` to its end on Qt's loop and return its exit status.

    Ctrl+C, SIGTERM, and Qt's own quit (the end of the desktop session) cancel ``main`` and wait for it; then tasks that
    it left behind are cancelled too. An interrupted run returns 130. Exceptions of ``main`` come through.
    """
    application()
    task: asyncio.Task[int] | None = None
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        if task is not None:
            task.cancel()

    with _signals_wake_qt(), _at_sigterm(terminate), asyncio.Runner(loop_factory=new_loop) as runner:

        async def known() -> int:
            nonlocal task
            task = asyncio.current_task()
            return await main()

        try:
            return runner.run(known())
        except KeyboardInterrupt:
            return INTERRUPTED
        except asyncio.CancelledError:
            if terminated:
                return INTERRUPTED
            raise
        except RuntimeError:
            if task is None or task.done():
                raise
            # qasync's complaint that somebody made Qt leave its loop. The session ends, and main is to hear of it.
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                return runner.get_loop().run_until_complete(task)
            return 0


@contextlib.contextmanager
def _signals_wake_qt() -> Iterator[None]:
    """While Qt waits in C++, Python handles no signal: let each one arrive as a byte that Qt waits for."""
    ours, pythons = socket.socketpair()
    with ours, pythons:
        ours.setblocking(False)
        pythons.setblocking(False)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
        # The bytes are of no use: Python runs the signal's handler before the first bytecode of this callback.
        notifier.activated.connect(lambda: _drain(ours))
        before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            notifier.setEnabled(False)


def _drain(source: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        source.recv(64)


@contextlib.contextmanager
def _at_sigterm(terminate: Callable[[], None]) -> Iterator[None]:
    """A polite kill ends the program as Ctrl+C does, also where a shell has Ctrl+C ignored: its jobs behind."""
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
