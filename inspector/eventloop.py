"""Starts asyncio on Qt's event loop. The only module that knows qasync."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any, Protocol

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # noqa: TID251


class HasFileno(Protocol):
    """A file or a socket."""

    def fileno(self) -> int:
        """Its descriptor."""
        ...


INTERRUPTED = 128 + signal.SIGINT
"""The exit status of a program that Ctrl+C or SIGTERM ended, as shells expect it."""


def application() -> QApplication:
    """The one QApplication, made at the first call.

    Closing the last window does not quit: who closes it drains the open streams first, and then lets ``main`` return.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setQuitOnLastWindowClosed(False)
    return app


class _Collector(QTimer):
    """Collects Python's garbage on Qt's thread and between two events, never elsewhere while it runs.

    Left alone, the collector runs on whichever thread allocates, in the middle of anything. What it deletes of Qt's
    must be deleted on the thread that made it, and not while a constructor of Qt is at work: timers, windows and their
    children would end the program or hang it.

    The first full collection finds the program itself, window and modules, which stay: no later one goes through them.
    """

    INTERVAL_MS = 1000

    def __init__(self) -> None:
        super().__init__()
        self._settled = False
        self.setInterval(self.INTERVAL_MS)
        self.timeout.connect(self.collect)

    def begin(self) -> None:
        """Take the work over from Python."""
        gc.disable()
        self.start()

    def end(self) -> None:
        """Give it back."""
        self.stop()
        if self._settled:
            gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """The oldest generation that is due, by Python's own thresholds."""
        due = [which for which, most in enumerate(gc.get_threshold()) if 0 < most < gc.get_count()[which]]
        if due:
            gc.collect(due[-1])
        if due[-1:] == [2] and not self._settled:
            self._settled = True
            gc.freeze()


class _Notifiers:
    """Hears of file descriptors by a notifier of Qt's for each; it outlives who listens, because making one costs."""

    def __init__(self) -> None:
        self._notifiers: dict[int, QSocketNotifier] = {}
        self._handles: dict[int, asyncio.Handle] = {}

    def listen(self, fd: int, handle: asyncio.Handle) -> None:
        """Run ``handle`` whenever there is something to read."""
        self._handles[fd] = handle
        if fd not in self._notifiers:
            self._notifiers[fd] = QSocketNotifier(fd, QSocketNotifier.Type.Read)
            self._notifiers[fd].activated.connect(lambda: self._ready(fd))
        self._notifiers[fd].setEnabled(True)

    def leave(self, fd: int) -> bool:
        """Listen no more; whether somebody did."""
        if fd in self._notifiers:
            self._notifiers[fd].setEnabled(False)
        return self._handles.pop(fd, None) is not None

    def close(self) -> None:
        """Leave nothing of Qt's behind."""
        self._handles.clear()
        for notifier in self._notifiers.values():
            notifier.setEnabled(False)
            notifier.deleteLater()
        self._notifiers.clear()

    def _ready(self, fd: int) -> None:
        if (handle := self._handles.get(fd)) is not None:
            handle._run()


class _Epoll:
    """Hears of all file descriptors by one notifier, where the system can tell of many by one.

    Then Qt does not go through hundreds of them in each of its turns, and a turn does not have to read them all.
    """

    BATCH, BATCH_S = 16, 0.002

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._handles: dict[int, asyncio.Handle] = {}
        self._notifier = QSocketNotifier(self._epoll.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._ready)

    def listen(self, fd: int, handle: asyncio.Handle) -> None:
        """Run ``handle`` whenever there is something to read."""
        known = fd in self._handles
        self._handles[fd] = handle
        if not known:
            with contextlib.suppress(FileExistsError):
                self._epoll.register(fd, select.EPOLLIN)

    def leave(self, fd: int) -> bool:
        """Listen no more; whether somebody did."""
        handle = self._handles.pop(fd, None)
        with contextlib.suppress(OSError, ValueError):  # who closes a file takes it out himself
            self._epoll.unregister(fd)
        return handle is not None

    def close(self) -> None:
        """Leave nothing of Qt's behind."""
        self._handles.clear()
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._epoll.close()

    def _ready(self) -> None:
        until = time.monotonic() + self.BATCH_S
        while found := self._epoll.poll(0, self.BATCH):
            for fd, _ in found:
                if (handle := self._handles.get(fd)) is not None:
                    handle._run()
            if time.monotonic() > until or self._epoll.closed:
                return


class _QtLoop(QEventLoop):  # type: ignore[misc]
    """qasync's loop, made for hundreds of streams beside a window that answers.

    qasync starts a timer of Qt for each callback and makes a notifier for each read: as dear as all else that is done
    for a small event. Here callbacks are run in batches, in their order, so that Qt's own events come in between,
    however many there are: a turn of Qt's takes ``BATCH_S``, where what Qt did counts, but ``LEAST_S`` are theirs.

    It leaves nothing of Qt to the garbage collector of another thread, neither while it lives nor when it is closed:
    what blocks runs on Python's own threads, where qasync would start ten QThreads for the first call.
    """

    BATCH_S, LEAST_S = 0.004, 0.001

    def __init__(self, app: QApplication) -> None:
        self._due: deque[asyncio.Handle] = deque()
        self._files = _Epoll() if hasattr(select, "epoll") else _Notifiers()
        self._worked = 0.0
        self._soon = QTimer()
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._run_batch)
        super().__init__(app)
        self.set_default_executor(ThreadPoolExecutor(thread_name_prefix="blocking"))
        self._collector = _Collector()
        self._collector.begin()

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run it after what is due already, and after Qt had its turn."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        if not self._due:
            self._soon.start(0)
        self._due.append(handle)
        return handle

    def close(self) -> None:
        """Closes the loop; what it had planned does not happen."""
        if self.is_closed():
            return
        self._files.close()
        super().close()
        self._due.clear()
        self._soon.stop()
        self._collector.end()
        for timer in (self._soon, self._collector, self._timer):
            timer.deleteLater()

    def _run_batch(self) -> None:
        others = time.thread_time() - self._worked
        until, left = self.time() + max(self.LEAST_S, self.BATCH_S - others), len(self._due)
        self._soon.start(0)  # also for a callback that keeps Qt in a loop of its own, as a native dialog does
        try:
            while self._due and left and self.time() < until:
                left -= 1
                handle = self._due.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            self._worked = time.thread_time()
            if not self._due:
                self._soon.stop()

    def _add_reader(self, fd: int | HasFileno, callback: Callable[..., object], *args: Any) -> None:
        self._check_closed()
        self._files.listen(_number(fd), asyncio.Handle(callback, args, self))

    def _remove_reader(self, fd: int | HasFileno) -> bool:
        return self._files.leave(_number(fd))


def _number(fd: int | HasFileno) -> int:
    return fd if isinstance(fd, int) else fd.fileno()


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
    gc.freeze()  # modules and classes, which no collection needs to go through again
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
