"""Qt's loop runs asyncio, and every way out of it lets main clean up."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import threading
import time
import weakref
from collections.abc import Iterator

import httpx
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from inspector import eventloop

pytestmark = pytest.mark.usefixtures("qapp")

PATIENCE = 30.0
"""Seconds after which a loop that nobody wakes wakes by itself, and the test fails."""


def test_main_gives_the_exit_status() -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 3

    assert eventloop.run(main) == 3


def test_a_closed_loop_leaves_no_timer_for_the_garbage_collector_of_another_thread() -> None:
    loop = eventloop.new_loop()
    loop.call_later(PATIENCE, print)
    timers = [timer for timer in vars(loop).values() if isinstance(timer, QObject)]
    assert any(Shiboken.isValid(timer) for timer in timers)
    loop.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not any(Shiboken.isValid(timer) for timer in timers if hasattr(timer, "add_callback"))


def test_what_blocks_runs_on_a_thread_of_python_that_ends_with_the_loop() -> None:
    seen: list[threading.Thread] = []

    async def main() -> int:
        await asyncio.to_thread(lambda: seen.append(threading.current_thread()))
        return 0

    assert eventloop.run(main) == 0
    assert seen[0].name.startswith("blocking")
    assert not seen[0].is_alive()


class _Leaf(QObject):
    """Garbage of Qt's that only the collector finds."""

    def __init__(self, ends: list[threading.Thread]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: ends.append(threading.current_thread()))


def test_garbage_is_collected_on_the_thread_of_qt_however_much_others_allocate() -> None:
    ends: list[threading.Thread] = []

    def allocate() -> int:
        return sum(len([[] for _ in range(1000)]) for _ in range(50))

    async def main() -> int:
        _Leaf(ends)
        assert not gc.isenabled()
        async with asyncio.timeout(PATIENCE):
            while not ends:
                await asyncio.to_thread(allocate)
                kept.append([[] for _ in range(1000)])
        return 0

    kept: list[object] = []
    assert eventloop.run(main) == 0
    assert ends == [threading.main_thread()]
    assert gc.isenabled()


def test_a_full_collection_goes_through_the_program_itself_but_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[int] = []

    async def main() -> int:
        collector = next(each for each in vars(asyncio.get_running_loop()).values() if hasattr(each, "collect"))
        kept = [[number] for number in range(1000)]
        monkeypatch.setattr("gc.get_count", lambda: (1000, 20, 20))
        for _ in range(2):
            collector.collect()
            frozen.append(gc.get_freeze_count())
            kept += [[number] for number in range(1000)]
        return 0

    before = gc.get_freeze_count()
    assert eventloop.run(main) == 0
    assert frozen[0] - before > 1000
    assert frozen[1] == frozen[0]
    assert gc.get_freeze_count() < 1000


def test_closing_the_last_window_does_not_quit() -> None:
    assert not eventloop.application().quitOnLastWindowClosed()
    assert eventloop.application() is QApplication.instance()


def test_timers_of_qt_and_tasks_share_the_loop() -> None:
    async def main() -> int:
        fired = asyncio.Event()
        QTimer.singleShot(0, fired.set)
        await asyncio.wait_for(fired.wait(), PATIENCE)
        return 0

    assert eventloop.run(main) == 0


def test_callbacks_keep_their_order_and_qt_comes_in_between() -> None:
    ran: list[int] = []
    rung: list[int] = []

    def busy(number: int) -> None:
        until = time.monotonic() + 0.002
        while time.monotonic() < until:
            pass
        ran.append(number)

    async def main() -> int:
        loop = asyncio.get_running_loop()
        timer = QTimer()
        timer.timeout.connect(lambda: rung.append(len(ran)))
        timer.start(0)
        done = asyncio.Event()
        for number in range(50):
            loop.call_soon(busy, number)
        loop.call_soon(busy, 50).cancel()
        loop.call_soon(done.set)
        await done.wait()
        timer.stop()
        return 0

    assert eventloop.run(main) == 0
    assert ran == list(range(50))
    assert len(set(rung)) > 5


def test_a_callback_that_keeps_qt_in_a_loop_of_its_own_starves_no_other() -> None:
    ran: list[str] = []

    async def main() -> int:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        (waker,) = [each for each in vars(loop).values() if isinstance(each, QTimer) and each.isSingleShot()]

        def nested() -> None:
            assert waker.isActive()
            waker.timeout.emit()
            ran.append("nested")

        for call in (nested, lambda: ran.append("other"), done.set):
            loop.call_soon(call)
        await done.wait()
        await asyncio.sleep(0)
        return 0

    assert eventloop.run(main) == 0
    assert ran == ["other", "nested"]


