"""A window that hears many streams at once: ``python -m tests.benchmarks.flood URL STREAMS SECONDS``, figures as JSON.

No streams measures the window at rest.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from inspector.domain.calls import Answer, Call
from inspector.eventloop import application
from inspector.eventloop import run as run_loop
from inspector.services.hub import LIVE, Hub
from inspector.services.model import ConnectionSpec
from inspector.transport.http import HttpClient
from inspector.ui.desk import Desk
from inspector.ui.memory import Forgetful, NoKeys
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window
from inspector.wiring import build_hub, client

STEP_S, LAST_S = 0.005, 60.0
NAME = "thread.message.delta"


class Meter:
    """How late a timer of 5 ms rings, each time: what else would have waited as long."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._ring)
        self._timer.start(int(STEP_S * 1000))

    def _ring(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - STEP_S))
        self._last = now

    def stop(self) -> float:
        """Ends it; the 99th of a hundred, in ms."""
        self._timer.stop()
        return sorted(self.late)[int(len(self.late) * 0.99)] * 1000


async def _one(hub: Hub, http: HttpClient, number: int) -> None:
    call = Call("POST", f"/v1/threads/t{number}/runs", json={"stream": True}, reads=False, answer=Answer.STREAM)
    exchange = await http.send(call, lambda: hub.outside({"connection": "flood", "protocol": "assistants"}))
    if exchange.pump is not None:
        await exchange.pump()


def _heard(hub: Hub) -> int:
    rows = hub.rows(LIVE)
    return rows.named(NAME.__eq__, 0, len(rows)).count(1)


async def _main(url: str, streams: int, seconds: float) -> int:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    hub = build_hub()
    desk = Desk(hub, Theme(app, Mode.LIGHT))
    window = Window(desk.theme, Forgetful())
    for _ in window.equip(desk, NoKeys()):
        pass
    window.resize(1200, 800)
    window.show()
    window.middle.log.all_runs.setChecked(True)
    http = client(ConnectionSpec(url))
    await asyncio.sleep(1.0)
    tasks = [hub.tasks.start(f"stream {number}", _one(hub, http, number)) for number in range(streams)]
    await asyncio.sleep(1.0)
    meter, begun = Meter(), time.process_time()
    await asyncio.sleep(seconds)
    stall, used = meter.stop(), time.process_time() - begun
    if tasks:
        await asyncio.wait(tasks, timeout=LAST_S)
    hub.jot({"text": "that was all"})
    print(json.dumps({"stall": stall, "heard": _heard(hub), "cpu": used / seconds}), flush=True)  # noqa: T201
    desk.close()
    await http.aclose()
    await hub.aclose()
    window.deleteLater()
    return 0


if __name__ == "__main__":
    application()
    sys.exit(run_loop(lambda: _main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))