def test_a_callback_that_fails_keeps_no_other_from_running() -> None:
    told: list[str] = []

    async def main() -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(str(context["exception"])))
        other = asyncio.Event()
        loop.call_soon(lambda: 1 / 0)
        loop.call_soon(other.set)
        await other.wait()
        return 0

    assert eventloop.run(main) == 0
    assert told == ["division by zero"]


def test_an_exception_of_main_comes_through() -> None:
    async def main() -> int:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        eventloop.run(main)


@pytest.fixture
def ctrl_c(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ctrl+C as it is at a terminal, or ignored as a shell has it for a job behind, whatever these tests run in."""
    ignored = getattr(request, "param", "heard") == "ignored"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("number", "ctrl_c"),
    [(signal.SIGINT, "heard"), (signal.SIGTERM, "heard"), (signal.SIGTERM, "ignored")],
    indirect=["ctrl_c"],
)
@pytest.mark.usefixtures("ctrl_c")
def test_a_signal_wakes_an_idle_loop_and_cancels_main(number: signal.Signals) -> None:
    cleaned_up: list[bool] = []
    idle = threading.Event()

    def send() -> None:
        idle.wait()
        os.kill(os.getpid(), number)

    async def main() -> int:
        asyncio.get_running_loop().call_later(0.05, idle.set)
        try:
            await asyncio.wait_for(asyncio.Event().wait(), PATIENCE)
        finally:
            await asyncio.sleep(0)
            cleaned_up.append(True)
        return 0

    sender = threading.Thread(target=send)
    sender.start()
    began = time.monotonic()
    assert eventloop.run(main) == eventloop.INTERRUPTED
    assert time.monotonic() - began < PATIENCE / 2
    assert cleaned_up == [True]
    sender.join()


def test_the_signal_handlers_are_given_back() -> None:
    async def main() -> int:
        return 0

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    eventloop.run(main)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert signal.set_wakeup_fd(-1) == -1


@pytest.mark.parametrize(("caught", "status"), [(True, 7), (False, 0)])
def test_qts_own_quit_cancels_main_and_waits_for_it(caught: bool, status: int) -> None:
    cleaned_up: list[bool] = []

    async def main() -> int:
        QTimer.singleShot(0, QApplication.quit)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            cleaned_up.append(True)
            if not caught:
                raise
        return 7

    assert eventloop.run(main) == status
    assert cleaned_up == [True]


@pytest.mark.qt_loop
async def test_httpx_works_on_the_loop() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).text == "ok"


@pytest.mark.parametrize("epoll", [True, False])
def test_files_are_heard_of_while_they_have_something_to_read(epoll: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not epoll:
        monkeypatch.delattr("select.epoll", raising=False)
    heard: list[tuple[int, bytes]] = []

    async def main() -> int:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        pairs = [socket.socketpair() for _ in range(40)]

        def read(number: int) -> None:
            heard.append((number, pairs[number][0].recv(1)))
            if len(heard) == 80:
                done.set()

        for number, (ours, theirs) in enumerate(pairs):
            loop.add_reader(ours, print)
            loop.add_reader(ours, read, number)
            theirs.send(b"ab")
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        assert all(loop.remove_reader(ours) for ours, _ in pairs)
        assert not loop.remove_reader(pairs[0][0])
        pairs[0][1].send(b"c")
        for ours, theirs in pairs:
            ours.close()
            theirs.close()
        return 0

    assert eventloop.run(main) == 0
    assert sorted(heard) == sorted([(number, letter) for number in range(40) for letter in (b"a", b"b")])


def test_files_that_are_always_ready_leave_qt_its_turn() -> None:
    rung: list[int] = []

    async def main() -> int:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        pairs = [socket.socketpair() for _ in range(40)]
        timer = QTimer()

        def ring() -> None:
            rung.append(1)
            if len(rung) > 3:
                done.set()

        timer.timeout.connect(ring)
        timer.start(0)
        for ours, theirs in pairs:
            loop.add_reader(ours, time.sleep, 0.0005)
            theirs.send(b"a")
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        timer.stop()
        for ours, theirs in pairs:
            loop.remove_reader(ours)
            ours.close()
            theirs.close()
        return 0

    assert eventloop.run(main) == 0
